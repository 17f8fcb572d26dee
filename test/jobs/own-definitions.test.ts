import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { afterEach, beforeEach, expect, test } from "vitest";
import { stringify } from "yaml";
import { openCatalogue } from "../../src/runtimes/live-catalogue.ts";
import { readDefinitions } from "../../src/runtimes/read-definitions.ts";

const PYTHON = {
  language: "python",
  aliases: ["py", "snake"],
  package: "python",
  main_file: "main.py",
  file_endings: [".py"],
  tests: [{ name: "hello", files: [{ name: "main.py", content: "" }], expect: { stdout: "" } }],
};

const OWN = { ...PYTHON, language: "slang", aliases: ["slsh"], package: "slsh", file_endings: [".sl"] };

let folder: Awaited<ReturnType<typeof dir>>;

beforeEach(async () => {
  folder = await dir({ unsafeCleanup: true });
  await write("runtimes/python.yaml", PYTHON);
  await write("executioners/python/run", "#!/bin/sh\n");
  await write("executioners/python/compile", "#!/bin/sh\n");
});

afterEach(() => folder.cleanup());

async function write(name: string, content: unknown): Promise<void> {
  const file = join(folder.path, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof content === "string" ? content : stringify(content));
  await chmod(file, 0o755);
}

async function writeOwn(changes: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const definition = { ...OWN, ...changes };
  await write(`own/runtimes/${definition.language}.yaml`, definition);
  await write(`own/executioners/${definition.language}/run`, "#!/bin/sh\n");
}

function folders() {
  const { path } = folder;
  return {
    dataDir: join(path, "data"),
    runtimesDir: join(path, "runtimes"),
    executionersDir: join(path, "executioners"),
    definitionsDir: join(path, "own"),
  };
}

async function read() {
  const { definitions, faults } = await readDefinitions(folders());
  return {
    languages: definitions.map(({ definition }) => definition.language),
    definitions,
    faults: faults.map(({ message }) => message),
  };
}

test("an operator's folder that is missing, or empty, is as good as none", async () => {
  expect(await read()).toMatchObject({ languages: ["python"], faults: [] });
  await mkdir(join(folder.path, "own"));
  expect(await read()).toMatchObject({ languages: ["python"], faults: [] });
});

test("an operator's own language stands beside the built-in ones", async () => {
  await writeOwn();
  expect(await read()).toMatchObject({ languages: ["python", "slang"], faults: [] });
});

test("an operator's definition replaces the built-in one of its name, and so do its command lines", async () => {
  await writeOwn({ ...PYTHON, package: "our-python" });
  const { definitions } = await read();
  expect(definitions).toMatchObject([{ definition: { package: "our-python" }, hasCompile: false }]);
});

test("a definition may be replaced, and its command lines left as they are", async () => {
  await write("own/runtimes/python.yaml", { ...PYTHON, package: "our-python" });
  const { definitions } = await read();
  expect(definitions).toMatchObject([{ definition: { package: "our-python" }, hasCompile: true }]);
});

test("an alias or an ending that both have is the operator's", async () => {
  await writeOwn({ aliases: ["snake"], file_endings: [".py"] });
  const [python, slang] = (await read()).definitions;
  expect(python?.definition).toMatchObject({ language: "python", aliases: ["py"], file_endings: [] });
  expect(slang?.definition).toMatchObject({ aliases: ["snake"], file_endings: [".py"] });
});

test("a built-in language whose own name an operator's definition takes as an alias is gone", async () => {
  await writeOwn({ aliases: ["python"] });
  expect(await read()).toMatchObject({ languages: ["slang"], faults: [] });
});

test("of two own definitions that share a name the second is left out, with the reason", async () => {
  await writeOwn();
  await writeOwn({ language: "slang2" });
  const { languages, faults } = await read();
  expect(languages).toEqual(["python", "slang"]);
  expect(faults).toEqual(["slang2.yaml: slsh belongs to slang already"]);
});

test("an own definition that is wrong hides its name, harms no other language, and is told once until it changes", async () => {
  await write("own/runtimes/python.yaml", { ...PYTHON, packages: "x" });
  const warnings: string[] = [];
  const catalogue = await openCatalogue(folders(), (text) => warnings.push(text));
  await writeOwn();
  await catalogue.reload();
  expect(catalogue.definitions.map(({ language }) => language)).toEqual(["slang"]);
  expect(warnings).toEqual([
    expect.stringMatching(/own\/runtimes\/python\.yaml: packages is not known here/),
  ]);
  await write("own/runtimes/python.yaml", "a: [");
  await catalogue.reload();
  expect(warnings).toEqual([expect.anything(), expect.stringMatching(/it is not YAML/)]);
  await rm(join(folder.path, "own/runtimes/python.yaml"));
  await catalogue.reload();
  expect(catalogue.definitions.map(({ language }) => language)).toEqual(["python", "slang"]);
});

test("a definition that changes is read again, and one without command lines is a fault", async () => {
  await writeOwn();
  const warnings: string[] = [];
  const catalogue = await openCatalogue(folders(), (text) => warnings.push(text));
  await writeOwn({ main_file: "other.sl" });
  await catalogue.reload();
  expect(catalogue.definitions.at(-1)?.main_file).toBe("other.sl");
  await rm(join(folder.path, "own/executioners/slang/run"));
  await catalogue.reload();
  expect(warnings).toEqual([
    expect.stringMatching(/own\/executioners\/slang\/run is missing or not executable/),
  ]);
});

test("a reload sees what was there when it was called, however many are called at once", async () => {
  const catalogue = await openCatalogue(folders(), () => undefined);
  const early = [catalogue.reload(), catalogue.reload()];
  await writeOwn();
  await Promise.all([...early, catalogue.reload(), catalogue.reload()]);
  expect(catalogue.definitions.map(({ language }) => language)).toEqual(["python", "slang"]);
});

test("a pipe in the place of a definition is left out, and nobody waits for its writer", async () => {
  await mkdir(join(folder.path, "own/runtimes"), { recursive: true });
  await execa("mkfifo", [join(folder.path, "own/runtimes/slang.yaml")]);
  const { languages, faults } = await read();
  expect(languages).toEqual(["python"]);
  expect(faults).toEqual([expect.stringContaining("slang.yaml is no file")]);
});
