import type { AheadLine } from "./ahead-line.ts";
import { ClosingJails } from "./closing-jails.ts";
import { GrowingPause } from "./growing-pause.ts";
import { Interpreter } from "./interpreter.ts";
import type { WaitingJail } from "./jail.ts";

/** Whoever has not come to its gate by then, on however busy a machine, runs without end before it. */
const START_PATIENCE_MS = 60_000;

/** What starting interpreters takes. */
export interface AheadStarterDeps {
  readonly openJail: () => Promise<WaitingJail>;
  readonly startPatienceMs?: number;
  readonly clock: () => number;
  /** Hears when one is started, has ended or is gone: there may be room for another. */
  readonly onChange: () => void;
}

/** Starts interpreters for lines, notices when they end, and closes them. */
export class AheadStarter {
  readonly #deps: AheadStarterDeps;
  readonly #closing = new ClosingJails();
  readonly #pause = new GrowingPause();
  /** On their way to their gate, and taken by nobody. */
  readonly #starting = new Set<Interpreter>();

  constructor(deps: AheadStarterDeps) {
    this.#deps = deps;
  }

  /** How many are on their way to their gate. */
  get starting(): number {
    return this.#starting.size;
  }

  /** How many are being closed and not gone. */
  get closing(): number {
    return this.#closing.count;
  }

  /** None is to be started for a moment: the jailer did not make a jail, or is to make others. */
  get pauses(): boolean {
    return this.#pause.lasts;
  }

  pause(): void {
    this.#pause.begin(this.#deps.onChange);
  }

  /** Ends all waiting for better times. */
  end(): void {
    this.#pause.cancel();
  }

  /** It is a job's now, whether it has come to its gate or not. */
  give(interpreter: Interpreter): void {
    this.#starting.delete(interpreter);
    this.#pause.reset();
  }

  /** Starts one for a line. */
  start(line: AheadLine): void {
    const opening = this.#open(line).finally(() => line.openings.delete(opening));
    line.openings.add(opening);
  }

  async #open(line: AheadLine): Promise<void> {
    await using held = new AsyncDisposableStack();
    try {
      const jail = await this.#deps.openJail();
      held.defer(() => this.#closing.close(jail));
      if (line.isDropped) return;
      this.#watch(line, new Interpreter(line.program, jail, line.assumedBytes));
      held.move();
    } catch {
      this.pause();
    }
  }

  #watch(line: AheadLine, interpreter: Interpreter): void {
    line.interpreters.push(interpreter);
    this.#starting.add(interpreter);
    const patience = setTimeout(() => {
      if (this.#starting.has(interpreter)) interpreter.giveUp();
    }, this.#deps.startPatienceMs ?? START_PATIENCE_MS).unref();
    void interpreter.started.then((start) => {
      if (start !== undefined) line.measured(start);
      clearTimeout(patience);
      if (this.#starting.delete(interpreter)) this.#deps.onChange();
    });
    void interpreter.ended.then((end) => {
      clearTimeout(patience);
      const index = line.interpreters.indexOf(interpreter);
      if (index < 0) return;
      line.interpreters.splice(index, 1);
      void this.close(interpreter);
      // One that waited already was killed by somebody.
      if (end === "program" && !interpreter.hasWaited) line.markUnfit(this.#deps.clock());
      else this.pause();
    });
  }

  /** Closes one that no job has taken; resolves when it is gone. */
  async close(interpreter: Interpreter | undefined): Promise<void> {
    if (interpreter === undefined) return;
    this.#starting.delete(interpreter);
    await this.#closing.close(interpreter);
    this.#deps.onChange();
  }

  /** Resolves when all that are being closed are gone. */
  async gone(): Promise<void> {
    await this.#closing.gone();
  }
}
