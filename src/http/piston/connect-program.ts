import { CrankcaseError } from "../../errors/crankcase-error.ts";
import type { TerminalSize } from "../../jail/jail.ts";
import { signalNumber } from "../../jail/signal-name.ts";
import type { JobInput, StageControls, StageName } from "../../jobs/job-follower.ts";
import type { WebSocketPeer } from "../web-socket-peer.ts";
import { Violation } from "./connect-close.ts";
import { connectInput } from "./connect-input.ts";
import { type ConnectMessage, dataOf, sizeOf, terminalOf } from "./connect-message.ts";
import { type PauseReason, pauseReasons } from "./pause-reasons.ts";

/** The program of a session, whose client may send before it runs. */
export class ConnectProgram {
  readonly #input;
  /** The jailer has no room for more signals and sizes. */
  readonly #full: PauseReason;
  #size: TerminalSize | null = null;
  /** The stage that runs now, which hears of signals. */
  #stage: StageControls | undefined;
  /** The run stage, once it runs; a terminal is its alone. */
  #run: StageControls | undefined;

  constructor(peer: WebSocketPeer) {
    const reason = pauseReasons(peer);
    this.#input = connectInput(reason());
    this.#full = reason();
  }

  /** What the run stage shall read, as an init says. Throws `invalid_request`. */
  inputOf(init: ConnectMessage): JobInput {
    this.#size = terminalOf(init);
    return this.#size ?? "stream";
  }

  started(stage: StageName, controls: StageControls): void {
    this.#stage = controls;
    if (stage !== "run") return;
    this.#run = controls;
    this.#input.open(controls);
    if (this.#size !== null) controls.resize(this.#size);
  }

  exited(): void {
    this.#stage = undefined;
  }

  /** Throws Violation for another stream than stdin, `invalid_request` where there is no text. */
  data(message: ConnectMessage): void {
    if (message.stream !== "stdin") throw new Violation("onlyStdin");
    this.#input.write(dataOf(message));
  }

  endInput(): void {
    this.#input.end();
  }

  /** Throws Violation for what is no signal. Between stages nobody hears it. */
  signal({ signal }: ConnectMessage): void {
    const number = typeof signal === "string" ? signalNumber(signal) : null;
    if (number === null) throw new Violation("invalidSignal");
    this.#stage?.signal(number);
    this.#waitFor(this.#stage);
  }

  /** Throws `invalid_request` for what is no size, and where there is no terminal. */
  resize(message: ConnectMessage): void {
    const size = sizeOf(message);
    if (this.#size === null) {
      throw new CrankcaseError("invalid_request", "resize is for a job whose init asked for a terminal");
    }
    this.#size = size;
    this.#run?.resize(size);
    this.#waitFor(this.#run);
  }

  /** Stops reading the client until there is room for more of what it sends. */
  #waitFor(stage: StageControls | undefined): void {
    const room = stage?.room;
    if (room === undefined) return;
    this.#full.pause();
    void room.then(() => this.#full.resume());
  }
}
