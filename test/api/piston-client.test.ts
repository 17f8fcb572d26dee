import piston from "piston-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Serving, startServing } from "../cli/serving.ts";

let serving: Serving;

beforeAll(async () => {
  serving = await startServing({ slots: 2 });
});

afterAll(() => serving[Symbol.asyncDispose]());

test("piston-client lists the runtimes, unmodified", async () => {
  const runtimes = await piston({ server: serving.url }).runtimes();
  expect(runtimes).toContainEqual(
    expect.objectContaining({ language: "python", aliases: expect.any(Array) }),
  );
});

test("piston-client executes a program by its language, with the arguments that it always sends", async () => {
  const code = "import sys; print(sys.argv[1:], input())";
  const { run } = await piston({ server: `${serving.url}/` }).execute("python", code, { stdin: "read" });
  expect(run).toMatchObject({ stdout: "['1', '2', '3'] read\n", code: 0, signal: null });
});

test("piston-client executes a program by an alias, for which it sends no version", async () => {
  const { run } = await piston({ server: serving.url }).execute("sh", 'echo "$# arguments"', { args: [] });
  expect(run).toMatchObject({ stdout: "0 arguments\n", code: 0 });
});

test("piston-client passes on what is wrong", async () => {
  const answer = await piston({ server: serving.url }).execute("nope", "x");
  expect(JSON.stringify(answer)).toContain("nope-* runtime is unknown");
});

test.each([
  ["/api/v2/execute", { language: "bash", files: [{ content: "echo hi" }] }],
  ["/execute", { language: "bash", source: "echo hi" }],
])(
  "a page of a foreign origin that posts text to %s is refused, and without an origin it is served",
  async (path, body) => {
    const send = (headers: Readonly<Record<string, string>>) =>
      fetch(serving.url + path, {
        method: "POST",
        headers: { "content-type": "text/plain", ...headers },
        body: JSON.stringify(body),
      });
    const foreign = await send({ origin: "https://evil.example" });
    expect([foreign.status, await foreign.json()]).toEqual([
      415,
      { message: "requests must be of type application/json" },
    ]);
    expect((await send({})).status).toBe(200);
  },
);

test("a v1 client runs a program in a jail, by the name that v1 had for the language", async () => {
  const send = async (body: object) => {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${serving.url}/api/v1/piston/execute`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    return await response.text();
  };
  const version = /"version":"[^"]+"/;
  const python = await send({ language: "py3", source: "import sys; print(sys.argv[1])", args: ["one"] });
  expect(python.replace(version, '"version":""')).toBe(
    '{"ran":true,"language":"python3","version":"","stdout":"one\\n","stderr":"","output":"one\\n"}',
  );
  const failed = await send({ language: "sh", source: "echo no >&2; exit 3" });
  expect(JSON.parse(failed)).toMatchObject({ ran: false, language: "bash", stderr: "no\n", output: "no\n" });
});
