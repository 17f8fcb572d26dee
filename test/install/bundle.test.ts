import { chmod, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeRelease } from "../../bench/measuring/make-release.ts";
import { type Serving, startServing } from "../cli/serving.ts";

/** Loads each file it is given; those that it loads in turn are plain ones too, or Node would say so. */
const LOAD = "for (const file of process.argv.slice(1)) await import(file);";

/** What does its work as soon as it is loaded. */
const PROGRAMS = ["cli/main.js", "prepare-start.js"];

let folder: Awaited<ReturnType<typeof dir>>;
let release: string;

beforeAll(async () => {
  folder = await dir({ unsafeCleanup: true });
  // The daemon's user runs from there.
  await chmod(folder.path, 0o755);
  release = await makeRelease(folder.path);
}, 120_000);

afterAll(() => folder.cleanup());

const node = (...argv: string[]) =>
  execa(process.execPath, ["--no-strip-types", ...argv], { all: true, reject: false });

test("every file of a release loads as plain JavaScript, and its programs run", async () => {
  const lib = join(release, "lib");
  const files = (await readdir(lib, { recursive: true })).filter((name) => name.endsWith(".js"));
  expect(files).toEqual(expect.arrayContaining([...PROGRAMS, "parts/sqlite-worker.js"]));
  const others = files.filter((name) => !PROGRAMS.includes(name)).map((name) => join(lib, name));
  const loaded = await node("--input-type=module", "--eval", LOAD, ...others);
  expect(loaded.exitCode, loaded.all).toBe(0);
  const told = await node(join(lib, "cli/main.js"), "--version");
  expect(told.stdout).toMatch(/^\d+\.\d+\.\d+$/);
  const prepared = await node(join(lib, "prepare-start.js"));
  expect(prepared.all).toBe("prepare-start: usage: prepare-start FILE");
});

test("before a command is chosen no library is loaded but the one that reads command lines", async () => {
  const texts = await withImports(join(release, "lib"), "cli/main.js", new Map());
  const libraries = [...texts.values()].flatMap((text) =>
    [...text.matchAll(/^\/\/ \S*node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)].map(([, name]) => name),
  );
  expect([...new Set(libraries)]).toEqual(["commander"]);
});

/** Texts of a file of lib and of all that it imports when it is loaded, by name. */
async function withImports(
  lib: string,
  name: string,
  texts: Map<string, string>,
): Promise<Map<string, string>> {
  if (texts.has(name)) return texts;
  const text = await readFile(join(lib, name), "utf8");
  texts.set(name, text);
  for (const [, other = ""] of text.matchAll(/^import .*?"(\.[^"]+)";$/gm))
    await withImports(lib, join(name, "..", other), texts);
  return texts;
}

test("a release runs jobs, keeps those that nobody waits for, and has the pages of its libraries", async () => {
  await using server = await startServing(
    { ready_jails: 0 },
    {},
    { command: join(release, "bin/crankcase") },
  );
  const job = { language: "bash", files: [{ content: "echo hello" }] };
  expect(await post(server, "jobs", job)).toMatchObject({ run: { stdout: "hello\n" } });
  const { id } = await post(server, "jobs", { ...job, wait: false });
  const kept = await fetch(`${server.url}/api/crankcase/v1/jobs/${id}?wait=20`);
  expect(await kept.json()).toMatchObject({ state: "done", result: { run: { stdout: "hello\n" } } });
  const page = await fetch(`${server.url}/docs/static/swagger-ui.css`);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain(".swagger-ui");
});

test("a release describes its API as the sources do", async () => {
  const described = async (command?: string) => {
    await using server = await startServing({ ready_jails: 0 }, {}, command === undefined ? {} : { command });
    return await (await fetch(`${server.url}/api/openapi.json`)).json();
  };
  expect(await described(join(release, "bin/crankcase"))).toEqual(await described());
});

async function post({ url }: Serving, path: string, body: unknown) {
  const response = await fetch(`${url}/api/crankcase/v1/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Record<string, unknown>;
}
