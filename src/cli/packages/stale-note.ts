import { join } from "node:path";
import type { Config } from "../../config/config.ts";
import { folderBytes } from "../../packages/folder-bytes.ts";
import type { KnownLanguage } from "./known-language.ts";

const MB = 1e6;

/** Sizes differ a little from one processor to the other, and with each security fix. */
const SIZE_MARGIN = 0.1;

/**
 * What one of the operator's own packages should say of itself and does not: its version, and its size where it is installed on
 * this very machine and may be read. Null where all is in order.
 */
export async function staleNote(
  { indexed, versions }: KnownLanguage,
  version: string,
  installed: string,
  { definitionsDir, dataDir }: Config,
): Promise<string | null> {
  if (!indexed.filesDir.startsWith(`${definitionsDir}/`)) return null;
  const said = versions.find((it) => it.version === version)?.size_mb ?? 0;
  const layer = join(dataDir, "packages", indexed.name, installed, "layer");
  const bytes = await folderBytes(layer).catch(() => null);
  const size = bytes === null ? said : Math.ceil(bytes / MB);
  const isSizeRight = Math.abs(size - said) <= Math.max(1, size * SIZE_MARGIN);
  if (version === installed && isSizeRight) return null;
  const wanted = [
    ...(version === installed ? [] : [`version: ${JSON.stringify(installed)}`]),
    ...(isSizeRight ? [] : [`size_mb: ${size}`]),
  ];
  return `note: ${indexed.filesDir}.yaml should say ${wanted.join(" and ")}`;
}
