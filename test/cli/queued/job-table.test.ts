import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { QueuedJob } from "../../../src/api/queued-job.ts";
import { plain } from "../../../src/cli/judging/paint.ts";
import { batchesOf } from "../../../src/cli/queued/batches-of.ts";
import { jobTable } from "../../../src/cli/queued/job-table.ts";
import { jobText } from "../../../src/cli/queued/job-text.ts";
import { queuingFieldsOf, requireSoundSubmission } from "../../../src/cli/queued/submit-options.ts";
import { untilQuiet } from "../../../src/cli/queued/until-quiet.ts";
import { queuedJob } from "./queued-job.ts";

const NOTHING = { file: [], env: {}, artifacts: [], cases: [], only: [], judgeFile: [] };

const DONE = queuedJob({
  id: "j2",
  state: "done",
  position: null,
  starts: 2,
  retry: 2,
  version: "^5",
  started_at: "2026-01-02T03:04:06.000Z",
  finished_at: "2026-01-02T03:04:08.500Z",
  result: {
    language: "bash",
    version: "5.2.37",
    run: { exit_code: 3, cause: "exited", wall_time_ms: 2_500, cpu_time_ms: 4, memory_bytes: 1_000_000 },
  } as unknown as NonNullable<QueuedJob["result"]>,
});

test("jobs are lines of a table, with place in the queue, number of the start, time and end", () => {
  expect(jobTable([queuedJob(), DONE], plain)).toBe(
    `ID  STATE          LANGUAGE  SUBMITTED                 TOOK
j1  queued, 3      bash      2026-01-02T03:04:05.000Z
j2  done, start 2  bash@^5   2026-01-02T03:04:05.000Z  2.5 s  exit code 3
`,
  );
});

test("one job is told in rows, and what is not known yet has none", () => {
  expect(jobText(DONE)).toContain("retry      2, started 2 times\n");
  expect(jobText(DONE)).toContain("run        2500 ms, 4 ms of CPU, 1.0 MB\nend        exit code 3\n");
  expect(jobText(queuedJob())).not.toContain("finished");
  const failed = queuedJob({
    state: "failed",
    error: { code: "internal", message: "no\u001b[2J", hint: "look" },
  });
  expect(jobText(failed)).toContain("end        no?[2J\nhint       look\n");
});

test.each([
  [{ callbackSecretFile: "x" }, "--callback-secret-file wants --callback"],
  [{ cases: ["t"], stdin: "x" }, "--cases and --stdin exclude each other"],
  [{ stop: true }, "Judging wants --cases"],
  [{ each: true, file: ["x"] }, "--each and --file exclude each other"],
])("%j is refused", (options, message) => {
  expect(() => requireSoundSubmission({ ...NOTHING, ...options })).toThrow(message);
});

test("a callback's secret comes from a file or a variable, and there is none without", async () => {
  const options = { ...NOTHING, callback: "https://example.org" };
  expect(await queuingFieldsOf(options, { CRANKCASE_CALLBACK_SECRET: "s3cret" })).toEqual({
    callback: { url: "https://example.org", secret: "s3cret" },
  });
  await expect(queuingFieldsOf(options, {})).rejects.toThrow("--callback wants a secret");
  const missing = { ...options, callbackSecretFile: "/no/such/file" };
  await expect(queuingFieldsOf(missing, {})).rejects.toThrow("--callback-secret-file cannot be read: ENOENT");
});

test("jobs go together in requests of a size and a number that servers take", () => {
  const job = (size: number) => ({ language: "bash", files: [{ content: "x".repeat(size) }] });
  const sizes = (jobs: readonly ReturnType<typeof job>[]) => [...batchesOf(jobs)].map(({ length }) => length);
  expect(sizes([job(6_000_000), job(6_000_000), job(20_000_000), job(1)])).toEqual([1, 1, 1, 1]);
  expect(sizes(Array.from({ length: 1_001 }, () => job(1)))).toEqual([1_000, 1]);
});

test("what has come so far ends with the first pause behind the first of it, however late that is", async () => {
  async function* items() {
    await sleep(60);
    yield 1;
    yield 2;
    await new Promise(() => undefined);
  }
  expect(await Array.fromAsync(untilQuiet(items(), 20))).toEqual([1, 2]);
});
