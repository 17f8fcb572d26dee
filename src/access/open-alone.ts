import { type FileHandle, open, rm, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { invalidConfig } from "../config/setting.ts";

const PRIVATE = 0o600;
const PAUSE_MS = 20;

/** Writing takes some milliseconds: a file of this age was left by a writer that was killed. */
const LEFT_BEHIND_MS = 5_000;

/** Longer than that: what was left behind makes nobody fail. */
const PATIENCE_MS = 15_000;

/**
 * Makes a file that is not there yet and opens it for writing; waits while another writer has it, and takes away what a
 * killed one left. Throws `invalid_config` when it cannot be made.
 */
export async function openAlone(file: string): Promise<FileHandle> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await open(file, "wx", PRIVATE);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "EEXIST") throw invalidConfig(file, `it cannot be written (${code}). Run this as root.`);
    }
    if (performance.now() > deadline) throw invalidConfig(file, "other commands write it. Try again.");
    if (await isLeftBehind(file)) await rm(file, { force: true });
    else await sleep(PAUSE_MS);
  }
}

async function isLeftBehind(file: string): Promise<boolean> {
  const made = await stat(file).catch(() => null);
  return made !== null && Date.now() - made.mtimeMs > LEFT_BEHIND_MS;
}
