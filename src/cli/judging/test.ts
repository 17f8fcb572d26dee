import type { JobRequest } from "../../api/job-request.ts";
import type { TestcaseResult } from "../../api/testcases-result.ts";
import { createApiClient } from "../api-client.ts";
import { caseBatches } from "../cases/case-batches.ts";
import { chosenCases } from "../cases/chosen-cases.ts";
import type { CaseFiles } from "../cases/find-cases.ts";
import type { CliContext } from "../context.ts";
import { OWN_FAILURE } from "../exit-codes.ts";
import { followJob } from "../job/follow-job.ts";
import type { EndedJob, JobEvent } from "../job/job-event.ts";
import { noteWaiting } from "../job/note-waiting.ts";
import { printable } from "../job/printable.ts";
import { written } from "../job/written.ts";
import { keyedAddress } from "../server-address.ts";
import { rowStyle } from "./case-lines.ts";
import { type CaseView, caseView } from "./case-view.ts";
import { CompileOutput } from "./compile-output.ts";
import { judgeBatches } from "./judge-batches.ts";
import { loweredText } from "./lowered-text.ts";
import { paintFor } from "./paint.ts";
import { summaryLines } from "./summary-lines.ts";
import { testJob } from "./test-job.ts";
import { requireFolders, testTarget } from "./test-operands.ts";
import { requireSoundJudging, type TestOptions } from "./test-options.ts";
import { type TestReport, testReport } from "./test-report.ts";

/** What a server takes unless its operator says otherwise (`body_limit_bytes`), and what the request has besides. */
const BODY_BYTES = 10_485_760;
const SPARE_BYTES = 4_096;

/** `crankcase test`: judges a program by a folder of cases; 0 if all were passed, else 1. Throws what the server answers. */
export async function test(
  operands: readonly string[],
  options: TestOptions,
  context: CliContext,
): Promise<number> {
  requireSoundJudging(options);
  const address = await keyedAddress(options, context.env);
  const runtimes = await createApiClient(address, context.stop).runtimes();
  const target = testTarget(operands, runtimes);
  const folders = requireFolders([...target.folders, ...options.cases]);
  const isCompared = options.checker === undefined && options.interactor === undefined;
  const { cases, notes } = await chosenCases(folders, options.only, isCompared);
  for (const note of notes) context.stderr.write(`crankcase: ${note}\n`);
  const job = await testJob(target, options, runtimes);
  const room = BODY_BYTES - SPARE_BYTES - Buffer.byteLength(JSON.stringify(job));
  const run = (each: JobRequest) => followJob(address, each, context.stop);
  const events = noteWaiting(judgeBatches(caseBatches(cases, room), job, run), context.stderr);
  const report = await shownReport(events, cases, options, context);
  context.stderr.write(loweredText(report, options));
  return exitCodeOf(report);
}

async function shownReport(
  events: AsyncIterable<JobEvent>,
  cases: readonly CaseFiles[],
  { json }: TestOptions,
  context: CliContext,
): Promise<TestReport> {
  const { stdout, stop, env } = context;
  const paint = paintFor(stdout, env);
  const isTerminal = (stdout as { readonly isTTY?: boolean }).isTTY === true;
  const names = cases.map(({ name }) => name);
  using view = json === true ? null : caseView(context, rowStyle(names, paint, isTerminal), cases.length);
  const report = await collected(events, cases, view);
  if (json === true) await written(stdout, `${JSON.stringify(report, null, 2)}\n`, stop);
  else {
    await written(context.stderr, report.verdict === "CE" ? compileWords(report) : judgeWords(report), stop);
    await written(stdout, summaryLines(report, paint), stop);
  }
  return report;
}

/** Takes all events in, and shows cases as they come. */
async function collected(
  events: AsyncIterable<JobEvent>,
  cases: readonly CaseFiles[],
  view: CaseView | null,
): Promise<TestReport> {
  const [ends, found, output]: [EndedJob[], TestcaseResult[], CompileOutput] = [[], [], new CompileOutput()];
  for await (const event of events) {
    if (event.event === "output") output.take(event);
    if (event.event === "case") {
      const { event: _event, ...result } = event;
      found.push(result);
      await view?.show(result);
    }
    if (event.event === "result") {
      const { event: _event, ...end } = event;
      ends.push(end);
    }
  }
  await view?.end();
  const weight = cases.reduce((sum, it) => sum + (it.weight ?? 1), 0);
  return testReport(ends, found, output.text(), { count: cases.length, weight });
}

function compileWords({ compile }: TestReport): string {
  const text = `${compile?.stdout ?? ""}${compile?.stderr ?? ""}`;
  const end =
    compile !== null && compile.cause !== "exited" ? `compile: ${compile.message}` : "compile failed";
  return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}crankcase: ${end}\n`;
}

/** What the compiler of a checker or an interactor wrote. */
function judgeWords({ message }: TestReport): string {
  if (message === null) return "";
  const text = message.split("\n").map(printable).join("\n");
  return `${text}${text.endsWith("\n") ? "" : "\n"}crankcase: the checker or the interactor does not compile\n`;
}

/** A failure of ours or of the judge's own program is no judgement. */
function exitCodeOf({ verdict, cases }: TestReport): number {
  if (verdict === "IE" || cases.some((it) => it.verdict === "IE")) return OWN_FAILURE;
  return verdict === "AC" ? 0 : 1;
}
