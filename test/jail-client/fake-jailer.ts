import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { dir } from "tmp-promise";
import { ANSWER, encodeHeader, type Frame, PROTOCOL_VERSION } from "../../src/jail/frame.ts";
import { FrameDecoder } from "../../src/jail/frame-decoder.ts";
import { PayloadWriter } from "../../src/jail/payload-writer.ts";

/** The jailer's side of one connection. */
export class FakePeer {
  readonly #socket: Socket;
  readonly #decoder = new FrameDecoder();
  readonly #frames: Frame[] = [];
  /** Resolves when the client has ended its side. */
  readonly ended: Promise<unknown>;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.ended = once(socket, "end");
    socket.on("error", () => this.#socket.destroy());
    socket.on("data", (chunk: Buffer) => {
      this.#decoder.push(chunk);
      for (let frame = this.#decoder.next(); frame !== undefined; frame = this.#decoder.next()) {
        this.#frames.push(frame);
      }
      this.#socket.emit("frames");
    });
  }

  /** The next frame of the client. */
  async read(): Promise<Frame> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame !== undefined) return frame;
      await once(this.#socket, "frames");
    }
  }

  /** Takes nothing from its socket until it is resumed. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Frames that have arrived and that nobody has read. */
  get unread(): number {
    return this.#frames.length;
  }

  send(type: number, stage: number, payload: Buffer): void {
    this.sendBytes(Buffer.concat([encodeHeader({ type, stage, payloadBytes: payload.length }), payload]));
  }

  sendBytes(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  /** Bytes that the client has not taken from the socket yet. */
  get unsent(): number {
    return this.#socket.writableLength;
  }

  /** Reads OPEN and answers READY. */
  async makeReady(version = PROTOCOL_VERSION): Promise<Frame> {
    const open = await this.read();
    this.send(ANSWER.ready, 0, new PayloadWriter().u32(version).u32(3).u32(66_003).end());
    return open;
  }

  close(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

/** A jailer whose every connection a test plays by hand. */
export class FakeJailer implements AsyncDisposable {
  readonly socketPath: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, socketPath: string) {
    this.#server = server;
    this.socketPath = socketPath;
    server.on("connection", (socket) => this.#sockets.add(socket));
  }

  static async start(): Promise<FakeJailer> {
    const folder = await dir({ unsafeCleanup: true });
    const socketPath = `${folder.path}/jailer.sock`;
    const server = createServer({ allowHalfOpen: true }).listen(socketPath);
    server.on("close", () => void folder.cleanup());
    await once(server, "listening");
    return new FakeJailer(server, socketPath);
  }

  /** The next connection. */
  async accept(): Promise<FakePeer> {
    const [socket] = await once(this.#server, "connection");
    return new FakePeer(socket);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}
