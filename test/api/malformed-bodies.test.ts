import { expect, test } from "vitest";
import type { ServerDeps } from "../../src/http/server-deps.ts";
import { resolveJob } from "../../src/jobs/resolve-job.ts";
import { sampleCatalogue, sampleConfig } from "../jobs/sample-runtimes.ts";
import { MALFORMED_BODIES, PISTON_BODIES } from "./malformed/malformed-bodies.ts";
import type { MalformedBody } from "./malformed/malformed-body.ts";
import { HI, sampleResult, sampleServer } from "./sample-server.ts";

const [catalogue, limits] = [sampleCatalogue(), sampleConfig()];

const execute: ServerDeps["execute"] = async ({ id, request }) => {
  resolveJob(id, request, { catalogue, limits });
  return sampleResult({ run: HI });
};

const { server, log } = sampleServer({ catalogue, limits, execute, bodyLimitBytes: 21_000_000 });

/** Where in the body, for a person. */
const PLACE = /line \d+, column \d+|byte \d+/;

/** A line of a stack trace, or a path of ours. */
const INSIDES = /\n {4}at |node:|\.ts\b|node_modules/;

async function post(url: string, { body }: MalformedBody) {
  const headers = { "content-type": "application/json" };
  const answer = await server.inject({ method: "POST", url, headers, payload: body });
  expect(answer.statusCode).toBeGreaterThanOrEqual(400);
  expect(answer.statusCode).toBeLessThan(500);
  expect(answer.body).not.toMatch(INSIDES);
  expect(answer.body.length).toBeLessThan(2_000);
  return answer.json();
}

test("there are more than 200 of them", () => {
  expect(MALFORMED_BODIES.length).toBeGreaterThan(200);
  expect(PISTON_BODIES.length).toBeGreaterThan(100);
});

test.each(MALFORMED_BODIES)("the native API names what is wrong with $title", async (malformed) => {
  const { field, message } = await post("/api/crankcase/v1/jobs", malformed);
  if (malformed.field === null) expect([field, message]).toEqual([undefined, expect.stringMatching(PLACE)]);
  else expect(field).toMatch(malformed.field instanceof RegExp ? malformed.field : exactly(malformed.field));
});

function exactly(text: string): RegExp {
  return new RegExp(`^${RegExp.escape(text)}$`);
}

test.each(PISTON_BODIES)("Piston's execute names what is wrong with $title", async (malformed) => {
  const { message } = await post("/api/v2/execute", malformed);
  if (malformed.field === null) expect(message).toMatch(PLACE);
  else expect(message).toContain(malformed.field);
});

test.each(PISTON_BODIES.filter(({ field }) => field === null))(
  "v1's execute refuses $title",
  async (malformed) => {
    expect((await post("/execute", malformed)).message).toMatch(PLACE);
  },
);

test("what is between the quotes stays out of the log", () => {
  expect(log.join("")).not.toContain("print(1)");
});

test("names that objects have by themselves are nothing on Piston's routes", async () => {
  const text = '{"__proto__":{"language":"c"},"constructor":1,"language":"python","files":[{"content":""}]}';
  const headers = { "content-type": "application/json" };
  const answer = await server.inject({ method: "POST", url: "/api/v2/execute", headers, payload: text });
  expect([answer.statusCode, answer.json().language]).toEqual([200, "python"]);
  const polluted = '{"__proto__":{"language":"python","files":[{"content":""}]}}';
  const refused = await server.inject({ method: "POST", url: "/api/v2/execute", headers, payload: polluted });
  expect(refused.json()).toEqual({ message: "language is required as a string" });
});
