import { afterEach, describe, expect, test } from "vitest";
import { jailerOfFile } from "../support/jailer-of-file.ts";
import { python, runC, runProgram, shell } from "../support/program.ts";
import { MIB } from "../support/test-limits.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";
import { expectUntouchedSlot } from "../support/untouched-slot.ts";

const jailer = jailerOfFile({ slots: 1 });

afterEach(() => expectUntouchedSlot(jailer()));

describe("processes", () => {
  test("a fork bomb is held at the process limit and killed at the wall time limit", async () => {
    const source = "import os\nwhile True:\n  try: os.fork()\n  except OSError: pass";
    const limits = { wallTimeMs: 400 * TIME_FACTOR, processes: 32 };
    const ran = await runProgram(jailer(), await python(source, { limits }));
    expect(ran).toMatchObject({ cause: "wall-time", processLimitHit: true });
  });

  test("a fork bomb in the shell is held at the process limit, and ends", async () => {
    const limits = { wallTimeMs: 1_000 * TIME_FACTOR, processes: 32 };
    const ran = await runProgram(jailer(), shell("b() { b | b & }; b; sleep 0.2", { limits }));
    expect(ran.processLimitHit).toBe(true);
    expect(["exited", "wall-time"]).toContain(ran.cause);
  });

  test("a program that asks for one process too many is refused it", async () => {
    const source = `
import errno, os, time
count = 0
try:
    while True:
        if os.fork() == 0: time.sleep(60)
        count += 1
except OSError as error: print(count, errno.errorcode[error.errno])
`;
    const ran = await runProgram(jailer(), await python(source, { limits: { processes: 16 } }));
    expect(ran).toMatchObject({ stdout: "15 EAGAIN\n", cause: "exited", exitCode: 0, processLimitHit: true });
  });

  test("threads count as processes", async () => {
    const source = `
import threading, time
count = 0
try:
    while True:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        count += 1
except RuntimeError: print(count, flush=True)
import os
os._exit(0)
`;
    const ran = await runProgram(jailer(), await python(source, { limits: { processes: 16 } }));
    expect(ran).toMatchObject({ stdout: "15\n", exitCode: 0, processLimitHit: true });
  });

  test("a program within its process limit is not told to have met it", async () => {
    const ran = await runProgram(jailer(), shell("true | true | true"));
    expect(ran).toMatchObject({ cause: "exited", processLimitHit: false });
  });

  test("orphans that have ended take no place, however many there are", async () => {
    const source = `
import os
for _ in range(100):
    if os.fork() == 0:
        if os.fork() == 0: os._exit(0)
        os._exit(0)
    os.wait()
print("done")
`;
    const ran = await runProgram(jailer(), await python(source, { limits: { processes: 16 } }));
    expect(ran).toMatchObject({ stdout: "done\n", exitCode: 0 });
  });
});

test("a flood of descriptors is refused at the limit of open files", async () => {
  const source = `
import errno, os
try:
    while True: last = os.open("/dev/null", os.O_RDONLY)
except OSError as error: print(last, errno.errorcode[error.errno])
`;
  const ran = await runProgram(jailer(), await python(source, { limits: { openFiles: 100 } }));
  expect(ran).toMatchObject({ stdout: "99 EMFILE\n", cause: "exited", exitCode: 0 });
});

describe("stack", () => {
  const limits = { stackBytes: 2 * MIB };

  test("a stack that grows without end ends the program at the stack limit", async () => {
    const ran = await runC(jailer(), "overflow-stack.c", { limits });
    expect(ran).toMatchObject({ cause: "signaled", signal: "SIGSEGV" });
    expect(ran.stdout).toBe(".");
  });

  test("a program that crashes leaves no core file", async () => {
    const script = "ulimit -c unlimited; ulimit -c; sh -c 'kill -SEGV $$'; ls /box/submission /tmp";
    const ran = await runProgram(jailer(), shell(script));
    expect(ran.stdout).toBe("0\n/box/submission:\n\n/tmp:\n");
  });
});

test("a program can lower its limits and cannot raise them", async () => {
  const source = `
import resource
for name in ("NOFILE", "STACK", "FSIZE", "CPU", "MEMLOCK"):
    kind = getattr(resource, "RLIMIT_" + name)
    soft, hard = resource.getrlimit(kind)
    try:
        resource.setrlimit(kind, (hard + 1, hard + 1))
        print(name, "raised")
    except ValueError: pass
    resource.setrlimit(kind, (hard - 1, hard))
`;
  expect(await runProgram(jailer(), await python(source))).toMatchObject({
    stdout: "",
    stderr: "",
    exitCode: 0,
  });
});
