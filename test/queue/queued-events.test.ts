import { afterAll, beforeAll, expect, test } from "vitest";
import WebSocket from "ws";
import { type Serving, startServing } from "../cli/serving.ts";
import { until } from "../support/until.ts";
import { native, over, script, submitted } from "./native.ts";

const SLOW = { timeout: 120_000 };

let serving: Serving;

beforeAll(async () => {
  serving = await startServing({ slots: 2 });
}, 60_000);

afterAll(() => serving[Symbol.asyncDispose]());

interface Event {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** All events of a job, as lines of JSON. */
async function eventsOf(id: string): Promise<Event[]> {
  const response = await fetch(`${serving.url}/api/crankcase/v1/jobs/${id}/events`, {
    headers: { accept: "application/x-ndjson" },
  });
  const text = await response.text();
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

function written(events: readonly Event[]): string {
  return events.flatMap(({ event, data }) => (event === "output" ? [data] : [])).join("");
}

test(
  "who comes late hears of a running job from its start on, and its result is whole all the same",
  SLOW,
  async () => {
    const { id } = await submitted(serving.url, script("echo one; sleep 1; echo two"));
    const state = async () => (await native(serving.url, "GET", `/jobs/${id}`)).body.state;
    await until("it runs", async () => (await state()) === "running");
    await new Promise((resolve) => setTimeout(resolve, 300));
    const [late, later] = await Promise.all([eventsOf(id), eventsOf(id)]);
    for (const events of [late, later]) {
      expect(events.map(({ event }) => event).filter((event) => event !== "output")).toEqual([
        ...["state", "runtime", "stage", "exit", "state", "result"],
      ]);
      expect(written(events)).toBe("one\ntwo\n");
      expect(events.at(-1)).toMatchObject({ id, run: { exit_code: 0 } });
      expect(events.at(-1)?.run).not.toHaveProperty("stdout");
    }
    expect((await over(serving.url, id)).result?.run?.stdout).toBe("one\ntwo\n");
  },
);

test("a job that is over tells its state and its result, one that was cancelled an error", SLOW, async () => {
  const { id } = await submitted(serving.url, script("echo x"));
  await over(serving.url, id);
  const told = await eventsOf(id);
  expect(told.map(({ event }) => event)).toEqual(["state", "result"]);
  expect(told.at(-1)).toMatchObject({ run: { stdout: "x\n" } });
  const other = await submitted(serving.url, script("sleep 60"));
  const events = eventsOf(other.id);
  const state = async () => (await native(serving.url, "GET", `/jobs/${other.id}`)).body.state;
  await until("it runs", async () => (await state()) === "running");
  await native(serving.url, "DELETE", `/jobs/${other.id}`);
  expect((await events).at(-1)).toMatchObject({ event: "error", code: "cancelled" });
});

test("events of nobody's job are a plain 404", SLOW, async () => {
  const answer = await native(serving.url, "GET", "/jobs/nobody/events");
  expect(answer).toMatchObject({ status: 404, body: { code: "not_found" } });
});

test(
  "one WebSocket follows many jobs, tells each by its id, and leaves out those it let go of",
  SLOW,
  async () => {
    const socket = new WebSocket(`${serving.url.replace("http", "ws")}/api/crankcase/v1/jobs/follow`);
    const heard: Event[] = [];
    socket.on("message", (data) => heard.push(JSON.parse(String(data))));
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    const ids: string[] = [];
    for (const text of ["a", "b", "c"]) {
      const { id } = await submitted(serving.url, script(`sleep 0.5; echo ${text}`));
      ids.push(id);
      socket.send(JSON.stringify({ type: "follow", id }));
    }
    const [first = "", second = "", third = ""] = ids;
    socket.send(JSON.stringify({ type: "unfollow", id: third }));
    socket.send(JSON.stringify({ type: "follow", id: "nobody" }));
    const last = (id: string) => heard.findLast((event) => event.id === id);
    await until("both are over", () => last(first)?.event === "result" && last(second)?.event === "result");
    await over(serving.url, third);
    expect(written(heard.filter(({ id }) => id === first))).toBe("a\n");
    expect(written(heard.filter(({ id }) => id === second))).toBe("b\n");
    expect(heard.some(({ id, event }) => id === third && event === "result")).toBe(false);
    expect(last("nobody")).toMatchObject({ event: "error", error: { code: "not_found" } });
    socket.send("no JSON");
    const code = await new Promise((resolve) => socket.once("close", resolve));
    expect(code).toBe(1008);
  },
);
