import { MOST_PATTERNS } from "../api/job-request.ts";
import type { StepJob } from "../api/workflow-request.ts";
import { type DefinedStep, isReference } from "./definition.ts";
import { refuse } from "./require-sound.ts";
import { conditionTests, jobReferences } from "./step-references.ts";

/**
 * Steps whose jobs send back, besides what they are asked for, each file that another step takes of them; pure. Throws
 * `invalid_request` for more patterns than a job may have.
 */
export function withArtifacts(steps: readonly DefinedStep[]): DefinedStep[] {
  const taken = new Map<string, Set<string>>();
  const note = (name: string | undefined, artifact: string | undefined) => {
    if (name === undefined || artifact === undefined) return;
    taken.set(name, (taken.get(name) ?? new Set()).add(artifact));
  };
  for (const { job, forEach, when } of steps) {
    if (isReference(forEach)) note(forEach.from, forEach.artifact);
    for (const { reference } of jobReferences(job)) note(reference.from, reference.artifact);
    for (const { test } of conditionTests(when)) note(test.step, test.artifact);
  }
  return steps.map((step, index) => ({
    ...step,
    job: asking(step.job, taken.get(step.name), `steps[${index}].job.artifacts`),
  }));
}

function asking(job: StepJob, names: ReadonlySet<string> | undefined, field: string): StepJob {
  if (names === undefined) return job;
  const artifacts = [...new Set([...(job.artifacts ?? []), ...names])];
  if (artifacts.length > MOST_PATTERNS)
    refuse(field, `are ${artifacts.length} with what other steps take; ${MOST_PATTERNS} are allowed`);
  return { ...job, artifacts };
}
