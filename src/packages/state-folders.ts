import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { isWorkspace } from "./workspace.ts";

/** Only the daemon's user, and root, may enter. */
const PRIVATE = 0o700;

/** Where the jailer looks for the files of a build: not on a tmpfs, since compilers take hundreds of megabytes. */
export function buildsDir(stateDir: string): string {
  return join(stateDir, "builds");
}

/** Our own copies of archives. */
export function archivesDir(stateDir: string): string {
  return join(stateDir, "archives");
}

/** Files of jobs that are kept for a while. */
export function artifactsDir(stateDir: string): string {
  return join(stateDir, "artifacts");
}

/** What compiles made. */
export function compiledDir(stateDir: string): string {
  return join(stateDir, "compiled");
}

/** The jobs that nobody waits for, and what became of them. */
export function jobsFile(stateDir: string): string {
  return join(stateDir, "jobs", "jobs.sqlite");
}

/**
 * Makes the folders that the daemon keeps below its state folder, and removes what a daemon that was killed left of its
 * builds and downloads. Throws `start_failed` where it may not.
 */
export async function makeStateFolders(stateDir: string): Promise<void> {
  const folders = [buildsDir(stateDir), archivesDir(stateDir), artifactsDir(stateDir)];
  try {
    await mkdir(stateDir, { recursive: true, mode: PRIVATE });
    for (const folder of folders) await mkdir(folder, { recursive: true, mode: PRIVATE });
    for (const folder of [stateDir, ...folders]) await removeWorkspaces(folder);
  } catch (cause) {
    const message = `${stateDir} cannot be made or written to: start with \`sudo crankcase serve\`, or name a state_dir of this user's`;
    throw new CrankcaseError("start_failed", message, { cause });
  }
}

async function removeWorkspaces(folder: string): Promise<void> {
  const left = (await readdir(folder)).filter(isWorkspace);
  for (const name of left) await rm(join(folder, name), { recursive: true, force: true });
}
