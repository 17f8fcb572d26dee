import { decodeHeader, type Frame, type FrameHeader, HEADER_BYTES } from "./frame.ts";

const NOTHING = Buffer.alloc(0);

/**
 * Cuts what a socket delivers into frames, wherever its chunks end. It holds one chunk and one unfinished frame at
 * most, and copies a payload only when that lies in several chunks.
 */
export class FrameDecoder {
  #chunk: Buffer = NOTHING;
  /** Bytes of a header that an earlier chunk began. */
  #headerStart: Buffer = NOTHING;
  #header: FrameHeader | undefined;
  /** The payload being gathered, once it is known to lie in several chunks. */
  #payload: Buffer | undefined;
  #gathered = 0;

  /** Takes the next chunk. Every frame of the one before must have been read. */
  push(chunk: Buffer): void {
    if (this.#chunk.length > 0) throw new Error("the chunk before this one still holds frames");
    this.#chunk = chunk;
  }

  /** The next frame, or undefined when it has not arrived whole. Throws `jailer_failed` when it breaks a rule. */
  next(): Frame | undefined {
    this.#header ??= this.#readHeader();
    if (this.#header === undefined) return undefined;
    const payload = this.#readPayload(this.#header.payloadBytes);
    if (payload === undefined) return undefined;
    const { type, stage } = this.#header;
    this.#header = undefined;
    return { type, stage, payload };
  }

  #readHeader(): FrameHeader | undefined {
    const bytes = this.#take(HEADER_BYTES - this.#headerStart.length);
    const header = this.#headerStart.length === 0 ? bytes : Buffer.concat([this.#headerStart, bytes]);
    const whole = header.length === HEADER_BYTES;
    this.#headerStart = whole ? NOTHING : header;
    return whole ? decodeHeader(header, 0) : undefined;
  }

  #readPayload(size: number): Buffer | undefined {
    if (this.#payload === undefined) {
      if (this.#chunk.length >= size) return this.#take(size);
      this.#payload = Buffer.allocUnsafe(size);
      this.#gathered = 0;
    }
    const piece = this.#take(size - this.#gathered);
    this.#gathered += piece.copy(this.#payload, this.#gathered);
    if (this.#gathered < size) return undefined;
    const payload = this.#payload;
    this.#payload = undefined;
    return payload;
  }

  /** At most `bytes` from the front of the chunk. */
  #take(bytes: number): Buffer {
    const piece = this.#chunk.subarray(0, bytes);
    this.#chunk = this.#chunk.subarray(piece.length);
    return piece;
  }
}
