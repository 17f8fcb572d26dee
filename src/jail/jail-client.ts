import { AskedAnswers } from "./asked-answers.ts";
import { decodeError } from "./error-frame.ts";
import { ANSWER, type Frame, REQUEST } from "./frame.ts";
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
import { jailerFailed } from "./jail-errors.ts";
import { JailStages } from "./jail-stages.ts";
import { type ConnectionUser, JailerConnection } from "./jailer-connection.ts";
import { PayloadWriter } from "./payload-writer.ts";
import { attachPayload, type JailKind, namePayload, openPayload } from "./requests.ts";

/** What one jail's client needs. */
export interface JailClientDeps {
  /** Path of the jailer's socket. */
  readonly socketPath: string;
  /** Milliseconds within which the jail must be made and, at its end, be gone. */
  readonly answerTimeoutMs: number;
}

/** One jail, over one connection to the jailer. */
export class JailClient implements BuildJail, WaitingJail, ConnectionUser {
  readonly #deps: JailClientDeps;
  readonly #connection: JailerConnection;
  readonly #answers = new AskedAnswers();
  readonly #stages: JailStages;
  readonly #end = Promise.withResolvers<Error>();
  readonly ended = this.#end.promise;
  /** Whose abort kills the jail; a jail made ahead has none before its job. */
  #signal: AbortSignal | undefined;
  readonly #onAbort = () => this.#connection.fail(this.#signal?.reason);

  constructor(deps: JailClientDeps) {
    this.#deps = deps;
    this.#connection = new JailerConnection(deps.socketPath, deps.answerTimeoutMs, this);
    this.#stages = new JailStages(this.#connection);
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

  named(name: string): void {
    this.#connection.send(REQUEST.name, 0, namePayload(name));
  }

  submit(folder: string): void {
    this.#connection.send(REQUEST.submission, 0, new PayloadWriter().string(folder).end());
  }

  put(files: readonly JailFile[]): void {
    this.#stages.put(files);
  }

  startStage(request: StageRequest, onOutput: OnOutput): Stage {
    return this.#stages.start(request, onOutput);
  }

  startAhead(request: StageRequest, gate: Gate, files: readonly JailFile[]): AheadStage {
    return this.#stages.startAhead(request, gate, files);
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
    return frame.stage === 0 ? this.#answers.take(frame) : this.#stages.take(frame);
  }

  lost(error: Error): void {
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#end.resolve(error);
    this.#answers.fail(error);
    this.#stages.fail(error);
  }

  #ask(request: number, payload: Buffer, answer: number): Promise<void> {
    if (this.#connection.failure !== undefined) return Promise.reject(this.#connection.failure);
    this.#connection.send(request, 0, payload);
    return this.#answers.expect(answer);
  }
}
