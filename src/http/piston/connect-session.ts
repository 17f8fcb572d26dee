import type { Logger } from "pino";
import type { JobRequest } from "../../api/job-request.ts";
import type { JobResult } from "../../api/job-result.ts";
import { toCrankcaseError } from "../../errors/crankcase-error.ts";
import type { JobCall } from "../../jobs/job-call.ts";
import type { JobFollower } from "../../jobs/job-follower.ts";
import { textFollower } from "../text-follower.ts";
import type { WebSocketPeer } from "../web-socket-peer.ts";
import { CLOSE, type CloseReason, Violation } from "./connect-close.ts";
import { type ConnectMessage, readMessage } from "./connect-message.ts";
import { ConnectProgram } from "./connect-program.ts";
import type { SessionWords } from "./session-words.ts";

/** Within this the client must have sent its init; Piston's own number. */
const INIT_MS = 1_000;

/** What a session needs. */
export interface SessionDeps {
  readonly id: string;
  readonly log: Logger;
  /** Checks whether the sender of an init may run jobs, and reads the job in it. */
  readonly admit: (init: ConnectMessage) => Promise<Admitted>;
  readonly execute: (call: SessionCall & Admitted) => Promise<JobResult>;
  /** The words in which the sender of an init is answered. */
  readonly wordsOf: (init: ConnectMessage) => SessionWords;
}

/** A job that may run. */
export interface Admitted {
  readonly request: JobRequest;
  /** Whose turn it counts as. */
  readonly client: string;
}

/** Of a job's call what the session itself makes. */
export type SessionCall = Required<Pick<JobCall, "id" | "signal" | "follower" | "input">>;

/** One job over one WebSocket, from its init to its close. */
export class ConnectSession {
  readonly #peer: WebSocketPeer;
  readonly #deps: SessionDeps;
  readonly #program: ConnectProgram;
  readonly #initTimer: NodeJS.Timeout;
  #initialized = false;
  #words: SessionWords;
  /** What the client may send after its init. */
  readonly #takes: Readonly<Record<string, (message: ConnectMessage) => void>> = {
    data: (message) => this.#program.data(message),
    signal: (message) => this.#program.signal(message),
    resize: (message) => this.#program.resize(message),
    eof: () => this.#program.endInput(),
  };

  constructor(peer: WebSocketPeer, deps: SessionDeps) {
    this.#peer = peer;
    this.#deps = deps;
    this.#program = new ConnectProgram(peer);
    this.#words = deps.wordsOf({});
    this.#initTimer = setTimeout(() => this.#close("initTimeout"), INIT_MS);
    peer.gone.addEventListener("abort", () => clearTimeout(this.#initTimer), { once: true });
  }

  /** Takes a message of the client's. */
  take(text: string): void {
    if (this.#peer.gone.aborted) return;
    try {
      this.#dispatch(readMessage(text));
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** Messages of a type that Piston does not know are ignored, as Piston does. */
  #dispatch(message: ConnectMessage): void {
    if (message.type === "init") this.#init(message);
    else if (typeof message.type === "string" && Object.hasOwn(this.#takes, message.type)) {
      if (!this.#initialized) throw new Violation("notInitialized");
      this.#takes[message.type]?.(message);
    }
  }

  #init(message: ConnectMessage): void {
    if (this.#initialized) throw new Violation("alreadyInitialized");
    this.#initialized = true;
    this.#words = this.#deps.wordsOf(message);
    clearTimeout(this.#initTimer);
    this.#execute(message).catch((thrown) => this.#fail(thrown));
  }

  async #execute(message: ConnectMessage): Promise<void> {
    // First, lest a resize that follows at once finds no terminal.
    const input = this.#program.inputOf(message);
    const admitted = await this.#deps.admit(message);
    const result = await this.#deps.execute({
      ...admitted,
      id: this.#deps.id,
      signal: this.#peer.gone,
      input,
      follower: this.#follower(admitted.request),
    });
    if (this.#words.job !== null) await this.#peer.send({ type: "result", ...this.#words.job(result) });
    // Closing gives the rest a bounded time only: a slow reader gets its output before.
    await this.#peer.flushed();
    this.#close("jobCompleted");
  }

  #follower({ output_encoding }: JobRequest): JobFollower {
    return textFollower(
      {
        runtime: (runtime) => this.#peer.send({ type: "runtime", ...runtime }),
        stage: (stage, controls) => {
          this.#program.started(stage, controls);
          void this.#peer.send({ type: "stage", stage });
        },
        output: (_stage, stream, data) => this.#peer.send({ type: "data", stream, data }),
        exit: (stage, result) => {
          this.#program.exited();
          return this.#peer.send({ type: "exit", stage, ...this.#words.stage(result) });
        },
      },
      output_encoding,
    );
  }

  #fail(thrown: unknown): void {
    if (thrown instanceof Violation) {
      this.#close(thrown.reason);
      return;
    }
    const error = toCrankcaseError(thrown);
    const { id, log } = this.#deps;
    if (error.fault === "ours") log.error({ id, err: error }, "request failed");
    if (this.#peer.gone.aborted) return;
    void this.#peer.send({ type: "error", ...this.#words.error(error, id) });
    this.#close("notifiedError");
  }

  #close(reason: CloseReason): void {
    const [code, text] = CLOSE[reason];
    this.#peer.close(code, text);
  }
}
