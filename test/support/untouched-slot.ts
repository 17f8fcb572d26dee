import { expect } from "vitest";
import { pythonFile, runProgram } from "./program.ts";
import type { TestJailer } from "./start-jailer.ts";
import { MIB } from "./test-limits.ts";

/** More than Python takes to look around, less than anything that a test leaves. */
const LITTLE_MEMORY = 24 * MIB;

/** Runs a job in the only slot of a jailer and checks that it finds nothing of the jobs before it. */
export async function expectUntouchedSlot(jailer: TestJailer): Promise<void> {
  const ran = await runProgram(jailer, await pythonFile("look-around.py"));
  const uid = jailer.place.runnerUidMin;
  expect(JSON.parse(ran.stdout)).toEqual({
    ...{ uid, gid: uid, processes: 1, sharedMemory: 0, children: true },
    files: ["/box/args.args", "/box/stdin.stdin", "/box/submission", "/box/submission/main.py"],
  });
  expect(ran).toMatchObject({ cause: "exited", exitCode: 0, processLimitHit: false, stderr: "" });
  expect(ran.memoryBytes).toBeLessThan(LITTLE_MEMORY);
}
