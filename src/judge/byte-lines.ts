import { endWithoutSpace, isLineEnd, type Range } from "./bytes.ts";
import type { Pieces } from "./compare-pieces.ts";

/** Below this a loop is faster than a search. */
const SHORT_BYTES = 64;

/** Reads bytes line by line, up to an end; each line is a range without the white space at its own end. */
export class ByteLines implements Pieces {
  readonly bytes: Buffer;
  /** Number of the line, counted from 1; 0 before the first. */
  line = 0;
  start = 0;
  end = 0;
  readonly #until: number;
  #next = 0;

  /** White space behind everything else, empty lines too, does not count. */
  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.#until = endWithoutSpace(bytes, 0, bytes.length);
  }

  /** Goes to the next line; false where there is none. */
  next(): boolean {
    this.line += 1;
    if (this.#next >= this.#until) return false;
    this.start = this.#next;
    const lineEnd = this.#lineEnd();
    this.end = endWithoutSpace(this.bytes, this.start, lineEnd);
    this.#next = lineEnd + 1;
    return true;
  }

  /** From this line's start to the end of all. */
  rest(): Range {
    return { bytes: this.bytes, start: this.start, end: this.#until };
  }

  #lineEnd(): number {
    const looked = Math.min(this.start + SHORT_BYTES, this.#until);
    for (let at = this.start; at < looked; at += 1) if (isLineEnd(this.bytes[at] as number)) return at;
    const found = this.bytes.indexOf("\n", looked, "latin1");
    return found < 0 || found > this.#until ? this.#until : found;
  }
}
