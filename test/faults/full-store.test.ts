import { expect, test, vi } from "vitest";
import type { QueuedJob } from "../../src/api/queued-job.ts";
import { until } from "../support/until.ts";
import { PATIENT } from "./patient.ts";
import { fill, serveOnSmallDisk } from "./small-disk.ts";

vi.setConfig(PATIENT);

test("without room for the store of jobs new ones are refused, and no accepted one is lost", async () => {
  await using disk = await serveOnSmallDisk("state_dir", "size=3m");
  const jobs = `${disk.serving.url}/api/crankcase/v1/jobs`;
  const submit = async (source: string) => {
    const body = JSON.stringify({ language: "bash", files: [{ content: source }], wait: false });
    return await fetch(jobs, { method: "POST", headers: { "content-type": "application/json" }, body });
  };
  const job = async (id: string) => (await (await fetch(`${jobs}/${id}`)).json()) as QueuedJob;
  // Its result is larger than what a page of the file may have left.
  const accepted = (await (
    await submit("sleep 2; head -c 60000 /dev/zero | tr '\\0' x")
  ).json()) as QueuedJob;
  await until("it runs", async () => (await job(accepted.id)).state === "running");

  const empty = await fill(disk.folder);
  const refused = await submit(`echo ${"x".repeat(100_000)}`);
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
  expect(await refused.json()).toMatchObject({ code: "store_unavailable" });
  const told = () => disk.serving.log.some((line) => line.includes("is not stored yet"));
  await until("the operator hears of the result that has no room", told);
  expect((await job(accepted.id)).state).toBe("running");

  await empty();
  await until("it is over", async () => (await job(accepted.id)).state === "done");
  const { result } = await job(accepted.id);
  expect(result?.run?.stdout).toHaveLength(60_000);
  const next = (await (await submit("echo hello")).json()) as QueuedJob;
  await until("the next is done", async () => (await job(next.id)).result?.run?.stdout === "hello\n");
});
