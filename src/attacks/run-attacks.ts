import type { Attack, Family } from "./attack-definition.ts";
import { setHostTraps } from "./host-traps.ts";
import { loadAttacks } from "./load-attacks.ts";
import { readIncludes } from "./read-includes.ts";
import { runAttack } from "./run-attack.ts";
import type { SendJob } from "./victim.ts";
import type { AttackTarget } from "./watch-attack.ts";

/** What became of an attack: `skipped` where a language that it is written in is not installed. */
export interface AttackResult {
  readonly name: string;
  readonly family: Family;
  /** What it tried to break, as a sentence. */
  readonly promise: string;
  readonly outcome: "held" | "broken" | "skipped";
  /** What it broke, or why it was skipped, each as a sentence. */
  readonly faults: readonly string[];
  readonly seconds: number;
}

/** A server on this machine, as attacks are run against it. */
export interface AttackedPlace {
  readonly projectDir: string;
  /** Where its API is. */
  readonly url: string;
  readonly send: SendJob;
  /** Names of installed languages. */
  readonly languages: ReadonlySet<string>;
  /** Rejects where the server does not answer. */
  readonly health: () => Promise<unknown>;
  /** Called as each attack ends. */
  readonly onResult: (result: AttackResult) => void;
  readonly stop: AbortSignal;
}

/** The attacks that an operator's own machine is tried with, in the order of their files. */
export async function selftestAttacks(projectDir: string): Promise<readonly Attack[]> {
  return (await loadAttacks(projectDir)).filter(({ selftest }) => selftest === true);
}

/** Runs attacks one after the other against a server on this machine. Rejects with the reason of `stop` alone. */
export async function runAttacks(attacks: readonly Attack[], place: AttackedPlace): Promise<AttackResult[]> {
  const { projectDir, url, send, stop, onResult } = place;
  await using traps = await setHostTraps(new URL(url).port);
  const includes = await readIncludes(projectDir);
  const health = async () =>
    await place.health().then(
      () => [],
      (error: Error) => [`the server does not answer afterwards: ${error.message}`],
    );
  const results: AttackResult[] = [];
  for (const attack of attacks) {
    stop.throwIfAborted();
    const result = await resultOf(attack, place.languages, { send, traps, includes, health });
    stop.throwIfAborted();
    onResult(result);
    results.push(result);
  }
  return results;
}

async function resultOf(
  attack: Attack,
  languages: ReadonlySet<string>,
  target: AttackTarget,
): Promise<AttackResult> {
  const { name, family, promise } = attack;
  const started = performance.now();
  const tell = (outcome: AttackResult["outcome"], faults: readonly string[]) => {
    const seconds = Math.round((performance.now() - started) / 10) / 100;
    return { name, family, promise, outcome, faults, seconds };
  };
  const missing = [...languagesOf(attack)].filter((language) => !languages.has(language));
  if (missing.length > 0) return tell("skipped", [`${missing.join(" and ")} is not installed`]);
  try {
    const faults = await runAttack(attack, target);
    return tell(faults.length === 0 ? "held" : "broken", faults);
  } catch (error) {
    return tell("broken", [`the server did not answer: ${(error as Error).message}`]);
  }
}

/** Of the attack, and of the honest jobs beside it. */
function languagesOf({ job, beside = [], afterwards = [] }: Attack): ReadonlySet<string> {
  return new Set(["python", ...[job, ...beside, ...afterwards].map(({ language }) => language)]);
}
