import type { JobResult } from "../api/job-result.ts";
import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import type { WantedArtifacts } from "./artifact-patterns.ts";
import { type ArtifactLimits, omittedArtifacts } from "./choose-artifacts.ts";
import { type ArtifactSource, collectArtifacts } from "./collect-artifacts.ts";
import { deliverArtifacts } from "./deliver-artifacts.ts";

/** How much a job may send back, and what keeps it where it is wanted by URL. */
export interface ArtifactDeps {
  readonly limits: ArtifactLimits;
  readonly store: ArtifactStore;
}

/** The part of a result that tells of artifacts. */
export type SentBack = Required<Pick<JobResult, "artifacts" | "artifacts_omitted">>;

/** Of a job that did not run. */
export const NOTHING_SENT_BACK: SentBack = { artifacts: [], artifacts_omitted: [] };

/** Collects what a job wrote and delivers it as it is wanted. Rejects like a stage's report, and with `disk_full`. */
export async function sendBack(
  { expressions, delivery }: WantedArtifacts,
  source: Pick<ArtifactSource, "jail" | "submission">,
  { limits, store }: ArtifactDeps,
): Promise<SentBack> {
  const { files, leftOut } = await collectArtifacts({ ...source, expressions, limits });
  return {
    artifacts: await deliverArtifacts(files, delivery, store),
    artifacts_omitted: omittedArtifacts(leftOut),
  };
}
