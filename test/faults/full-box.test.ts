import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { executed } from "../api/executed.ts";
import { type Serving, startServing } from "../cli/serving.ts";
import { answerTo, type Job } from "./answer-to.ts";
import { PATIENT } from "./patient.ts";

vi.setConfig(PATIENT);

const MIB = 2 ** 20;

const HELLO: Job = { language: "bash", files: [{ content: "sleep 0.3; echo hello > file; cat file" }] };

let serving: Serving;
beforeAll(async () => {
  // One slot's jobs follow each other closely, and two are beside each other.
  serving = await startServing({
    slots: 2,
    ready_jails: 0,
    limits: { job: { default: { disk_bytes: 4 * MIB, inodes: 200 } } },
  });
});
afterAll(() => serving[Symbol.asyncDispose]());

/** Runs a script beside another job, and before a third; both must not notice. Gives what it printed on stderr. */
async function beside(content: string) {
  const neighbour = answerTo(serving.url, HELLO);
  const result = await executed({ language: "bash", files: [{ content }] }, serving.url);
  expect(await neighbour).toBe("right");
  expect(await Promise.all([answerTo(serving.url, HELLO), answerTo(serving.url, HELLO)])).toEqual([
    "right",
    "right",
  ]);
  return result.run;
}

test("a job that fills its disk is told so by the kernel, and nobody else is", async () => {
  const run = await beside("cat /dev/zero > big; echo then; : > after && echo more >> after");
  expect(run?.stdout).toBe("then\n");
  expect(run?.stderr).toMatch(/No space left on device[\s\S]*No space left on device/);
});

test("a job that uses up its inodes is told so by the kernel, and nobody else is", async () => {
  const run = await beside("for i in {1..300}; do : > $i || break; done; rm 1; : > again && echo again");
  expect(run?.stderr).toContain("No space left on device");
  expect(run?.stdout).toBe("again\n");
});

test.each<[string, Job]>([
  [
    "its bytes",
    { language: "bash", files: [{ content: "echo hello" }, { name: "big", content: "x".repeat(5 * MIB) }] },
  ],
  [
    "its files",
    {
      language: "bash",
      files: Array.from({ length: 250 }, (_, index) => ({ name: `${index}`, content: "echo hello" })),
    },
  ],
])(
  "a submission that does not fit for %s is refused as the caller's fault, and the slot is as before",
  async (_what, job) => {
    expect(await answerTo(serving.url, job)).toMatch(
      /^error (submission_too_large|body_too_large|invalid_request)$/,
    );
    expect(await Promise.all([answerTo(serving.url, HELLO), answerTo(serving.url, HELLO)])).toEqual([
      "right",
      "right",
    ]);
  },
);
