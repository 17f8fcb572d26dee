// draw-page [FIGURES.json]: what `npm run bench -- --json` wrote becomes the table and the pictures of docs/performance.md.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writePage } from "./pictures/write-page.ts";

const DOCS = join(import.meta.dirname, "../docs");

/** Those that the page has already: for when only the drawing has changed. */
const KEPT = join(DOCS, "performance/figures.json");

const [file = KEPT] = process.argv.slice(2);
await writePage(DOCS, JSON.parse(await readFile(file, "utf8")));
