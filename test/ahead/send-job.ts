import type { JobRequest } from "../../src/api/job-request.ts";
import type { JobResult } from "../../src/api/job-result.ts";

/** Runs a job by the native API. Rejects with the status and the body of any answer but a result. */
export async function sendJob(url: string, job: JobRequest): Promise<JobResult> {
  const response = await fetch(`${url}/api/crankcase/v1/jobs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(job),
  });
  const body = await response.json();
  if (response.status !== 200) throw new Error(`${response.status}: ${JSON.stringify(body)}`);
  return body as JobResult;
}
