import { cp, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { QueuedJob } from "../../src/api/queued-job.ts";
import type { Serving } from "../cli/serving.ts";
import { native, over, script, submitted } from "../queue/native.ts";
import { PROJECT_DIR } from "../support/test-data.ts";
import { until } from "../support/until.ts";
import { killServer } from "./kill-server.ts";
import { startNodes, untilKnown } from "./nodes.ts";

const SLOW = { timeout: 180_000 };

async function jobOf(api: Serving, id: string): Promise<QueuedJob> {
  return (await native(api.url, "GET", `/jobs/${id}`)).body;
}

async function running(api: Serving): Promise<number> {
  const { body } = await native(api.url, "GET", "/jobs?state=running");
  return body.jobs.length;
}

async function startsAt(worker: Serving): Promise<number> {
  const log = await readFile(worker.startsLog, "utf8").catch(() => "");
  return log.split("\n").length - 1;
}

/** A folder of definitions of these languages alone. */
async function definitions(worker: string, languages: readonly string[], folder: string): Promise<string> {
  const own = join(folder, `runtimes-${worker}`);
  await mkdir(own, { recursive: true });
  for (const language of languages)
    await cp(join(PROJECT_DIR, "runtimes", `${language}.yaml`), join(own, `${language}.yaml`));
  return own;
}

test(
  "what a killed worker had begun is interrupted, or run again where it may; nothing else begins twice",
  SLOW,
  async () => {
    await using nodes = await startNodes();
    const [api, doomed] = await Promise.all([nodes.api(), nodes.worker({ slots: 2 })]);
    await untilKnown(api);
    const slow = script("echo begun; sleep 2; echo ended");
    const once = await submitted(api.url, slow);
    const again = await submitted(api.url, { ...slow, retry: 1 });
    await until("both have begun", async () => {
      const jobs = await Promise.all([once.id, again.id].map((id) => jobOf(api, id)));
      return jobs.every(({ starts }) => starts === 1);
    });
    const waiting = [];
    for (let number = 0; number < 6; number += 1)
      waiting.push(await submitted(api.url, script(`echo ${number}`)));
    killServer(doomed, ["daemon", "jailer"]);
    const heir = await nodes.worker({ slots: 2 });
    const ended = await Promise.all(waiting.map(({ id }) => over(api.url, id)));
    expect(ended.map(({ result }) => result?.run?.stdout)).toEqual([
      "0\n",
      "1\n",
      "2\n",
      "3\n",
      "4\n",
      "5\n",
    ]);
    expect(ended.map(({ starts }) => starts)).toEqual(ended.map(() => 1));
    expect(await over(api.url, once.id)).toMatchObject({
      state: "interrupted",
      starts: 1,
      error: { code: "interrupted" },
    });
    expect(await over(api.url, again.id)).toMatchObject({
      state: "done",
      starts: 2,
      result: { run: { stdout: "begun\nended\n" } },
    });
    expect(await startsAt(heir)).toBe(7);
    await doomed.exit;
  },
);

test("a worker that is asked to stop ends what it runs, and leaves the rest to others", SLOW, async () => {
  await using nodes = await startNodes();
  const [api, leaving] = await Promise.all([nodes.api(), nodes.worker({ slots: 2 })]);
  await untilKnown(api);
  const slow = [
    await submitted(api.url, script("sleep 2; echo whole")),
    await submitted(api.url, script("sleep 2; echo whole")),
  ];
  await until("both run", async () => (await running(api)) === 2);
  const staying = await nodes.worker({ slots: 1 });
  const waiting = [
    await submitted(api.url, script("echo later")),
    await submitted(api.url, script("echo later")),
  ];
  process.kill(leaving.pid, "SIGTERM");
  expect(await leaving.exit).toBe(0);
  for (const { id } of slow)
    expect(await over(api.url, id)).toMatchObject({
      state: "done",
      starts: 1,
      result: { run: { stdout: "whole\n" } },
    });
  for (const { id } of waiting) expect((await over(api.url, id)).state).toBe("done");
  expect(await startsAt(staying)).toBeLessThanOrEqual(2);
});

test(
  "a worker that was paused for too long finds its job taken over, and its own result counts for nothing",
  SLOW,
  async () => {
    await using nodes = await startNodes();
    const [api, paused] = await Promise.all([nodes.api(), nodes.worker({ slots: 1 })]);
    await untilKnown(api);
    const job = await submitted(api.url, { ...script("echo $RANDOM$RANDOM; sleep 1.5"), retry: 1 });
    await until("it has begun", async () => (await jobOf(api, job.id)).starts === 1);
    process.kill(paused.child("daemon"), "SIGSTOP");
    await nodes.worker({ slots: 1 });
    const ended = await over(api.url, job.id);
    expect(ended).toMatchObject({ state: "done", starts: 2 });
    process.kill(paused.child("daemon"), "SIGCONT");
    const hears = () =>
      paused.log.some((line) => line.includes(job.id) && /taken over|left to others|job failed/.test(line));
    await until("the paused one knows", hears, 20_000);
    expect(await jobOf(api, job.id)).toEqual(ended);
  },
);

test("a job runs where its language is, and waits where no such worker is left", SLOW, async () => {
  await using nodes = await startNodes();
  const { folder } = nodes.redis;
  const [bash, python] = await Promise.all([
    definitions("bash", ["bash"], folder),
    definitions("python", ["python"], folder),
  ]);
  const [api, shell, snake] = await Promise.all([
    nodes.api(),
    nodes.worker({ slots: 1, runtimes_dir: bash }),
    nodes.worker({ slots: 1, runtimes_dir: python, labels: ["fast"] }),
  ]);
  await Promise.all([untilKnown(api), untilKnown(api, "python")]);
  const py = { language: "python", files: [{ content: "print('py')" }] };
  expect(await native(api.url, "POST", "/jobs", { body: py })).toMatchObject({
    body: { run: { stdout: "py\n" } },
  });
  expect(await native(api.url, "POST", "/jobs", { body: script("echo sh") })).toMatchObject({
    body: { run: { stdout: "sh\n" } },
  });
  expect([await startsAt(shell), await startsAt(snake)]).toEqual([1, 1]);
  const labelled = async (job: object, label: string) =>
    (await native(api.url, "POST", "/jobs", { body: { ...job, labels: [label] } })).status;
  expect([await labelled(py, "fast"), await labelled(script("true"), "fast")]).toEqual([200, 400]);
  process.kill(shell.pid, "SIGTERM");
  await shell.exit;
  const waits = await submitted(api.url, script("echo at last"));
  expect((await jobOf(api, waits.id)).state).toBe("queued");
  const both = await definitions("both", ["bash", "python"], folder);
  await nodes.worker({ slots: 1, runtimes_dir: both });
  expect((await over(api.url, waits.id)).result?.run?.stdout).toBe("at last\n");
});
