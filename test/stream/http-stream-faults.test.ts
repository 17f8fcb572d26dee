import { expect, test } from "vitest";
import { CrankcaseError } from "../../src/errors/crankcase-error.ts";
import type { ServerDeps } from "../../src/http/server-deps.ts";
import { sampleServer } from "../api/sample-server.ts";

const JOB = { language: "python", version: "*", files: [{ content: "print(1)" }] };

/** A job that loses its jail, with or without having begun. */
function losing(begins: boolean): ServerDeps["execute"] {
  return async ({ follower }) => {
    if (begins) await follower?.runtimeResolved({ language: "python", version: "3.13.5" });
    throw new CrankcaseError("jail_lost", "a path of ours");
  };
}

async function post(url: string, begins: boolean) {
  const { server, log } = sampleServer({ execute: losing(begins) });
  const headers = { accept: "application/x-ndjson", "content-type": "application/json" };
  const response = await server.inject({ method: "POST", url, headers, payload: JOB });
  await server.close();
  return { response, log };
}

test.each([
  ["/api/crankcase/v1/jobs", { code: "jail_lost", hint: expect.any(String), id: expect.any(String) }],
  ["/api/v2/execute", {}],
])(
  "%s: a failure after the first event is the last event, and our own details stay in the log",
  async (url, more) => {
    const { response, log } = await post(url, true);
    expect(response.statusCode).toBe(200);
    const events = response.body.trimEnd().split("\n");
    expect(events.map((line) => JSON.parse(line))).toEqual([
      { event: "runtime", language: "python", version: "3.13.5" },
      { event: "error", message: expect.stringContaining("jailer"), ...more },
    ]);
    expect(response.body).not.toContain("a path of ours");
    expect(log.join()).toContain("a path of ours");
  },
);

test("a failure before the first event has its own status", async () => {
  const { response } = await post("/api/v2/execute", false);
  expect(response.statusCode).toBe(500);
  expect(response.json()).toEqual({ message: expect.any(String) });
});

test.each([
  ["application/json, text/plain, */*", "application/json; charset=utf-8"],
  ["text/html, text/event-stream;q=0.9", "text/event-stream"],
])("a client that accepts %s is answered with %s", async (accept, type) => {
  const { server } = sampleServer();
  const headers = { accept, "content-type": "application/json" };
  const response = await server.inject({ method: "POST", url: "/api/v2/execute", headers, payload: JOB });
  expect(response.headers["content-type"]).toBe(type);
  await server.close();
});
