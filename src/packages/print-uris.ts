import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { Archive } from "./archive.ts";

/** One line: 'URL' FILE SIZE SHA256:DIGEST, as apt-get(8) prints it for --print-uris. */
const LINE = /^'(?<url>[^']+)' (?<file>\S+) (?<size>\d+) SHA256:(?<sha256>[0-9a-f]{64})$/;

/**
 * The archives in the output of `apt-get install --print-uris`; its other lines are talk.
 * Throws `package_unavailable` for an archive without a SHA-256 in the signed index: nothing could be said of it.
 */
export function parsePrintUris(output: string): Archive[] {
  return output
    .split("\n")
    .filter((line) => line.startsWith("'"))
    .map(parseLine);
}

function parseLine(line: string): Archive {
  const groups = LINE.exec(line.trimEnd())?.groups;
  if (groups === undefined) {
    throw new CrankcaseError("package_unavailable", `apt names an archive without a SHA-256: ${line}`);
  }
  const { url = "", file = "", size = "", sha256 = "" } = groups;
  return { url, file, ...nameAndVersion(file), size: Number(size), sha256 };
}

/** Name and version in an archive's file name, in which apt writes a colon as %3a. */
export function nameAndVersion(file: string): { name: string; version: string } {
  const [name = "", version = ""] = file
    .replace(/\.deb$/, "")
    .split("_")
    .map(decodeURIComponent);
  return { name, version };
}
