import { hash } from "node:crypto";
import type { Gate, JailFile, JailLimits, JailRoot, StageRequest } from "./jail.ts";

/** What two jobs' programs may differ by is compared as text; longer than this it is nobody's hello world. */
const MOST_KEY_CHARACTERS = 16_384;

/** The program of a job's run stage, as far as it is known before the job: all but the contents of its files and its input. */
export interface AheadPlan {
  /** Canonical name; what is counted. */
  readonly language: string;
  /** Another one where the packages of the root were built anew. */
  readonly build: string;
  readonly root: JailRoot;
  readonly limits: JailLimits;
  readonly request: StageRequest;
  readonly gate: Gate;
  /** Files whose contents the program may read before it comes to the gate. */
  readonly known: readonly JailFile[];
  /** The other files and its input, without content: the first of these files holds it at the gate until it has its content. */
  readonly later: readonly JailFile[];
}

/** The same text for programs that may stand in for each other, and for no others; null where that would be too long. */
export function aheadKey(program: AheadPlan): string | null {
  const { build, root, limits, request, gate } = program;
  const known = program.known.map((file) => [file.name, file.executable, file.content.toString("base64")]);
  const later = program.later.map((file) => [file.name, file.executable]);
  const text = JSON.stringify([build, root, limits, request, gate, known, later]);
  return text.length > MOST_KEY_CHARACTERS ? null : hash("sha256", text);
}
