import { randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { beforeAll, describe, expect, test } from "vitest";
import { runnersOf } from "../support/census.ts";
import { jailerOfFile } from "../support/jailer-of-file.ts";
import { python, pythonFile, runProgram, shell } from "../support/program.ts";
import { DATA_DIR, PROJECT_DIR } from "../support/test-data.ts";
import { openTestJail } from "../support/test-jail.ts";
import { until } from "../support/until.ts";

const jailer = jailerOfFile();

describe("files", () => {
  test("no file of the host is visible", async () => {
    const name = `canary-${randomUUID()}`;
    const folders = ["/tmp", "/var/tmp", "/dev/shm", "/run", homedir(), dirname(jailer().place.runDir)];
    await using canaries = new AsyncDisposableStack();
    for (const folder of folders) {
      await writeFile(join(folder, name), "seen", { mode: 0o644 });
      canaries.defer(() => rm(join(folder, name)));
    }
    const paths = folders.map((folder) => join(folder, name));
    const ran = await runProgram(jailer(), await pythonFile("find-file.py", {}, [name, ...paths]));
    expect(ran).toMatchObject({ stdout: "\n", exitCode: 0 });
    const own = await pythonFile("find-file.py", { files: { [name]: "its own" } }, [name, ...paths]);
    expect((await runProgram(jailer(), own)).stdout).toBe(`/box/submission/${name}\n`);
  });

  test("the list of mounts names no folder and no disk of the host", async () => {
    const { stdout } = await runProgram(jailer(), shell("cat /proc/self/mountinfo /proc/mounts"));
    for (const path of [PROJECT_DIR, DATA_DIR, jailer().place.runDir, "/dev/vd", "/dev/sd", "/dev/nvme"]) {
      expect(stdout).not.toContain(path);
    }
  });

  test("a jail has the mounts that it needs and no other", async () => {
    const { stdout } = await runProgram(jailer(), shell("cut -d' ' -f5 /proc/self/mountinfo"));
    const hidesSomething = /^\/proc\//;
    const mounts = stdout.trim().split("\n");
    expect(mounts.filter((path) => !hidesSomething.test(path)).toSorted()).toEqual(
      ["/", "/box", "/dev", "/dev/pts", "/dev/shm", "/executioners", "/proc", "/tmp"].toSorted(),
    );
  });

  test("a program can change nothing outside /box, /tmp and /dev/shm", async () => {
    const ran = await runProgram(jailer(), await pythonFile("change-everything.py"));
    const lines = ran.stdout.trim().split("\n");
    expect(Number(lines.pop()?.replace("tried ", ""))).toBeGreaterThan(5_000);
    // Null, zero, full, random, urandom and ptmx (Linux, admin-guide/devices.txt): writing to them changes nothing. The
    // last one is of the jail's own making, and its time may be set.
    const harmless = /^(device (1:[35789]|5:2) |utime \/dev\/pts\/ptmx$)/;
    expect(lines.filter((line) => !harmless.test(line))).toEqual([]);
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
  });

  test("a program can write in /box, /box/submission, /tmp and /dev/shm", async () => {
    const script = "for f in /box /box/submission /tmp /dev/shm; do echo x > $f/new && cat $f/new; done";
    expect((await runProgram(jailer(), shell(script))).stdout).toBe("x\nx\nx\nx\n");
  });

  test.each(["kcore", "kallsyms", "kmsg", "keys", "timer_list", "slabinfo", "interrupts", "cmdline"])(
    "/proc/%s tells nothing of the host",
    async (name) => {
      const ran = await runProgram(jailer(), shell(`cat /proc/${name} | head -c 100`));
      expect(ran).toMatchObject({ stdout: "", exitCode: 0 });
    },
  );

  test("a submission's file can be neither run as root nor read by another user of the host's number", async () => {
    const script = "stat -c '%u %a' /box /box/submission /box/submission/file; id -u";
    const ran = await runProgram(jailer(), shell(script, { files: { file: "x" } }));
    const [box, folder, file, uid] = ran.stdout.trim().split("\n");
    expect([box, folder, file]).toEqual([`${uid} 755`, `${uid} 755`, `${uid} 644`]);
  });
});

describe("processes", () => {
  test("a program sees itself and no other process", async () => {
    const source = "import os; print([p for p in os.listdir('/proc') if p.isdigit()] == [str(os.getpid())])";
    expect((await runProgram(jailer(), await python(source))).stdout).toBe("True\n");
  });

  test("a program can neither see, nor signal, nor trace the jail's first process", async () => {
    const source = `
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
print(os.path.exists("/proc/1"))
try: os.kill(1, 9)
except PermissionError as error: print(error.strerror)
print(libc.ptrace(16, 1, 0, 0), os.strerror(ctypes.get_errno()))
`;
    const ran = await runProgram(jailer(), await python(source));
    expect(ran.stdout).toBe("False\nOperation not permitted\n-1 Operation not permitted\n");
  });

  test("a program cannot signal a process of the host, not even one of its own uid", async () => {
    const { place } = jailer();
    await using victims = new AsyncDisposableStack();
    for (let slot = 0; slot < place.slots; slot += 1) {
      const uid = String(place.runnerUidMin + slot);
      const victim = execa("setpriv", ["--reuid", uid, "--clear-groups", "sleep", "60"], { reject: false });
      victims.defer(async () => {
        victim.kill("SIGKILL");
        await victim;
      });
    }
    const sleeping = async () => (await runnersOf(place)).filter((process) => process.endsWith(" sleep"));
    await until("the victims run", async () => (await sleeping()).length === place.slots);
    const before = await sleeping();
    const pids = before.map((process) => process.split(" ")[0]).join(" ");
    expect((await runProgram(jailer(), shell(`kill -9 ${pids}; kill -9 -1; echo done`))).stdout).toBe(
      "done\n",
    );
    expect(await sleeping()).toEqual(before);
  });

  test("a program is given no descriptor but its three", async () => {
    const source = "import os; print([fd for fd in range(1024) if os.path.exists(f'/proc/self/fd/{fd}')])";
    expect((await runProgram(jailer(), await python(source))).stdout).toBe("[0, 1, 2]\n");
  });

  test("a program's environment is what it was given and nothing else", async () => {
    const ran = await runProgram(jailer(), { argv: ["/usr/bin/env"], env: { ONLY: "this" } });
    expect(ran.stdout).toBe("ONLY=this\n");
  });

  test("a jail tells neither the host's name nor its cgroups", async () => {
    const ran = await runProgram(jailer(), shell("hostname; cut -d: -f3 /proc/self/cgroup | sort -u"));
    expect(ran.stdout).toBe("crankcase\n/\n");
  });
});

describe("privileges", () => {
  let status: Map<string, string>;

  beforeAll(async () => {
    const { stdout } = await runProgram(jailer(), shell("cat /proc/self/status"));
    const lines = stdout.split("\n").map((line) => line.split(/:\s*/));
    status = new Map(lines.map(([name = "", value = ""]) => [name, value.trim()]));
  });

  test("a program has no capability, and no way to one", () => {
    for (const name of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]) {
      expect(status.get(name)).toBe("0000000000000000");
    }
  });

  test("a program can gain no privilege by execve, and has a filter on its system calls", () => {
    expect(status.get("NoNewPrivs")).toBe("1");
    expect(status.get("Seccomp")).toBe("2");
  });

  test("a program runs as its slot's uid and gid in all their kinds, with no other group", () => {
    const { runnerUidMin, slots } = jailer().place;
    const uids = new Set(status.get("Uid")?.split("\t").map(Number));
    expect([...uids][0]).toBeGreaterThanOrEqual(runnerUidMin);
    expect([...uids][0]).toBeLessThan(runnerUidMin + slots);
    expect(uids.size).toBe(1);
    expect(new Set(status.get("Gid")?.split("\t").map(Number))).toEqual(uids);
    expect(status.get("Groups")).toBe("");
  });

  test("a program cannot become another user or root", async () => {
    const source = `
import os
for call in (os.setuid, os.setgid, os.seteuid, os.setegid):
    try: call(0)
    except PermissionError: print("refused")
try: os.setgroups([0])
except PermissionError: print("refused")
`;
    expect((await runProgram(jailer(), await python(source))).stdout).toBe("refused\n".repeat(5));
  });

  test("the host kills a job before anything else when its memory runs out", async () => {
    expect((await runProgram(jailer(), shell("cat /proc/self/oom_score_adj"))).stdout).toBe("1000\n");
  });
});

test("two stages of one jail share the box, and two jails share nothing", async () => {
  await using first = await openTestJail(jailer());
  await using second = await openTestJail(jailer());
  expect((await first.run(shell("touch /box/submission/mine /tmp/mine /dev/shm/mine"))).exitCode).toBe(0);
  const list = shell("ls /box/submission /tmp /dev/shm");
  expect((await first.run(list)).stdout.match(/mine/g)).toHaveLength(3);
  expect((await second.run(list)).stdout).not.toContain("mine");
});
