import { connect } from "node:net";
import { decodeError } from "../../src/jail/error-frame.ts";
import { ANSWER, encodeHeader, type Frame } from "../../src/jail/frame.ts";
import { FrameDecoder } from "../../src/jail/frame-decoder.ts";
import { until } from "../support/until.ts";

/** A frame as bytes, with any payload. */
export function frame(type: number, stage: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([encodeHeader({ type, stage, payloadBytes: payload.length }), payload]);
}

/** A connection on which a test can say anything. */
export interface RawConnection extends AsyncDisposable {
  send(...bytes: readonly Buffer[]): void;
  /** Says that nothing more is coming. */
  end(): void;
  /** Resolves when a frame of that type has come. */
  receives(type: number): Promise<void>;
  /** All frames that came, once the jailer has closed. */
  readonly closed: Promise<readonly Frame[]>;
}

/** Connects to the jailer. */
export function connectRaw(socketPath: string): RawConnection {
  const socket = connect({ path: socketPath, allowHalfOpen: true });
  const decoder = new FrameDecoder();
  const frames: Frame[] = [];
  const { promise: closed, resolve } = Promise.withResolvers<readonly Frame[]>();
  socket.on("data", (chunk) => {
    decoder.push(chunk);
    for (let next = decoder.next(); next !== undefined; next = decoder.next()) frames.push(next);
  });
  // A jailer that closes while we still write makes our writing fail; what it said before has arrived.
  socket.on("error", () => socket.destroy());
  socket.on("end", () => socket.end());
  socket.on("close", () => resolve(frames));
  return {
    send: (...bytes) => void socket.write(Buffer.concat(bytes)),
    end: () => void socket.end(),
    receives: (type) => until(`a frame of type ${type}`, () => frames.some((frame) => frame.type === type)),
    closed,
    [Symbol.asyncDispose]: async () => {
      socket.destroy();
      await closed;
    },
  };
}

/** What the ERROR at the end of a connection says: its code in docs/jailer-protocol.md, and its text. */
export function errorAtEnd(
  frames: readonly Frame[],
): { readonly code: number; readonly text: string } | undefined {
  const last = frames.at(-1);
  if (last?.type !== ANSWER.error) return undefined;
  return { code: last.payload.readUInt8(0), text: decodeError(last.payload).message };
}
