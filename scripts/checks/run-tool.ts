import { resolve } from "node:path";
import { execa } from "execa";

/** What a checking tool printed and how it ended. */
export interface ToolRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const OWN_ROOT = resolve(import.meta.dirname, "../..");

/**
 * Runs a checking tool in the folder `cwd`: one of the project's own packages where there is one of that name, else one
 * of the machine. A tool that finds faults exits above 0, so that is no error here; one that did not start is.
 */
export async function runTool(cwd: string, tool: string, args: readonly string[]): Promise<ToolRun> {
  const result = await execa(tool, args, { cwd, preferLocal: true, localDir: OWN_ROOT, reject: false });
  if (result.exitCode === undefined) {
    throw new Error(`${tool} did not run: ${result.shortMessage}; scripts/install-tools installs it`);
  }
  return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}
