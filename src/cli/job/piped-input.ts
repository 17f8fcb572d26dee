import { addAbortSignal } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { CliContext } from "../context.ts";

/** Whatever is piped in; nothing where somebody sits at a terminal. */
export async function pipedInput({ stdin, stop }: CliContext): Promise<Buffer> {
  return stdin.isTTY ? Buffer.alloc(0) : await buffer(addAbortSignal(stop, stdin));
}
