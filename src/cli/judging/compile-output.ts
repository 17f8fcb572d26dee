import type { JobEvent } from "../job/job-event.ts";
import type { CompileText } from "./test-report.ts";

/** More than that of a compiler's words nobody reads. */
const MOST_BYTES = 65_536;

/** Keeps the beginning of what a compiler writes. */
export class CompileOutput {
  readonly #parts: Record<"stdout" | "stderr", Buffer[]> = { stdout: [], stderr: [] };
  #left = MOST_BYTES;

  /** Takes an event in, if it is one of a compiler's. */
  take({ stage, stream, data }: Extract<JobEvent, { readonly event: "output" }>): void {
    if (stage !== "compile" || this.#left === 0) return;
    const bytes = Buffer.from(data, "base64").subarray(0, this.#left);
    this.#left -= bytes.length;
    this.#parts[stream].push(bytes);
  }

  /** What was kept, as text. */
  text(): CompileText {
    const { stdout, stderr } = this.#parts;
    return { stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
  }
}
