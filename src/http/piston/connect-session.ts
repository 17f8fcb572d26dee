import type { Logger } from "pino";
import type { JobRequest } from "../../api/job-request.ts";
import type { StageResult } from "../../api/job-result.ts";
import { CrankcaseError, toCrankcaseError } from "../../errors/crankcase-error.ts";
import type { TerminalSize } from "../../jail/jail.ts";
import { signalNumber } from "../../jail/signal-name.ts";
import type { JobCall } from "../../jobs/job-call.ts";
import type { StageControls, StageName } from "../../jobs/job-follower.ts";
import { withoutOutput } from "../job-stream.ts";
import { textFollower } from "../text-follower.ts";
import type { WebSocketPeer } from "../web-socket-peer.ts";
import { connectInput } from "./connect-input.ts";
import { type ConnectMessage, dataOf, readMessage, sizeOf, terminalOf } from "./connect-message.ts";
import { pistonStage } from "./to-piston-answer.ts";

/** Within this the client must have sent its init; Piston's own number. */
const INIT_MS = 1_000;

/** Why the server closes; Piston's own numbers and words. */
const CLOSE = {
  alreadyInitialized: [4000, "Already Initialized"],
  initTimeout: [4001, "Initialization Timeout"],
  notifiedError: [4002, "Notified Error"],
  notInitialized: [4003, "Not yet initialized"],
  onlyStdin: [4004, "Can only write to stdin"],
  invalidSignal: [4005, "Invalid signal"],
  jobCompleted: [4999, "Job Completed"],
} as const;

/** A client's breach of the rules, which ends the session. */
class Violation extends Error {
  readonly reason: keyof typeof CLOSE;

  constructor(reason: keyof typeof CLOSE) {
    super(reason);
    this.reason = reason;
  }
}

/** What a session needs. */
export interface SessionDeps {
  readonly id: string;
  readonly log: Logger;
  /** Checks whether the sender of an init may run jobs, and reads the job in it. */
  readonly admit: (init: ConnectMessage) => Promise<Admitted>;
  readonly execute: (call: SessionCall & Admitted) => Promise<object>;
  /** What the client may read of an error. */
  readonly messageOf: (error: CrankcaseError) => string;
}

/** A job that may run. */
export interface Admitted {
  readonly request: JobRequest;
}

/** Of a job's call what the session itself makes. */
export type SessionCall = Required<Pick<JobCall, "id" | "signal" | "follower" | "input">>;

/** One job over one WebSocket, from its init to its close. */
export class ConnectSession {
  readonly #peer: WebSocketPeer;
  readonly #deps: SessionDeps;
  readonly #input;
  readonly #initTimer: NodeJS.Timeout;
  #initialized = false;
  #size: TerminalSize | null = null;
  /** The stage that runs now, which hears of signals. */
  #stage: StageControls | undefined;
  /** The run stage, once it runs; a terminal is its alone. */
  #run: StageControls | undefined;
  /** What the client may send after its init. */
  readonly #takes: Readonly<Record<string, (message: ConnectMessage) => void>> = {
    data: (message) => this.#data(message),
    signal: (message) => this.#signal(message),
    resize: (message) => this.#resize(sizeOf(message)),
    eof: () => this.#input.end(),
  };

  constructor(peer: WebSocketPeer, deps: SessionDeps) {
    this.#peer = peer;
    this.#deps = deps;
    this.#input = connectInput(peer);
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
    clearTimeout(this.#initTimer);
    this.#execute(message).catch((thrown) => this.#fail(thrown));
  }

  async #execute(message: ConnectMessage): Promise<void> {
    const admitted = await this.#deps.admit(message);
    this.#size = terminalOf(message);
    await this.#deps.execute({
      ...admitted,
      id: this.#deps.id,
      signal: this.#peer.gone,
      input: this.#size ?? "stream",
      follower: textFollower({
        runtime: (runtime) => this.#peer.send({ type: "runtime", ...runtime }),
        stage: (stage, controls) => this.#started(stage, controls),
        output: (_stage, stream, data) => this.#peer.send({ type: "data", stream, data }),
        exit: (stage, result) => this.#exited(stage, result),
      }),
    });
    // Closing gives the rest a bounded time only: a slow reader gets its output before.
    await this.#peer.flushed();
    this.#close("jobCompleted");
  }

  #started(stage: StageName, controls: StageControls): void {
    this.#stage = controls;
    void this.#peer.send({ type: "stage", stage });
    if (stage !== "run") return;
    this.#run = controls;
    this.#input.open(controls);
    if (this.#size !== null) controls.resize(this.#size);
  }

  #exited(stage: StageName, result: StageResult): void | Promise<void> {
    this.#stage = undefined;
    const { code, signal, ...more } = withoutOutput(pistonStage(result));
    return this.#peer.send({ type: "exit", stage, code, signal, ...more });
  }

  #data(message: ConnectMessage): void {
    if (message.stream !== "stdin") throw new Violation("onlyStdin");
    this.#input.write(dataOf(message));
  }

  #signal({ signal }: ConnectMessage): void {
    const number = typeof signal === "string" ? signalNumber(signal) : null;
    if (number === null) throw new Violation("invalidSignal");
    this.#stage?.signal(number);
  }

  #resize(size: TerminalSize): void {
    if (this.#size === null) {
      throw new CrankcaseError("invalid_request", "resize is for a job whose init asked for a terminal");
    }
    this.#size = size;
    this.#run?.resize(size);
  }

  #fail(thrown: unknown): void {
    if (thrown instanceof Violation) {
      this.#close(thrown.reason);
      return;
    }
    const error = toCrankcaseError(thrown);
    const { id, log, messageOf } = this.#deps;
    if (error.fault === "ours") log.error({ id, err: error }, "request failed");
    if (this.#peer.gone.aborted) return;
    void this.#peer.send({ type: "error", message: messageOf(error) });
    this.#close("notifiedError");
  }

  #close(reason: keyof typeof CLOSE): void {
    const [code, text] = CLOSE[reason];
    this.#peer.close(code, text);
  }
}
