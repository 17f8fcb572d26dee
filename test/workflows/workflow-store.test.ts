import { DatabaseSync } from "node:sqlite";
import { dir } from "tmp-promise";
import { expect, test } from "vitest";
import { openSqliteStore } from "../../src/queue/sqlite-store.ts";
import type { NewWorkflow } from "../../src/queue/workflow-store.ts";

function workflow(id: string, rest: Partial<NewWorkflow> = {}): NewWorkflow {
  return {
    ...{
      id,
      client: "address:1",
      owner: null,
      name: null,
      ttlSeconds: 60,
      idempotencyKey: null,
      callback: null,
    },
    ...{ jobKey: "secret", request: '{"steps":[]}', progress: '{"steps":[],"ending":null}' },
    ...{ submittedAt: 1_000, deadline: 9_000 },
    ...rest,
  };
}

async function place() {
  const { path, cleanup } = await dir({ unsafeCleanup: true });
  return { file: `${path}/jobs/jobs.sqlite`, [Symbol.asyncDispose]: cleanup };
}

test("of two that drive a workflow the one whose version is old saves nothing, and learns of it", async () => {
  await using folder = await place();
  await using store = await openSqliteStore(folder.file);
  const { workflows } = store;
  await workflows.addWorkflow(workflow("a"));
  const [one, other] = [await workflows.workflowToDrive("a"), await workflows.workflowToDrive("a")];
  expect([one?.version, other?.version]).toEqual([0, 0]);
  const save = (version: number, progress: string) =>
    workflows.saveWorkflow({ id: "a", version, progress, end: null });
  expect(await save(0, '"first"')).toBe(true);
  expect(await save(0, '"second"')).toBe(false);
  expect(await save(1, '"third"')).toBe(true);
  expect((await workflows.findWorkflow("a"))?.progress).toBe('"third"');
  await workflows.cancelWorkflow("a");
  expect(await workflows.workflowToDrive("a")).toMatchObject({
    version: 2,
    isCancelled: true,
    jobKey: "secret",
  });
});

test("a workflow that is over stays over, expires by its time to live, and keeps nothing that was sent", async () => {
  await using folder = await place();
  await using store = await openSqliteStore(folder.file);
  const { workflows } = store;
  await workflows.addWorkflow(workflow("a"));
  await workflows.addWorkflow(workflow("b", { client: "address:2" }));
  expect((await workflows.unfinishedWorkflows()).map(({ id, bytes }) => [id, bytes])).toEqual([
    ["a", 12],
    ["b", 12],
  ]);
  expect((await store.size()).bytes).toBe(24);
  const end = { state: "succeeded", finishedAt: 5_000 } as const;
  expect(await workflows.saveWorkflow({ id: "a", version: 0, progress: "{}", end })).toBe(true);
  expect(await workflows.saveWorkflow({ id: "a", version: 1, progress: "{}", end: null })).toBe(false);
  expect(await workflows.workflowToDrive("a")).toBeNull();
  expect((await workflows.findWorkflow("a"))?.record).toMatchObject({
    state: "succeeded",
    expiresAt: 65_000,
  });
  expect((await workflows.unfinishedWorkflows()).map(({ id }) => id)).toEqual(["b"]);
  const database = new DatabaseSync(folder.file);
  expect(database.prepare("SELECT request FROM workflow_texts WHERE seq = 1").get()).toMatchObject({
    request: null,
  });
  database.close();
  expect(await workflows.removeExpiredWorkflows(64_999)).toBe(0);
  expect(await workflows.removeExpiredWorkflows(65_000)).toBe(1);
  expect(await workflows.findWorkflow("a")).toBeNull();
  const all = { owner: null, state: null, limit: 10, before: null };
  expect((await workflows.listWorkflows(all)).map(({ id }) => id)).toEqual(["b"]);
  expect(await workflows.listWorkflows({ ...all, owner: { client: "address:1" } })).toEqual([]);
  expect(await workflows.listWorkflows({ ...all, before: "b" })).toEqual([]);
});

test("a file that was made before there were workflows has them, and its jobs", async () => {
  await using folder = await place();
  {
    await using store = await openSqliteStore(folder.file);
    await store.size();
  }
  const old = new DatabaseSync(folder.file);
  old.exec("DROP TABLE workflows; DROP TABLE workflow_texts;");
  old.exec(
    "INSERT INTO jobs (id, client, language, version, priority, retry, ttl_seconds, submitted_at, bytes) VALUES ('j', 'c', 'bash', '*', 0, 0, 1, 1, 7)",
  );
  old.close();
  await using store = await openSqliteStore(folder.file);
  const { isNew } = await store.workflows.addWorkflow(workflow("a", { idempotencyKey: "k" }));
  const again = await store.workflows.addWorkflow(workflow("b", { idempotencyKey: "k" }));
  expect([isNew, again.isNew, again.record.id]).toEqual([true, false, "a"]);
  expect((await store.find(["j"])).map(({ record }) => record.id)).toEqual(["j"]);
});
