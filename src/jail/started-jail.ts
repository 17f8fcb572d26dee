import type { Interpreter } from "./interpreter.ts";
import type { JailFile, OnOutput, Stage, StageRequest } from "./jail.ts";
import type { PreparedJail } from "./second-chance.ts";

/**
 * A jail whose first stage was started ahead, for a job that knows nothing of that: its root is there already, its files go
 * to the program that waits for them.
 */
export class StartedJail implements PreparedJail {
  readonly #interpreter: Interpreter;
  #files: readonly JailFile[] = [];
  #name: string | undefined;
  #isStarted = false;

  constructor(interpreter: Interpreter) {
    this.#interpreter = interpreter;
  }

  attach(): void {
    // The interpreter's key says that it is the same root, within the same limits.
  }

  /** Travels with the files, when the job is whole. */
  named(name: string): void {
    this.#name = name;
  }

  put(files: readonly JailFile[]): void {
    const known = new Set(this.#interpreter.program.known.map(({ name }) => name));
    this.#files = [...this.#files, ...files.filter(({ name }) => !known.has(name))];
  }

  startStage(request: StageRequest, onOutput: OnOutput): Stage {
    if (this.#isStarted) return this.#interpreter.jail.startStage(request, onOutput);
    this.#isStarted = true;
    if (this.#name !== undefined) this.#interpreter.jail.named(this.#name);
    return this.#interpreter.stage.go(this.#files, onOutput);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#interpreter[Symbol.asyncDispose]();
  }
}
