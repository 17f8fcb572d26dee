import { expect, test } from "vitest";
import { CrankcaseError } from "../../src/errors/crankcase-error.ts";
import { sampleServer } from "./sample-server.ts";

const BODY = JSON.stringify({ language: "python", version: "*", files: [{ content: "print(1)" }] });
const JSON_TYPE = { "content-type": "application/json" };

function post(headers: Record<string, string>, payload = BODY, url = "/api/v2/execute") {
  return sampleServer().server.inject({ method: "POST", url, headers, payload });
}

test.each(["/api/v2", "/api/v2/piston"])("%s answers, with and without a trailing slash", async (prefix) => {
  for (const slash of ["", "/"]) {
    expect((await post(JSON_TYPE, BODY, `${prefix}/execute${slash}`)).statusCode).toBe(200);
    const runtimes = await sampleServer().server.inject(`${prefix}/runtimes${slash}`);
    expect(runtimes.json()).toContainEqual({ language: "python", version: "3.13.5", aliases: ["py"] });
    expect(runtimes.json()).toContainEqual({ language: "c", version: "14.2.0", aliases: [], runtime: "gcc" });
  }
});

test("the server names itself", async () => {
  expect((await sampleServer().server.inject("/")).json()).toEqual({ message: "Crankcase v1.2.3" });
});

test.each(["/nope", "/api/v2/nope", "/api/v2/piston/execute/x"])("there is nothing at %s", async (url) => {
  const answer = await sampleServer().server.inject(url);
  expect([answer.statusCode, answer.json()]).toEqual([404, { message: "Not Found" }]);
});

test("a known path with another method is not found either", async () => {
  const answer = await sampleServer().server.inject({
    method: "DELETE",
    url: "/api/v2/execute",
    headers: JSON_TYPE,
  });
  expect([answer.statusCode, answer.json()]).toEqual([404, { message: "Not Found" }]);
});

test.each([
  ["application/json"],
  ["application/json; charset=utf-8"],
  ["APPLICATION/JSON"],
  ["text/plain"],
  ["text/plain;charset=UTF-8"],
])("JSON as %s is read", async (type) => {
  expect((await post({ "content-type": type })).statusCode).toBe(200);
});

test("JSON without a type is read", async () => {
  expect((await post({})).statusCode).toBe(200);
});

test.each([
  ["application/x-www-form-urlencoded", undefined],
  ["multipart/form-data; boundary=x", undefined],
  ["text/html", undefined],
  ["text/plain", "https://evil.example"],
  ["text/plain", "null"],
])("%s from origin %s is refused", async (type, origin) => {
  const answer = await post({ "content-type": type, ...(origin === undefined ? {} : { origin }) });
  expect([answer.statusCode, answer.json()]).toEqual([
    415,
    { message: "requests must be of type application/json" },
  ]);
});

test("a page of an allowed origin may leave the type out, and any page may send declared JSON", async () => {
  expect((await post({ "content-type": "text/plain", origin: "https://allowed.example" })).statusCode).toBe(
    200,
  );
  expect((await post({ ...JSON_TYPE, origin: "https://evil.example" })).statusCode).toBe(200);
});

test.each(["{", "nonsense", '{"a":1}}', "[]", "null", "5"])("the body %s is malformed", async (payload) => {
  const answer = await post(JSON_TYPE, payload);
  expect(answer.statusCode).toBe(400);
  expect(Object.keys(answer.json())).toEqual(["message"]);
  expect(answer.body).not.toMatch(/\.ts:|node:/);
});

test("an empty body lacks a language", async () => {
  expect((await post(JSON_TYPE, "")).json()).toEqual({ message: "language is required as a string" });
});

test("a body over the limit is refused with 413", async () => {
  const answer = await post(JSON_TYPE, JSON.stringify({ ...JSON.parse(BODY), stdin: "x".repeat(20_000) }));
  expect(answer.statusCode).toBe(413);
  expect(answer.json()).toEqual({ message: expect.any(String) });
});

test("a mistake in the body is told with 400 and its message alone", async () => {
  const answer = await post(JSON_TYPE, "{}");
  expect([answer.statusCode, answer.json()]).toEqual([400, { message: "language is required as a string" }]);
});

test("what the translation lets through is checked like any native request", async () => {
  const payload = JSON.stringify({ ...JSON.parse(BODY), args: ["a\0b"] });
  expect((await post(JSON_TYPE, payload)).statusCode).toBe(400);
});

test("a full queue is 503 with Retry-After", async () => {
  const busy = new CrankcaseError("busy", "full", { retryAfterSeconds: 7 });
  const { server } = sampleServer({ execute: () => Promise.reject(busy) });
  const answer = await server.inject({
    method: "POST",
    url: "/api/v2/execute",
    headers: JSON_TYPE,
    payload: BODY,
  });
  expect([answer.statusCode, answer.headers["retry-after"]]).toEqual([503, "7"]);
  expect(answer.json()).toEqual({ message: expect.any(String) });
});

test.each([
  new CrankcaseError("jailer_failed", "mount: /secret/path: EPERM"),
  new TypeError("undefined is not a secret"),
])("what is our fault is 500 with a neutral text, and the details are in the log", async (failure) => {
  const { server, log } = sampleServer({ execute: () => Promise.reject(failure) });
  const answer = await server.inject({
    method: "POST",
    url: "/api/v2/execute",
    headers: JSON_TYPE,
    payload: BODY,
  });
  expect(answer.statusCode).toBe(500);
  expect(answer.body).not.toContain("secret");
  expect(log.join("")).toContain("secret");
});

test("a path that is no path is not found", async () => {
  const answer = await sampleServer().server.inject("/%zz");
  expect([answer.statusCode, Object.keys(answer.json())]).toEqual([404, ["message"]]);
});

test("a path that is not well encoded is not there", async () => {
  const answer = await sampleServer().server.inject("/api/v2/%zz");
  expect([answer.statusCode, answer.json()]).toEqual([404, { message: "Not Found" }]);
});
