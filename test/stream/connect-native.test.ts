import { afterAll, beforeAll, expect, test } from "vitest";
import { type Serving, startServing } from "../cli/serving.ts";
import { connecting } from "./connecting.ts";

let serving: Serving;

beforeAll(async () => {
  serving = await startServing();
});

afterAll(() => serving[Symbol.asyncDispose]());

async function started(job: object) {
  const client = await connecting(serving.url);
  client.send({ type: "init", job });
  return client;
}

test("an init with a native job gets every byte both ways, and the whole result before the close", async () => {
  const bytes = Buffer.from([0, 255, 10, 128, 195]);
  const files = [{ content: "cat; echo kept > kept.txt; echo $NAME >&2" }];
  const more = { output_encoding: "base64", environment: { NAME: "x" }, artifacts: ["*.txt"] };
  using client = await started({ language: "bash", files, ...more });
  client.send({ type: "data", stream: "stdin", data: bytes.toString("base64"), encoding: "base64" });
  client.send({ type: "eof" });
  expect(await client.closed).toEqual([4999, "Job Completed"]);
  const of = (stream: string) =>
    client.messages
      .filter((message) => message.type === "data" && message.stream === stream)
      .map(({ data }) => Buffer.from(data, "base64"));
  expect(Buffer.concat(of("stdout"))).toEqual(bytes);
  expect(String(Buffer.concat(of("stderr")))).toBe("x\n");
  expect(await client.hears("exit")).toMatchObject({ stage: "run", exit_code: 0, cause: "exited" });
  expect(client.messages.at(-1)).toMatchObject({
    type: "result",
    language: "bash",
    run: { exit_code: 0 },
    artifacts: [{ name: "kept.txt", content: Buffer.from("kept\n").toString("base64") }],
  });
  expect(client.messages.at(-1).run).not.toHaveProperty("stdout");
});

test("a native job is checked as strictly as over HTTP, and refused in the same words", async () => {
  using client = await started({ language: "bash", files: [{ content: "" }], files_too: [] });
  expect(await client.closed).toEqual([4002, "Notified Error"]);
  expect(client.messages).toEqual([
    {
      type: "error",
      code: "invalid_request",
      field: "files_too",
      message: expect.stringContaining("files_too"),
      hint: expect.any(String),
    },
  ]);
  for (const job of [null, 7, "x", []]) {
    using other = await started(job as object);
    expect(await other.closed).toEqual([4002, "Notified Error"]);
    expect(other.messages.at(-1)).toMatchObject({ type: "error", code: "invalid_request" });
  }
});

test("data in an encoding that there is not ends the session", async () => {
  using client = await started({ language: "bash", files: [{ content: "cat" }] });
  client.send({ type: "data", stream: "stdin", data: "", encoding: "hex" });
  expect(await client.closed).toEqual([4002, "Notified Error"]);
  expect(client.messages.at(-1)).toMatchObject({ type: "error", field: "encoding" });
});
