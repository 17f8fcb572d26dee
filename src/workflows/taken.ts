import type { Artifact } from "../api/artifact.ts";
import type { JobResult } from "../api/job-result.ts";
import type { Reference } from "../api/workflow-reference.ts";
import type { Carried } from "./carried.ts";

/** Which part of a result is taken. */
export type Taking = Pick<Reference, "take" | "artifact">;

/** What is taken of a result: a value, a file that is kept elsewhere, or null where there is none. Pure. */
export function takenOf(
  result: JobResult,
  { artifact, take = artifact === undefined ? "stdout" : "artifact" }: Taking,
  encoding: "utf8" | "base64",
): Carried | { readonly kind: "kept"; readonly file: Artifact } | null {
  if (take === "artifact") return file(result.artifacts?.find(({ name }) => name === artifact));
  const { testcases } = result;
  if (testcases !== undefined) return take === "stdout" ? json(testcases) : null;
  const stage = result.run ?? result.compile;
  if (stage === undefined) return null;
  if (take === "exit_code") return stage.exit_code === null ? null : json(stage.exit_code);
  return { kind: "bytes", bytes: Buffer.from(stage[take], encoding) };
}

function file(artifact: Artifact | undefined) {
  if (artifact === undefined) return null;
  const { content } = artifact;
  if (content === undefined) return { kind: "kept", file: artifact } as const;
  return { kind: "bytes", bytes: Buffer.from(content, "base64") } as const;
}

function json(value: unknown): Carried {
  return { kind: "json", value };
}
