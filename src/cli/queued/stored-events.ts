import type { QueuedJob } from "../../api/queued-job.ts";
import { refusal } from "../api-call.ts";
import type { StageName } from "../job/job-event.ts";
import type { QueuedEvent } from "./queued-event.ts";

/** What a job that is over would have told, from what is kept of it; pure. Throws the error of one that has no result. */
export function* storedEvents(job: QueuedJob, url: string): Generator<QueuedEvent> {
  const { result, error } = job;
  yield { event: "state", ...job };
  if (error !== undefined) throw refusal(url, 0, error);
  if (result === undefined) return;
  for (const stage of ["compile", "run"] as const) yield* outputOf(stage, result[stage]);
  for (const it of result.testcases?.cases ?? []) yield { event: "case", ...it };
  yield { event: "result", ...result };
}

function* outputOf(
  stage: StageName,
  texts: { readonly stdout: string; readonly stderr: string } | undefined,
): Generator<QueuedEvent> {
  for (const stream of ["stdout", "stderr"] as const) {
    const data = texts?.[stream] ?? "";
    if (data !== "") yield { event: "output", stage, stream, data };
  }
}
