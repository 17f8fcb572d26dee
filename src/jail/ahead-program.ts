import type { AheadStage, JailFile, OnOutput, Stage } from "./jail.ts";
import { PayloadReader } from "./payload-reader.ts";

/** The daemon's side of a stage that was started ahead of its job, until the job comes. */
export class AheadProgram implements AheadStage {
  readonly waiting: Promise<{ readonly memoryBytes: number }>;
  readonly go: (files: readonly JailFile[], onOutput: OnOutput) => Stage;
  readonly #settle = Promise.withResolvers<{ readonly memoryBytes: number }>();

  constructor(go: AheadStage["go"]) {
    this.go = go;
    this.waiting = this.#settle.promise;
    this.waiting.catch(() => {
      // Who takes it before it waits need not hear of this.
    });
  }

  /** Takes WAITING. Throws `jailer_failed` when it breaks the protocol. */
  take(payload: Buffer): void {
    const reader = new PayloadReader(payload);
    const memoryBytes = Number(reader.u64());
    reader.end();
    this.#settle.resolve({ memoryBytes });
  }

  /** The jail is gone. */
  fail(error: Error): void {
    this.#settle.reject(error);
  }
}
