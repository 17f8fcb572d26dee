import type { JobRequest } from "../../src/api/job-request.ts";
import type { JobResult } from "../../src/api/job-result.ts";
import type { TestcaseResult, TestcasesResult } from "../../src/api/testcases-result.ts";
import type { Serving } from "../cli/serving.ts";

const ROUTE = "/api/crankcase/v1/jobs";

/** One event of a job's stream. */
export type JobEvent = { readonly event: string } & Readonly<Record<string, unknown>>;

/** Sends a job to a server. */
export function send(
  { url }: Pick<Serving, "url">,
  job: JobRequest,
  options: { readonly accept?: string; readonly signal?: AbortSignal } = {},
): Promise<Response> {
  const { accept = "application/json", signal = null } = options;
  const headers = { "content-type": "application/json", accept };
  return fetch(`${url}${ROUTE}`, { method: "POST", headers, signal, body: JSON.stringify(job) });
}

/** What became of a job with cases. */
export async function judged(
  serving: Pick<Serving, "url">,
  job: JobRequest,
): Promise<{ readonly result: JobResult; readonly testcases: TestcasesResult }> {
  const response = await send(serving, job);
  const result = (await response.json()) as JobResult;
  if (response.status !== 200 || result.testcases === undefined)
    throw new Error(`${response.status}: ${JSON.stringify(result)}`);
  return { result, testcases: result.testcases };
}

/** All events of a job. */
export async function followed(serving: Pick<Serving, "url">, job: JobRequest): Promise<JobEvent[]> {
  const response = await send(serving, job, { accept: "application/x-ndjson" });
  const lines = (await response.text()).trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line));
}

/** The verdicts of cases, in their order. */
export function verdicts({ cases }: TestcasesResult): TestcaseResult["verdict"][] {
  return cases.map(({ verdict }) => verdict);
}
