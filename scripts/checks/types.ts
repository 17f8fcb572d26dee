import { relative } from "node:path";
import { type CheckResult, unseenFaults } from "./check.ts";
import { projectFiles } from "./project-files.ts";
import { runTool } from "./run-tool.ts";

/** Types, by the TypeScript compiler: every `.ts` file of the project must be among those it read. */
export async function checkTypes(root: string): Promise<CheckResult> {
  const run = await runTool(root, "tsc", ["--noEmit", "--pretty", "false", "--listFiles"]);
  const lines = run.stdout.split("\n").filter((line) => line !== "");
  const seen = lines.filter((line) => line.startsWith("/")).map((line) => relative(root, line));
  const expected = (await projectFiles(root)).filter((file) => file.endsWith(".ts"));
  const errors = lines.filter((line) => !line.startsWith("/"));
  if (run.exitCode !== 0 && errors.length === 0) {
    errors.push(`tsc exited with ${run.exitCode}: ${run.stderr}`);
  }
  return {
    seen: expected.filter((file) => seen.includes(file)).length,
    faults: [...errors, ...unseenFaults("tsc", expected, seen)],
  };
}
