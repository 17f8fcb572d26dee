import { StringDecoder } from "node:string_decoder";

/** Makes text of a stage's output piece by piece, as it comes. */
export interface OutputDecoder {
  /** The text of a piece. May be empty: a character that is not whole yet waits for its rest. */
  write(stream: "stdout" | "stderr", chunk: Buffer): string;
  /** What is left at the end. A stream that was cut at its limit loses the character that the cut went through. */
  end(cut: "stdout" | "stderr" | null): readonly (readonly ["stdout" | "stderr", string])[];
}

/** One decoder for one stage: utf8 replaces what is not UTF-8, base64 keeps every byte, each piece encoded by itself. */
export function outputDecoder(encoding: "utf8" | "base64"): OutputDecoder {
  if (encoding === "base64") return { write: (_stream, chunk) => chunk.toString("base64"), end: () => [] };
  const decoders = { stdout: new StringDecoder("utf8"), stderr: new StringDecoder("utf8") };
  return {
    write: (stream, chunk) => decoders[stream].write(chunk),
    end: (cut) =>
      (["stdout", "stderr"] as const)
        .filter((stream) => stream !== cut)
        .map((stream) => [stream, decoders[stream].end()] as const)
        .filter(([, text]) => text !== ""),
  };
}
