import type { CliContext } from "../context.ts";
import { OWN_FAILURE, signalExitCode } from "../exit-codes.ts";
import type { EndedJob, EndedStage, JobEvent, StageName } from "./job-event.ts";
import { noteWaiting } from "./note-waiting.ts";
import { printable } from "./printable.ts";
import { written } from "./written.ts";

/** What came of a job that was shown. */
export interface Shown {
  readonly exitCode: number;
  readonly result: EndedJob;
  /** Our own words on its end, lines for stderr; often none. */
  readonly words: string;
}

/** What showing takes of the process. */
export type ShowDeps = Pick<CliContext, "stdout" | "stderr" | "stop"> & {
  /** Hears each line on how it goes; null where nobody asked. */
  readonly onStatus: ((line: string) => void) | null;
};

/**
 * Shows a job as it runs: the program's output on our stdout and stderr, the compiler's on stderr. The exit code is that of
 * the last stage. A reader that is slow holds the events back.
 */
export async function showEvents(events: AsyncIterable<JobEvent>, deps: ShowDeps): Promise<Shown> {
  const { stdout, stderr, stop, onStatus } = deps;
  for await (const event of noteWaiting(events, stderr)) {
    if (event.event === "output") {
      const isOut = event.stage === "run" && event.stream === "stdout";
      await written(isOut ? stdout : stderr, Buffer.from(event.data, "base64"), stop);
    } else if (event.event === "result") {
      const { event: _event, ...result } = event;
      return { result, ...endOf(result) };
    } else onStatus?.(statusLine(event));
  }
  throw new Error("a job's events ended without its result");
}

/** The exit code and our own words on the end of a job; pure. */
export function endOf({ compile, run }: Pick<EndedJob, "compile" | "run">): Omit<Shown, "result"> {
  const last = run ?? compile;
  if (last === undefined) return { exitCode: OWN_FAILURE, words: "" };
  return { exitCode: stageExitCode(last), words: ownWords(last, run === undefined ? "compile" : "run") };
}

/** The exit code that tells of a stage: 128 and more for signals. */
function stageExitCode(result: Pick<EndedStage, "exit_code" | "signal">): number {
  return result.exit_code ?? signalExitCode(result.signal ?? "SIGKILL");
}

/** A program that exited by itself has said what it wanted to say; a compiler has not said that nothing ran. */
function ownWords(result: EndedStage, stage: StageName): string {
  if (result.cause !== "exited") return `crankcase: ${stage}: ${result.message}\n`;
  return stage === "compile" ? "crankcase: compile failed\n" : "";
}

function statusLine(event: Exclude<JobEvent, { readonly event: "output" | "result" }>): string {
  if (event.event === "runtime") return `${event.language} ${event.version}`;
  if (event.event === "stage") return `${event.stage}: started`;
  if (event.event === "case") return `case ${printable(event.name)}: ${event.verdict}`;
  const { stage, exit_code: code, signal, message } = event;
  const end = code === null ? (message ?? `${signal}`) : `exit code ${code}`;
  const megabytes = (event.memory_bytes / 1e6).toFixed(1);
  const { wall_time_ms: wall, cpu_time_ms: cpu } = event;
  return `${stage}: ${end}; ${Math.round(wall)} ms, ${Math.round(cpu)} ms of CPU, ${megabytes} MB`;
}
