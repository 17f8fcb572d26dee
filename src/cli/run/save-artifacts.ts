import { constants } from "node:fs";
import { lstat, mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import type { Artifact, OmittedArtifacts } from "../../api/artifact.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { printable } from "../job/printable.ts";

/** A file that was never there, or is a regular one, and no link to elsewhere. */
const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;

/**
 * Writes what a job sent back below a folder, and nowhere else, whatever the names say. Throws `invalid_command` where that
 * cannot be. Files that were there are replaced.
 */
export async function saveArtifacts(artifacts: readonly Artifact[], folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { name, content = "" } of artifacts) await save(name, Buffer.from(content, "base64"), folder);
}

async function save(name: string, content: Buffer, folder: string): Promise<void> {
  try {
    const parts = name.split("/");
    if (parts.some((part) => ["", ".", ".."].includes(part))) throw new Error("it leads elsewhere");
    const path = await madeFolders(folder, parts);
    await using file = await open(path, FLAGS, 0o644);
    await file.writeFile(content);
  } catch (cause) {
    const message = `The artifact ${printable(name)} cannot be written below ${folder}: ${(cause as Error).message}`;
    throw new CrankcaseError("invalid_command", message, { cause });
  }
}

/** The path below a folder, with the folders on the way to it made, none of them a link. */
async function madeFolders(folder: string, parts: readonly string[]): Promise<string> {
  let path = folder;
  for (const part of parts.slice(0, -1)) {
    path = join(path, part);
    await mkdir(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
    if (!(await lstat(path)).isDirectory()) throw new Error(`${path} is no folder, or a link elsewhere`);
  }
  return join(path, ...parts.slice(-1));
}

/** What was left out, a line for each reason; empty where nothing was. */
export function omittedText(omitted: readonly OmittedArtifacts[]): string {
  const lines = omitted.map(({ reason, count, names }) => {
    const told = names.map(printable).join(", ");
    return `crankcase: ${count} artifacts left out, ${reason.replaceAll("_", " ")}: ${told}\n`;
  });
  return lines.join("");
}
