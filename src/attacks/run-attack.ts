import type { Attack, AttackJob } from "./attack-definition.ts";
import { attackRequest } from "./attack-request.ts";
import { judgeAnswer } from "./judge-answer.ts";
import { knowsSecret } from "./knows-secret.ts";
import { type AttackTarget, watchAttack } from "./watch-attack.ts";

/** Runs an attack and watches it; resolves with what it broke, each as a sentence, and with nothing where all held. */
export async function runAttack(attack: Attack, target: AttackTarget): Promise<readonly string[]> {
  return await watchAttack(target, async () => {
    const faults: string[] = [];
    for (let round = 0; round < (attack.rounds ?? 1) && faults.length === 0; round += 1) {
      faults.push(...(await runJobs(attack, target)));
    }
    return faults;
  });
}

async function runJobs(attack: Attack, target: AttackTarget): Promise<string[]> {
  const { job, beside = [], afterwards = [] } = attack;
  const faults = (await Promise.all([job, ...beside].map((each) => runJob(each, target)))).flat();
  for (const next of afterwards) faults.push(...(await runJob(next, target)));
  return faults;
}

async function runJob(job: AttackJob, { send, traps, includes }: AttackTarget): Promise<string[]> {
  const answer = await send(attackRequest(job, traps.facts, includes));
  const knows = knowsSecret(answer.body, traps.secret);
  return [...judgeAnswer(answer, job.expect), ...(knows ? ["it has read the canary"] : [])];
}
