import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { dir } from "tmp-promise";
import { afterEach, beforeEach, expect, test } from "vitest";
import { stringify } from "yaml";
import { loadCatalogue } from "../../src/runtimes/load-catalogue.ts";

const PYTHON = {
  language: "python",
  aliases: ["py"],
  package: "python",
  main_file: "main.py",
  file_endings: [".py"],
  tests: [{ name: "hello", files: [{ name: "main.py", content: "" }], expect: { stdout: "" } }],
};

const MANIFEST = {
  format: 1,
  name: "python",
  version: "3.13.5",
  base: "trixie",
  layers: ["python/3.13.5"],
  architecture: "amd64",
  suite: "trixie",
  files: [],
  builtAt: "2026-01-01T00:00:00Z",
};

let folder: Awaited<ReturnType<typeof dir>>;

beforeEach(async () => {
  folder = await dir({ unsafeCleanup: true });
  await mkdir(join(folder.path, "runtimes"));
});

afterEach(() => folder.cleanup());

async function write(name: string, content: unknown): Promise<void> {
  const file = join(folder.path, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof content === "string" ? content : stringify(content));
  await chmod(file, 0o755);
}

async function load() {
  return (await loadAll()).catalogue;
}

function loadAll() {
  const { path } = folder;
  return loadCatalogue({
    dataDir: join(path, "data"),
    runtimesDir: join(path, "runtimes"),
    executionersDir: join(path, "executioners"),
    definitionsDir: join(path, "own"),
  });
}

async function writePython(changes: Readonly<Record<string, unknown>> = {}): Promise<void> {
  await write("runtimes/python.yaml", { ...PYTHON, ...changes });
  await write("executioners/python/run", "#!/bin/sh\n");
}

function writeManifest(changes: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const manifest = { ...MANIFEST, ...changes };
  const json = JSON.stringify(manifest);
  return write(`data/packages/${manifest.name}/${manifest.version}/manifest.json`, json);
}

test("a hidden folder among the packages, where they are built, is no package", async () => {
  await writePython();
  await write("data/packages/.staging/python-3.13.5/manifest.json", "{");
  await write("data/packages/python/.3.13.5/manifest.json", "{");
  expect((await load()).runtimes).toEqual([]);
});

test("a definition with an installed package is a runtime; without one, or half installed, it is none", async () => {
  await writePython();
  expect((await load()).runtimes).toEqual([]);
  await write("data/packages/python/3.14.0/layer/usr/bin/python3", "");
  await writeManifest();
  expect((await load()).runtimes).toMatchObject([
    {
      language: "python",
      version: "3.13.5",
      hasCompile: false,
      root: { base: "trixie", layers: ["python/3.13.5"] },
    },
  ]);
});

test("a compile script makes a compile stage", async () => {
  await writePython();
  await writeManifest();
  await write("executioners/python/compile", "#!/bin/sh\n");
  expect((await load()).runtimes[0]?.hasCompile).toBe(true);
});

test("versions are semver to users, the highest first, and only those that the definition fits", async () => {
  await writePython({ versions: ">=3" });
  for (const version of ["2.7.18", "3.9.2-3", "3.13", "3.11.2"]) await writeManifest({ version });
  const catalogue = await load();
  expect(catalogue.runtimes.map(({ version }) => version)).toEqual(["3.13.0", "3.11.2", "3.9.2"]);
  expect(catalogue.select("py", "3.9.x")?.version).toBe("3.9.2");
  expect(catalogue.select("py", "<3")).toBeNull();
});

test.each<[string, () => Promise<void>, RegExp]>([
  [
    "a key that is not known",
    () => writePython({ alias: [] }),
    /python\.yaml: alias is not known here\. Did you mean aliases\?/,
  ],
  [
    "a key that is missing",
    () => writePython({ main_file: undefined }),
    /python\.yaml: main_file is required/,
  ],
  [
    "a range that is none",
    () => writePython({ versions: "about 3" }),
    /versions is not a semver range: about 3/,
  ],
  ["text that is not YAML", () => write("runtimes/python.yaml", "a: ["), /python\.yaml: it is not YAML/],
  [
    "another name than its language's",
    () => write("runtimes/py.yaml", PYTHON),
    /the file must be called python\.yaml/,
  ],
  [
    "no executioner",
    () => write("runtimes/python.yaml", PYTHON),
    /executioners\/python\/run is missing or not executable/,
  ],
])("a definition with %s is refused with its file and key", async (_what, prepare, message) => {
  await prepare();
  await expect(load()).rejects.toThrow(message);
  await expect(load()).rejects.toMatchObject({ code: "invalid_definition" });
});

test("two definitions never share a name or an ending", async () => {
  await writePython();
  await write("runtimes/snake.yaml", {
    ...PYTHON,
    language: "snake",
    aliases: ["py"],
    file_endings: [".sn"],
  });
  await write("executioners/snake/run", "#!/bin/sh\n");
  await expect(load()).rejects.toThrow("py belongs to python already");
});

test.each<[string, () => Promise<void>, RegExp]>([
  [
    "of another shape",
    () => writeManifest({ layers: "python" }),
    /python\/3\.13\.5\/manifest\.json: layers must be array/,
  ],
  [
    "of another package",
    () => write("data/packages/python/9/manifest.json", JSON.stringify(MANIFEST)),
    /it is the manifest of python\/3\.13\.5/,
  ],
  ["that is not JSON", () => write("data/packages/python/9/manifest.json", "{"), /it is not JSON/],
])("a manifest %s is refused with its file and key", async (_what, prepare, message) => {
  await writePython();
  await prepare();
  await expect(load()).rejects.toThrow(message);
});

test("what a package in Piston's format brings stands beside a definition's; of equal versions that of the definition counts", async () => {
  await writePython();
  await writeManifest();
  const piston = {
    provides: [{ language: "python", aliases: ["py"], limit_overrides: { run: { wall_time_ms: 7000 } } }],
    ...{ several: false, has_compile: true, environment: { A: "b" } },
  };
  await writeManifest({ version: "3.14.0", piston });
  await writeManifest({ name: "other", piston });
  const { runtimes, select } = await load();
  expect(runtimes.map(({ version, executioner }) => [version, executioner])).toEqual([
    ["3.14.0", "piston-package"],
    ["3.13.5", "python"],
    ["3.13.5", "piston-package"],
  ]);
  expect(select("py", "*")).toMatchObject({
    version: "3.14.0",
    hasCompile: true,
    limitOverrides: { run: { wall_time_ms: 7000 } },
    environment: { A: "b", CRANKCASE_PACKAGE_FOLDER: "/piston/packages/python/3.14.0" },
  });
  expect(select("python", "<3.14")?.executioner).toBe("python");
});
