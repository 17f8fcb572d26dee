import { setTimeout as sleep } from "node:timers/promises";
import type { JobAnswer } from "./judge-answer.ts";
import type { SendJob } from "./victim.ts";

/** A server in use may have no room for a while: how often it is asked again, and after how many milliseconds. */
const TRIES = 20;
const PAUSE_MS = 500;

/** Codes of answers that tell of the moment, and nothing of the job. */
const MOMENTARY = new Set(["busy", "rate_limited", "too_many_at_once"]);

/** Sends jobs anew as long as the server has no room for them, for ten seconds at most. */
export function sendPatiently(send: SendJob): SendJob {
  return async (job) => {
    let answer = await send(job);
    for (let tries = 1; isMomentary(answer) && tries < TRIES; tries += 1) {
      await sleep(PAUSE_MS);
      answer = await send(job);
    }
    return answer;
  };
}

function isMomentary({ status, body }: JobAnswer): boolean {
  return status !== 200 && MOMENTARY.has((body as { code?: string } | null)?.code ?? "");
}
