import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { BenchPlace } from "./bench-place.ts";
import { bubblewrapArgv } from "./bubblewrap.ts";
import type { PreparedProgram } from "./prepared-program.ts";
import { type Launcher, startLauncher } from "./raw-launcher.ts";
import type { Variant } from "./variant.ts";

/** A uid that no jail of the bench has. */
const BUBBLEWRAP_UID = 75_999;

/** Plain fork, exec and wait: what every other way is divided by. */
export function rawVariant(prepared: PreparedProgram, place: BenchPlace): Variant {
  const launcher = place.acquired.use(startRaw(prepared, place));
  return {
    program: prepared.program.title,
    way: "raw fork+exec+wait",
    baseline: true,
    run: () => launcher.run(),
  };
}

/** The same by bubblewrap, which the same launcher starts. */
export function bubblewrapVariant(prepared: PreparedProgram, place: BenchPlace): Variant {
  const argv = bubblewrapArgv(prepared.root, prepared.folder, prepared.program.argv, BUBBLEWRAP_UID);
  const launcher = place.acquired.use(startRaw({ ...prepared, folder: "-" }, place, argv));
  return { program: prepared.program.title, way: "bubblewrap", baseline: false, run: () => launcher.run() };
}

/** A launcher of the program, in the program's own root. */
export function startRaw(
  prepared: PreparedProgram,
  place: BenchPlace,
  argv = prepared.program.argv,
): Launcher {
  const { installed, root, folder, output } = prepared;
  const lowerdirs = `${join(place.folder, "skeleton")}:${installed.lowerdirs}`;
  return startLauncher({
    binary: place.launcherBinary,
    lowerdirs,
    root,
    folder,
    argv,
    outputBytes: output.length,
  });
}

/** Makes the topmost layer of the launcher's roots: folders to mount on, as the jailer's roots have them. */
export async function makeSkeleton(folder: string): Promise<void> {
  for (const name of ["box", "dev", "proc", "tmp"])
    await mkdir(join(folder, "skeleton", name), { recursive: true });
}
