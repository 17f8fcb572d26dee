import type { AheadStage, JailFile, OnOutput, Stage, StageReport, WaitingJail } from "../../src/jail/jail.ts";
import { jailLost } from "../../src/jail/jail-errors.ts";
import { CLEAN } from "../jobs/fake-jail.ts";

/** A fake at the jailer's boundary: a jail that is open until somebody closes it or a test kills it. */
export class FakeWaitingJail implements WaitingJail {
  /** What was asked of it, in order. */
  readonly calls: string[] = [];
  readonly #end = Promise.withResolvers<Error>();
  readonly ended = this.#end.promise;
  readonly #waiting = Promise.withResolvers<{ readonly memoryBytes: number }>();
  readonly #report = Promise.withResolvers<StageReport>();
  #onOutput: OnOutput = () => undefined;
  signal: AbortSignal | undefined;
  isOpen = true;

  constructor() {
    for (const promise of [this.#waiting.promise, this.#report.promise]) promise.catch(() => undefined);
  }

  endWith(signal: AbortSignal): void {
    this.signal = signal;
    if (signal.aborted) this.die(signal.reason);
  }

  attach(): void {
    this.calls.push("attach");
  }

  named(name: string): void {
    this.calls.push(`named ${name}`);
  }

  put(files: readonly JailFile[]): void {
    this.calls.push(`put ${files.map(({ name }) => name).join()}`);
  }

  startStage(_request: unknown, onOutput: OnOutput): Stage {
    this.calls.push("start");
    return this.#stage(onOutput);
  }

  startAhead(): AheadStage {
    this.calls.push("ahead");
    const go: AheadStage["go"] = (files, onOutput) => {
      this.calls.push(`go ${files.map(({ name, content }) => `${name}=${content}`).join()}`);
      return this.#stage(onOutput);
    };
    return { waiting: this.#waiting.promise, go };
  }

  /** Its program has come to its gate. */
  waits(memoryBytes = 1): void {
    this.#waiting.resolve({ memoryBytes });
  }

  /** Its stage writes. */
  say(text: string): void {
    void this.#onOutput("stdout", Buffer.from(text));
  }

  /** Its stage is over. */
  finish(report: Partial<StageReport> = {}): void {
    this.#report.resolve({ ...CLEAN, ...report });
  }

  /** It dies, by itself or because somebody kills it. */
  die(error: Error = jailLost("killed by a test")): void {
    this.isOpen = false;
    this.#end.resolve(error);
    this.#waiting.reject(error);
    this.#report.reject(error);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.calls.push("close");
    this.die(jailLost("the jail was closed"));
  }

  #stage(onOutput: OnOutput): Stage {
    this.#onOutput = onOutput;
    const noted = (call: string) => () => void this.calls.push(call);
    return {
      report: this.#report.promise,
      write: (data) => Promise.resolve(void this.calls.push(`write ${data}`)),
      endInput: noted("end"),
      signal: noted("signal"),
      resize: noted("resize"),
      room: undefined,
    };
  }
}

/** A fake of the jailer: it makes jails one after the other, or refuses. */
export class FakeOpener {
  readonly jails: FakeWaitingJail[] = [];
  /** How many are being made. */
  opening = 0;
  mostOpening = 0;
  refusal: Error | undefined;
  refused = 0;

  readonly open = async (): Promise<FakeWaitingJail> => {
    this.opening += 1;
    this.mostOpening = Math.max(this.opening, this.mostOpening);
    await new Promise((resolve) => setImmediate(resolve));
    this.opening -= 1;
    if (this.refusal !== undefined) {
      this.refused += 1;
      throw this.refusal;
    }
    const jail = new FakeWaitingJail();
    this.jails.push(jail);
    return jail;
  };

  /** Those that are open now. */
  get living(): readonly FakeWaitingJail[] {
    return this.jails.filter(({ isOpen }) => isOpen);
  }
}

/** Resolves when what follows at once has happened. */
export async function settled(): Promise<void> {
  for (let round = 0; round < 50; round += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A clock that a test turns. */
export interface TestClock {
  nowMs: number;
  readonly read: () => number;
}

/** Starts at an hour. */
export function testClock(): TestClock {
  const clock = { nowMs: 3_600_000, read: () => clock.nowMs };
  return clock;
}
