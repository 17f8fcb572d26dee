import type { CheckResult } from "./check.ts";
import { projectFiles } from "./project-files.ts";
import { runTool } from "./run-tool.ts";

/** The part of Biome's JSON report that is read here. */
interface BiomeReport {
  readonly summary: { readonly changed: number; readonly unchanged: number };
  readonly diagnostics: readonly BiomeDiagnostic[];
}

interface BiomeDiagnostic {
  readonly message: string;
  readonly category: string;
  readonly location?: { readonly path: string; readonly start: { readonly line: number } };
}

const LINTED = /\.(ts|js|mjs|json)$/;

/** Files that programs write, each in its own way: biome.json leaves them out. */
const WRITTEN = new Set(["package-lock.json", "docs/performance/figures.json"]);

/** Lint rules and formatting, by Biome. Warnings and remarks are faults too: nobody reads those that do not fail. */
export async function checkLint(root: string): Promise<CheckResult> {
  const run = await runTool(root, "biome", [
    "ci",
    "--colors=off",
    "--reporter=json",
    "--max-diagnostics=none",
  ]);
  const report: BiomeReport = JSON.parse(run.stdout);
  const seen = report.summary.changed + report.summary.unchanged;
  const faults = report.diagnostics.map(diagnosticLine);
  // Biome names no files it read, so their number has to do.
  const files = (await projectFiles(root)).filter((file) => LINTED.test(file) && !WRITTEN.has(file));
  if (seen < files.length) {
    faults.push(`biome looked at ${seen} of ${files.length} files`);
  }
  if (run.exitCode !== 0 && faults.length === 0) {
    faults.push(`biome exited with ${run.exitCode}: ${run.stderr}`);
  }
  return { seen, faults };
}

function diagnosticLine({ location, category, message }: BiomeDiagnostic): string {
  const place = location === undefined ? "biome" : `${location.path}:${location.start.line}`;
  return `${place}: ${category}: ${message}`;
}
