import { afterAll, beforeAll, expect, test } from "vitest";
import { type Serving, startServing } from "../cli/serving.ts";
import { native } from "../queue/native.ts";
import { ended, outputs, PATIENT, ran, sent, states, step, stepOf } from "./sent-workflow.ts";

const SLOW = { timeout: 120_000 };

let serving: Serving;

beforeAll(async () => {
  serving = await startServing({ slots: 4, limits: PATIENT });
}, 60_000);

afterAll(() => serving[Symbol.asyncDispose]());

test("what a step writes is what the next one reads, byte for byte", SLOW, async () => {
  const { url } = serving;
  const workflow = await ran(url, [
    step("say", "printf 'one\\ntwo\\n\\n'"),
    step("count", "wc -c", {}, { stdin: { from: "say" } }),
    step("bytes", "printf '\\377\\000x'", {}, { output_encoding: "base64" }),
    step("hex", "od -An -tx1 | tr -d ' '", {}, { stdin: { from: "bytes" } }),
  ]);
  expect(workflow.state).toBe("succeeded");
  expect(await outputs(url, workflow, "count")).toEqual(["9\n"]);
  expect(await outputs(url, workflow, "hex")).toEqual(["ff0078\n"]);
});

test(
  "a text goes into arguments, variables and files, an argument without the line's end",
  SLOW,
  async () => {
    const { url } = serving;
    const workflow = await ran(url, [
      step("say", "echo 'a  b'"),
      step("fail", "echo bad >&2; exit 7", { may_fail: true }),
      step(
        "show",
        'printf "<%s>" "$1" "$TEXT" "$CODE" "$(cat note.txt)" "$ERR"',
        {},
        {
          files: [
            { content: 'printf "<%s>" "$1" "$TEXT" "$CODE" "$(cat note.txt)" "$ERR"' },
            { name: "note.txt", content: { from: "say" } },
          ],
          args: [{ from: "say" }],
          environment: {
            TEXT: { from: "say" },
            CODE: { from: "fail", take: "exit_code" },
            ERR: { from: "fail", take: "stderr" },
          },
        },
      ),
    ]);
    expect(states(workflow)).toEqual({ say: "succeeded", fail: "failed", show: "succeeded" });
    expect(workflow.state).toBe("succeeded");
    expect(await outputs(url, workflow, "show")).toEqual(["<a  b><a  b><7><a  b><bad>"]);
  },
);

test("a step runs once for each line of another, and a third one gets all of it in order", SLOW, async () => {
  const { url } = serving;
  const workflow = await ran(url, [
    step("list", "seq 1 12"),
    step(
      "square",
      "echo $(($1 * $1))",
      { for_each: { from: "list" } },
      { args: [{ item: true }], environment: { AT: { index: true } } },
    ),
    step("sum", "s=0; while read -r n; do s=$((s + n)); done; echo $s", {}, { stdin: { from: "square" } }),
    step("json", "cat", {}, { stdin: { from: "square", as: "json" } }),
  ]);
  expect(workflow.state).toBe("succeeded");
  expect(stepOf(workflow, "square")).toMatchObject({ for_each: true, items: { length: 12 } });
  const squares = Array.from({ length: 12 }, (_, index) => String((index + 1) ** 2));
  expect(await outputs(url, workflow, "square")).toEqual(squares.map((text) => `${text}\n`));
  expect(await outputs(url, workflow, "sum")).toEqual(["650\n"]);
  expect(await outputs(url, workflow, "json")).toEqual([JSON.stringify(squares)]);
});

test("items of a list are values of JSON, of which parts can be taken", SLOW, async () => {
  const { url } = serving;
  const items = [
    { name: "ann", points: [1, 2] },
    { name: "bob", points: [] },
    { name: "constructor", points: [3] },
  ];
  const workflow = await ran(url, [
    step(
      "each",
      'echo "$1 $2 $3"',
      { for_each: items },
      {
        args: [{ index: true }, { item: "/name" }, { item: "/points/0", default: "none" }],
      },
    ),
    step("data", 'echo \'{"a/b": {"~": [10, {"deep": true}]}}\''),
    step(
      "take",
      'echo "$1 $2"',
      {},
      {
        args: [
          { from: "data", json: "/a~1b/~0/0" },
          { from: "data", json: "/a~1b/~0/1" },
        ],
      },
    ),
  ]);
  expect(await outputs(url, workflow, "each")).toEqual(["0 ann 1\n", "1 bob none\n", "2 constructor 3\n"]);
  expect(await outputs(url, workflow, "take")).toEqual(['10 {"deep":true}\n']);
});

test(
  "a file that a step writes becomes a file of the next one, without being asked for twice",
  SLOW,
  async () => {
    const { url } = serving;
    const reads = {
      files: [
        { content: "cat in.bin | od -An -tx1" },
        { name: "in.bin", content: { from: "make", artifact: "out/x.bin" } },
      ],
    };
    const make = "mkdir out; printf '\\001\\377' > out/x.bin";
    for (const artifact_delivery of ["inline", "url"]) {
      const workflow = await ran(url, [
        step("make", make, {}, { artifact_delivery }),
        step("read", "", {}, reads),
      ]);
      expect(await outputs(url, workflow, "read")).toEqual([" 01 ff\n"]);
    }
  },
);

test("its state tells of every step and job, and the jobs are listed like others", SLOW, async () => {
  const { url } = serving;
  const accepted = await native(url, "POST", "/workflows", {
    body: { name: "a build", steps: [step("only", "echo x")], ttl: 60, time_limit_ms: 30_000 },
  });
  expect(accepted.status).toBe(202);
  const { id } = accepted.body;
  expect(accepted.headers.get("location")).toBe(`/api/crankcase/v1/workflows/${id}`);
  const workflow = await ended(url, id);
  expect(workflow).toMatchObject({ id, name: "a build", state: "succeeded" });
  const [item] = stepOf(workflow, "only").items;
  expect(item).toMatchObject({ state: "succeeded", tries: 1 });
  const { body: job } = await native(url, "GET", `/jobs/${item?.job}`);
  expect(job).toMatchObject({ state: "done", result: { run: { stdout: "x\n" } } });
  expect(Date.parse(workflow.expires_at ?? "") - Date.parse(workflow.finished_at ?? "")).toBe(60_000);
  expect(Date.parse(job.expires_at)).toBeGreaterThanOrEqual(Date.parse(workflow.expires_at ?? ""));
  const listed = await native(url, "GET", "/workflows?limit=1");
  expect(listed.body.workflows).toEqual([expect.objectContaining({ id, state: "succeeded" })]);
  expect(listed.body.workflows[0]).not.toHaveProperty("steps");
});

test("an answer that waits has the end; the same idempotency key gives the same workflow", SLOW, async () => {
  const body = { steps: [step("only", "sleep 0.2; echo x")], wait: true, idempotency_key: "build 7" };
  const first = await native(serving.url, "POST", "/workflows", { body });
  const again = await native(serving.url, "POST", "/workflows", { body: { ...body, name: "other" } });
  expect([first.status, first.body.state, again.status]).toEqual([200, "succeeded", 200]);
  expect(again.body.id).toBe(first.body.id);
  expect(again.body.name).toBe(null);
});

test("a workflow is cancelled: what waits is not run, what runs is killed", SLOW, async () => {
  const { url } = serving;
  const { id } = await sent(url, [
    step("long", "sleep 60", { for_each: [1, 2, 3, 4, 5, 6] }),
    step("after", "echo never", { needs: ["long"] }),
  ]);
  const { body } = await native(url, "DELETE", `/workflows/${id}`);
  expect(body.state).toBe("cancelled");
  expect(states(body)).toEqual({ long: "cancelled", after: "cancelled" });
  for (const { job } of stepOf(body, "long").items) {
    if (job === null) continue;
    expect((await native(url, "GET", `/jobs/${job}`)).body.state).toBe("cancelled");
  }
  expect(await serving.runnerProcesses()).toBe(0);
  expect((await native(url, "DELETE", `/workflows/${id}`)).body.state).toBe("cancelled");
});

test("a workflow whose time is over is ended, and says so", SLOW, async () => {
  const workflow = await ran(
    serving.url,
    [step("long", "sleep 60"), step("next", "true", { needs: ["long"] })],
    {
      time_limit_ms: 1_000,
    },
  );
  expect(workflow).toMatchObject({ state: "failed", error: { code: "time_is_over" } });
  expect(states(workflow)).toEqual({ long: "cancelled", next: "cancelled" });
});
