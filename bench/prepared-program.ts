import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JailFile } from "../src/jail/jail.ts";
import type { BenchPlace } from "./bench-place.ts";
import { type InstalledPackage, readInstalledPackage } from "./installed-package.ts";
import type { Program } from "./program.ts";

/** Where the source need not be new each time. */
const NONCE = "again";

/** A program whose files lie where its variants expect them. */
export interface PreparedProgram {
  readonly program: Program;
  readonly installed: InstalledPackage;
  readonly output: string;
  /** Folder on the host that holds the main file alone. */
  readonly folder: string;
  /** Mount point for the raw launcher's root. */
  readonly root: string;
  /** What a jail is given. */
  readonly files: readonly JailFile[];
}

/** Writes the program's files for raw-launcher. */
export async function prepareProgram(
  program: Program,
  name: string,
  place: BenchPlace,
): Promise<PreparedProgram> {
  const folder = join(place.folder, `files-${name}`);
  const root = join(place.folder, `root-${name}`);
  await mkdir(root);
  await writeMainFile(program, folder);
  const files = [{ name: `submission/${program.mainFile}`, content: Buffer.from(program.source(NONCE)) }];
  const installed = await readInstalledPackage(place.dataDir, program.packageName);
  return { program, installed, output: program.output(NONCE), folder, root, files };
}

async function writeMainFile(program: Program, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, program.mainFile), program.source(NONCE));
}
