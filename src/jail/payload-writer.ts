/**
 * Builds the payload of a frame, field by field in the order of docs/jailer-protocol.md.
 * Throws RangeError for a value that the protocol cannot carry.
 */
export class PayloadWriter {
  readonly #pieces: Buffer[] = [];

  u8(value: number): this {
    return this.#number(1, (bytes) => bytes.writeUInt8(value));
  }

  u16(value: number): this {
    return this.#number(2, (bytes) => bytes.writeUInt16LE(value));
  }

  u32(value: number): this {
    return this.#number(4, (bytes) => bytes.writeUInt32LE(value));
  }

  /** The value must be a whole number: a fraction throws RangeError, as does one out of range. */
  u64(value: number): this {
    return this.#number(8, (bytes) => bytes.writeBigUInt64LE(BigInt(value)));
  }

  /** A NUL inside the text throws RangeError: programs would see the text end there. */
  string(text: string): this {
    const bytes = Buffer.from(`${text}\0`);
    if (bytes.indexOf(0) !== bytes.length - 1) throw new RangeError("a text holds a NUL character");
    return this.bytes(bytes);
  }

  list(texts: readonly string[]): this {
    this.u32(texts.length);
    for (const text of texts) this.string(text);
    return this;
  }

  bytes(data: Buffer): this {
    this.u32(data.length);
    this.#pieces.push(data);
    return this;
  }

  /** The payload so far. */
  end(): Buffer {
    return Buffer.concat(this.#pieces);
  }

  #number(size: number, write: (bytes: Buffer) => void): this {
    const bytes = Buffer.alloc(size);
    write(bytes);
    this.#pieces.push(bytes);
    return this;
  }
}
