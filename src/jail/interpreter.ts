import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { AheadPlan } from "./ahead-plan.ts";
import type { AheadStage, WaitingJail } from "./jail.ts";
import { jailerFailed } from "./jail-errors.ts";

/** How an interpreter ended that no job has taken: with its jail, or its program by itself. */
export type InterpreterEnd = "jail" | "program";

/** A program that was started before its job, in a jail of its own. */
export class Interpreter implements AsyncDisposable {
  readonly program: AheadPlan;
  readonly jail: WaitingJail;
  readonly stage: AheadStage;
  /** Resolves when it waits for its job, with what its start took; undefined where it never did. */
  readonly started: Promise<{ readonly memoryBytes: number; readonly startMs: number } | undefined>;
  /** Resolves when it has ended before a job took it. */
  readonly ended: Promise<InterpreterEnd>;
  #memoryBytes: number;
  #hasWaited = false;

  /** Starts it in a jail that is made; until its memory is measured, it counts as so many bytes. */
  constructor(program: AheadPlan, jail: WaitingJail, assumedBytes: number) {
    this.program = program;
    this.jail = jail;
    this.#memoryBytes = assumedBytes;
    const startedAt = performance.now();
    jail.attach(program.root, program.limits);
    jail.put(program.known);
    this.stage = jail.startAhead(program.request, program.gate, program.later);
    this.started = this.stage.waiting.then(
      ({ memoryBytes }) => {
        this.#memoryBytes = memoryBytes;
        this.#hasWaited = true;
        return { memoryBytes, startMs: performance.now() - startedAt };
      },
      () => undefined,
    );
    this.ended = jail.ended.then(endOf);
  }

  /** Measured where it waits, else assumed. */
  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  /** It has come to its gate. */
  get hasWaited(): boolean {
    return this.#hasWaited;
  }

  /** Ends it because it does not come to its gate. */
  giveUp(): void {
    this.jail.endWith(
      AbortSignal.abort(jailerFailed("a program started ahead does not come to a file of its job")),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.jail[Symbol.asyncDispose]();
  }
}

/** A jailer that is gone or full says nothing of the program; whatever else ends a wait may be its fault. */
function endOf(error: unknown): InterpreterEnd {
  const isJails =
    error instanceof CrankcaseError && ["jail_lost", "jailer_absent", "busy"].includes(error.code);
  return isJails ? "jail" : "program";
}
