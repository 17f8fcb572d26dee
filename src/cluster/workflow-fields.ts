import type { FoundWorkflow, NewWorkflow, WorkflowRecord, WorkflowToDrive } from "../queue/workflow-store.ts";
import { callbackFields, callbackStanding, type KeptHash, numberOrNull } from "./common-fields.ts";

/** The fields of a new workflow, all texts; `seq`, `state` and `version` come when it is added. */
export function newWorkflowFields(workflow: NewWorkflow): Record<string, string> {
  const { id, client, owner, name, callback, jobKey, request, progress } = workflow;
  return {
    ...{ id, client, request, progress },
    job_key: jobKey,
    ttl: String(workflow.ttlSeconds),
    submitted: String(workflow.submittedAt),
    deadline: String(workflow.deadline),
    ...(owner === null ? {} : { owner }),
    ...(name === null ? {} : { name }),
    ...(callback === null ? {} : callbackFields(callback)),
  };
}

/** A workflow as the store knows it; null where there is none, or none that is shown. Pure. */
export function foundWorkflow(hash: KeptHash, now: number): FoundWorkflow | null {
  const { id, state, progress = "" } = hash;
  const expiresAt = numberOrNull(hash.expires);
  if (id === undefined || state === undefined || (expiresAt !== null && expiresAt <= now)) return null;
  const record: WorkflowRecord = {
    ...{ id, client: hash.client ?? "", owner: hash.owner ?? null, name: hash.name ?? null },
    state: state as WorkflowRecord["state"],
    seq: Number(hash.seq),
    ttlSeconds: Number(hash.ttl),
    submittedAt: Number(hash.submitted),
    deadline: Number(hash.deadline),
    finishedAt: numberOrNull(hash.finished),
    expiresAt,
    callback: callbackStanding(hash),
  };
  return { record, progress };
}

/** One that is not over, for whoever drives it; null where it is. Pure. */
export function workflowToDrive(hash: KeptHash): WorkflowToDrive | null {
  const found = foundWorkflow(hash, 0);
  if (found === null || found.record.state !== "running") return null;
  return {
    ...found,
    request: hash.request ?? "",
    jobKey: hash.job_key ?? "",
    version: Number(hash.version),
    isCancelled: hash.cancel !== undefined,
  };
}
