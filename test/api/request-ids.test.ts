import { expect, test } from "vitest";
import { sampleServer } from "./sample-server.ts";

const OURS = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test.each(["/healthz", "/nothing", "/api/v2/nothing", "/api/crankcase/v1/nothing", "/docs", "/%zz"])(
  "an answer has an id of its own: %s",
  async (path) => {
    const { server } = sampleServer();
    const ids = [await server.inject(path), await server.inject(path)].map(
      ({ headers }) => headers["x-request-id"],
    );
    for (const id of ids) expect(id).toMatch(OURS);
    expect(ids[0]).not.toBe(ids[1]);
  },
);

test("a caller's own id comes back when it is clean", async () => {
  const { server } = sampleServer();
  const { headers } = await server.inject({ url: "/healthz", headers: { "x-request-id": "build-7.1_a" } });
  expect(headers["x-request-id"]).toBe("build-7.1_a");
});

test.each(["", "two words", "a".repeat(65), 'quote"', "semi;colon", "<b>", "ümlaut"])(
  "a caller's id that is not clean is not looked at: %j",
  async (id) => {
    const { server } = sampleServer();
    const { headers } = await server.inject({ url: "/healthz", headers: { "x-request-id": id } });
    expect(headers["x-request-id"]).toMatch(OURS);
  },
);

test("the job's id is ours whatever the caller calls its request: two may call theirs the same", async () => {
  const ids: string[] = [];
  const { server } = sampleServer({
    execute: ({ id }) => {
      ids.push(id);
      return Promise.reject(new Error("enough"));
    },
  });
  const body = { language: "python", files: [{ content: "" }] };
  const request = {
    method: "POST",
    url: "/api/crankcase/v1/jobs",
    headers: { "x-request-id": "same" },
    body,
  } as const;
  for (const _again of [1, 2]) expect((await server.inject(request)).headers["x-request-id"]).toBe("same");
  expect(new Set(ids).size).toBe(2);
  for (const id of ids) expect(id).toMatch(OURS);
});

test("at the level debug each request has a line, with both ids, its route and its status, and nothing of what was sent", async () => {
  const { server, log } = sampleServer();
  const headers = { "x-request-id": "theirs", "content-type": "application/json" };
  const url = "/api/v2/execute?password=secret";
  await server.inject({ method: "POST", url, headers, body: '{"language":"secret"}' });
  await server.inject("/secret/path");
  const lines = log.map((line) => JSON.parse(line)).filter(({ msg }) => msg === "request");
  expect(lines).toMatchObject([
    { request_id: "theirs", method: "POST", route: "/api/v2/execute", status: 400, ms: expect.any(Number) },
    { method: "GET", route: null, status: 404 },
  ]);
  expect(lines[0].id).toMatch(OURS);
  expect(log.join("")).not.toContain("secret");
});
