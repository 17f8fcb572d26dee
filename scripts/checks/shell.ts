import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import type { CheckResult } from "./check.ts";
import { projectFiles } from "./project-files.ts";
import { runTool } from "./run-tool.ts";

const SHEBANG = /^#!\s*(\/usr)?\/bin\/(env\s+)?(sh|bash|dash)\b/;

/** Shellcheck's optional checks that find faults rather than matters of taste. */
const OPTIONAL_CHECKS =
  "avoid-nullary-conditions,deprecate-which,quote-safe-variables,check-unassigned-uppercase";

/** Every shell script of the project, by its shebang, since executioners have no file ending. */
export async function checkShell(root: string): Promise<CheckResult> {
  const scripts = await shellScripts(root);
  if (scripts.length === 0) {
    return { seen: 0, faults: [] };
  }
  const args = [
    "--color=never",
    "--format=gcc",
    "--external-sources",
    `--enable=${OPTIONAL_CHECKS}`,
    ...scripts,
  ];
  const run = await runTool(root, "shellcheck", args);
  const faults = run.stdout.split("\n").filter((line) => line !== "");
  if (run.exitCode !== 0 && faults.length === 0) {
    faults.push(`shellcheck exited with ${run.exitCode}: ${run.stderr}`);
  }
  for (const script of scripts) {
    if (((await stat(join(root, script))).mode & 0o111) === 0) {
      faults.push(`${script}: has a shebang, but nobody may execute it`);
    }
  }
  return { seen: scripts.length, faults };
}

async function shellScripts(root: string): Promise<string[]> {
  const found: string[] = [];
  for (const file of await projectFiles(root)) {
    if (file.endsWith(".sh") || SHEBANG.test(await firstBytes(join(root, file)))) {
      found.push(file);
    }
  }
  return found;
}

async function firstBytes(path: string): Promise<string> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(64) });
  return buffer.toString("latin1", 0, bytesRead);
}
