import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { MOST_TRIES, pauseAfter } from "../../src/callbacks/callback-schedule.ts";
import { callbackHost } from "../../src/callbacks/callback-url.ts";
import { createCallbacks } from "../../src/callbacks/callbacks.ts";
import type {
  CallbacksDeps,
  DueAnswer,
  DueQuestion,
  TriedCallback,
} from "../../src/callbacks/due-callback.ts";
import { type CallbackOutcome, sendCallback } from "../../src/callbacks/send-callback.ts";
import { until } from "../support/until.ts";
import { startReceiver, status } from "./receiver.ts";

const SECRET = "sixteen letters or more";
const ACCEPTED: CallbackOutcome = { ok: true, status: 200, message: "accepted" };
const FAILED: CallbackOutcome = { ok: false, status: 500, message: "the receiver answered 500" };

/** What a store keeps of a delivery. */
interface Row {
  readonly id: string;
  readonly url: string;
  tries: number;
  dueAtMs: number | null;
}

/** A store in memory that outlives deliverers, as a file would. */
class Store {
  readonly rows = new Map<string, Row>();
  readonly tried: TriedCallback[] = [];
  questions = 0;

  add(id: string, url: string): void {
    this.rows.set(id, { id, url, tries: 0, dueAtMs: 0 });
  }

  readonly due = async ({ limit, exceptIds, exceptHosts }: DueQuestion): Promise<DueAnswer> => {
    this.questions += 1;
    const open = [...this.rows.values()]
      .filter(({ id, url }) => !exceptIds.includes(id) && !exceptHosts.includes(callbackHost(url)))
      .filter((row): row is Row & { dueAtMs: number } => row.dueAtMs !== null);
    const isDue = ({ dueAtMs }: { dueAtMs: number }) => dueAtMs <= Date.now();
    const due = open
      .filter(isDue)
      .slice(0, limit)
      .map(({ id, url, tries }) => ({
        ...{ id, url, tries, secret: SECRET },
        body: async () => JSON.stringify({ id }),
      }));
    const later = open.filter((row) => !isDue(row)).map(({ dueAtMs }) => dueAtMs);
    return { due, nextAtMs: later.length === 0 ? null : Math.min(...later) };
  };

  readonly onTried = async (id: string, tried: TriedCallback): Promise<void> => {
    const row = this.rows.get(id);
    if (row === undefined) throw new Error(`no delivery ${id}`);
    this.tried.push(tried);
    row.tries = tried.tries;
    row.dueAtMs = tried.nextAtMs;
  };

  get areOver(): boolean {
    return [...this.rows.values()].every(({ dueAtMs }) => dueAtMs === null);
  }
}

function failOnError(error: unknown): never {
  throw error;
}

/** A deliverer whose tries end when the test says so. */
function held(store: Store, more: Partial<CallbacksDeps> = {}) {
  const running = new Map<string, (outcome: CallbackOutcome) => void>();
  const begun: string[] = [];
  const send: CallbacksDeps["send"] = ({ id }, stop) => {
    begun.push(id);
    const { promise, resolve } = Promise.withResolvers<CallbackOutcome>();
    running.set(id, resolve);
    stop.addEventListener("abort", () => resolve({ ok: false, message: "stopped" }));
    return promise.finally(() => running.delete(id));
  };
  const callbacks = createCallbacks({
    due: store.due,
    onTried: store.onTried,
    onError: failOnError,
    send,
    ...more,
  });
  return { callbacks, running, begun };
}

test("a receiver that fails twice and then accepts gets three signed tries of one delivery, and no fourth", async () => {
  await using receiver = await startReceiver(status(500, 503, 200));
  const store = new Store();
  store.add("job-1", receiver.url);
  // Time passes faster: the pauses are those of the schedule.
  const onTried: CallbacksDeps["onTried"] = async (id, tried) => {
    const soon = tried.nextAtMs === null ? null : Date.now() + 50;
    await store.onTried(id, { ...tried, nextAtMs: soon });
  };
  const send: CallbacksDeps["send"] = (delivery, stop) =>
    sendCallback(delivery, { allowPrivate: true }, stop);
  await using callbacks = createCallbacks({ due: store.due, onTried, onError: failOnError, send });
  await until("it is over", () => store.areOver);
  callbacks.wake();
  expect(receiver.received.map(({ headers }) => headers["webhook-id"])).toEqual(["job-1", "job-1", "job-1"]);
  expect(store.tried.map(({ outcome }) => outcome.status)).toEqual([500, 503, 200]);
  const [last] = receiver.received.slice(-1);
  expect(new Webhook(SECRET, { format: "raw" }).verify(last?.body ?? "", last?.headers ?? {})).toEqual({
    id: "job-1",
  });
});

test("a delivery that is never accepted is tried as often as the schedule says, and given up", async () => {
  const store = new Store();
  store.add("job-1", "http://one.example/");
  const pauses: (number | null)[] = [];
  const onTried: CallbacksDeps["onTried"] = async (id, tried) => {
    pauses.push(tried.nextAtMs === null ? null : Math.round((tried.nextAtMs - 1_000_000) / 100) / 10);
    await store.onTried(id, { ...tried, nextAtMs: tried.nextAtMs === null ? null : 0 });
    callbacks.wake();
  };
  await using callbacks = createCallbacks({
    ...{ due: store.due, onTried, onError: failOnError, send: async () => FAILED },
    ...{ now: () => 1_000_000, random: () => 0 },
  });
  await until("it is given up", () => store.areOver);
  expect(pauses).toEqual([1, 5, 30, 120, 600, 3_600, 21_600, null]);
  expect(store.rows.get("job-1")?.tries).toBe(MOST_TRIES);
});

test("pauses are up to a fifth longer, never shorter", () => {
  expect(pauseAfter(1, () => 0)).toBe(1_000);
  expect(pauseAfter(1, () => 0.999)).toBe(1_200);
  expect(pauseAfter(0, () => 1)).toBe(0);
  expect(pauseAfter(8)).toBeNull();
});

test("a receiver that says it is gone is not tried again", async () => {
  const store = new Store();
  store.add("job-1", "http://one.example/");
  const send = async () => ({ ok: false, status: 410, message: "the receiver answered 410" });
  await using _callbacks = createCallbacks({
    due: store.due,
    onTried: store.onTried,
    onError: failOnError,
    send,
  });
  await until("it is over", () => store.areOver);
  expect(store.tried).toHaveLength(1);
});

test("two at a time go to one host, eight in all, and a host that hangs does not keep the others", async () => {
  const store = new Store();
  for (let number = 0; number < 20; number += 1) store.add(`slow-${number}`, `http://slow.example/${number}`);
  for (let host = 0; host < 10; host += 1) store.add(`other-${host}`, `https://host-${host}.example/`);
  const { callbacks, running, begun } = held(store);
  await using _ = callbacks;
  await until("as many run as may", () => running.size === 8);
  expect(begun.toSorted()).toEqual(
    ["slow-0", "slow-1", ...[0, 1, 2, 3, 4, 5].map((host) => `other-${host}`)].toSorted(),
  );
  running.get("other-0")?.(ACCEPTED);
  await until("the next has begun", () => begun.length === 9);
  expect(begun.at(-1)).toBe("other-6");
  running.get("slow-1")?.(ACCEPTED);
  await until("the next has begun", () => begun.length === 10);
  expect(running.size).toBe(8);
  const ends = setInterval(() => {
    for (const end of running.values()) end(ACCEPTED);
  }, 5);
  await until("all are over", () => store.areOver);
  clearInterval(ends);
  expect(begun).toHaveLength(30);
  expect(new Set(begun).size).toBe(30);
});

test("what was under way when the deliverer stopped does not count, and is tried by the next; tries count on", async () => {
  const store = new Store();
  store.add("job-1", "http://one.example/");
  store.add("job-2", "http://two.example/");
  const first = held(store);
  await until("both run", () => first.running.size === 2);
  first.running.get("job-1")?.(FAILED);
  await until("it is remembered", () => store.tried.length === 1);
  await first.callbacks[Symbol.asyncDispose]();
  expect([store.rows.get("job-1")?.tries, store.rows.get("job-2")?.tries]).toEqual([1, 0]);
  const second = held(store);
  await using _ = second.callbacks;
  await until("both run again, the first after its pause", () => second.running.size === 2);
  for (const end of second.running.values()) end(ACCEPTED);
  await until("both are over", () => store.areOver);
  expect([store.rows.get("job-1")?.tries, store.rows.get("job-2")?.tries]).toEqual([2, 1]);
});

test("a store that fails is told of and asked again; a try that it did not remember is not sent again at once", async () => {
  const store = new Store();
  store.add("job-1", "http://one.example/");
  const errors: unknown[] = [];
  let failures = 3;
  const failing =
    <Args extends readonly unknown[], T>(work: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      failures -= 1;
      if (failures >= 0) throw new Error("the disk is full");
      return await work(...args);
    };
  let sent = 0;
  const send = async () => {
    sent += 1;
    if (sent === 1) failures = 1;
    return ACCEPTED;
  };
  await using _callbacks = createCallbacks({
    ...{ due: failing(store.due), onTried: failing(store.onTried), send, storePauseMs: 100 },
    onError: (error) => void errors.push(error),
  });
  await until("it is over", () => store.areOver);
  expect(errors).toHaveLength(4);
  expect(sent).toBe(2);
});

test("a job that cannot be read counts as a try", async () => {
  const store = new Store();
  store.add("job-1", "http://one.example/");
  const errors: unknown[] = [];
  const body = () => Promise.reject(new Error("gone"));
  const due = async (question: DueQuestion) => {
    const answer = await store.due(question);
    return { ...answer, due: answer.due.map((one) => ({ ...one, body })) };
  };
  await using _callbacks = createCallbacks({
    ...{
      due,
      onTried: store.onTried,
      send: async () => ACCEPTED,
      onError: (error: unknown) => void errors.push(error),
    },
  });
  await until("it was tried", () => store.tried.length === 1);
  expect(store.tried[0]).toMatchObject({
    outcome: { ok: false, message: "the job could not be read" },
    tries: 1,
  });
  expect(errors).toHaveLength(1);
});

test("where nothing is due, nobody asks again until somebody wakes it", async () => {
  const store = new Store();
  const { callbacks, begun } = held(store);
  await using _ = callbacks;
  await until("it has looked", () => store.questions === 1);
  store.add("job-1", "http://one.example/");
  expect(begun).toEqual([]);
  callbacks.wake();
  callbacks.wake();
  await until("it has begun", () => begun.length === 1);
  expect(store.questions).toBeLessThanOrEqual(3);
});
