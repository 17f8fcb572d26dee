/** Most payloads are shorter. */
const FIRST_BYTES = 512;

/**
 * Builds the payload of a frame, field by field in the order of docs/jailer-protocol.md.
 * Throws RangeError for a value that the protocol cannot carry.
 */
export class PayloadWriter {
  /** Grows as it fills: a buffer for each field would cost more than all that is written. */
  #buffer = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;

  u8(value: number): this {
    const at = this.#advance(1);
    this.#buffer.writeUInt8(value, at);
    return this;
  }

  u16(value: number): this {
    const at = this.#advance(2);
    this.#buffer.writeUInt16LE(value, at);
    return this;
  }

  u32(value: number): this {
    const at = this.#advance(4);
    this.#buffer.writeUInt32LE(value, at);
    return this;
  }

  /** The value must be a whole number: a fraction throws RangeError, as does one out of range. */
  u64(value: number): this {
    const at = this.#advance(8);
    this.#buffer.writeBigUInt64LE(BigInt(value), at);
    return this;
  }

  /** A NUL inside the text throws RangeError: programs would see the text end there. */
  string(text: string): this {
    if (text.includes("\0")) throw new RangeError("a text holds a NUL character");
    const bytes = Buffer.byteLength(text);
    this.u32(bytes + 1);
    const at = this.#advance(bytes);
    this.#buffer.write(text, at);
    return this.u8(0);
  }

  list(texts: readonly string[]): this {
    this.u32(texts.length);
    for (const text of texts) this.string(text);
    return this;
  }

  bytes(data: Buffer): this {
    this.u32(data.length);
    const at = this.#advance(data.length);
    data.copy(this.#buffer, at);
    return this;
  }

  /** The payload so far; nothing is to be written after it. */
  end(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Makes room for a field and gives back where it begins. It may replace the buffer: ask first, then write. */
  #advance(bytes: number): number {
    const start = this.#length;
    this.#length += bytes;
    if (this.#length > this.#buffer.length) this.#grow();
    return start;
  }

  #grow(): void {
    const larger = Buffer.allocUnsafe(Math.max(this.#length, 2 * this.#buffer.length));
    this.#buffer.copy(larger);
    this.#buffer = larger;
  }
}
