import type { JobRequest } from "../../src/api/job-request.ts";
import type { JobResult } from "../../src/api/job-result.ts";
import { sendTo } from "../support/send-to.ts";

/** Runs a job by the native API. Rejects with the status and the body of any answer but a result. */
export async function sendJob(url: string, job: JobRequest): Promise<JobResult> {
  const { status, body } = await sendTo(url)(job);
  if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return body as JobResult;
}
