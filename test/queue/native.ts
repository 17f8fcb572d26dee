import type { QueuedJob } from "../../src/api/queued-job.ts";

const PREFIX = "/api/crankcase/v1";

/** What came back: the status, the headers, and the body, whatever it is. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server answers
  readonly body: any;
}

/** Calls the native API at a server, below its prefix. */
export async function native(
  url: string,
  method: string,
  path: string,
  { body, key }: { readonly body?: object; readonly key?: string } = {},
): Promise<Answered> {
  const response = await fetch(`${url}${PREFIX}${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(key === undefined ? {} : { "x-api-key": key }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** Submits a job that nobody waits for; it must be accepted. */
export async function submitted(url: string, job: object, key?: string): Promise<QueuedJob> {
  const options = { body: { ...job, wait: false }, ...(key === undefined ? {} : { key }) };
  const { status, body } = await native(url, "POST", "/jobs", options);
  if (status !== 202) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}

/** The job once it is over. */
export async function over(url: string, id: string): Promise<QueuedJob> {
  for (;;) {
    const { status, body } = await native(url, "GET", `/jobs/${id}?wait=30`);
    if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
    if (body.state !== "queued" && body.state !== "running") return body;
  }
}

/** A shell script as a job. */
export function script(content: string): object {
  return { language: "bash", files: [{ content }] };
}
