import { connect } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keyRing } from "../../src/access/key-ring.ts";
import { newKey } from "../../src/access/new-key.ts";
import type { Scope } from "../../src/access/scope.ts";
import { sampleServer } from "./sample-server.ts";

const NOW = new Date("2026-01-02T03:04:05Z");
const KEYS = {
  run: newKey("runner", ["run"], NOW),
  packages: newKey("installer", ["packages"], NOW),
  admin: newKey("boss", ["admin"], NOW),
};
const access = {
  keys: keyRing(Object.values(KEYS).map(({ entry }) => entry)),
  isOpen: false,
  isOperator: () => false,
};
const BODY = JSON.stringify({ language: "python", files: [{ content: "print(1)" }] });

let sample: ReturnType<typeof sampleServer>;
let url: string;

beforeEach(async () => {
  sample = sampleServer({ access });
  url = await sample.server.listen({ host: "127.0.0.1", port: 0 });
});

afterEach(() => sample.server.close());

/** What lies behind a key, and the scope that it takes; null for any key. */
const ROUTES: readonly (readonly [method: string, path: string, scope: Scope | null])[] = [
  ["GET", "/", null],
  ["GET", "/api/v2/runtimes", "run"],
  ["HEAD", "/api/v2/runtimes", "run"],
  ["POST", "/api/v2/execute", "run"],
  ["GET", "/api/v2/piston/runtimes", "run"],
  ["POST", "/api/v2/piston/execute/", "run"],
  ["GET", "/api/crankcase/v1/runtimes", "run"],
  ["POST", "/api/crankcase/v1/jobs", "run"],
  ["GET", "/api/crankcase/v1/artifacts/id/name", "run"],
  ["GET", "/api/crankcase/v1/status", "admin"],
  ["GET", "/nothing/here", null],
  ["DELETE", "/api/v2/execute", null],
  ["GET", "/api/v2/nothing", null],
  ["GET", "/api/crankcase/v1/nothing", null],
  ["POST", "/healthz", null],
];

async function send(method: string, path: string, headers: Readonly<Record<string, string>> = {}) {
  const body = method === "POST" ? { body: BODY } : {};
  const type = method === "POST" ? { "content-type": "application/json" } : {};
  const response = await fetch(url + path, { method, headers: { ...type, ...headers }, ...body });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

test.each(ROUTES)("%s %s is closed to who has no key or a wrong one", async (method, path) => {
  const wrongs = [
    {},
    { authorization: `Bearer ${newKey("x", ["admin"], NOW).text}` },
    { "x-api-key": "ck_" },
  ];
  for (const wrong of wrongs) {
    const answer = await send(method, path, wrong);
    expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
  }
  expect(sample.executed).toEqual([]);
});

test.each(ROUTES)(
  "%s %s is open to the key that it takes, and to no other: %s",
  async (method, path, scope) => {
    for (const [name, key] of Object.entries(KEYS)) {
      const { status } = await send(method, path, { authorization: `Bearer ${key.text}` });
      if (scope === null || name === scope || name === "admin") expect([200, 404]).toContain(status);
      else expect(status).toBe(403);
    }
  },
);

test.each(["/healthz", "/healthz/"])("%s needs no key, and tells the version", async (path) => {
  const { status, body } = await send("GET", path);
  expect([status, JSON.parse(body)]).toEqual([
    200,
    { status: "ok", version: "1.2.3", release: null, runtimes: 4, running: 0, waiting: 0 },
  ]);
});

test.each<[string, (key: string) => Record<string, string>]>([
  ["Authorization: KEY", (key) => ({ authorization: key })],
  ["Authorization: Bearer KEY", (key) => ({ authorization: `Bearer ${key}` })],
  ["authorization: bearer  KEY", (key) => ({ authorization: `bearer  ${key}` })],
  ["X-API-Key: KEY", (key) => ({ "x-api-key": key })],
  [
    "X-API-Key beside the proxy's own Authorization",
    (key) => ({ authorization: "Basic eDp5", "x-api-key": key }),
  ],
])("a key is taken as %s", async (_how, headers) => {
  expect((await send("POST", "/api/v2/execute", headers(KEYS.run.text))).status).toBe(200);
});

test("a key in the URL opens nothing", async () => {
  const { text: key } = KEYS.admin;
  for (const query of [`key=${key}`, `api_key=${key}`, `authorization=${key}`]) {
    expect((await send("GET", `/api/v2/runtimes?${query}`)).status).toBe(401);
  }
});

test("Piston's routes refuse in Piston's form, the native ones in theirs", async () => {
  expect(JSON.parse((await send("GET", "/api/v2/runtimes")).body)).toEqual({
    message: "an API key is needed: send it in the header Authorization: Bearer KEY",
  });
  expect(JSON.parse((await send("GET", "/api/v2/runtimes", { "x-api-key": "no" })).body)).toEqual({
    message: "this API key is not known here",
  });
  expect(JSON.parse((await send("GET", "/api/crankcase/v1/runtimes")).body)).toEqual({
    code: "unauthorized",
    message: expect.stringContaining("an API key is needed"),
    hint: expect.stringContaining("CRANKCASE_KEY"),
  });
  const lacking = await send("GET", "/api/crankcase/v1/status", { "x-api-key": KEYS.run.text });
  expect(JSON.parse(lacking.body)).toMatchObject({
    code: "forbidden",
    message: "the API key runner lacks the scope admin",
  });
});

test("a caller without a key is turned away before the body has come", async () => {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.write(
    "POST /api/v2/execute HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n{",
  );
  const [first] = await once(socket);
  expect(first).toMatch(/^HTTP\/1\.1 401 /);
  socket.destroy();
});

/** The first bytes that come. */
function once(socket: ReturnType<typeof connect>): Promise<[string]> {
  return new Promise((resolve, reject) => {
    socket.once("data", (data) => resolve([data.toString()]));
    socket.once("error", reject);
  });
}

test("even a body over the limit, or of a wrong type, gets no other answer than 401", async () => {
  const long = await fetch(`${url}/api/v2/execute`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ stdin: "x".repeat(20_000) }),
  });
  expect(long.status).toBe(401);
  expect((await send("POST", "/api/v2/execute", { "content-type": "text/html" })).status).toBe(401);
});

test("no key is ever in the log", async () => {
  const failing = sampleServer({ access, execute: () => Promise.reject(new TypeError("broken")) });
  const key = KEYS.admin.text;
  for (const headers of [{ authorization: `Bearer ${key}` }, { "x-api-key": `${key}wrong` }]) {
    await failing.server.inject({
      method: "POST",
      url: "/api/crankcase/v1/jobs",
      headers: { ...headers, "content-type": "application/json" },
      payload: BODY,
    });
  }
  expect(failing.log.join("")).toContain("broken");
  expect(failing.log.join("")).not.toContain("ck_");
});

test("where no key is required, one that is sent is ignored", async () => {
  const { server } = sampleServer();
  for (const headers of [{}, { authorization: "Bearer wrong" }, { "x-api-key": "wrong" }]) {
    expect((await server.inject({ url: "/api/v2/runtimes", headers })).statusCode).toBe(200);
    expect((await server.inject({ url: "/api/crankcase/v1/status", headers })).statusCode).toBe(200);
  }
});
