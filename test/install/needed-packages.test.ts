import { chmod, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { expect, test } from "vitest";
import { PROJECT_DIR } from "../support/test-data.ts";

/** Runs install-tools as a user who may install nothing, with these commands of the machine and no others. */
async function installTools(commands: readonly string[]) {
  const bin = await dir({ unsafeCleanup: true });
  await using _ = { [Symbol.asyncDispose]: () => bin.cleanup() };
  for (const name of commands) await symlink(`/usr/bin/${name}`, join(bin.path, name));
  await writeFile(join(bin.path, "id"), "#!/bin/sh\necho 1000\n");
  await chmod(join(bin.path, "id"), 0o755);
  const env = { PATH: bin.path };
  return await execa(join(PROJECT_DIR, "scripts/install-tools"), { env, extendEnv: false, reject: false });
}

test("a machine without anything is told all that it lacks at once, for building and for testing", async () => {
  const { exitCode, stderr } = await installTools(["dirname", "readlink", "sh"]);
  expect(exitCode).toBe(1);
  const [, list = ""] = /this machine lacks ([^;]*);/.exec(stderr) ?? [];
  expect(list.split(" ")).toEqual(
    expect.arrayContaining(["nodejs", "npm", "gcc", "make", "mmdebstrap", "procps", "shellcheck"]),
  );
});

test("what the machine has is not asked for", async () => {
  const { stderr } = await installTools(["dirname", "readlink", "sh", "gcc", "make"]);
  expect(stderr).toContain(" nodejs ");
  expect(stderr).not.toMatch(/ (gcc|make) /);
});
