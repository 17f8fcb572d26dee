import type { JobAnswer } from "../../src/attacks/judge-answer.ts";
import type { SendJob } from "../../src/attacks/victim.ts";

/** Sends jobs to the native API of the server at an address; whatever it answers is for the caller to judge. */
export function sendTo(url: string): SendJob {
  return async (job): Promise<JobAnswer> => {
    const response = await fetch(`${url}/api/crankcase/v1/jobs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(job),
    });
    return { status: response.status, body: await response.json().catch(() => null) };
  };
}
