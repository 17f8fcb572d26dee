import type { JobResult } from "../api/job-result.ts";
import type { RuntimeDefinition } from "../runtimes/runtime-definition.ts";

type DefinitionTest = RuntimeDefinition["tests"][number];

/** As much of an output as a line can hold. */
const TOLD_CHARACTERS = 200;

/** What is wrong with a result, by the test of a runtime's definition that was run; null where nothing is. */
export function definitionFault({ expect }: DefinitionTest, { compile, run }: JobResult): string | null {
  if (expect.compile_fails === true) return compileFault(expect.stderr_contains, compile, run);
  if (run === undefined) return `it did not compile: ${compile?.message} ${told(compile?.output)}`;
  const exitCode = expect.exit_code ?? 0;
  if (run.cause !== "exited") return `it ended by ${run.cause}: ${run.message}`;
  if (run.exit_code !== exitCode)
    return `exit code ${run.exit_code} instead of ${exitCode}: ${told(run.output)}`;
  if (expect.stdout !== undefined && run.stdout !== expect.stdout)
    return `stdout is ${told(run.stdout)} instead of ${told(expect.stdout)}`;
  const wanted = expect.stderr_contains;
  if (wanted === undefined) return run.stderr === "" ? null : `stderr is ${told(run.stderr)}`;
  return run.stderr.includes(wanted) ? null : `stderr has no ${told(wanted)}: ${told(run.stderr)}`;
}

function compileFault(
  wanted: string | undefined,
  compile: JobResult["compile"],
  run: JobResult["run"],
): string | null {
  if (run !== undefined || compile?.exit_code === 0) return "it compiled, and should not";
  return compile?.stderr.includes(wanted ?? "") === true ? null : `compiling said ${told(compile?.stderr)}`;
}

function told(text = ""): string {
  return JSON.stringify(text.length > TOLD_CHARACTERS ? `${text.slice(0, TOLD_CHARACTERS)}...` : text);
}

/** Whether a stage ran out of its time: what that tells of is the machine, busy or slow, and not the language. */
export function ranOutOfTime({ compile, run }: JobResult): boolean {
  return [compile, run].some((stage) => stage?.cause === "wall_time" || stage?.cause === "cpu_time");
}
