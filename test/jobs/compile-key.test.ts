import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dir } from "tmp-promise";
import { expect, test } from "vitest";
import type { JobRequest } from "../../src/api/job-request.ts";
import { compileKey } from "../../src/jobs/compile-key.ts";
import { resolveJob } from "../../src/jobs/resolve-job.ts";
import { compileRequest } from "../../src/jobs/stage-request.ts";
import { buildIdentity } from "../../src/runtimes/build-identity.ts";
import { identifyCommandLines, recently } from "../../src/runtimes/command-lines.ts";
import type { PackageManifest } from "../../src/runtimes/package-manifest.ts";
import { sampleCatalogue, sampleConfig } from "./sample-runtimes.ts";

const SETTING = { host: "this one", commandLines: "these" };

function keyOf(request: Partial<JobRequest> = {}, setting: Partial<typeof SETTING> = {}, build?: string) {
  const whole: JobRequest = { language: "c", files: [{ name: "a.c", content: "int x;" }], ...request };
  const deps = { catalogue: sampleCatalogue(), limits: sampleConfig() };
  const resolved = resolveJob("the-id", whole, deps);
  const job = build === undefined ? resolved : { ...resolved, runtime: { ...resolved.runtime, build } };
  return compileKey(job, compileRequest(job), { ...SETTING, ...setting });
}

const files = (...list: readonly (readonly [string, string])[]) => ({
  files: list.map(([name, content]) => ({ name, content })),
});

test("equal compiles have one key, whatever the ids, inputs and run limits of their jobs are", () => {
  expect(keyOf()).toMatch(/^[0-9a-f]{64}$/);
  expect(keyOf({ stdin: "other", args: ["other"], limits: { run: { processes: 3 } } })).toBe(keyOf());
});

test.each<[string, string]>([
  ["a source's text", keyOf(files(["a.c", "int y;"]))],
  ["a source's name", keyOf(files(["b.c", "int x;"]))],
  ["where one file ends and the next begins", keyOf(files(["a.c", "int "], ["b.c", "x;"]))],
  ["the order of sources", keyOf(files(["b.c", ""], ["a.c", "int x;"]))],
  ["a flag", keyOf({ compiler_flags: ["-g"] })],
  ["a variable", keyOf({ environment: { CC: "tcc" } })],
  ["a limit of the compile", keyOf({ limits: { compile: { memory_bytes: 2 ** 28 } } })],
  ["a limit of the job", keyOf({ limits: { job: { inodes: 99 } } })],
  ["the command lines", keyOf({}, { commandLines: "others" })],
  ["the machine or Crankcase's own version", keyOf({}, { host: "another" })],
  ["a package that was built anew", keyOf({}, {}, "another")],
])("%s makes another key", (_, key) => {
  expect(key).not.toBe(keyOf());
});

test("a source that names the input has it in its key", () => {
  const naming = files(["a.c", '#include "../stdin.stdin"']);
  expect(keyOf({ ...naming, stdin: "1" })).not.toBe(keyOf({ ...naming, stdin: "2" }));
});

test("a build is told apart by the package, the layers below it and the base", () => {
  const about = { format: 1, base: "trixie", architecture: "amd64", suite: "trixie" } as const;
  const manifest = (name: string, builtAt: string): PackageManifest => {
    return { ...about, name, version: "1", files: [], layers: ["typescript/1", "node/1"], builtAt };
  };
  const [own, below] = [manifest("typescript", "now"), manifest("node", "now")];
  const bases = new Map([["trixie", "the base"]]);
  const identities = [
    buildIdentity(own, [own, below], bases),
    buildIdentity(manifest("typescript", "later"), [own, below], bases),
    buildIdentity(own, [own, manifest("node", "later")], bases),
    buildIdentity(own, [own, below], new Map([["trixie", "another"]])),
  ];
  expect(new Set(identities).size).toBe(4);
  expect(buildIdentity(own, [below, own, manifest("other", "now")], bases)).toBe(identities[0]);
});

test("command lines are told apart by every file that a jail shows of them, the operator's own first", async () => {
  await using place = await folder();
  const [executionersDir, definitionsDir] = [join(place.path, "built-in"), join(place.path, "own")];
  const write = async (path: string, text: string) => {
    await mkdir(join(path, ".."), { recursive: true });
    await writeFile(path, text);
  };
  await write(join(executionersDir, "c/compile"), "gcc");
  await write(join(executionersDir, "d/compile"), "dmd");
  const identify = identifyCommandLines({ executionersDir, definitionsDir });
  const seen = [await identify("c")];
  await write(join(executionersDir, "prelude.sh"), "set -e");
  seen.push(await identify("c"));
  await write(join(definitionsDir, "executioners/c/compile"), "tcc");
  seen.push(await identify("c"));
  await write(join(definitionsDir, "executioners/c/compile"), "pcc");
  seen.push(await identify("c"));
  expect(new Set(seen).size).toBe(4);
  await write(join(executionersDir, "d/compile"), "ldc");
  expect(await identify("c")).toBe(seen.at(-1));
});

async function folder() {
  const { path, cleanup } = await dir({ unsafeCleanup: true });
  return { path, [Symbol.asyncDispose]: cleanup };
}

test("who only looks for what is kept looks at command lines once a second, and others each time", async () => {
  let looked = 0;
  const identify = async (executioner: string) => `${executioner} ${++looked}`;
  const identifyRecently = recently(identify);
  expect([await identifyRecently("c"), await identifyRecently("c"), await identifyRecently("d")]).toEqual([
    ...["c 1", "c 1", "d 2"],
  ]);
  await expect.poll(() => identifyRecently("c"), { timeout: 5_000 }).toBe("c 3");
});
