import { ANSWER, type Frame, REQUEST } from "./frame.ts";
import { InputWindow } from "./input-window.ts";
import type { OnOutput, Stage, StageInput, StageReport, TerminalSize } from "./jail.ts";
import { protocolBroken } from "./jail-errors.ts";
import { PayloadReader } from "./payload-reader.ts";
import { PayloadWriter } from "./payload-writer.ts";
import { decodeReport } from "./report.ts";

/** Linux has signals 1 to 64 (signal(7)). */
const LAST_SIGNAL = 64;

/** The way to the jailer of frames about this stage. */
export interface FrameWay {
  send(type: number, payload: Buffer): void;
  /** There while it has no room for more. */
  room(): Promise<void> | undefined;
}

/** The daemon's side of a stage that was started. */
export class RunningStage implements Stage {
  readonly report: Promise<StageReport>;
  readonly #settle = Promise.withResolvers<StageReport>();
  readonly #way: FrameWay;
  readonly #stdin: StageInput;
  readonly #onOutput: OnOutput;
  readonly #input: InputWindow;
  #over = false;

  constructor(stdin: StageInput, onOutput: OnOutput, way: FrameWay) {
    this.report = this.#settle.promise;
    this.report.catch(() => {
      // A caller that gave up on the stage must not end the process with its rejection.
    });
    this.#stdin = stdin;
    this.#onOutput = onOutput;
    this.#way = way;
    this.#input = new InputWindow((data) =>
      way.send(data.length > 0 ? REQUEST.stdin : REQUEST.stdinEnd, data),
    );
  }

  get room(): Promise<void> | undefined {
    return this.#over ? undefined : this.#way.room();
  }

  get over(): boolean {
    return this.#over;
  }

  async write(data: Buffer): Promise<void> {
    this.#requireStream();
    await this.#input.write(data);
  }

  endInput(): void {
    this.#requireStream();
    this.#input.end();
  }

  signal(signal: number): void {
    if (!Number.isInteger(signal) || signal < 1 || signal > LAST_SIGNAL) {
      throw new RangeError(`there is no signal ${signal}`);
    }
    if (!this.#over) this.#way.send(REQUEST.signal, new PayloadWriter().u32(signal).end());
  }

  resize(size: TerminalSize): void {
    if (typeof this.#stdin === "string") throw new TypeError("only a stage with a terminal has a size");
    if (!this.#over)
      this.#way.send(REQUEST.resize, new PayloadWriter().u16(size.rows).u16(size.columns).end());
  }

  /** Takes a frame about this stage. Throws `jailer_failed` when it breaks the protocol, and whatever `onOutput` throws. */
  take(frame: Frame): void | Promise<void> {
    switch (frame.type) {
      case ANSWER.stdout:
        return this.#onOutput("stdout", frame.payload);
      case ANSWER.stderr:
        return this.#onOutput("stderr", frame.payload);
      case ANSWER.taken:
        return this.#input.taken(takenBytes(frame.payload));
      case ANSWER.report:
        return this.#finish(decodeReport(frame.payload));
      default:
        throw protocolBroken(`a frame of type ${frame.type} names a stage`);
    }
  }

  /** The jail is gone before the stage was over. */
  fail(error: Error): void {
    this.#over = true;
    this.#input.close();
    this.#settle.reject(error);
  }

  #finish(report: StageReport): void {
    this.#over = true;
    this.#input.close();
    this.#settle.resolve(report);
  }

  #requireStream(): void {
    const none = this.#stdin === "none" || this.#stdin === "file";
    if (none) throw new TypeError("the stage has no input to write to");
  }
}

function takenBytes(payload: Buffer): number {
  const reader = new PayloadReader(payload);
  const bytes = reader.u32();
  reader.end();
  return bytes;
}
