import type { JobRequest } from "../../src/api/job-request.ts";
import { until } from "../support/until.ts";

/** A job that prints `hello`. */
export type Job = JobRequest;

/** What the native API says to it: `right`, `error CODE`, `broken`, or the answer where it is neither. */
export async function answerTo(url: string, job: Job): Promise<string> {
  const headers = { "content-type": "application/json", connection: "close" };
  try {
    const response = await fetch(`${url}/api/crankcase/v1/jobs`, {
      method: "POST",
      headers,
      body: JSON.stringify(job),
    });
    const text = await response.text();
    const body = JSON.parse(text);
    if (response.status !== 200) return `error ${body.code}`;
    return body.run?.stdout === "hello\n" && body.run.exit_code === 0 ? "right" : text;
  } catch {
    return "broken";
  }
}

/** Waits until it is answered rightly; what else it is told until then is an error of the server's, or to come later. */
export async function expectServed(url: string, job: Job): Promise<void> {
  const others: string[] = [];
  await until(
    `${job.language} is served`,
    async () => {
      const answer = await answerTo(url, job);
      if (answer !== "right") others.push(answer);
      return answer === "right";
    },
    20_000,
  ).catch((error) => {
    throw new Error(`${error.message}; it was told ${[...new Set(others)].join(", ")}`);
  });
}
