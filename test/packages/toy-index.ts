import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PackageDefinition, PackageVersion } from "../../src/packages/package-definition.ts";
import { PROJECT_DIR } from "../support/test-data.ts";

/** Folders of definitions that a test makes for itself. */
export interface ToyFolders {
  readonly indexDir: string;
  readonly suitesDir: string;
  readonly runtimesDir: string;
  readonly executionersDir: string;
}

/** What a toy's versions may have besides the usual. */
export type ToyParts = Partial<Pick<PackageVersion, "on" | "fixups" | "source">>;

/** Makes the folders, with the project's suites and no package. */
export async function makeToyFolders(parent: string): Promise<ToyFolders> {
  const folder = (name: string) => join(parent, name);
  const executionersDir = folder("executioners");
  await cp(join(PROJECT_DIR, "suites"), folder("suites"), { recursive: true });
  for (const name of ["index", "runtimes", "executioners"]) await mkdir(folder(name), { recursive: true });
  await cp(join(PROJECT_DIR, "executioners/prelude.sh"), join(executionersDir, "prelude.sh"));
  return {
    indexDir: folder("index"),
    suitesDir: folder("suites"),
    runtimesDir: folder("runtimes"),
    executionersDir,
  };
}

/**
 * Writes a package, and the language of its name: a shell script that says its name and version and then runs the main file
 * as one of its own parts. It is built in a second, of files of our own, without a network.
 */
export async function addToy(
  { indexDir, runtimesDir, executionersDir }: ToyFolders,
  name: string,
  versions: Readonly<Record<string, ToyParts>>,
): Promise<void> {
  await mkdir(join(indexDir, name), { recursive: true });
  for (const version of Object.keys(versions)) {
    await writeFile(join(indexDir, name, `toy-${version}`), toyProgram(name, version));
  }
  const definition: PackageDefinition = {
    name,
    versions: Object.entries(versions).map(([version, parts]) => toyVersion(name, version, parts)),
  };
  // JSON is YAML.
  await writeFile(join(indexDir, `${name}.yaml`), JSON.stringify(definition));
  await writeFile(join(runtimesDir, `${name}.yaml`), JSON.stringify(toyRuntime(name)));
  await mkdir(join(executionersDir, name), { recursive: true });
  await writeFile(join(executionersDir, name, "run"), EXECUTIONER(name), { mode: 0o755 });
}

function toyProgram(name: string, version: string): string {
  return `#!/bin/sh\necho "${name} ${version}"\n. "./$1"\n`;
}

function toyVersion(name: string, version: string, { on, fixups = [], source }: ToyParts): PackageVersion {
  const install = ["/usr/bin/install", "-m", "755", `/opt/${name}/toy-${version}`, `/usr/local/bin/${name}`];
  return {
    version,
    architectures: ["amd64", "arm64"],
    size_mb: 1,
    ...(on === undefined ? {} : { on }),
    source: { suite: "trixie", files: [`toy-${version}`], ...source },
    fixups: [install, ...fixups],
    provides: [name],
  };
}

function toyRuntime(name: string) {
  const hello = { name: "it says hello", files: [{ name: "main", content: "" }], expect: { exit_code: 0 } };
  return { language: name, package: name, main_file: "main", file_endings: [`.${name}`], tests: [hello] };
}

const EXECUTIONER = (name: string) => `#!/bin/sh\n. /executioners/prelude.sh\nlimited ${name} "$main" "$@"\n`;
