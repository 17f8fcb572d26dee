import { randomUUID } from "node:crypto";
import { link, mkdir, open, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { invalidConfig } from "../config/setting.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";

/** The file that the service reads. */
export const DEFAULT_CONFIG = "/etc/crankcase/config.yaml";

/** More than anybody's compose file, and little enough to be parsed in a moment. */
const MOST_BYTES = 256 * 1024;

/** Reads a file of text, never more than a bounded part of it. Throws `invalid_config` for what is none. */
export async function readSettingsFile(file: string): Promise<string> {
  const bytes = await firstBytes(file, MOST_BYTES + 1);
  if (bytes.length > MOST_BYTES) throw invalidConfig(file, `it is larger than ${MOST_BYTES / 1024} KiB`);
  if (bytes.includes(0)) throw invalidConfig(file, "it is no text");
  return bytes
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .replaceAll("\r\n", "\n");
}

async function firstBytes(file: string, most: number): Promise<Buffer> {
  try {
    await using handle = await open(file);
    const chunks: Buffer[] = [];
    for (let size = 0; size < most; ) {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(most - size), 0, most - size);
      if (bytesRead === 0) break;
      chunks.push(buffer.subarray(0, bytesRead));
      size += bytesRead;
    }
    return Buffer.concat(chunks);
  } catch (cause) {
    throw new CrankcaseError("invalid_command", `${file} cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** Makes a configuration file, whole or not at all. Throws `invalid_command` where there is one already. */
export async function createConfigFile(file: string, text: string): Promise<void> {
  const staged = join(dirname(file), `.${randomUUID()}.new`);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(staged, text, { mode: 0o644, flag: "wx" });
    // Unlike a rename, a link never replaces what is there.
    await link(staged, file);
  } catch (cause) {
    throw new CrankcaseError("invalid_command", refusal(file, cause as NodeJS.ErrnoException), { cause });
  } finally {
    await rm(staged, { force: true });
  }
}

function refusal(file: string, { code, message }: NodeJS.ErrnoException): string {
  return code === "EEXIST"
    ? `${file} exists and is left as it is. Leave --write out and put the printed lines into it, or move it away first.`
    : `${file} cannot be written: ${message}`;
}
