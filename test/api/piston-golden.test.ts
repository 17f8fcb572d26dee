import { afterAll, beforeAll, expect, test } from "vitest";
import type { GoldenCase } from "./golden/golden-case.ts";
import { GOLDEN } from "./golden/golden-cases.ts";
import { goldenServer } from "./golden/golden-server.ts";

/** What a server answered. */
interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

const { server } = goldenServer();
let url: string;

beforeAll(async () => {
  url = await server.listen({ host: "127.0.0.1", port: 0 });
});

afterAll(() => server.close());

async function inProcess({ method, path, headers, body }: GoldenCase): Promise<Answer> {
  const payload = body === undefined ? {} : { payload: body };
  const answer = await server.inject({ method: method as "POST", url: path, headers, ...payload });
  return { status: answer.statusCode, text: answer.body, headers: answer.headers };
}

/** fetch calls a text text/plain unless told otherwise; bytes have no type. */
async function overSocket({ method, path, headers, body }: GoldenCase): Promise<Answer> {
  const content = body === undefined ? {} : { body: Buffer.from(body) };
  const response = await fetch(url + path, { method, headers, ...content });
  return {
    status: response.status,
    text: await response.text(),
    headers: Object.fromEntries(response.headers),
  };
}

function expectGolden({ path, status, answer, answerHeaders = {} }: GoldenCase, given: Answer): void {
  const mayHoldMore = status === 200 && /^\/api\/v2.*\/execute/.test(path);
  const text = mayHoldMore ? JSON.stringify(withoutMore(JSON.parse(given.text), answer)) : given.text;
  expect([given.status, text]).toEqual([status, JSON.stringify(answer)]);
  expect(given.headers).toMatchObject({
    "content-type": expect.stringContaining("application/json"),
    ...answerHeaders,
  });
}

/** Behind the keys of v2's answers may come keys of ours, which its clients do not look at. */
function withoutMore(given: unknown, golden: unknown): unknown {
  if (!isObject(given) || !isObject(golden)) return given;
  const first = Object.entries(given).slice(0, Object.keys(golden).length);
  return Object.fromEntries(first.map(([key, value]) => [key, withoutMore(value, golden[key])]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

test("no two cases are the same", () => {
  expect(new Set(GOLDEN.map(({ title }) => title)).size).toBe(GOLDEN.length);
});

test.each(GOLDEN)("in process: $title", async (golden) => {
  expectGolden(golden, await inProcess(golden));
});

test.each(GOLDEN)("over a socket: $title", async (golden) => {
  expectGolden(golden, await overSocket(golden));
});
