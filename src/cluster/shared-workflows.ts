import type { ListedWorkflows, WorkflowRecord, WorkflowStore } from "../queue/workflow-store.ts";
import { type KeptHash, sameRequest } from "./common-fields.ts";
import { workflowCallbacks } from "./kept-callbacks.ts";
import { ADD_WORKFLOW } from "./scripts/add-workflow.ts";
import { CANCEL_WORKFLOW } from "./scripts/cancel-workflow.ts";
import { REMOVE_EXPIRED_WORKFLOWS } from "./scripts/remove-expired-workflows.ts";
import { SAVE_WORKFLOW } from "./scripts/save-workflow.ts";
import type { SharedStore } from "./shared-store.ts";
import { names } from "./store-names.ts";
import { foundWorkflow, newWorkflowFields, workflowToDrive } from "./workflow-fields.ts";

/** Removed at one time. */
const MOST_EXPIRED = 500;

/** Workflows that are read at one time, of which some have the state that is wanted; and most pages that one list looks through. */
const PAGE = 200;
const MOST_PAGES = 40;

/** Workflows in a store that several servers share. Each rejects with `store_away`. */
export function sharedWorkflows(store: SharedStore): WorkflowStore {
  const callbacks = workflowCallbacks(store);
  return {
    async addWorkflow(workflow) {
      const { client, idempotencyKey } = workflow;
      const same = idempotencyKey === null ? "" : sameRequest(client, idempotencyKey);
      const answer = (await store.run(
        ADD_WORKFLOW,
        JSON.stringify(newWorkflowFields(workflow)),
        same,
      )) as string[];
      const [isNew, ...fields] = answer;
      const found = foundWorkflow(hashOf(fields), 0);
      if (found === null) throw new Error("the store answered no workflow");
      return { record: found.record, isNew: isNew === "1" };
    },
    findWorkflow: async (id) => foundWorkflow(await readWorkflow(id, store), Date.now()),
    workflowToDrive: async (id) => workflowToDrive(await readWorkflow(id, store)),
    listWorkflows: (wanted) => listWorkflows(wanted, store),
    async saveWorkflow({ id, version, progress, end }) {
      const ending = end === null ? [] : [end.state, end.finishedAt];
      const [state = "", finished = ""] = ending;
      return (await store.run(SAVE_WORKFLOW, id, version, progress, state, finished)) === 1;
    },
    async cancelWorkflow(id) {
      await store.run(CANCEL_WORKFLOW, id);
    },
    async unfinishedWorkflows() {
      const ids = await store.ask((redis) => redis.zrange(names.runningWorkflows, "0", "-1"));
      return await store.ask(async (redis) => {
        const pipeline = redis.pipeline();
        for (const id of ids)
          pipeline.hget(names.workflow(id), "client").hstrlen(names.workflow(id), "request");
        const answers = (await pipeline.exec()) ?? [];
        return ids.map((id, at) => ({
          id,
          client: String(answers[2 * at]?.[1] ?? ""),
          bytes: Number(answers[2 * at + 1]?.[1] ?? 0),
        }));
      });
    },
    removeExpiredWorkflows: async (now) =>
      Number(await store.run(REMOVE_EXPIRED_WORKFLOWS, now, MOST_EXPIRED)),
    dueWorkflowCallbacks: callbacks.dueCallbacks,
    workflowCallbackTried: callbacks.callbackTried,
  };
}

function hashOf(fields: readonly string[]): KeptHash {
  return Object.fromEntries(
    fields.flatMap((name, at) => (at % 2 === 0 ? [[name, fields[at + 1] ?? ""] as const] : [])),
  );
}

async function readWorkflow(id: string, store: SharedStore): Promise<KeptHash> {
  return await store.ask((redis) => redis.hgetall(names.workflow(id)));
}

async function listWorkflows(
  { owner, state, limit, before }: ListedWorkflows,
  store: SharedStore,
): Promise<readonly WorkflowRecord[]> {
  const found: WorkflowRecord[] = [];
  let below = before === null ? "+inf" : `(${await seqOf(before, store)}`;
  for (let page = 0; page < MOST_PAGES && found.length < limit; page += 1) {
    const ids = await store.ask((redis) =>
      redis.zrevrangebyscore(listOf(owner), below, "-inf", "LIMIT", 0, PAGE),
    );
    const records = await recordsOf(ids, store);
    found.push(...records.filter((record) => state === null || record.state === state));
    if (ids.length < PAGE) break;
    below = `(${await seqOf(ids.at(-1) ?? "", store)}`;
  }
  return found.slice(0, limit);
}

async function recordsOf(ids: readonly string[], store: SharedStore): Promise<readonly WorkflowRecord[]> {
  return await store.ask(async (redis) => {
    const pipeline = redis.pipeline();
    for (const id of ids) pipeline.hgetall(names.workflow(id));
    const answers = (await pipeline.exec()) ?? [];
    return answers.flatMap(([, hash]) => foundWorkflow(hash as KeptHash, Date.now())?.record ?? []);
  });
}

function listOf(owner: ListedWorkflows["owner"]): string {
  const { all, key, client } = names.workflowLists;
  if (owner === null) return all;
  return "key" in owner ? key(owner.key) : client(owner.client);
}

async function seqOf(id: string, store: SharedStore): Promise<string> {
  return (await store.ask((redis) => redis.hget(names.workflow(id), "seq"))) ?? "0";
}
