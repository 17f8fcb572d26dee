import type { AheadPlan } from "./ahead-plan.ts";
import type { InterpretersAhead } from "./interpreters-ahead.ts";
import type { JobJail, WaitingJail } from "./jail.ts";
import type { OpenJailOptions } from "./open-jail.ts";
import type { ReadyJails } from "./ready-jails.ts";
import { SecondChance } from "./second-chance.ts";
import { StartedJail } from "./started-jail.ts";

/** What a job says of the jail that it wants. */
export interface JobJailOptions {
  /** Kills the jail when it aborts. */
  readonly signal: AbortSignal;
  /** Its run stage, where that is its first and may be started ahead of it; null elsewhere. */
  readonly plan?: AheadPlan | null;
}

/** Where jobs' jails come from. */
export interface JobJailsDeps {
  readonly interpreters: InterpretersAhead;
  readonly ready: ReadyJails;
  /** Opens a new one; rejects with `busy`, `jailer_absent` or `jailer_failed`. */
  readonly openJail: (options: OpenJailOptions) => Promise<WaitingJail>;
}

/** The way to open a job's jail: one with its program started, else one that is made, else a new one. */
export function jobJails(deps: JobJailsDeps): (options: JobJailOptions) => Promise<JobJail> {
  const { interpreters, ready, openJail } = deps;
  return async ({ signal, plan = null }) => {
    signal.throwIfAborted();
    const interpreter = plan === null ? null : interpreters.take(plan);
    if (interpreter === null) return await ready.open({ signal });
    interpreter.jail.endWith(signal);
    return new SecondChance({
      jail: new StartedJail(interpreter),
      start: "ahead",
      reopen: () => openJail({ signal }),
      onEnd: () => interpreters.adjustSoon(),
    });
  };
}
