import { isLineEnd, isSpace, type Range } from "./bytes.ts";
import type { Pieces } from "./compare-pieces.ts";

/** Reads bytes token by token: what stands between white space. */
export class ByteTokens implements Pieces {
  readonly bytes: Buffer;
  /** Number of the line that the token is in, counted from 1. */
  line = 1;
  start = 0;
  end = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** Goes to the next token; false where there is none. */
  next(): boolean {
    const { bytes } = this;
    const { length } = bytes;
    let at = this.end;
    for (; at < length && isSpace(bytes[at] as number); at += 1)
      if (isLineEnd(bytes[at] as number)) this.line += 1;
    this.start = at;
    while (at < length && !isSpace(bytes[at] as number)) at += 1;
    this.end = at;
    return at > this.start;
  }

  /** From this token's start to the end of all. */
  rest(): Range {
    return { bytes: this.bytes, start: this.start, end: this.bytes.length };
  }
}
