import { access, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { expect, it } from "vitest";
import { readBaseManifest } from "../../src/packages/base-manifest.ts";
import { openWorkspace } from "../../src/packages/workspace.ts";
import { DATA_DIR, PROJECT_DIR } from "../support/test-data.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";
import { openDataFolder } from "./build-place.ts";

/** Runner uids that no other test uses. */
const RUNNER_UID_MIN = "69200";

function command(dataDir: string, ...names: string[]): string[] {
  const flags = ["--data-dir", dataDir, "--runner-uid-min", RUNNER_UID_MIN];
  return [join(PROJECT_DIR, "scripts/build-packages.ts"), ...flags, ...names];
}

it("building what is built does nothing, and takes no jailer", async () => {
  const packages = () => readdir(join(DATA_DIR, "packages"));
  const before = await packages();
  const noJailer = ["--jailer", "/nowhere"];
  const args = [...command(DATA_DIR, "bash", "python", "node=24", "gcc"), ...noJailer];
  const { stdout } = await execa(process.execPath, args);
  const lines = stdout.split("\n");
  expect(lines).toHaveLength(4);
  for (const line of lines) expect(line).toMatch(/: there already$/);
  expect(await packages()).toEqual(before);
});

it("a build that was killed leaves no process and no package, and the next one builds it", async () => {
  await using folder = await openDataFolder();
  const killed = execa(process.execPath, command(folder.dataDir, "node=24"), { reject: false });
  for await (const line of killed.iterable({ from: "stdout", binary: true })) {
    if (Buffer.from(line).includes("build its layer")) killed.kill("SIGKILL");
  }
  expect((await killed).signal).toBe("SIGKILL");
  await noProcessNames(folder.dataDir);
  await expect(access(join(folder.dataDir, "packages/node"))).rejects.toThrow(/ENOENT/);

  const { stdout } = await execa(process.execPath, command(folder.dataDir, "node=24"));
  expect(stdout).toMatch(/package node: build its layer \.\.\. [\d.]+ s, about 125 MB/);
  await access(join(folder.dataDir, "packages/node/24.21.0/layer/opt/node/bin/node"));
  expect(await readdir(join(folder.dataDir, "packages/.staging"))).toEqual([]);
  expect(await readdir(join(folder.dataDir, "cache"))).toEqual(["archives"]);
  await noProcessNames(folder.dataDir);
});

it("a base whose making was killed is none, and nothing goes on making it", async () => {
  await using folder = await dir({ tmpdir: dirname(DATA_DIR), unsafeCleanup: true }).then(
    ({ path, cleanup }) => ({
      path,
      [Symbol.asyncDispose]: cleanup,
    }),
  );
  const killed = execa(process.execPath, command(folder.path, "bash"), { reject: false });
  await expect
    .poll(() => processNames(`${folder.path}/bases/.work-`), { timeout: 60_000 * TIME_FACTOR })
    .toBe(true);
  killed.kill("SIGKILL");
  await killed;
  await noProcessNames(folder.path);
  expect(await readBaseManifest(folder.path, "trixie")).toBeNull();
  await using _next = await openWorkspace(join(folder.path, "bases"), null);
  expect(await readdir(join(folder.path, "bases"))).toHaveLength(1);
});

it("refuses a package that there is not, and guesses which is meant", async () => {
  const refused = await execa(process.execPath, command(DATA_DIR, "bassh"), { reject: false });
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toMatch(/There is no package bassh.*Did you mean bash/s);
});

/** The jailer stops by itself when its parent is gone; it takes a moment. */
async function noProcessNames(text: string): Promise<void> {
  await expect.poll(() => processNames(text), { timeout: 30_000 * TIME_FACTOR }).toBe(false);
}

async function processNames(text: string): Promise<boolean> {
  return (await execa("ps", ["-eo", "args"])).stdout.includes(text);
}
