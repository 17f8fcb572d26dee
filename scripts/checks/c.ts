import type { CheckResult } from "./check.ts";
import { projectFiles } from "./project-files.ts";
import { runTool, type ToolRun } from "./run-tool.ts";

/** Folders with a Makefile of their own. */
const MADE = ["jailer", "keeper"];

/** What the bench's small C programs, which no Makefile knows, are compiled with. */
const WARNINGS = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-fanalyzer", "-c", "-o", "/dev/null"];

/**
 * The project's C. The jailer's and the keeper's: `make -C FOLDER check` runs the compiler's warnings and analyser and
 * cppcheck, and exits above 0 at a fault; the last line that it prints, `checked N C files`, must count every source file.
 * The bench's: the compiler alone. The programs that tests run in jails do bad things on purpose and are left out.
 */
export async function checkC(root: string): Promise<CheckResult> {
  const sources = (await projectFiles(root)).filter((file) => file.endsWith(".c"));
  const checks: CheckResult[] = [];
  for (const folder of MADE) {
    const made = sources.filter((file) => file.startsWith(`${folder}/`));
    if (made.length > 0) checks.push(await checkMade(root, folder, made));
  }
  for (const file of sources.filter((path) => path.startsWith("bench/"))) {
    const run = await runTool(root, "gcc", [...WARNINGS, file]);
    checks.push({ seen: 1, faults: faultLines(run) });
  }
  return {
    seen: checks.reduce((sum, { seen }) => sum + seen, 0),
    faults: checks.flatMap(({ faults }) => faults),
  };
}

async function checkMade(root: string, folder: string, sources: readonly string[]): Promise<CheckResult> {
  const run = await runTool(root, "make", ["-C", folder, "check"]);
  if (run.exitCode !== 0) {
    return { seen: sources.length, faults: faultLines(run) };
  }
  const seen = Number(/^checked (\d+) C files$/m.exec(run.stdout)?.[1] ?? 0);
  const unseen =
    seen === sources.length ? [] : [`make -C ${folder} check looked at ${seen} of ${sources.length} files`];
  return { seen, faults: unseen };
}

/** Compilers and cppcheck complain on stderr; stdout only tells what make is about to do. */
function faultLines({ exitCode, stderr }: ToolRun): string[] {
  return exitCode === 0 ? [] : [...stderr.trim().split("\n"), `exit code ${exitCode}`];
}
