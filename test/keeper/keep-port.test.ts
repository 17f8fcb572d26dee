import { chmod, mkdir, readdir, readFile, rename, symlink, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { expect, test } from "vitest";
import { isAlive } from "../support/is-alive.ts";
import { until } from "../support/until.ts";
import { answering, ask, KEEP_PORT, startKeeping } from "./keeping.ts";

/** Starts one that should refuse to, and gives back what it says. */
async function refusal(args: readonly string[]) {
  const { exitCode, stderr } = await execa(KEEP_PORT, args, { reject: false, timeout: 20_000 });
  return [exitCode, stderr];
}

const at = (port: number, pidFile: string) => {
  return ["--pid-file", pidFile, "--address", "127.0.0.1", "--port", String(port), "--", "/bin/true"];
};

test("who connects while the command is dead is answered by the next one", async () => {
  await using keeping = await startKeeping(answering("here"));
  const { pid } = await ask(keeping);
  expect(pid).toBe(keeping.child());
  process.kill(pid, "SIGKILL");
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(keeping)));
  expect(answers.filter((answer) => answer.word === "here" && answer.pid !== pid)).toHaveLength(20);
});

test("SIGHUP runs the code that the command's path leads to by then", async () => {
  const { path, cleanup } = await dir({ unsafeCleanup: true });
  for (const release of ["old", "new"]) {
    await mkdir(join(path, release));
    const script = `#!/bin/sh\nexec ${answering(release).join(" ")}\n`;
    await writeFile(join(path, release, "run"), script);
    await chmod(join(path, release, "run"), 0o755);
  }
  await symlink("old", join(path, "current"));
  await using keeping = await startKeeping([join(path, "current/run")]);
  expect((await ask(keeping)).word).toBe("old");
  await symlink("new", join(path, "next"));
  await rename(join(path, "next"), join(path, "current"));
  const descriptors = await readdir(`/proc/${keeping.pid}/fd`);
  const first = keeping.child();
  process.kill(keeping.pid, "SIGHUP");
  await until("the old one has ended", () => !isAlive(first));
  expect((await ask(keeping)).word).toBe("new");
  expect(await readdir(`/proc/${keeping.pid}/fd`)).toEqual(descriptors);
  await cleanup();
});

test("SIGTERM ends the command, removes the pid file, frees the port and exits with 0", async () => {
  await using keeping = await startKeeping(answering("here"));
  const { pid } = await ask(keeping);
  expect(await readFile(keeping.pidFile, "utf8")).toBe(`${keeping.pid}\n`);
  process.kill(keeping.pid, "SIGTERM");
  expect(await keeping.exit).toBe(0);
  expect(isAlive(pid)).toBe(false);
  await expect(readFile(keeping.pidFile)).rejects.toThrow("ENOENT");
  await expect(ask(keeping)).rejects.toThrow("ECONNREFUSED");
});

test("a command that does not end when asked to is killed after the grace, and started again", async () => {
  await using keeping = await startKeeping(answering("stubborn"), { options: ["--grace", "1"] });
  const { pid } = await ask(keeping);
  const start = performance.now();
  process.kill(keeping.pid, "SIGHUP");
  await sleep(500);
  expect((await ask(keeping)).pid).toBe(pid);
  await until("it is killed", () => !isAlive(pid));
  expect(performance.now() - start).toBeGreaterThan(950);
  expect((await ask(keeping)).word).toBe("stubborn");
});

test("the port is kept while the command fails, which is started less and less often", async () => {
  await using keeping = await startKeeping(["/nowhere/command"]);
  const starts = () => keeping.log.filter((line) => / as process/.test(line)).length;
  await sleep(2_000);
  const socket = connect(keeping.port, "127.0.0.1");
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  socket.destroy();
  expect(keeping.log.join("\n")).toContain("start the command: /nowhere/command: No such file or directory");
  // After 0, 100, 300, 700 and 1500 ms.
  expect(starts()).toBeGreaterThanOrEqual(3);
  expect(starts()).toBeLessThanOrEqual(5);
  const before = starts();
  process.kill(keeping.pid, "SIGHUP");
  await until("SIGHUP ends the pause", () => starts() > before, 500);
});

test("the command inherits the socket and nothing else: no descriptor, no blocked or ignored signal", async () => {
  // Without a fork: a shell blocks signals around each.
  const signals = 'while read -r line; do case $line in Sig[BI]*) echo "$line"; esac; done </proc/$$/status';
  const look = `ls /proc/$$/fd; readlink /proc/$$/fd/0; ${signals}; exec sleep 60`;
  // The starter ignores two signals, as nohup does, and leaves a file open.
  const starter = ["/bin/sh", "-c", "trap '' HUP TERM; exec 7</dev/zero; exec \"$@\"", "starter"];
  await using keeping = await startKeeping(["/bin/sh", "-c", look], { starter });
  await until("it has looked", () => keeping.log.some((line) => line.startsWith("SigIgn")));
  const told = keeping.log.filter((line) => !line.startsWith("keep-port:"));
  const none = "0".repeat(16);
  expect(told).toEqual(["0", "1", "2", "3", "/dev/null", `SigBlk:\t${none}`, `SigIgn:\t${none}`]);
});

test("a keeper that is killed takes its command along", async () => {
  await using keeping = await startKeeping(answering("here"));
  const { pid } = await ask(keeping);
  process.kill(keeping.pid, "SIGKILL");
  await until("the command ends", () => !isAlive(pid));
});

test("a second one on the same pid file refuses to start, and says who has it", async () => {
  await using keeping = await startKeeping(answering("here"));
  const { pidFile, pid } = keeping;
  const message = `keep-port: another keep-port (process ${pid}) holds ${pidFile}: end it first, with kill ${pid}`;
  expect(await refusal(at(0, pidFile))).toEqual([3, message]);
  expect((await ask(keeping)).word).toBe("here");
  expect(await readFile(pidFile, "utf8")).toBe(`${pid}\n`);
});

test("a port that is in use is told with its address and what shows its holder", async () => {
  await using keeping = await startKeeping(answering("here"));
  const [exitCode, stderr] = await refusal(at(keeping.port, `${keeping.pidFile}.other`));
  expect(exitCode).toBe(1);
  expect(stderr).toContain("ss -ltnp");
  expect(stderr).toContain(`listen: 127.0.0.1 port ${keeping.port}: Address already in use`);
});

test("a pid file that is a link is not followed", async () => {
  const { path, cleanup } = await dir({ unsafeCleanup: true });
  await symlink(join(path, "elsewhere"), join(path, "pid"));
  const message = `keep-port: open pid file: ${join(path, "pid")}: Too many levels of symbolic links`;
  expect(await refusal(at(0, join(path, "pid")))).toEqual([1, message]);
  expect(await readdir(path)).toEqual(["pid"]);
  await cleanup();
});

test.each<[string, readonly string[], RegExp]>([
  ["nothing", [], /--pid-file, --address, --port and a command must be given/],
  ["no command", ["--pid-file", "/tmp/x", "--address", "::1", "--port", "1"], /and a command must be given/],
  ["a name", ["--pid-file", "/tmp/x", "--address", "example.org", "--port", "1", "--", "x"], /numeric IPv4/],
  ["a port", ["--pid-file", "/tmp/x", "--address", "::1", "--port", "65536", "--", "x"], /0 to 65535/],
  ["an option", ["--prot", "1"], /unknown option/],
])("a command line with %s amiss is refused with the usage", async (_what, args, reason) => {
  const [exitCode, stderr] = await refusal(args);
  expect([exitCode, stderr]).toEqual([2, expect.stringMatching(reason)]);
  expect(stderr).toContain("usage: keep-port --pid-file FILE");
});
