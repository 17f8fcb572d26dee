import { StringDecoder } from "node:string_decoder";
import type { OnOutput } from "../jail/jail.ts";

/** A piece of a stage's output. */
export interface OutputChunk {
  readonly stream: "stdout" | "stderr";
  readonly data: Buffer;
}

/** Keeps what a stage writes, in the order in which it arrives. The stage's output limits bound it. */
export function collectOutput(): { readonly chunks: readonly OutputChunk[]; readonly onOutput: OnOutput } {
  const chunks: OutputChunk[] = [];
  return {
    chunks,
    onOutput: (stream, data) => {
      chunks.push({ stream, data });
    },
  };
}

/** A stage's output as text; `output` is both streams in the order in which they arrived. */
export interface OutputText {
  readonly stdout: string;
  readonly stderr: string;
  readonly output: string;
}

/** Output as base64, every byte kept. */
export function base64Output(chunks: readonly OutputChunk[]): OutputText {
  const join = (kept: readonly OutputChunk[]) =>
    Buffer.concat(kept.map(({ data }) => data)).toString("base64");
  return {
    stdout: join(chunks.filter(({ stream }) => stream === "stdout")),
    stderr: join(chunks.filter(({ stream }) => stream === "stderr")),
    output: join(chunks),
  };
}

/**
 * Output as text. A character that arrives in two pieces stays whole; what is not UTF-8 becomes U+FFFD. A stream that
 * was cut at its limit loses the character that the cut went through.
 */
export function utf8Output(chunks: readonly OutputChunk[], cut: "stdout" | "stderr" | null): OutputText {
  const decoders = { stdout: new StringDecoder("utf8"), stderr: new StringDecoder("utf8") };
  const text = { stdout: "", stderr: "", output: "" };
  const add = (stream: "stdout" | "stderr", piece: string) => {
    text[stream] += piece;
    text.output += piece;
  };
  for (const { stream, data } of chunks) add(stream, decoders[stream].write(data));
  for (const stream of ["stdout", "stderr"] as const) {
    if (stream !== cut) add(stream, decoders[stream].end());
  }
  return text;
}
