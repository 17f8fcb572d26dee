import type { JobRequest } from "../../api/job-request.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import type { CaseBatch } from "../cases/case-batches.ts";
import type { JobEvent } from "../job/job-event.ts";
import { printable } from "../job/printable.ts";

/** Runs one job. */
export type RunJob = (job: JobRequest) => AsyncIterable<JobEvent>;

/**
 * Judges batches one after the other and yields their events, cases by their place among all. A batch that the server takes
 * for too large is halved. Nothing is sent after a program, or a judge's, that does not compile and, where the job says so, after a failure.
 * Throws what the server answers instead.
 */
export async function* judgeBatches(
  batches: AsyncIterable<CaseBatch>,
  job: JobRequest,
  run: RunJob,
): AsyncGenerator<JobEvent> {
  for await (const batch of batches) {
    const waiting = [batch];
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      try {
        for await (const event of run({ ...job, testcases: [...next.testcases] })) {
          yield placed(event, next.first);
          if (event.event === "result" && endsAll(event, job)) return;
        }
      } catch (error) {
        waiting.unshift(...halves(next, error));
      }
    }
  }
}

function placed(event: JobEvent, first: number): JobEvent {
  return event.event === "case" ? { ...event, index: first + event.index } : event;
}

/** The two halves of a batch that was too large, which is told before anything of it ran. Throws any other error again. */
function halves({ first, testcases }: CaseBatch, error: unknown): CaseBatch[] {
  if (!(error instanceof CrankcaseError) || error.code !== "body_too_large") throw error;
  const half = testcases.length >> 1;
  if (half === 0) throw tooLarge(testcases[0]?.name ?? "", error);
  return [
    { first, testcases: testcases.slice(0, half) },
    { first: first + half, testcases: testcases.slice(half) },
  ];
}

function endsAll(
  { testcases }: Extract<JobEvent, { readonly event: "result" }>,
  { stop_at_first_failure: stops }: JobRequest,
): boolean {
  const verdict = testcases?.verdict;
  // A message says why nothing could run.
  const couldRun = verdict !== "CE" && (testcases?.message ?? null) === null;
  return !couldRun || (stops === true && verdict !== "AC");
}

function tooLarge(name: string, cause: CrankcaseError): CrankcaseError {
  const message = `The case ${printable(name)} is, with the program, larger than the server's body_limit_bytes.`;
  return new CrankcaseError("body_too_large", message, { cause });
}
