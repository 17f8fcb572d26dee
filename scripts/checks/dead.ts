import { resolve } from "node:path";
import type { CheckResult } from "./check.ts";
import { projectFiles } from "./project-files.ts";
import { runTool } from "./run-tool.ts";

/** What `knip-report.ts` prints. */
interface KnipReport {
  readonly processed: number;
  readonly faults: readonly string[];
}

const REPORTER = resolve(import.meta.dirname, "knip-report.ts");
const TYPESCRIPT = /^(src|scripts|bench|test)\/.*\.ts$/;

/** Dead files, exports and dependencies, by Knip: it must have read at least as many files as there are. */
export async function checkDead(root: string): Promise<CheckResult> {
  const run = await runTool(root, "knip", ["--no-progress", "--no-config-hints", "--reporter", REPORTER]);
  if (!run.stdout.startsWith("{")) {
    return { seen: 0, faults: [`knip exited with ${run.exitCode}: ${run.stdout}${run.stderr}`] };
  }
  const report: KnipReport = JSON.parse(run.stdout);
  const expected = (await projectFiles(root)).filter((file) => TYPESCRIPT.test(file)).length;
  const faults = [...report.faults];
  if (report.processed < expected) {
    faults.push(`knip looked at ${report.processed} of ${expected} files`);
  }
  return { seen: report.processed, faults };
}
