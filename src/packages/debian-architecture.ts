import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { Architecture } from "./package-definition.ts";

const NAMES: Readonly<Record<string, Architecture>> = { x64: "amd64", arm64: "arm64" };

/** Debian's name of a processor that Node calls `arch` (`process.arch`). Throws `start_failed` for any other. */
export function debianArchitecture(arch: string): Architecture {
  const name = NAMES[arch];
  if (name !== undefined) return name;
  throw new CrankcaseError("start_failed", `no packages can be built for ${arch}: only for amd64 and arm64`);
}
