// write-page FIGURES.json: what `npm run bench -- --json` wrote becomes the table and the pictures of docs/performance.md.
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Figures } from "./figures.ts";
import { drawPictures } from "./pictures/draw-pictures.ts";
import { withTable } from "./pictures/page-table.ts";

const DOCS = join(import.meta.dirname, "../docs");
const PAGE = join(DOCS, "performance.md");
/** Beside the pictures, so that anybody can draw them again. */
const KEPT = join(DOCS, "performance/figures.json");

async function main(file: string): Promise<void> {
  const figures: Figures = JSON.parse(await readFile(file, "utf8"));
  await mkdir(join(DOCS, "performance"), { recursive: true });
  await writeFile(PAGE, withTable(await readFile(PAGE, "utf8"), figures));
  for (const [name, picture] of drawPictures(figures))
    await writeFile(join(DOCS, "performance", name), picture);
  if (resolve(file) !== KEPT) await copyFile(file, KEPT);
}

const [file] = process.argv.slice(2);
if (file === undefined) throw new TypeError("usage: node bench/write-page.ts FIGURES.json");
await main(file);
