/**
 * strip-types FOLDER: makes FOLDER/lib of FOLDER/src, the same files as plain JavaScript, every line where it was. A release
 * runs from there: whoever strips types as he goes keeps 20 MB of what does it for as long as he runs, and starts later.
 */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join } from "node:path";

const ENDING = ".ts";

/** What follows `from`, `import` or `import(` and is a file of ours. */
const OWN_IMPORT = /(\b(?:from|import)\s*\(?\s*"\.[^"\n]*)\.ts"/g;

async function strip(folder: string): Promise<void> {
  const [from, to] = [join(folder, "src"), join(folder, "lib")];
  await rm(to, { recursive: true, force: true });
  const names = (await readdir(from, { recursive: true })).filter((name) => name.endsWith(ENDING));
  for (const name of names) {
    const plain = stripTypeScriptTypes(await readFile(join(from, name), "utf8"));
    const file = join(to, `${name.slice(0, -ENDING.length)}.js`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, plain.replace(OWN_IMPORT, '$1.js"'));
  }
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("strip-types wants the folder of the project");
await strip(folder);
