import { expect, test } from "vitest";
import { jailerOfFile } from "../support/jailer-of-file.ts";
import { python, runProgram, shell } from "../support/program.ts";
import { openTestJail } from "../support/test-jail.ts";

const jailer = jailerOfFile({ slots: 2 });

/** Watches folders that every jail has; prints how many events came until its input ends. */
const WATCH = `
import ctypes, os, select, sys
libc = ctypes.CDLL(None, use_errno=True)
watch = libc.inotify_init1(os.O_NONBLOCK)
IN_OPEN, IN_ACCESS = 0x20, 0x1
for path in (b"/usr/bin", b"/etc", b"/dev", b"/executioners", b"/executioners/bash", b"/proc/acpi", b"/proc/cmdline"):
    assert libc.inotify_add_watch(watch, path, IN_OPEN | IN_ACCESS) >= 0, path
print("watching", flush=True)
sys.stdin.read()
print("events" if select.select([watch], [], [], 0)[0] else "nothing")
`;

const LOOK_AROUND =
  "ls /usr/bin /etc /dev /executioners/bash /proc/acpi > /dev/null; cat /etc/passwd /executioners/bash/run /proc/cmdline";

test("a job cannot watch what another one opens", async () => {
  const program = await python(WATCH, { input: "stream" });
  await using jail = await openTestJail(jailer(), program);
  const watcher = jail.start(program);
  await watcher.prints("watching");
  expect((await runProgram(jailer(), shell(LOOK_AROUND))).exitCode).toBe(0);
  watcher.stage.endInput();
  expect((await watcher.ran).stdout).toBe("watching\nnothing\n");
});

test("the same watch sees what its own jail opens, so that it would see another's", async () => {
  const script = `${WATCH.replace("sys.stdin.read()", `os.system("${LOOK_AROUND} > /dev/null")`)}`;
  expect((await runProgram(jailer(), await python(script))).stdout).toBe("watching\nevents\n");
});

/** Locks files that every jail has, without waiting; prints which were free, then holds them until its input ends. */
const LOCK = `
import fcntl, sys
held = []
for path in ("/etc/passwd", "/dev/null", "/executioners/bash/run", "/usr/bin/env"):
    file = open(path, "rb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        held.append(file)
    except OSError as error:
        print(path, error)
print("locked", len(held), flush=True)
sys.stdin.read()
`;

test("a job cannot lock a file of the system against another one", async () => {
  const program = await python(LOCK, { input: "stream" });
  await using jail = await openTestJail(jailer(), program);
  const holder = jail.start(program);
  await holder.prints("locked 4");
  const other = await runProgram(jailer(), await python(LOCK));
  expect(other).toMatchObject({ stdout: "locked 4\n", exitCode: 0 });
});
