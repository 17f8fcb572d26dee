import type { JobRequest } from "../api/job-request.ts";
import type { JobResult } from "../api/job-result.ts";
import type { JobAnswer } from "./judge-answer.ts";

/** Sends a job to the server under test; resolves with whatever it answers. */
export type SendJob = (job: JobRequest) => Promise<JobAnswer>;

/** Honest jobs that run one after the other, beside an attack. */
export interface Victims {
  /** Lets the one that runs end; resolves with what was wrong with any of them, each as a sentence. */
  end(): Promise<readonly string[]>;
}

/** Seconds that one runs: long enough to have something to lose, short enough not to be waited for. */
const SECONDS = "0.15";

/** Starts them. `source` is attacks/include/victim.py. */
export function startVictims(send: SendJob, source: string): Victims {
  let ending = false;
  const run = async () => {
    const faults: string[] = [];
    do {
      const answer = await send({ language: "python", files: [{ content: source }], args: [SECONDS] });
      faults.push(...faultsOf(answer));
    } while (!ending && faults.length === 0);
    return faults;
  };
  const running = run();
  // Whoever ends them hears of it; until then nobody does.
  running.catch(() => undefined);
  return {
    end: async () => {
      ending = true;
      return await running;
    },
  };
}

function faultsOf({ status, body }: JobAnswer): string[] {
  if (status !== 200) return [`the job beside it was answered ${status}: ${JSON.stringify(body)}`];
  const { run } = body as JobResult;
  if (run?.stdout === "whole\n" && run.exit_code === 0) return [];
  const { stdout, stderr, cause } = run ?? {};
  return [`the job beside it ended by ${cause}: ${JSON.stringify({ stdout, stderr })}`];
}
