import { connect, type Socket } from "node:net";
import { encodeHeader, type Frame } from "./frame.ts";
import { FrameDecoder } from "./frame-decoder.ts";
import { jailerAbsent, jailerFailed, jailLost } from "./jail-errors.ts";
import { socketRoom } from "./socket-room.ts";

/** Who uses a connection. */
export interface ConnectionUser {
  /** Takes the frames one by one. A returned promise holds back the next one, and with it the jailer. */
  take(frame: Frame): void | Promise<void>;
  /** Called once, when the connection fails or is closed; nothing is taken after it. */
  lost(error: Error): void;
}

/** A payload up to this is copied behind its header: a write of its own costs more. */
const JOINED_BYTES = 4_096;

/** What any connection has just read: it is copied out before the next one reads. One for each read is 64 KB to give back. */
const JUST_READ = Buffer.allocUnsafeSlow(65_536);

/** Every jail ends with it, and mostly nobody hears of it: one for all spares each its stack. */
const CLOSED = jailLost("the jail was closed");

/** A connection to the jailer, which is a jail: it ends with the connection. */
export class JailerConnection {
  readonly #socket: Socket;
  readonly #user: ConnectionUser;
  readonly #closeTimeoutMs: number;
  #connected = false;
  readonly #decoder = new FrameDecoder();
  /** Settles when the jailer has closed its side as well: the jail is gone. */
  readonly #gone = Promise.withResolvers<void>();
  #closing: Promise<void> | undefined;
  #failure: Error | undefined;
  #corked = false;
  #held = false;
  readonly room: ReturnType<typeof socketRoom>;
  constructor(socketPath: string, closeTimeoutMs: number, user: ConnectionUser) {
    this.#user = user;
    this.#closeTimeoutMs = closeTimeoutMs;
    const callback = (bytes: number) => this.#receive(Buffer.from(JUST_READ.subarray(0, bytes)));
    this.#socket = connect({ path: socketPath, onread: { buffer: JUST_READ, callback } });
    this.room = socketRoom(this.#socket);
    this.#socket.on("connect", () => {
      this.#connected = true;
    });
    this.#socket.on("error", (error) => this.fail(this.#asLoss(error)));
    this.#socket.on("close", () => {
      if (this.#failure === undefined) this.fail(jailLost("the jailer closed the connection"));
      this.#gone.resolve();
    });
  }

  /** Why nothing can be sent any more; undefined while all is well. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Sends a frame; what is sent in one go travels in one system call. Throws RangeError when it is too long. */
  send(type: number, stage: number, payload: Buffer): void {
    const header = encodeHeader({ type, stage, payloadBytes: payload.length });
    if (this.#failure !== undefined) return;
    this.#cork();
    const isSmall = payload.length <= JOINED_BYTES;
    const pieces = isSmall ? [Buffer.concat([header, payload])] : [header, payload];
    for (const piece of pieces) this.#socket.write(piece);
  }

  /** Kills the jail for this reason; the first reason counts. */
  fail(reason: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = asError(reason);
    this.#user.lost(this.#failure);
    // Only our side ends here. The other one stays open until the jail is gone, and what still comes is dropped.
    this.#socket.end();
    this.#socket.resume();
  }

  /** Kills the jail and settles when it is gone. Rejects with `jailer_failed` when that takes too long. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.fail(CLOSED);
    const timer = setTimeout(() => {
      this.#gone.reject(jailerFailed(`the jail was not gone after ${this.#closeTimeoutMs} ms`));
      this.#socket.destroy();
    }, this.#closeTimeoutMs);
    try {
      await this.#gone.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  #asLoss(error: Error): Error {
    return this.#connected ? jailLost("the connection to the jailer failed", error) : jailerAbsent(error);
  }

  #cork(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.#socket.cork();
    process.nextTick(() => {
      this.#corked = false;
      this.#socket.uncork();
    });
  }

  /** Goes on reading by itself: what is to wait says so by pausing the socket. */
  #receive(chunk: Buffer): true {
    if (this.#failure !== undefined) return true;
    this.#decoder.push(chunk);
    this.#deliver();
    return true;
  }

  #deliver(): void {
    try {
      while (this.#failure === undefined && !this.#held) {
        const frame = this.#decoder.next();
        if (frame === undefined) return;
        const wait = this.#user.take(frame);
        if (wait !== undefined) this.#hold(wait);
      }
    } catch (error) {
      this.fail(error);
    }
  }

  #hold(wait: Promise<void>): void {
    this.#held = true;
    this.#socket.pause();
    wait.then(
      () => this.#release(),
      (error) => this.fail(error),
    );
  }

  #release(): void {
    this.#held = false;
    this.#deliver();
    if (!this.#held) this.#socket.resume();
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
