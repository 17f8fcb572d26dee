import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Figures } from "../figures.ts";
import { drawPictures } from "./draw-pictures.ts";
import { withTable } from "./page-table.ts";

/**
 * Writes the table and the pictures of docs/performance.md anew, and the figures beside the pictures, so that anybody can
 * draw them again. `docs` is the project's folder of that name.
 */
export async function writePage(docs: string, figures: Figures): Promise<void> {
  const [page, folder] = [join(docs, "performance.md"), join(docs, "performance")];
  await mkdir(folder, { recursive: true });
  await writeFile(page, withTable(await readFile(page, "utf8"), figures));
  for (const [name, picture] of drawPictures(figures)) await writeFile(join(folder, name), picture);
  await writeFile(join(folder, "figures.json"), `${JSON.stringify(figures, null, 2)}\n`);
}
