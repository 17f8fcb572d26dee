/**
 * bundle FOLDER: makes FOLDER/lib of FOLDER/src and of the libraries that it uses: plain JavaScript in few files, each with
 * what is loaded together. A release runs from there: of the 1,100 files that a daemon is made of, finding and reading
 * each takes longer than all that they do at its start. Names and lines stay as they were written.
 */
import { realpath, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { rolldown } from "rolldown";
import { libraryFolders } from "./bundling/library-folders.ts";

/** Files of lib that something names, and what each is made of; what they share lies in `parts`. */
const ENTRIES = {
  "cli/main": "src/cli/main.ts",
  // Where the file that starts the thread is: it looks for it beside itself.
  "parts/sqlite-worker": "src/queue/sqlite-worker.ts",
  "prepare-start": "scripts/prepare-start.ts",
};

/** What the server's framework loads only where it is asked for it, which ours never is: a fourth of all that would be read. */
const LEFT_OUT = ["@fastify/ajv-compiler", "@fastify/fast-json-stringify-compiler", "light-my-request"];

async function bundle(folder: string): Promise<void> {
  const lib = join(folder, "lib");
  await rm(lib, { recursive: true, force: true });
  await using bundled = await rolldown({
    cwd: folder,
    input: ENTRIES,
    platform: "node",
    external: LEFT_OUT,
    plugins: [libraryFolders(await realpath(join(folder, "node_modules")))],
    onLog(_level, log) {
      throw new Error(`bundle: ${log.message}`);
    },
  });
  await bundled.write({
    dir: lib,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "parts/[name].js",
  });
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("bundle wants the folder of the project");
await bundle(resolve(folder));
