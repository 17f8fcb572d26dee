import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { CrankcaseError } from "../errors/crankcase-error.ts";

/** Where the jailer looks for the files of a build: not on a tmpfs, since compilers take hundreds of megabytes. */
export function buildsDir(stateDir: string): string {
  return join(stateDir, "builds");
}

/** Our own copies of archives. */
export function archivesDir(stateDir: string): string {
  return join(stateDir, "archives");
}

/** Makes the folders that the daemon keeps below its state folder. Throws `start_failed` where it may not. */
export async function makeStateFolders(stateDir: string): Promise<void> {
  try {
    for (const folder of [buildsDir(stateDir), archivesDir(stateDir)]) {
      await mkdir(folder, { recursive: true, mode: 0o755 });
    }
  } catch (cause) {
    const message = `${stateDir} cannot be made or written to: start with \`sudo crankcase serve\`, or name a state_dir of this user's`;
    throw new CrankcaseError("start_failed", message, { cause });
  }
}
