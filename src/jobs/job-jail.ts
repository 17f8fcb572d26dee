import type { CompiledFile } from "../compiled/compiled.ts";
import type { JobJail } from "../jail/jail.ts";
import { boxFiles, type SubmissionContent } from "../submissions/submission.ts";
import type { JobContext } from "./job-context.ts";
import { planAhead } from "./plan-ahead.ts";

/** Makes the way to open a job's jails; what holds them closes them. */
export function jailOpener(
  { job, deps, call, clock }: Omit<JobContext, "openJail">,
  held: AsyncDisposableStack,
): JobContext["openJail"] {
  return (next, added) =>
    clock.measure("jail", async (): Promise<JobJail> => {
      const files = boxFiles(withCompiled(job.submission, added));
      const plan = next === "run" ? planAhead(job, files, call.input) : null;
      const jail = held.use(await deps.openJail({ signal: call.signal, plan }));
      jail.attach(job.runtime.root, job.limits.job);
      jail.put(files);
      return jail;
    });
}

/** What a compile changed stands in the place of what was sent. */
function withCompiled(submission: SubmissionContent, added: readonly CompiledFile[]): SubmissionContent {
  if (added.length === 0) return submission;
  const changed = new Set(added.map(({ name }) => name));
  return { ...submission, files: [...submission.files.filter(({ name }) => !changed.has(name)), ...added] };
}
