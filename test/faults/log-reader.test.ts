import { expect, test, vi } from "vitest";
import { startServing } from "../cli/serving.ts";
import { killAll } from "../pools/serving-pools.ts";
import { until } from "../support/until.ts";
import { answerTo, expectServed, type Job } from "./answer-to.ts";
import { PATIENT } from "./patient.ts";

vi.setConfig(PATIENT);

const HELLO: Job = { language: "bash", files: [{ content: "echo hello" }] };

test("whoever reads the jailer's words may go: jobs run on, and a jailer that dies is replaced", async () => {
  // It takes one byte, and ends.
  const before = ["bash", "-c", 'exec "$@" 2> >(exec head -c 1 >/dev/null)', "bash"];
  await using serving = await startServing({}, {}, { before });
  for (const _time of [1, 2]) {
    const first = serving.child("jailer");
    killAll([first]);
    await until("it is started again", () => serving.child("jailer") !== first);
    await expectServed(serving.url, HELLO);
  }
  expect(await answerTo(serving.url, HELLO)).toBe("right");
});

test("whoever reads the log may go: jobs run on, and a jailer that dies is replaced", async () => {
  // It passes on what is said until the server is ready, and ends.
  const before = ["bash", "-c", 'exec "$@" > >(exec sed "/"ready"/q")', "bash"];
  await using serving = await startServing({}, {}, { before });
  for (const _job of [1, 2, 3]) expect(await answerTo(serving.url, HELLO)).toBe("right");
  killAll([serving.child("jailer")]);
  await expectServed(serving.url, HELLO);
  expect(await answerTo(serving.url, HELLO)).toBe("right");
});
