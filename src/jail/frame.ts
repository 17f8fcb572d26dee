import { protocolBroken } from "./jail-errors.ts";

/** Version of docs/jailer-protocol.md that this client speaks. */
export const PROTOCOL_VERSION = 1;

/** Bytes of a frame's header. */
export const HEADER_BYTES = 8;

/** Most bytes that a frame's payload may have. */
export const MAX_PAYLOAD_BYTES = 1_048_576;

/** Most bytes of one STDIN frame, and of all STDIN that the program has not taken yet. */
export const INPUT_WINDOW_BYTES = 65_536;

/** Types of the frames that the daemon sends. */
export const REQUEST = {
  open: 1,
  attach: 2,
  submission: 3,
  stage: 4,
  stdin: 5,
  stdinEnd: 6,
  signal: 7,
  resize: 8,
  commit: 9,
  remove: 10,
  file: 11,
  ahead: 12,
  go: 13,
  name: 14,
} as const;

/** Types of the frames that the jailer sends. */
export const ANSWER = {
  ready: 64,
  stdout: 65,
  stderr: 66,
  taken: 67,
  report: 68,
  error: 69,
  committed: 70,
  removed: 71,
  waiting: 72,
} as const;

/** One frame: its type, the stage it is about (0: none) and its payload. */
export interface Frame {
  readonly type: number;
  readonly stage: number;
  readonly payload: Buffer;
}

/** What a header says of the frame it opens. */
export interface FrameHeader {
  readonly type: number;
  readonly stage: number;
  readonly payloadBytes: number;
}

/** Writes the header of a frame. Throws RangeError when the payload is longer than a frame can carry. */
export function encodeHeader(header: FrameHeader): Buffer {
  if (header.payloadBytes > MAX_PAYLOAD_BYTES) {
    throw new RangeError(`a frame of ${header.payloadBytes} bytes is longer than ${MAX_PAYLOAD_BYTES}`);
  }
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.writeUInt32LE(header.payloadBytes, 0);
  bytes.writeUInt16LE(header.stage, 4);
  bytes.writeUInt8(header.type, 6);
  return bytes;
}

/** Reads the header at `offset`. Throws `jailer_failed` when it breaks a rule of the protocol. */
export function decodeHeader(bytes: Buffer, offset: number): FrameHeader {
  const payloadBytes = bytes.readUInt32LE(offset);
  if (payloadBytes > MAX_PAYLOAD_BYTES) {
    throw protocolBroken(`a frame announces ${payloadBytes} bytes`);
  }
  if (bytes.readUInt8(offset + 7) !== 0) throw protocolBroken("the reserved byte of a frame is not 0");
  return { payloadBytes, stage: bytes.readUInt16LE(offset + 4), type: bytes.readUInt8(offset + 6) };
}
