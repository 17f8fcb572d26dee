import type { JobResult } from "../api/job-result.ts";

/** Whether an answer to a job holds a text: as it stands there, or in a file that the job sent back. */
export function knowsSecret(body: unknown, secret: string): boolean {
  const { artifacts = [] } = (body ?? {}) as Partial<JobResult>;
  const contents = artifacts.flatMap((artifact) => ("content" in artifact ? [artifact.content] : []));
  const inFiles = contents.some((base64) => Buffer.from(base64 ?? "", "base64").includes(secret));
  return inFiles || JSON.stringify(body).includes(secret);
}
