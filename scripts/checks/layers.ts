import { type CheckResult, unseenFaults } from "./check.ts";
import { projectFiles } from "./project-files.ts";
import { runTool } from "./run-tool.ts";

/** The part of dependency-cruiser's JSON report that is read here. */
interface CruiseReport {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: { readonly violations: readonly Violation[]; readonly totalDependenciesCruised: number };
}

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

/** Layers, cycles and orphans of src, by dependency-cruiser: it must have read every file and found their imports. */
export async function checkLayers(root: string): Promise<CheckResult> {
  const run = await runTool(root, "depcruise", ["src", "--config", ".dependency-cruiser.mjs", "-T", "json"]);
  if (run.stdout === "") {
    return { seen: 0, faults: [`dependency-cruiser exited with ${run.exitCode}: ${run.stderr}`] };
  }
  const { modules, summary }: CruiseReport = JSON.parse(run.stdout);
  const sources = (await projectFiles(root, "src")).filter((file) => file.endsWith(".ts"));
  const seen = modules.map((module) => module.source);
  const faults = summary.violations.map(({ from, to, rule }) => `${from}: ${rule.name}: imports ${to}`);
  if (summary.totalDependenciesCruised === 0) {
    faults.push("dependency-cruiser found no import at all: it does not understand these files");
  }
  return {
    seen: sources.filter((file) => seen.includes(file)).length,
    faults: [...faults, ...unseenFaults("dependency-cruiser", sources, seen)],
  };
}
