import type { OnOutput, Stage, StageReport, TerminalSize } from "./jail.ts";

/** Input that is kept for a second start: as much as the jailer takes ahead of a program that reads nothing. */
const KEPT_INPUT_BYTES = 65_536;

/** As how much input a signal or a new size counts: a program that says nothing may be sent any number of them. */
const ACTION_BYTES = 64;

/** What was dead when it was started says so sooner, also on a busy machine; later its program may have run. */
const RETRY_WITHIN_MS = 1_000;

/** Starts a stage whose output goes there. */
export type StartStage = (onOutput: OnOutput) => Stage;

/** What a stage is started by, and started again by. */
export interface RetriedStageDeps {
  readonly first: StartStage;
  /** Whether such a failure is its jail's. */
  readonly isDeath: (error: unknown) => boolean;
  /** Whether such an end may have begun before the job came. */
  readonly isDoubtful: (report: StageReport) => boolean;
  /** Makes what it is started by again; rejects where that cannot be had either. */
  readonly second: () => Promise<StartStage>;
}

/**
 * A stage that is started a second time when its jail fails at once, before anything was heard of it: nobody can tell that
 * there was a first one. What was written and sent to it goes to the second again. Where there can be no second, the first
 * one's failure counts.
 */
export class RetriedStage implements Stage {
  readonly report: Promise<StageReport>;
  readonly #deps: RetriedStageDeps;
  readonly #onOutput: OnOutput;
  #stage: Stage;
  /** What its caller did with it, in order. */
  readonly #done: ((stage: Stage) => void)[] = [];
  #keptBytes = 0;
  #wasHeard = false;
  /** Lasts while the second one is made. */
  #gap: Promise<void> | undefined;

  constructor(deps: RetriedStageDeps, onOutput: OnOutput) {
    this.#deps = deps;
    this.#onOutput = onOutput;
    this.#stage = deps.first((stream, chunk) => this.#hear(stream, chunk));
    this.report = this.#report();
    this.report.catch(() => {
      // As in RunningStage: a caller that gave up must not end the process.
    });
  }

  async write(data: Buffer): Promise<void> {
    await this.#gap;
    this.#keptBytes += data.length;
    this.#keep((stage) => void stage.write(data).catch(() => undefined));
    await this.#stage.write(data);
  }

  endInput(): void {
    this.#do((stage) => stage.endInput());
  }

  signal(signal: number): void {
    this.#do((stage) => stage.signal(signal));
  }

  resize(size: TerminalSize): void {
    this.#do((stage) => stage.resize(size));
  }

  get room(): Promise<void> | undefined {
    return this.#gap ?? this.#stage.room;
  }

  async #report(): Promise<StageReport> {
    const startedAt = performance.now();
    const first = this.#stage.report;
    const isDead = await first.then(this.#deps.isDoubtful, this.#deps.isDeath);
    const isLate = performance.now() - startedAt > RETRY_WITHIN_MS;
    if (!isDead || isLate || this.#isForgotten || !(await this.#startAgain())) return await first;
    return await this.#stage.report;
  }

  /** False where there can be no second one. */
  async #startAgain(): Promise<boolean> {
    const gap = Promise.withResolvers<void>();
    this.#gap = gap.promise;
    try {
      const start = await this.#deps.second();
      this.#stage = start(this.#onOutput);
      for (const action of this.#done.splice(0)) action(this.#stage);
      return true;
    } catch {
      return false;
    } finally {
      this.#wasHeard = true;
      this.#gap = undefined;
      gap.resolve();
    }
  }

  /** It cannot be started as it was any more. */
  get #isForgotten(): boolean {
    return this.#wasHeard || this.#keptBytes > KEPT_INPUT_BYTES;
  }

  #hear(stream: "stdout" | "stderr", chunk: Buffer): void | Promise<void> {
    this.#wasHeard = true;
    this.#done.length = 0;
    return this.#onOutput(stream, chunk);
  }

  #do(action: (stage: Stage) => void): void {
    this.#keptBytes += ACTION_BYTES;
    this.#keep(action);
    // Between the two there is none that could be told: it is told as soon as it starts.
    if (this.#gap === undefined) action(this.#stage);
  }

  #keep(action: (stage: Stage) => void): void {
    if (this.#isForgotten) this.#done.length = 0;
    else this.#done.push(action);
  }
}
