import { expect, test } from "vitest";
import { keyRing } from "../../src/access/key-ring.ts";
import { isAllowedOrigin } from "../../src/http/origin.ts";
import { sampleServer } from "./sample-server.ts";

const ALLOWED = "https://allowed.example";
const FOREIGN = "https://evil.example";
const BODY = JSON.stringify({ language: "python", version: "*", files: [{ content: "" }] });
const closed = { keys: keyRing([]), isOpen: false, isLocal: true, faults: [], isOperator: () => false };

const preflight = (origin: string) =>
  ({
    method: "OPTIONS",
    url: "/api/v2/execute",
    headers: { origin, "access-control-request-method": "POST" },
  }) as const;

test("a page of an allowed origin is told beforehand what it may send, also where keys are required", async () => {
  const { server } = sampleServer({ access: closed });
  const { statusCode, headers, body } = await server.inject(preflight(ALLOWED));
  expect([statusCode, body]).toEqual([204, ""]);
  expect(headers).toMatchObject({
    "access-control-allow-origin": ALLOWED,
    "access-control-allow-methods": "GET, POST, DELETE",
    "access-control-allow-headers": "Authorization, Content-Type, X-API-Key, X-Request-Id",
    vary: "Origin",
  });
  expect(headers).not.toHaveProperty("access-control-allow-credentials");
});

test("it may read every answer, refusals too, and the headers that tell where it stands", async () => {
  const headers = { origin: ALLOWED, "content-type": "application/json" };
  for (const access of [closed, { ...closed, isOpen: true }]) {
    const { server } = sampleServer({ access });
    const answer = await server.inject({ method: "POST", url: "/api/v2/execute", headers, payload: BODY });
    expect(answer.statusCode).toBe(access.isOpen ? 200 : 401);
    expect(answer.headers).toMatchObject({
      "access-control-allow-origin": ALLOWED,
      "access-control-expose-headers": expect.stringContaining("Retry-After"),
    });
  }
});

test("other pages get no such header, neither beforehand nor with the answer", async () => {
  const { server } = sampleServer();
  const asked = await server.inject(preflight(FOREIGN));
  expect(asked.statusCode).toBe(404);
  const read = await server.inject({ url: "/api/v2/runtimes", headers: { origin: FOREIGN } });
  for (const { headers } of [asked, read]) {
    expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    expect(headers.vary).toBe("Origin");
  }
});

test("what a page sends without asking, a text with a foreign origin, runs nothing on either API", async () => {
  const { server, executed } = sampleServer();
  for (const url of ["/api/v2/execute", "/api/crankcase/v1/jobs"]) {
    const headers = { origin: FOREIGN, "content-type": "text/plain" };
    const { statusCode } = await server.inject({ method: "POST", url, headers, payload: BODY });
    expect(statusCode).toBe(415);
  }
  expect(executed).toEqual([]);
});

test.each<[string, Record<string, string>, boolean]>([
  ["no page", { host: "a.example" }, true],
  ["a page of an allowed origin", { host: "a.example", origin: ALLOWED }, true],
  ["the server's own page", { host: "a.example:2000", origin: "http://a.example:2000" }, true],
  ["the server's own page behind a proxy with TLS", { host: "A.example", origin: "https://a.example" }, true],
  ["a page of another port", { host: "a.example:2000", origin: "http://a.example:3000" }, false],
  ["a foreign page", { host: "a.example", origin: FOREIGN }, false],
  ["a page without an origin of its own", { host: "a.example", origin: "null" }, false],
])("a WebSocket of %s: %o is let in: %s", (_who, headers, isAllowed) => {
  expect(isAllowedOrigin(headers, [ALLOWED])).toBe(isAllowed);
});

const HOSTS: readonly (readonly [host: string, status: number])[] = [
  ["localhost:2000", 200],
  ["LOCALHOST", 200],
  ["box.localhost.", 200],
  ["127.0.0.1:2000", 200],
  ["[::1]:2000", 200],
  ["192.168.1.4", 200],
  ["crankcase.lan:2000", 200],
  ["evil.example", 421],
  ["localhost.evil.example:2000", 421],
  ["127.0.0.1.evil.example", 421],
  ["a b", 421],
];

test.each(HOSTS)("an open server on loopback, called as %s, answers %i", async (host, status) => {
  const { server } = sampleServer({ allowedHosts: ["crankcase.lan"] });
  const answer = await server.inject({ url: "/api/crankcase/v1/runtimes", headers: { host } });
  expect(answer.statusCode).toBe(status);
  if (status === 421) expect(answer.json().code).toBe("wrong_host");
});

test("where keys are required, or on a public address, every name will do", async () => {
  const headers = { host: "code.example.org" };
  const { server } = sampleServer({ access: { ...closed, isOpen: true, isLocal: false } });
  expect((await server.inject({ url: "/api/v2/runtimes", headers })).statusCode).toBe(200);
  const keyed = sampleServer({ access: closed }).server;
  expect((await keyed.inject({ url: "/api/v2/runtimes", headers })).statusCode).toBe(401);
});
