import { expect, test } from "vitest";
import { startKept } from "../keeper/start-kept.ts";
import { until } from "../support/until.ts";
import { native, over, script, submitted } from "./native.ts";

const SLOW = { timeout: 180_000 };

async function stopDaemon(child: () => number): Promise<void> {
  const daemon = child();
  process.kill(daemon, "SIGTERM");
  await until("another daemon has started", () => child() !== daemon, 30_000);
}

test(
  "a daemon that is asked to stop lets what runs end, and the next one runs what waits",
  SLOW,
  async () => {
    await using serving = await startKept({ slots: 1 });
    const jobs = Array.from({ length: 8 }, (_, index) => script(`sleep 0.4; echo ${index}`));
    const { body } = await native(serving.url, "POST", "/jobs/batch", { body: { jobs } });
    const ids: string[] = body.jobs.map(({ id }: { id: string }) => id);
    const state = async () => (await native(serving.url, "GET", `/jobs/${ids[1]}`)).body.state;
    await until("the second one runs", async () => (await state()) === "running");
    await stopDaemon(() => serving.child("daemon"));
    for (const [index, id] of ids.entries()) {
      const job = await over(serving.url, id);
      expect(job).toMatchObject({ state: "done", starts: 1, result: { run: { stdout: `${index}\n` } } });
    }
  },
);

test(
  "a job that outlasts the grace of a stop is interrupted, or run again where it may be",
  SLOW,
  async () => {
    await using serving = await startKept({ slots: 2, shutdown_grace_ms: 500 });
    const long = script("sleep 2; echo whole");
    const once = await submitted(serving.url, long);
    const again = await submitted(serving.url, { ...long, retry: 1 });
    const state = async (id: string) => (await native(serving.url, "GET", `/jobs/${id}`)).body.state;
    for (const { id } of [once, again]) await until("it runs", async () => (await state(id)) === "running");
    await stopDaemon(() => serving.child("daemon"));
    expect(await over(serving.url, once.id)).toMatchObject({
      state: "interrupted",
      starts: 1,
      error: { code: "interrupted" },
    });
    expect(await over(serving.url, again.id)).toMatchObject({
      state: "done",
      starts: 2,
      result: { run: { stdout: "whole\n" } },
    });
  },
);
