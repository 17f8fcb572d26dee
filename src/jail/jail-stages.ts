import { AheadProgram } from "./ahead-program.ts";
import { ANSWER, type Frame, REQUEST } from "./frame.ts";
import type { AheadStage, Gate, JailFile, OnOutput, Stage, StageRequest } from "./jail.ts";
import { protocolBroken } from "./jail-errors.ts";
import type { JailerConnection } from "./jailer-connection.ts";
import { aheadPayload, filePayloads, laterFilePayload, stagePayload } from "./requests.ts";
import { RunningStage } from "./running-stage.ts";

/** A stage's number has 16 bits. */
const LAST_STAGE = 65_535;

/** Files that a stage which is started ahead may wait for (docs/jailer-protocol.md). */
export const MOST_AHEAD_FILES = 64;

const NOTHING = Buffer.alloc(0);

/** The stages of one jail, one after the other, and the files that they find. */
export class JailStages {
  readonly #connection: Pick<JailerConnection, "send" | "failure" | "room">;
  #stage: RunningStage | undefined;
  #ahead: AheadProgram | undefined;
  #number = 0;

  constructor(connection: Pick<JailerConnection, "send" | "failure" | "room">) {
    this.#connection = connection;
  }

  put(files: readonly JailFile[]): void {
    for (const file of files) {
      for (const payload of filePayloads(file)) this.#connection.send(REQUEST.file, 0, payload);
    }
  }

  start(request: StageRequest, onOutput: OnOutput): Stage {
    if (this.#stage?.over === false || this.#ahead !== undefined)
      throw new Error("the jail runs a stage already");
    const payload = stagePayload(request);
    this.#next();
    const stage = this.#listenTo(request, onOutput);
    this.#connection.send(REQUEST.stage, this.#number, payload);
    return stage;
  }

  startAhead(request: StageRequest, gate: Gate, files: readonly JailFile[]): AheadStage {
    if (this.#number > 0) throw new Error("the jail has run a stage already");
    if (files.length > MOST_AHEAD_FILES)
      throw new RangeError(`${files.length} files are too many to wait for`);
    const payload = aheadPayload(request, gate);
    for (const file of files) this.#connection.send(REQUEST.file, 0, laterFilePayload(file));
    this.#next();
    this.#connection.send(REQUEST.ahead, this.#number, payload);
    this.#ahead = new AheadProgram((contents, onOutput) => this.#go(request, contents, onOutput));
    if (this.#connection.failure !== undefined) this.#ahead.fail(this.#connection.failure);
    return this.#ahead;
  }

  /** Takes a frame about a stage. Throws `jailer_failed` when none such runs, and what the stage throws. */
  take(frame: Frame): void | Promise<void> {
    if (frame.type === ANSWER.waiting) return this.#waits(frame);
    if (this.#stage?.over !== false || frame.stage !== this.#number) {
      throw protocolBroken(`stage ${frame.stage} does not run`);
    }
    return this.#stage.take(frame);
  }

  /** The jail is lost. */
  fail(error: Error): void {
    this.#ahead?.fail(error);
    if (this.#stage?.over === false) this.#stage.fail(error);
  }

  #next(): void {
    if (this.#number === LAST_STAGE) throw new RangeError("the jail has no stage number left");
    this.#number += 1;
  }

  #listenTo(request: StageRequest, onOutput: OnOutput): RunningStage {
    const number = this.#number;
    this.#stage = new RunningStage(request.stdin, onOutput, {
      send: (type, data) => this.#connection.send(type, number, data),
      room: () => this.#connection.room(),
    });
    if (this.#connection.failure !== undefined) this.#stage.fail(this.#connection.failure);
    return this.#stage;
  }

  #go(request: StageRequest, files: readonly JailFile[], onOutput: OnOutput): Stage {
    if (this.#stage !== undefined) throw new Error("its job has come already");
    this.put(files);
    this.#connection.send(REQUEST.go, this.#number, NOTHING);
    return this.#listenTo(request, onOutput);
  }

  #waits(frame: Frame): void {
    if (this.#ahead === undefined) throw protocolBroken("nothing was started ahead");
    this.#ahead.take(frame.payload);
  }
}
