import { afterAll, beforeAll, expect, test } from "vitest";
import { type KeyedServing, startKeyed } from "../privileges/keyed-serving.ts";
import { native, script, submitted } from "./native.ts";
import { newRunKey } from "./new-run-key.ts";

const SLOW = { timeout: 120_000 };

let keyed: KeyedServing;
let ann: string;
let bob: string;

beforeAll(async () => {
  keyed = await startKeyed();
  ann = await newRunKey(keyed, "ann");
  bob = await newRunKey(keyed, "bob", "--daily", "5");
}, 120_000);

afterAll(() => keyed[Symbol.asyncDispose]());

test("a key's jobs are shown to it and to admins, and to nobody else", SLOW, async () => {
  const { url } = keyed.serving;
  const { id } = await submitted(url, script("echo mine"), ann);
  for (const [method, path] of [
    ["GET", `/jobs/${id}`],
    ["DELETE", `/jobs/${id}`],
    ["GET", `/jobs/${id}/events`],
  ] as const) {
    expect(await native(url, method, path, { key: bob })).toMatchObject({ status: 404 });
    expect((await native(url, method, path)).status).toBe(401);
  }
  const ids = async (key: string, path: string) =>
    (await native(url, "GET", path, { key })).body.jobs.map((job: { id: string }) => job.id);
  for (const path of ["/jobs", `/jobs?ids=${id}`]) {
    expect(await ids(ann, path)).toEqual([id]);
    expect(await ids(keyed.key, path)).toEqual([id]);
    expect(await ids(bob, path)).toEqual([]);
  }
  expect((await native(url, "GET", `/jobs/${id}?wait=30`, { key: ann })).body).toMatchObject({
    state: "done",
  });
});

test("an idempotency key is its client's own", SLOW, async () => {
  const { url } = keyed.serving;
  const job = { ...script("true"), idempotency_key: "1" };
  const [one, other] = [await submitted(url, job, ann), await submitted(url, job, bob)];
  expect(other.id).not.toBe(one.id);
});

test("each job of a batch counts in the day's quota, and one too many refuses all", SLOW, async () => {
  const { url } = keyed.serving;
  const batch = (length: number) => ({
    body: { jobs: Array.from({ length }, () => script("true")) },
    key: bob,
  });
  const before = (await native(url, "GET", "/jobs", { key: bob })).body.jobs.length;
  expect(await native(url, "POST", "/jobs/batch", batch(5))).toMatchObject({
    status: 429,
    body: { code: "quota_spent" },
  });
  expect((await native(url, "GET", "/jobs", { key: bob })).body.jobs).toHaveLength(before);
  expect((await native(url, "POST", "/jobs/batch", batch(3))).status).toBe(202);
});
