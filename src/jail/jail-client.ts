import { AheadProgram } from "./ahead-program.ts";
import { decodeError } from "./error-frame.ts";
import { ANSWER, type Frame, PROTOCOL_VERSION, REQUEST } from "./frame.ts";
import type {
  AheadStage,
  BuildJail,
  Gate,
  JailFile,
  JailLimits,
  JailRoot,
  OnOutput,
  Stage,
  StageRequest,
  WaitingJail,
} from "./jail.ts";
import { jailerFailed, protocolBroken } from "./jail-errors.ts";
import { type ConnectionUser, JailerConnection } from "./jailer-connection.ts";
import { PayloadReader } from "./payload-reader.ts";
import { PayloadWriter } from "./payload-writer.ts";
import {
  aheadPayload,
  attachPayload,
  filePayloads,
  type JailKind,
  laterFilePayload,
  openPayload,
  stagePayload,
} from "./requests.ts";
import { RunningStage } from "./running-stage.ts";

/** A stage's number has 16 bits. */
const LAST_STAGE = 65_535;

/** Files that a stage which is started ahead may wait for (docs/jailer-protocol.md). */
export const MOST_AHEAD_FILES = 64;

const NOTHING = Buffer.alloc(0);

/** What one jail's client needs. */
export interface JailClientDeps {
  /** Path of the jailer's socket. */
  readonly socketPath: string;
  /** Milliseconds within which the jail must be made and, at its end, be gone. */
  readonly answerTimeoutMs: number;
}

/** An answer that a request waits for. */
interface Awaited extends PromiseWithResolvers<void> {
  readonly type: number;
}

/** One jail, over one connection to the jailer. */
export class JailClient implements BuildJail, WaitingJail, ConnectionUser {
  readonly #deps: JailClientDeps;
  readonly #connection: JailerConnection;
  readonly #awaited: Awaited[] = [];
  #stage: RunningStage | undefined;
  #ahead: AheadProgram | undefined;
  #stageNumber = 0;
  readonly #end = Promise.withResolvers<Error>();
  readonly ended = this.#end.promise;
  /** Whose abort kills the jail; a jail made ahead has none before its job. */
  #signal: AbortSignal | undefined;
  readonly #onAbort = () => this.#connection.fail(this.#signal?.reason);

  constructor(deps: JailClientDeps) {
    this.#deps = deps;
    this.#connection = new JailerConnection(deps.socketPath, deps.answerTimeoutMs, this);
  }

  endWith(signal: AbortSignal): void {
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#signal = signal;
    if (signal.aborted) this.#onAbort();
    else if (this.#connection.failure === undefined)
      signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  /** Asks for the jail and resolves when it is made. */
  async open(kind: JailKind): Promise<void> {
    const { answerTimeoutMs } = this.#deps;
    const late = () => jailerFailed(`the jail was not made within ${answerTimeoutMs} ms`);
    const timer = setTimeout(() => this.#connection.fail(late()), answerTimeoutMs);
    try {
      await this.#ask(REQUEST.open, openPayload(kind), ANSWER.ready);
    } finally {
      clearTimeout(timer);
    }
  }

  attach(root: JailRoot, limits: JailLimits): void {
    this.#connection.send(REQUEST.attach, 0, attachPayload(root, limits));
  }

  submit(folder: string): void {
    this.#connection.send(REQUEST.submission, 0, new PayloadWriter().string(folder).end());
  }

  put(files: readonly JailFile[]): void {
    for (const file of files) {
      for (const payload of filePayloads(file)) this.#connection.send(REQUEST.file, 0, payload);
    }
  }

  startStage(request: StageRequest, onOutput: OnOutput): Stage {
    if (this.#stage?.over === false || this.#ahead !== undefined)
      throw new Error("the jail runs a stage already");
    const payload = stagePayload(request);
    this.#nextStage();
    const stage = this.#listenTo(request, onOutput);
    this.#connection.send(REQUEST.stage, this.#stageNumber, payload);
    return stage;
  }

  startAhead(request: StageRequest, gate: Gate, files: readonly JailFile[]): AheadStage {
    if (this.#stageNumber > 0) throw new Error("the jail has run a stage already");
    if (files.length > MOST_AHEAD_FILES)
      throw new RangeError(`${files.length} files are too many to wait for`);
    const payload = aheadPayload(request, gate);
    for (const file of files) this.#connection.send(REQUEST.file, 0, laterFilePayload(file));
    this.#nextStage();
    this.#connection.send(REQUEST.ahead, this.#stageNumber, payload);
    this.#ahead = new AheadProgram((contents, onOutput) => this.#go(request, contents, onOutput));
    if (this.#connection.failure !== undefined) this.#ahead.fail(this.#connection.failure);
    return this.#ahead;
  }

  commit(name: string, manifest: Buffer): Promise<void> {
    return this.#ask(
      REQUEST.commit,
      new PayloadWriter().string(name).bytes(manifest).end(),
      ANSWER.committed,
    );
  }

  remove(name: string): Promise<void> {
    return this.#ask(REQUEST.remove, new PayloadWriter().string(name).end(), ANSWER.removed);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#connection.close();
  }

  take(frame: Frame): void | Promise<void> {
    if (frame.type === ANSWER.error) throw decodeError(frame.payload);
    if (frame.stage === 0) return this.#answer(frame);
    if (frame.type === ANSWER.waiting) return this.#waits(frame);
    if (this.#stage?.over !== false || frame.stage !== this.#stageNumber) {
      throw protocolBroken(`stage ${frame.stage} does not run`);
    }
    return this.#stage.take(frame);
  }

  lost(error: Error): void {
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#end.resolve(error);
    for (const awaited of this.#awaited.splice(0)) awaited.reject(error);
    this.#ahead?.fail(error);
    if (this.#stage?.over === false) this.#stage.fail(error);
  }

  #nextStage(): void {
    if (this.#stageNumber === LAST_STAGE) throw new RangeError("the jail has no stage number left");
    this.#stageNumber += 1;
  }

  #listenTo(request: StageRequest, onOutput: OnOutput): RunningStage {
    const number = this.#stageNumber;
    const send = (type: number, data: Buffer) => this.#connection.send(type, number, data);
    this.#stage = new RunningStage(request.stdin, onOutput, send);
    if (this.#connection.failure !== undefined) this.#stage.fail(this.#connection.failure);
    return this.#stage;
  }

  #go(request: StageRequest, files: readonly JailFile[], onOutput: OnOutput): Stage {
    if (this.#stage !== undefined) throw new Error("its job has come already");
    this.put(files);
    this.#connection.send(REQUEST.go, this.#stageNumber, NOTHING);
    return this.#listenTo(request, onOutput);
  }

  #waits(frame: Frame): void {
    if (this.#ahead === undefined) throw protocolBroken("nothing was started ahead");
    this.#ahead.take(frame.payload);
  }

  #ask(request: number, payload: Buffer, answer: number): Promise<void> {
    if (this.#connection.failure !== undefined) return Promise.reject(this.#connection.failure);
    const awaited = { type: answer, ...Promise.withResolvers<void>() };
    this.#connection.send(request, 0, payload);
    this.#awaited.push(awaited);
    return awaited.promise;
  }

  #answer(frame: Frame): void {
    const awaited = this.#awaited[0];
    if (awaited?.type !== frame.type) throw protocolBroken(`nobody asked for a frame of type ${frame.type}`);
    if (frame.type === ANSWER.ready) checkReady(frame.payload);
    this.#awaited.shift();
    awaited.resolve();
  }
}

/** READY also names the slot and its uid, which only the jailer needs. */
function checkReady(payload: Buffer): void {
  const reader = new PayloadReader(payload);
  const version = reader.u32();
  reader.u32();
  reader.u32();
  reader.end();
  if (version !== PROTOCOL_VERSION) throw protocolBroken(`it speaks version ${version}`);
}
