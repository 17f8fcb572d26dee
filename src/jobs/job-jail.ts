import type { CompiledFile } from "../compiled/compiled.ts";
import type { JobJail } from "../jail/jail.ts";
import { boxFiles, type SubmissionContent } from "../submissions/submission.ts";
import type { JobContext } from "./job-context.ts";
import { planAhead } from "./plan-ahead.ts";

/**
 * A job while it runs: with the way to open its jail, which what holds it closes, and to have its start noted under a name,
 * once.
 */
export function openContext(
  parts: Omit<JobContext, "openJail" | "noteStart">,
  held: AsyncDisposableStack,
  startName: string,
): JobContext {
  const { job, deps, call, clock } = parts;
  return {
    ...parts,
    noteStart: once((jail: JobJail) => jail.named(startName)),
    openJail: (next, added) =>
      clock.measure("jail", async () => {
        const files = boxFiles(withCompiled(job.submission, added));
        const plan = next === "run" ? planAhead(job, files, call.input) : null;
        const jail = held.use(await deps.openJail({ signal: call.signal, plan }));
        jail.attach(job.runtime.root, job.limits.job);
        jail.put(files);
        return jail;
      }),
  };
}

/** The same action, which does nothing from the second time on. */
function once<Value>(action: (value: Value) => void): (value: Value) => void {
  let isDone = false;
  return (value) => {
    if (!isDone) action(value);
    isDone = true;
  };
}

/** What a compile changed stands in the place of what was sent. */
function withCompiled(submission: SubmissionContent, added: readonly CompiledFile[]): SubmissionContent {
  if (added.length === 0) return submission;
  const changed = new Set(added.map(({ name }) => name));
  return { ...submission, files: [...submission.files.filter(({ name }) => !changed.has(name)), ...added] };
}
