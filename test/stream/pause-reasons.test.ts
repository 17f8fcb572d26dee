import { expect, test } from "vitest";
import { pauseReasons } from "../../src/http/piston/pause-reasons.ts";

test("a peer that is paused for two reasons is read again when both are over, and by none that never began", () => {
  const done: string[] = [];
  const reason = pauseReasons({ pause: () => done.push("pause"), resume: () => done.push("resume") });
  const [input, signals] = [reason(), reason()];
  input.resume();
  input.pause();
  signals.pause();
  input.resume();
  expect(done).toEqual(["pause", "pause"]);
  signals.resume();
  signals.resume();
  expect(done).toEqual(["pause", "pause", "resume"]);
});
