/**
 * Writes docs/attacks.md from attacks/programs/ and test/hostile/api/: `node scripts/attack-table.ts`. A test tells when it
 * was forgotten.
 */
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { attackPage } from "./attack-table/page.ts";

const project = dirname(import.meta.dirname);
await writeFile(join(project, "docs/attacks.md"), await attackPage(project));
