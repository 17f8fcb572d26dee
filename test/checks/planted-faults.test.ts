import { describe, expect, test } from "vitest";
import { sampleProject } from "./sample-project.ts";

const NAMES = ["types", "lint", "layers", "dead", "shell", "units", "c", "repo"];

describe("a project without a fault", () => {
  test.each(NAMES)("passes check:%s, which saw files", async (name) => {
    await using project = await sampleProject({});
    const { exitCode, output } = await project.check(name);
    expect(output).toMatch(/^check:\w+ ok \([1-9]\d* files seen, 0 faults/m);
    expect(exitCode).toBe(0);
  });
});

/** A fault to plant: what it is, the check that must fail, the files that hold it, and what must be said of it. */
type PlantedFault = readonly [title: string, name: string, files: Record<string, string>, said: RegExp];

const constant = (name: string) => `/** A constant. */\nexport const ${name} = "${name}";\n`;
const cMain = (body: string) =>
  `#include <stdio.h>\n#include <stdlib.h>\n\nint main(void)\n{\n${body}\n    return 0;\n}\n`;

// What no file of the project may hold stands here in two halves, for this file is one of them.
const HOST = ["registry.npm", "js.org"].join("");
const MACHINE_PATH = ["", "work", "main", "src"].join("/");

const FAULTS: readonly PlantedFault[] = [
  [
    "a string where a number belongs",
    "types",
    { "src/jail/cell.ts": '/** A closed cell. */\nexport const CELL: number = "cell";\n' },
    /src\/jail\/cell\.ts\(2,14\): error TS2322/,
  ],
  [
    "an index that may be out of range",
    "types",
    {
      "src/jail/cell.ts":
        "/** A closed cell. */\nexport const CELL = (names: string[]): string => names[0];\n",
    },
    /src\/jail\/cell\.ts.*error TS2322/,
  ],
  [
    "an enum, which Node cannot strip",
    "types",
    { "src/jail/cell.ts": "/** A closed cell. */\nexport enum CELL {\n  Closed,\n}\n" },
    /src\/jail\/cell\.ts.*error TS1294/,
  ],
  [
    "a variable that nobody reads",
    "lint",
    { "src/jail/cell.ts": `const unread = 1;\n\n${constant("CELL")}` },
    /src\/jail\/cell\.ts:\d+: lint\/correctness\/noUnusedVariables/,
  ],
  [
    "a promise that nobody waits for",
    "lint",
    { "src/jail/cell.ts": "async function wait() {\n  await Promise.resolve();\n}\n\nwait();\n" },
    /src\/jail\/cell\.ts:\d+: lint\/\w+\/noFloatingPromises/,
  ],
  [
    "an exit in the middle of the product",
    "lint",
    { "src/jail/cell.ts": "process.exit(1);\n" },
    /src\/jail\/cell\.ts:\d+: lint\/\w+\/noJsRestrictedProperties/,
  ],
  [
    "text that is not formatted",
    "lint",
    { "src/jail/cell.ts": "/** A closed cell. */\nexport const   CELL = 'cell'\n" },
    /src\/jail\/cell\.ts:\d+: format/,
  ],
  [
    "an import from a folder of the same row",
    "layers",
    {
      "src/slots/slot.ts": constant("SLOT"),
      "src/jail/cell.ts":
        'import { SLOT } from "../slots/slot.ts";\n\n/** A closed cell. */\nexport const CELL = SLOT;\n',
    },
    /src\/jail\/cell\.ts: layer-jail: imports src\/slots\/slot\.ts/,
  ],
  [
    "an import from a row above",
    "layers",
    {
      "src/http/route.ts": constant("ROUTE"),
      "src/jobs/job.ts":
        'import { ROUTE } from "../http/route.ts";\n\n/** A job. */\nexport const JOB = ROUTE;\n',
    },
    /src\/jobs\/job\.ts: layer-jobs: imports src\/http\/route\.ts/,
  ],
  [
    "a mere type from a row above",
    "layers",
    {
      "src/http/route.ts": "/** A route. */\nexport type Route = string;\n",
      "src/jobs/job.ts":
        'import type { Route } from "../http/route.ts";\n\n/** A job. */\nexport const JOB: Route = "job";\n',
    },
    /src\/jobs\/job\.ts: layer-jobs: imports src\/http\/route\.ts/,
  ],
  [
    "a circle of imports",
    "layers",
    {
      "src/jobs/job.ts":
        'import { NEXT } from "./next.ts";\n\n/** A job. */\nexport const JOB = () => NEXT;\n',
      "src/jobs/next.ts":
        'import { JOB } from "./job.ts";\n\n/** The next. */\nexport const NEXT = () => JOB;\n',
    },
    /src\/jobs\/job\.ts: no-cycle: imports src\/jobs\/next\.ts/,
  ],
  [
    "a folder that has no row",
    "layers",
    {
      "src/extra/extra.ts":
        'import { FAULT } from "../errors/fault.ts";\n\n/** An extra. */\nexport const EXTRA = FAULT;\n',
    },
    /src\/extra\/extra\.ts: known-folder/,
  ],
  [
    "an export that nobody imports",
    "dead",
    { "src/errors/fault.ts": `${constant("FAULT")}\n${constant("UNUSED")}` },
    /src\/errors\/fault\.ts: unused exports: UNUSED/,
  ],
  [
    "a file that nobody imports",
    "dead",
    { "src/errors/forgotten.ts": constant("FORGOTTEN") },
    /src\/errors\/forgotten\.ts: unused files/,
  ],
  [
    "a dependency that nobody uses",
    "dead",
    { "package.json": '{ "name": "sample", "type": "module", "dependencies": { "yaml": "1.0.0" } }\n' },
    /package\.json: unused dependencies: yaml/,
  ],
  [
    "an unquoted variable in a script without a file ending",
    "shell",
    { "executioners/sample/run": "#!/bin/sh\nfile=$1\nexec sample $file\n" },
    /executioners\/sample\/run:3:\d+: note: .*\[SC2086\]/,
  ],
  [
    "an unquoted variable in a part of a script",
    "shell",
    {
      "install.sh": "#!/bin/sh\n# shellcheck source=parts/say.sh\n. parts/say.sh\n",
      "parts/say.sh": "# shellcheck shell=sh\nprintf %s $1\n",
    },
    /parts\/say\.sh:2:\d+: note: .*\[SC2086\]/,
  ],
  [
    "a part of a script that no script has",
    "shell",
    { "parts/say.sh": "# shellcheck shell=sh\nprintf %s x\n" },
    /parts\/say\.sh: no script names it/,
  ],
  [
    "an option that systemd does not know",
    "units",
    {
      "systemd/sample.service":
        "[Service]\nExecStart=/opt/crankcase/current/bin/sample\nProtectEverything=yes\n",
    },
    /sample\.service:3: .*ProtectEverything/,
  ],
  [
    "a unit that names one which is not there",
    "units",
    {
      "systemd/sample.service":
        "[Unit]\nRequires=other.service\n\n[Service]\nExecStart=/opt/crankcase/current/bin/sample\n",
    },
    /other\.service/,
  ],
  ["an unused variable in C", "c", { "jailer/src/main.c": cMain("    int unread;") }, /main\.c.*unread/],
  [
    "a pointer that may be null in C",
    "c",
    {
      "jailer/src/main.c": cMain(
        "    char *bytes = malloc(16);\n    bytes[0] = 0;\n    puts(bytes);\n    free(bytes);",
      ),
    },
    /main\.c.*analyzer-possible-null-dereference/,
  ],
  [
    "what only cppcheck sees in C",
    "c",
    { "jailer/src/main.c": cMain("    return (int)sizeof(10);") },
    /main\.c.*sizeof/,
  ],
  [
    "an unused variable in the bench's C",
    "c",
    { "bench/launcher.c": cMain("    int unread;") },
    /launcher\.c.*unread/,
  ],
  [
    "a file named after nothing",
    "repo",
    { "src/jail/cell-utils.ts": constant("CELLS") },
    /src\/jail\/cell-utils\.ts: the name "utils"/,
  ],
  [
    "a registry's host",
    "repo",
    { "docs/install.md": `Fetch it from ${HOST}.\n` },
    /docs\/install\.md:1: names the registry/,
  ],
  [
    "a path of one machine",
    "repo",
    { "docs/install.md": `See ${MACHINE_PATH}.\n` },
    /docs\/install\.md:1: names a folder/,
  ],
  [
    "a registry in the lockfile",
    "repo",
    {
      "package-lock.json":
        '{ "packages": { "node_modules/x": { "resolved": "https://example.org/x.tgz" } } }\n',
    },
    /package-lock\.json: node_modules\/x names its registry/,
  ],
  [
    "a package that the lockfile lacks",
    "repo",
    {
      "package-lock.json":
        '{ "packages": { "node_modules/x": { "optionalDependencies": { "y": "1.0.0" } } } }\n',
    },
    /package-lock\.json: no entry for y, which node_modules\/x depends on/,
  ],
  [
    "an export without a doc comment",
    "repo",
    { "src/jail/cell.ts": 'export const CELL = "cell";\n' },
    /src\/jail\/cell\.ts:1: an export without a doc comment/,
  ],
  [
    "an executioner that waits for its program",
    "repo",
    { "executioners/sample/run": '#!/bin/sh\nsample "$@"\n' },
    /executioners\/sample\/run: its last line does not become the program/,
  ],
  [
    "a source file of 151 lines",
    "repo",
    { "src/jail/cell.ts": `${"// A line.\n".repeat(149)}${constant("CELL")}` },
    /src\/jail\/cell\.ts: 151 lines/,
  ],
];

describe("a planted fault", () => {
  test.each(FAULTS)("%s fails check:%s", async (_title, name, files, said) => {
    await using project = await sampleProject(files);
    const { exitCode, output } = await project.check(name);
    expect(output).toMatch(said);
    expect(exitCode).toBe(1);
  });
});

/** Configurations that leave files out: a check that silently sees less than there is must fail. */
const BLIND: readonly PlantedFault[] = [
  [
    "a compiler that is shown one folder",
    "types",
    { "tsconfig.json": '{ "include": ["src/errors"] }\n' },
    /src\/jail\/cell\.ts: tsc did not look at it/,
  ],
  [
    "a linter that is shown one folder",
    "lint",
    { "biome.json": '{ "files": { "includes": ["src/errors/**"] } }\n' },
    /biome looked at 2 of \d+ files/,
  ],
  [
    "a layer check that skips a folder",
    "layers",
    { ".dependency-cruiser.mjs": 'export default { options: { exclude: { path: "src/jail" } } };\n' },
    /src\/jail\/cell\.ts: dependency-cruiser did not look at it/,
  ],
  [
    "a layer check that finds no import",
    "layers",
    {
      ".dependency-cruiser.mjs":
        'export default { options: { exclude: { path: "src/(errors|jail|jobs)" } } };\n',
    },
    /dependency-cruiser found no import at all/,
  ],
  [
    "a dead-code check that is shown one folder",
    "dead",
    { "knip.json": '{ "entry": ["src/errors/fault.ts"], "project": ["src/errors/*.ts"] }\n' },
    /knip looked at 1 of \d+ files/,
  ],
  [
    "a C check that looks at no file",
    "c",
    { "jailer/Makefile": "check:\n\t@echo checked 0 C files\n" },
    /make -C jailer check looked at 0 of 1 files/,
  ],
  [
    "a project without a script",
    "shell",
    { "executioners/sample/run": "sample\n" },
    /check:shell FAILED: it saw no file/,
  ],
];

describe("a check that does not see", () => {
  test.each(BLIND)("%s fails check:%s", async (_title, name, files, said) => {
    await using project = await sampleProject(files);
    const { exitCode, output } = await project.check(name);
    expect(output).toMatch(said);
    expect(exitCode).toBe(1);
  });
});
