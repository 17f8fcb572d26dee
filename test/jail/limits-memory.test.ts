import { afterEach, describe, expect, test } from "vitest";
import { CGROUP_V2 } from "../support/cgroup-version.ts";
import { jailerOfFile } from "../support/jailer-of-file.ts";
import { type ProgramOptions, python, pythonFile, runProgram, shell } from "../support/program.ts";
import { openTestJail } from "../support/test-jail.ts";
import { MIB } from "../support/test-limits.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";
import { expectUntouchedSlot } from "../support/untouched-slot.ts";

const jailer = jailerOfFile({ slots: 1 });

afterEach(() => expectUntouchedSlot(jailer()));

const MEMORY = 48 * MIB;

/** Disk and inodes are plenty, so that memory is what runs out. */
const ROOMY: ProgramOptions = {
  limits: { memoryBytes: MEMORY, openFiles: 4096, fileSizeBytes: 2 ** 40 },
  jailLimits: { diskBytes: 512 * MIB, inodes: 500_000 },
};

/** Every way that a program has to take memory which it can fill, each without end. */
const BOMBS: readonly (readonly [string, string])[] = [
  ["its heap", "kept = []\nwhile True: kept.append(bytearray(1 << 20))"],
  [
    "private mappings",
    "import mmap\nm = mmap.mmap(-1, 1 << 30, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)\nfor n in range(0, 1 << 30, 4096): m[n] = 1",
  ],
  [
    "shared mappings",
    "import mmap\nm = mmap.mmap(-1, 1 << 30, mmap.MAP_SHARED | mmap.MAP_ANONYMOUS)\nfor n in range(0, 1 << 30, 4096): m[n] = 1",
  ],
  ["a file in /tmp", "f = open('/tmp/f', 'wb')\nwhile True: f.write(b'x' * (1 << 20))"],
  ["a file in /dev/shm", "f = open('/dev/shm/f', 'wb')\nwhile True: f.write(b'x' * (1 << 20))"],
  ["a file in /box", "f = open('/box/submission/f', 'wb')\nwhile True: f.write(b'x' * (1 << 20))"],
  ["a file in memory", "import os\nf = os.memfd_create('f')\nwhile True: os.write(f, b'x' * (1 << 20))"],
  [
    "System V shared memory",
    `
import ctypes
libc = ctypes.CDLL(None)
libc.shmat.restype = ctypes.c_void_p
while True: ctypes.memset(libc.shmat(libc.shmget(0, 4 << 20, 0o1600), None, 0), 1, 4 << 20)
`,
  ],
  [
    "System V messages",
    `
import ctypes
libc = ctypes.CDLL(None)
message = ctypes.create_string_buffer(8200)
message[0] = 1
while True:
    queue = libc.msgget(0, 0o1600)
    for _ in range(2): libc.msgsnd(queue, message, ctypes.c_size_t(8000), 0o4000)
`,
  ],
  [
    "pipes",
    `
import os
while True:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    try:
        while True: os.write(writer, b"x" * 4096)
    except BlockingIOError: pass
`,
  ],
  [
    "buffers of Unix sockets",
    `
import socket
kept = []
while True:
    kept.append(socket.socketpair())
    for end in kept[-1]:
        end.setblocking(False)
        try:
            while True: end.send(b"x" * 65536)
        except BlockingIOError: pass
`,
  ],
  [
    "files in flight between sockets",
    `
import array, os, socket
while True:
    a, b = socket.socketpair()
    f = os.memfd_create("f")
    os.write(f, b"x" * (1 << 20))
    a.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [a.fileno(), b.fileno(), f]))])
    os.close(f), a.close(), b.close()
`,
  ],
  [
    "many processes that each take a little",
    `
import os, time
for _ in range(40):
    if os.fork() == 0:
        kept = bytearray(3 << 20)
        time.sleep(60)
time.sleep(60)
`,
  ],
  [
    "page tables",
    `
import mmap
size = 128 << 30
m = mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_NORESERVE)
m.madvise(mmap.MADV_NOHUGEPAGE)
for n in range(0, size, 2 << 20): m[n]
`,
  ],
  [
    "locked pages",
    `
import ctypes, mmap
libc = ctypes.CDLL(None)
libc.mlockall(3)
kept = []
# A limit on locked pages alone may come first: then the same is tried without the lock.
while True:
    try: kept.append(mmap.mmap(-1, 1 << 20))
    except OSError: libc.munlockall(); kept.append(b"x" * (1 << 20))
`,
  ],
  ["empty files", "import os\nn = 0\nwhile True: os.mknod(f'/tmp/{n:0200}'); n += 1"],
];

test.each(BOMBS)("a program that takes memory by %s is killed at the memory limit", async (_, source) => {
  const ran = await runProgram(jailer(), await python(source, ROOMY));
  expect(ran).toMatchObject({ cause: "memory", exitCode: null, signal: "SIGKILL" });
  expect(ran.memoryBytes).toBeLessThanOrEqual(MEMORY);
  expect(ran.memoryBytes).toBeGreaterThan(MEMORY * 0.9);
});

const SOCKETS = [
  ["TCP", "tcp", "50"],
  ["UDP", "udp", "1000"],
] as const;

describe.skipIf(CGROUP_V2)("where network buffers are counted apart (v1)", () => {
  test.each(SOCKETS)("those of %s sockets stay within the memory limit", async (_, kind, count) => {
    const ran = await runProgram(jailer(), await pythonFile("take-sockets.py", ROOMY, [kind, count]));
    expect(ran).toMatchObject({ cause: "exited", exitCode: 0, stderr: "" });
    expect(Number(ran.stdout)).toBeLessThan(MEMORY / MIB);
  });
});

describe.runIf(CGROUP_V2)("where network buffers are memory like any other (v2)", () => {
  test.each(SOCKETS)(
    "a program that takes too much by %s sockets is killed at the memory limit",
    async (_, kind, count) => {
      const ran = await runProgram(jailer(), await pythonFile("take-sockets.py", ROOMY, [kind, count]));
      expect(ran).toMatchObject({ cause: "memory", exitCode: null, signal: "SIGKILL" });
      // The kernel takes in what has already arrived, over the limit (mem_cgroup_charge_skmem in mm/memcontrol.c).
      expect(ran.memoryBytes).toBeLessThan(MEMORY * 1.1);
    },
  );
});

describe("at the memory limit", () => {
  test("every process of the stage is killed, not only the one that took too much", async () => {
    const source = `
import os, time
if os.fork() == 0:
    kept = []
    while True: kept.append(bytearray(1 << 20))
os.wait()
print("survived", flush=True)
time.sleep(60)
`;
    const ran = await runProgram(jailer(), await python(source, ROOMY));
    expect(ran).toMatchObject({ cause: "memory", signal: "SIGKILL" });
    expect(ran.wallTimeMs).toBeLessThan(10_000 * TIME_FACTOR);
  });

  test("what a program printed before is kept", async () => {
    const source = "print('before', flush=True)\nkept = []\nwhile True: kept.append(bytearray(1 << 20))";
    const ran = await runProgram(jailer(), await python(source, ROOMY));
    expect(ran).toMatchObject({ cause: "memory", stdout: "before\n" });
  });
});

test("memory that is given back does not count any more", async () => {
  const source = "for _ in range(20): kept = bytearray(16 << 20); del kept";
  expect(await runProgram(jailer(), await python(source, ROOMY))).toMatchObject({
    cause: "exited",
    exitCode: 0,
  });
});

test("reading more of the runtime's files than the memory limit is no matter", async () => {
  const script = "cat /usr/lib/*/*.so* /usr/bin/* 2>/dev/null | wc -c";
  const ran = await runProgram(jailer(), shell(script, { limits: { memoryBytes: 12 * MIB } }));
  expect(ran).toMatchObject({ cause: "exited", exitCode: 0 });
  expect(Number(ran.stdout)).toBeGreaterThan(24 * MIB);
});

test("a stage's peak of memory is its own, and that of all its processes", async () => {
  const source = (mib: number) => `
import os
ready, hidden = os.pipe()
for _ in range(2):
    if os.fork() == 0:
        kept = bytearray(${mib} << 20)
        os.write(hidden, b"x")
        os.pause() if hasattr(os, "pause") else __import__("signal").pause()
for _ in range(2): os.read(ready, 1)
`;
  const large = await python(source(50));
  await using jail = await openTestJail(jailer(), large);
  const first = await jail.run(large);
  expect(first.memoryBytes).toBeGreaterThan(100 * MIB);
  expect(first.memoryBytes).toBeLessThan(130 * MIB);
  const second = await jail.run({ argv: ["/bin/true"] });
  expect(second.memoryBytes).toBeLessThan(8 * MIB);
});

test("what a stage leaves in System V shared memory does not stop the next stage", async () => {
  const source = `
import ctypes
libc = ctypes.CDLL(None)
libc.shmat.restype = ctypes.c_void_p
number = libc.shmget(4242, 120 << 20, 0o1600)
ctypes.memset(libc.shmat(number, None, 0), 1, 120 << 20)
libc.msgget(4242, 0o1600), libc.semget(4242, 1, 0o1600)
`;
  const leave = await python(source, { jailLimits: { diskBytes: MIB } });
  await using jail = await openTestJail(jailer(), leave);
  expect(await jail.run(leave)).toMatchObject({ exitCode: 0, stderr: "" });
  const find =
    "import ctypes; libc = ctypes.CDLL(None); print(libc.shmget(4242, 1, 0), libc.msgget(4242, 0), libc.semget(4242, 1, 0))";
  const ran = await jail.run({
    argv: ["/usr/bin/python3", "-c", find],
    limits: { memoryBytes: 16 * MIB },
  });
  expect(ran).toMatchObject({ stdout: "-1 -1 -1\n", exitCode: 0 });
});
