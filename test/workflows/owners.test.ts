import { afterAll, beforeAll, expect, test } from "vitest";
import { type KeyedServing, startKeyed } from "../privileges/keyed-serving.ts";
import { native } from "../queue/native.ts";
import { newRunKey } from "../queue/new-run-key.ts";
import { PATIENT, step } from "./sent-workflow.ts";

const SLOW = { timeout: 120_000 };

let keyed: KeyedServing;
let ann: string;
let bob: string;

beforeAll(async () => {
  keyed = await startKeyed({ limits: PATIENT });
  ann = await newRunKey(keyed, "ann");
  bob = await newRunKey(keyed, "bob", "--daily", "4");
}, 120_000);

afterAll(() => keyed[Symbol.asyncDispose]());

async function over(key: string, steps: readonly object[]) {
  return await native(keyed.serving.url, "POST", "/workflows", { body: { steps, wait: true }, key });
}

test(
  "a key's workflow, and each job of it, is shown to it and to admins, and to nobody else",
  SLOW,
  async () => {
    const { url } = keyed.serving;
    const { body } = await over(ann, [step("mine", "echo mine")]);
    const [job] = body.steps[0].items.map((item: { job: string }) => item.job);
    for (const [method, path] of [
      ["GET", `/workflows/${body.id}`],
      ["GET", `/workflows/${body.id}/events`],
      ["DELETE", `/workflows/${body.id}`],
      ["GET", `/jobs/${job}`],
    ] as const) {
      expect((await native(url, method, path, { key: bob })).status).toBe(404);
      expect((await native(url, method, path)).status).toBe(401);
    }
    const ids = async (key: string) =>
      (await native(url, "GET", "/workflows", { key })).body.workflows.map((it: { id: string }) => it.id);
    expect(await ids(ann)).toEqual([body.id]);
    expect(await ids(keyed.key)).toContain(body.id);
    expect(await ids(bob)).toEqual([]);
    expect((await native(url, "GET", `/jobs/${job}`, { key: ann })).body.result.run.stdout).toBe("mine\n");
    expect((await native(url, "GET", `/jobs/${job}`, { key: keyed.key })).status).toBe(200);
  },
);

test("an idempotency key is its client's own, and never that of a workflow's job", SLOW, async () => {
  const steps = [step("only", "echo x")];
  const send = async (key: string) => {
    const body = { steps, idempotency_key: "mine", wait: true };
    return (await native(keyed.serving.url, "POST", "/workflows", { body, key })).body.id;
  };
  const first = await send(ann);
  expect(await send(ann)).toBe(first);
  expect(await send(keyed.key)).not.toBe(first);
});

test("each job of a workflow counts for its key's day, and one too many fails its step", SLOW, async () => {
  const { body } = await over(bob, [step("each", "true", { for_each: [1, 2, 3, 4, 5, 6] })]);
  expect(body.state).toBe("failed");
  const items: { state: string; error?: { code: string } }[] = body.steps[0].items;
  expect(items.filter(({ state }) => state === "succeeded")).toHaveLength(4);
  expect(items.flatMap(({ error }) => error?.code ?? [])).toEqual(["quota_spent", "quota_spent"]);
  expect((await over(bob, [step("only", "true")])).status).toBe(429);
});
