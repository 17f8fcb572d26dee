/**
 * Writes the tables of languages into README.md and docs/languages.md, from packages-index/ and runtimes/:
 * `node scripts/language-table.ts`. A test tells when it was forgotten.
 */
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { languagePages } from "./language-table/pages.ts";

const project = dirname(import.meta.dirname);
for (const { file, text } of await languagePages(project)) await writeFile(join(project, file), text);
