import { cp, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { expect, test } from "vitest";
import { PROJECT_DIR } from "../support/test-data.ts";

/** Loads each file it is given; those that it loads in turn are the plain ones too, or Node would say so. */
const LOAD = "for (const file of process.argv.slice(1)) await import(file);";

test("every file of a release loads as plain JavaScript, and the command runs from it", async () => {
  const project = await dir({ unsafeCleanup: true });
  await using _project = { [Symbol.asyncDispose]: () => project.cleanup() };
  for (const name of ["src", "package.json"])
    await cp(join(PROJECT_DIR, name), join(project.path, name), { recursive: true });
  await symlink(join(PROJECT_DIR, "node_modules"), join(project.path, "node_modules"));
  const node = (...argv: string[]) => execa(process.execPath, argv, { all: true, reject: false });
  const made = await node(join(PROJECT_DIR, "scripts/bundle.ts"), project.path);
  expect(made.exitCode, made.all).toBe(0);
  const lib = join(project.path, "lib");
  const files = (await readdir(lib, { recursive: true })).filter((name) => name.endsWith(".js"));
  expect(files.length).toBeGreaterThan(100);
  const others = files.filter((name) => name !== "cli/main.js").map((name) => join(lib, name));
  // What still had types, or still asked for a file with them, would not load.
  const loaded = await node("--no-strip-types", "--input-type=module", "--eval", LOAD, ...others);
  expect(loaded.exitCode, loaded.all).toBe(0);
  const told = await node("--no-strip-types", join(lib, "cli/main.js"), "--version");
  expect(told.stdout).toMatch(/^\d+\.\d+\.\d+$/);
});
