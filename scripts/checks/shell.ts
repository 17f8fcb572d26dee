import { open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { CheckResult } from "./check.ts";
import { projectFiles } from "./project-files.ts";
import { runTool } from "./run-tool.ts";

const SHEBANG = /^#!\s*(\/usr)?\/bin\/(env\s+)?(sh|bash|dash)\b/;

/** Shellcheck's optional checks that find faults rather than matters of taste. */
const OPTIONAL_CHECKS =
  "avoid-nullary-conditions,deprecate-which,quote-safe-variables,check-unassigned-uppercase";

/** How a part of a script begins, which has no shebang since nobody runs it by itself. */
const PART = /^# shellcheck shell=/;

/**
 * Every shell script of the project, by its shebang, since executioners have no file ending; a part of a script, within the
 * script that names it in a `source=` directive.
 */
export async function checkShell(root: string): Promise<CheckResult> {
  const { scripts, parts } = await shellFiles(root);
  if (scripts.length === 0) {
    return { seen: 0, faults: [] };
  }
  const args = [
    "--color=never",
    "--format=gcc",
    "--external-sources",
    "--check-sourced",
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
  faults.push(...(await unsourced(root, scripts, parts)));
  return { seen: scripts.length + parts.length, faults };
}

interface ShellFiles {
  readonly scripts: readonly string[];
  readonly parts: readonly string[];
}

async function shellFiles(root: string): Promise<ShellFiles> {
  const scripts: string[] = [];
  const parts: string[] = [];
  for (const file of await projectFiles(root)) {
    const start = await firstBytes(join(root, file));
    if (PART.test(start)) parts.push(file);
    else if (file.endsWith(".sh") || SHEBANG.test(start)) scripts.push(file);
  }
  return { scripts, parts };
}

/** Parts that no script names are seen by nobody. */
async function unsourced(root: string, scripts: readonly string[], parts: readonly string[]) {
  const texts = await Promise.all(scripts.map((script) => readFile(join(root, script), "utf8")));
  const lost = parts.filter((part) => !texts.some((text) => text.includes(`# shellcheck source=${part}\n`)));
  return lost.map((part) => `${part}: no script names it in a source= directive`);
}

async function firstBytes(path: string): Promise<string> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(64) });
  return buffer.toString("latin1", 0, bytesRead);
}
