import { afterEach, beforeEach, expect, test } from "vitest";
import { keyRing } from "../../src/access/key-ring.ts";
import { newKey } from "../../src/access/new-key.ts";
import { sampleServer } from "../api/sample-server.ts";
import { connecting } from "./connecting.ts";

const NOW = new Date("2026-01-02T03:04:05Z");
const RUNNER = newKey("runner", ["run"], NOW);
const INSTALLER = newKey("installer", ["packages"], NOW);
const INIT = { type: "init", language: "python", version: "*", files: [{ content: "print(1)" }] };
const PATH = "/api/v2/connect";

let sample: ReturnType<typeof sampleServer>;
let url: string;

beforeEach(async () => {
  const keys = keyRing([RUNNER.entry, INSTALLER.entry]);
  sample = sampleServer({
    access: { keys, isOpen: false, isLocal: true, faults: [], isOperator: () => false },
  });
  url = await sample.server.listen({ host: "127.0.0.1", port: 0 });
});

afterEach(() => sample.server.close());

test.each([
  ["Authorization: Bearer", { authorization: `Bearer ${RUNNER.text}` }, {}],
  ["Authorization", { authorization: RUNNER.text }, {}],
  ["X-API-Key", { "x-api-key": RUNNER.text }, {}],
  ["its init, as browsers must", {}, { key: RUNNER.text }],
])("a client may run jobs with a key in %s", async (_, headers, more) => {
  using client = await connecting(url, PATH, { headers });
  client.send({ ...INIT, ...more });
  expect(await client.closed).toEqual([4999, "Job Completed"]);
  expect(sample.executed).toHaveLength(1);
});

test.each([
  ["no key", {}, /^an API key is needed/],
  ["a wrong one", { key: "ck_wrong" }, /^this API key is not known here$/],
  ["one that is no text", { key: { toString: "x" } }, /^an API key is needed/],
  ["one without the scope", { key: INSTALLER.text }, /^the API key installer lacks the scope run$/],
])("a client with %s runs nothing", async (_, more, message) => {
  using client = await connecting(url, `${PATH}?key=${RUNNER.text}`);
  client.send({ ...INIT, ...more });
  expect(await client.closed).toEqual([4002, "Notified Error"]);
  expect(client.messages).toEqual([{ type: "error", message: expect.stringMatching(message) }]);
  expect(sample.executed).toEqual([]);
});

test("a client without a key learns nothing of the job's mistakes", async () => {
  using client = await connecting(url, PATH);
  client.send({ type: "init" });
  await client.closed;
  expect(client.messages[0].message).toMatch(/API key/);
});

test("pages of a foreign origin are refused at the handshake, those of an allowed one are not", async () => {
  const headers = (origin: string) => ({ headers: { origin } });
  await expect(connecting(url, PATH, headers("https://evil.example"))).rejects.toThrow(/403/);
  using client = await connecting(url, PATH, headers("https://allowed.example"));
  client.send({ ...INIT, key: RUNNER.text });
  expect(await client.closed).toEqual([4999, "Job Completed"]);
});

test("a message longer than the body limit ends the connection", async () => {
  using client = await connecting(url, PATH);
  client.send({ ...INIT, key: RUNNER.text, stdin: "x".repeat(20_000) });
  expect((await client.closed)[0]).toBe(1009);
  expect(sample.executed).toEqual([]);
});
