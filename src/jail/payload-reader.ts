import { protocolBroken } from "./jail-errors.ts";

/** Reads a frame's payload, field by field. Throws `jailer_failed` when the payload is shorter or longer than its fields. */
export class PayloadReader {
  readonly #payload: Buffer;
  #offset = 0;

  constructor(payload: Buffer) {
    this.#payload = payload;
  }

  u8(): number {
    return this.#payload.readUInt8(this.#advance(1));
  }

  u16(): number {
    return this.#payload.readUInt16LE(this.#advance(2));
  }

  u32(): number {
    return this.#payload.readUInt32LE(this.#advance(4));
  }

  i32(): number {
    return this.#payload.readInt32LE(this.#advance(4));
  }

  u64(): bigint {
    return this.#payload.readBigUInt64LE(this.#advance(8));
  }

  string(): string {
    const length = this.u32();
    const start = this.#advance(length);
    const end = start + length - 1;
    if (length === 0 || this.#payload.indexOf(0, start) !== end)
      throw protocolBroken("a text does not end in its NUL");
    return this.#payload.toString("utf8", start, end);
  }

  /** To be called after the last field. */
  end(): void {
    const left = this.#payload.length - this.#offset;
    if (left !== 0) throw protocolBroken(`${left} bytes follow the last field of a payload`);
  }

  #advance(bytes: number): number {
    const start = this.#offset;
    if (start + bytes > this.#payload.length) throw protocolBroken("a payload ends before its last field");
    this.#offset = start + bytes;
    return start;
  }
}
