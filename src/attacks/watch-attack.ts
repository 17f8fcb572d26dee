import type { Includes } from "./attack-request.ts";
import { lookAtHost } from "./host-state.ts";
import type { HostTraps } from "./host-traps.ts";
import { type SendJob, startVictims } from "./victim.ts";

/** What an attack is run against. */
export interface AttackTarget {
  readonly send: SendJob;
  readonly traps: HostTraps;
  readonly includes: Includes;
  /** What is wrong with the server when no job runs, each as a sentence. */
  readonly health: () => Promise<readonly string[]>;
}

/**
 * Lets an attack act with honest jobs beside it, and resolves with what it broke, each as a sentence. Looked at are the
 * attacker's own end, which `act` judges, the honest jobs, the host, and the server afterwards.
 */
export async function watchAttack(
  { send, traps, includes, health }: AttackTarget,
  act: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  using host = await lookAtHost();
  const victims = startVictims(send, includes.get("victim.py") ?? "");
  const own = await act();
  const beside = await victims.end();
  return [...own, ...beside, ...(await host.changes()), ...(await traps.reached()), ...(await health())];
}
