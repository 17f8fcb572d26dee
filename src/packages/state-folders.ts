import { mkdir } from "node:fs/promises";
import { join } from "node:path";

/** Where the jailer looks for the files of a build: not on a tmpfs, since compilers take hundreds of megabytes. */
export function buildsDir(stateDir: string): string {
  return join(stateDir, "builds");
}

/** Our own copies of archives. */
export function archivesDir(stateDir: string): string {
  return join(stateDir, "archives");
}

/** Makes the folders that the daemon keeps below its state folder. */
export async function makeStateFolders(stateDir: string): Promise<void> {
  for (const folder of [buildsDir(stateDir), archivesDir(stateDir)]) {
    await mkdir(folder, { recursive: true, mode: 0o755 });
  }
}
