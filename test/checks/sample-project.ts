import { chmod, copyFile, mkdir, mkdtempDisposable, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { execa } from "execa";

const ROOT = resolve(import.meta.dirname, "../..");
const CONFIGS = [
  "tsconfig.json",
  "biome.json",
  ".dependency-cruiser.mjs",
  "knip.json",
  ".gitignore",
  "jailer/Makefile",
];

/** A project in which every check passes: one small file in each of four layers, a script and some C. */
const SAMPLE: Readonly<Record<string, string>> = {
  "package.json": '{\n  "name": "sample",\n  "type": "module"\n}\n',
  "src/errors/fault.ts": '/** What went wrong. */\nexport const FAULT = "fault";\n',
  "src/jail/cell.ts":
    'import { FAULT } from "../errors/fault.ts";\n\n/** A closed cell. */\nexport const CELL = ["cell", FAULT];\n',
  "src/jobs/job.ts":
    'import { CELL } from "../jail/cell.ts";\n\n/** A job in its cell. */\nexport const JOB = ["job", ...CELL];\n',
  "src/cli/main.ts": 'import { JOB } from "../jobs/job.ts";\n\nconsole.log(JOB);\n',
  "executioners/sample/run": '#!/bin/sh\n# run MAIN: runs it.\nexec sample "$@"\n',
  "systemd/sample.service": "[Service]\nExecStart=/opt/crankcase/current/bin/sample\n",
  "jailer/src/jailer.h": "#pragma once\n",
  "jailer/src/main.c": "int main(void)\n{\n    return 0;\n}\n",
};

/** A project in a temporary folder, with this project's own configuration of every checker. */
export interface SampleProject extends AsyncDisposable {
  /** Runs one static check on it, as `npm run check:NAME` would: its exit code and what it printed. */
  check(name: string): Promise<{ exitCode: number | undefined; output: string }>;
}

/** Makes a project out of the sample and `files`, which replace files of the sample that have their names. */
export async function sampleProject(files: Readonly<Record<string, string>>): Promise<SampleProject> {
  const folder = await mkdtempDisposable(join(tmpdir(), "crankcase-checks-"));
  await mkdir(join(folder.path, "jailer"));
  await Promise.all(CONFIGS.map((config) => copyFile(join(ROOT, config), join(folder.path, config))));
  await symlink(join(ROOT, "node_modules"), join(folder.path, "node_modules"));
  for (const [file, text] of Object.entries({ ...SAMPLE, ...files })) {
    await writeSource(join(folder.path, file), text);
  }
  return {
    check: (name) => runCheck(folder.path, name),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** A text with a shebang is made executable, as it would be in a commit. */
async function writeSource(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  await chmod(path, text.startsWith("#!") ? 0o755 : 0o644);
}

async function runCheck(
  cwd: string,
  name: string,
): Promise<{ exitCode: number | undefined; output: string }> {
  const run = await execa("node", [join(ROOT, "scripts/check.ts"), name], {
    cwd,
    preferLocal: true,
    localDir: ROOT,
    all: true,
    reject: false,
  });
  return { exitCode: run.exitCode, output: run.all };
}
