import { basename } from "node:path";
import { type CheckResult, unseenFaults } from "./check.ts";
import { projectFiles } from "./project-files.ts";
import { runTool } from "./run-tool.ts";

/**
 * The jailer's C, by the compiler's warnings and analyser and by cppcheck: `make -C jailer check` runs them all and exits
 * above 0 at a fault. Every source file must be named in what it prints.
 */
export async function checkC(root: string): Promise<CheckResult> {
  const sources = (await projectFiles(root, "jailer")).filter((file) => file.endsWith(".c"));
  const run = await runTool(root, "make", ["-C", "jailer", "check"]);
  const output = `${run.stdout}\n${run.stderr}`;
  const seen = sources.filter((file) => output.includes(basename(file)));
  const faults = run.exitCode === 0 ? [] : output.trim().split("\n");
  return { seen: seen.length, faults: [...faults, ...unseenFaults("make check", sources, seen)] };
}
