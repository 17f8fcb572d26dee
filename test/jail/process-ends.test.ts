import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import { jailerOfFile } from "../support/jailer-of-file.ts";
import { processesMentioning } from "../support/processes-mentioning.ts";
import { python, runProgram, shell } from "../support/program.ts";
import { openTestJail } from "../support/test-jail.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";
import { until } from "../support/until.ts";
import { expectUntouchedSlot } from "../support/untouched-slot.ts";

const jailer = jailerOfFile({ slots: 1 });

afterEach(() => expectUntouchedSlot(jailer()));

describe("how a program ends", () => {
  test.each([0, 1, 42, 137, 255])("its exit code %i is reported", async (code) => {
    const ran = await runProgram(jailer(), shell(`exit ${code}`));
    expect(ran).toMatchObject({ cause: "exited", exitCode: code, signal: null });
  });

  test.each(["SIGTERM", "SIGKILL", "SIGSEGV", "SIGABRT", "SIGINT"])("%s is reported", async (signal) => {
    const ran = await runProgram(jailer(), shell(`kill -${signal.slice(3)} $$`));
    expect(ran).toMatchObject({ cause: "signaled", exitCode: null, signal });
  });

  test("the end of the main process is the end of the stage, whatever its children do", async () => {
    const ran = await runProgram(jailer(), shell("sleep 60 & exit 3"));
    expect(ran).toMatchObject({ cause: "exited", exitCode: 3 });
    expect(ran.wallTimeMs).toBeLessThan(5_000 * TIME_FACTOR);
  });

  test("a program that has closed all its descriptors ends by itself", async () => {
    const source = "import os\nos.closerange(0, 1024)\nos._exit(7)";
    expect(await runProgram(jailer(), await python(source))).toMatchObject({ cause: "exited", exitCode: 7 });
  });

  test("a program that closes its output runs on to its end", async () => {
    const ran = await runProgram(jailer(), shell("exec >&- 2>&-; sleep 0.2; exit 5"));
    expect(ran).toMatchObject({ cause: "exited", exitCode: 5 });
    expect(ran.wallTimeMs).toBeGreaterThanOrEqual(200);
  });
});

/** Daemons that a program leaves behind; `$0` is what they can be found by from outside. */
const DAEMONS: readonly (readonly [string, string])[] = [
  ["a child in the background", `sh -c 'sleep 60; :' "$0" &`],
  ["a daemon by double fork", `(setsid sh -c 'sleep 60; :' "$0" </dev/null >/dev/null 2>&1 &) &`],
  ["a daemon that ignores every signal", `(trap '' TERM INT HUP QUIT; setsid sh -c 'sleep 60; :' "$0" &) &`],
  ["a daemon that holds the output open", `(setsid sh -c 'sleep 60; :' "$0" &) &`],
  ["a daemon that is stopped", `sh -c 'kill -STOP $$' "$0" &`],
  ["a daemon that has closed everything", `(setsid sh -c 'exec <&- >&- 2>&-; while :; do :; done' "$0" &) &`],
  ["a daemon that starts itself again and again", `(setsid sh -c 'f() { f & }; f; sleep 60' "$0" &) &`],
];

describe("what a program leaves behind", () => {
  test.each(DAEMONS)("%s is dead when the stage is reported", async (_, daemon) => {
    const nonce = randomUUID();
    await using jail = await openTestJail(jailer());
    const script = `${daemon} echo started; read go; exit 4`;
    const program = jail.start({
      argv: ["/bin/sh", "-c", script, nonce],
      input: "stream",
      limits: { processes: 16 },
    });
    await program.prints("started");
    await until("the daemon runs", async () => (await processesMentioning(nonce)).length > 1);
    await program.stage.write(Buffer.from("go\n"));
    expect(await program.ran).toMatchObject({ cause: "exited", exitCode: 4 });
    expect(await processesMentioning(nonce)).toEqual([]);
  });

  test("processes that fork faster than they can be killed are all dead when the stage is reported", async () => {
    const nonce = randomUUID();
    const source = `
import os, sys, time
if os.fork() == 0:
    while True:
        try:
            if os.fork() != 0: os._exit(0)
            os.fork()
        except OSError: pass
time.sleep(0.1)
os._exit(6)
`;
    const program = await python(source, { limits: { processes: 32 } }, [nonce]);
    await using jail = await openTestJail(jailer(), program);
    expect(await jail.run(program)).toMatchObject({ cause: "exited", exitCode: 6, stderr: "" });
    expect(await processesMentioning(nonce)).toEqual([]);
  });

  test("a process that another one traces is dead when the stage is reported", async () => {
    const nonce = randomUUID();
    const source = `
import ctypes, os, time
libc = ctypes.CDLL(None)
traced = os.fork()
if traced == 0: time.sleep(60)
if os.fork() == 0:
    print(libc.ptrace(16, traced, 0, 0), flush=True)  # PTRACE_ATTACH
    time.sleep(60)
time.sleep(${0.2 * TIME_FACTOR})
`;
    const program = await python(source, {}, [nonce]);
    await using jail = await openTestJail(jailer(), program);
    expect(await jail.run(program)).toMatchObject({ cause: "exited", exitCode: 0, stdout: "0\n" });
    expect(await processesMentioning(nonce)).toEqual([]);
  });

  test("a killed stage leaves no process either", async () => {
    const nonce = randomUUID();
    await using jail = await openTestJail(jailer());
    const script = `setsid sleep 60 & setsid sleep 60 & sleep 60`;
    const ran = await jail.run({
      argv: ["/bin/sh", "-c", script],
      env: { NONCE: nonce, PATH: "/usr/bin:/bin" },
      limits: { wallTimeMs: 300 },
    });
    expect(ran.cause).toBe("wall-time");
    expect(await processesMentioning(nonce)).toEqual([]);
  });

  test("a closed connection ends everything in its jail", async () => {
    const nonce = randomUUID();
    const jail = await openTestJail(jailer());
    const script = "trap '' TERM; setsid sleep 60 & echo started; sleep 60";
    const program = jail.start({ argv: ["/bin/sh", "-c", script, nonce] });
    await program.prints("started");
    expect((await processesMentioning(nonce)).length).toBeGreaterThan(0);
    await jail[Symbol.asyncDispose]();
    expect(await processesMentioning(nonce)).toEqual([]);
    await expect(program.ran).rejects.toMatchObject({ code: "jail_lost" });
  });
});

describe("a report does not wait", () => {
  /** Sends its own descriptors in a circle of sockets, where they stay open though no process has them. */
  const IN_FLIGHT = `
import array, os, socket
a, b = socket.socketpair()
fds = array.array("i", [a.fileno(), b.fileno(), 0, 1, 2])
for end in (a, b): end.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
print("sent", flush=True)
`;

  test("for pipes that are in flight between sockets", async () => {
    const ran = await runProgram(jailer(), await python(IN_FLIGHT));
    expect(ran).toMatchObject({ cause: "exited", exitCode: 0, stdout: "sent\n" });
    expect(ran.wallTimeMs).toBeLessThan(5_000 * TIME_FACTOR);
  });

  test("for a terminal that is in flight between sockets", async () => {
    const ran = await runProgram(jailer(), await python(IN_FLIGHT, { input: { rows: 24, columns: 80 } }));
    expect(ran).toMatchObject({ cause: "exited", exitCode: 0, stdout: "sent\r\n" });
  });

  test("for a peer that does not read, whose jail is gone as soon as it goes", async () => {
    const jail = await openTestJail(jailer());
    const taking = Promise.withResolvers<void>();
    const never = new Promise<void>(() => undefined);
    const onOutput = () => {
      taking.resolve();
      return never;
    };
    jail.start(shell("cat /dev/zero", { limits: { stdoutBytes: 2 ** 40 }, onOutput }));
    await taking.promise;
    await jail[Symbol.asyncDispose]();
  });
});

describe("a stage whose start an earlier one made impossible", () => {
  test.each([
    ["whose program is not there", "/bin/not-there", 127, "No such file or directory"],
    ["whose program may not be executed", "/etc/passwd", 126, "Permission denied"],
    ["whose program is a folder", "/tmp", 126, "Permission denied"],
  ])("%s ends as a shell would end it", async (_, path, exitCode, words) => {
    const ran = await runProgram(jailer(), { argv: [path] });
    expect(ran).toMatchObject({ cause: "exited", exitCode, stderr: `cannot run ${path}: ${words}\n` });
  });

  test("whose folder is gone ends as a shell would end it", async () => {
    await using jail = await openTestJail(jailer());
    expect((await jail.run(shell("rm -r /box/submission"))).exitCode).toBe(0);
    const ran = await jail.run(shell("true"));
    expect(ran).toMatchObject({
      exitCode: 127,
      stderr: "cannot enter /box/submission: No such file or directory\n",
    });
  });

  test.each([
    ["a fifo", "rm /box/stdin.stdin; mkfifo /box/stdin.stdin"],
    ["a link", "ln -sf /etc/passwd /box/stdin.stdin"],
    ["nothing", "rm /box/stdin.stdin"],
  ])("whose input was replaced by %s has no input, and is not held up", async (_, script) => {
    await using jail = await openTestJail(jailer());
    expect((await jail.run(shell(script))).exitCode).toBe(0);
    const ran = await jail.run(shell("cat; echo end", { input: "file" }));
    expect(ran).toMatchObject({ cause: "exited", exitCode: 0, stdout: "end\n" });
  });
});
