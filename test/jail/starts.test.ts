import {
  chmod,
  chown,
  mkdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { dirname } from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { findLeftovers } from "../support/census.ts";
import { type JailerPlace, makeJailerPlace } from "../support/jailer-place.ts";
import { childrenOf } from "../support/process-powers.ts";
import { shell } from "../support/program.ts";
import { SANITIZED, startJailer, type TestJailer } from "../support/start-jailer.ts";
import { openTestJail } from "../support/test-jail.ts";
import { until } from "../support/until.ts";

const MIB = 2 ** 20;

/** A line of the log, from its start to its end. */
function lineOf(name: string, slot = 0): RegExp {
  return new RegExp(String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ${name} slot-${slot}$`);
}

function logOf(place: JailerPlace): string {
  if (place.startsFile === undefined) throw new Error("this place has no log of starts");
  return place.startsFile;
}

async function linesAt(path: string): Promise<string[]> {
  const text = await readFile(path, "utf8");
  expect(text === "" || text.endsWith("\n")).toBe(true);
  return text.split("\n").slice(0, -1);
}

/** Runs a job under a name. */
async function runNamed(jailer: TestJailer, name: string) {
  await using jail = await openTestJail(jailer);
  jail.jail.named(name);
  return await jail.run(shell("echo ran"));
}

test("each named job has one line, with its name, its slot and the time in UTC", async () => {
  await using place = await makeJailerPlace({ slots: 2 });
  await using jailer = await startJailer(place, SANITIZED);
  const before = Date.now();
  await using first = await openTestJail(jailer);
  await using second = await openTestJail(jailer);
  second.jail.named("second/2");
  first.jail.named("first_1.a-B");
  for (const jail of [second, first]) expect((await jail.run(shell("echo ran"))).stdout).toBe("ran\n");
  const lines = await linesAt(logOf(place));
  expect(lines).toHaveLength(2);
  expect(lines.some((line) => lineOf("first_1.a-B", 0).test(line))).toBe(true);
  expect(lines.some((line) => lineOf("second/2", 1).test(line))).toBe(true);
  const at = Date.parse(lines[0]?.split(" ")[0] ?? "");
  expect(at).toBeGreaterThanOrEqual(before);
  expect(at).toBeLessThanOrEqual(Date.now());
});

test("the line is there when the program's first output comes, and stays when everything is killed at that moment", async () => {
  await using place = await makeJailerPlace({ slots: 1 });
  await using jailer = await startJailer(place);
  await using jail = await openTestJail(jailer);
  jail.jail.named("killed");
  const program = jail.start(shell("echo up; sleep 60"));
  await program.prints("up");
  const [session = 0] = await childrenOf(jailer.pid);
  process.kill(session, "SIGKILL");
  await jailer.crash();
  expect(await linesAt(logOf(place))).toEqual([expect.stringMatching(lineOf("killed"))]);
  await expect(program.ran).rejects.toMatchObject({ code: "jail_lost" });
  await using _second = await startJailer(place);
  expect(await linesAt(logOf(place))).toHaveLength(1);
});

test("a job without a name leaves no line, nor does one of a jailer that keeps no log", async () => {
  await using place = await makeJailerPlace({ slots: 1 });
  {
    await using jailer = await startJailer(place);
    await using jail = await openTestJail(jailer);
    expect((await jail.run(shell("echo ran"))).stdout).toBe("ran\n");
  }
  expect(await linesAt(logOf(place))).toEqual([]);
  const { startsFile: _, ...without } = place;
  await using jailer = await startJailer(without);
  expect((await runNamed(jailer, "unseen")).stdout).toBe("ran\n");
  expect(await linesAt(logOf(place))).toEqual([]);
});

test("neither init nor stage has the log open", async () => {
  await using place = await makeJailerPlace({ slots: 1 });
  await using jailer = await startJailer(place);
  await using jail = await openTestJail(jailer);
  jail.jail.named("open");
  const script = "ls -l /proc/1/fd /proc/self/fd; echo listed";
  expect((await jail.run(shell(script))).stdout).not.toContain("test.log");
  const found = await execa("sh", ["-c", `ls -l /proc/[0-9]*/fd 2>/dev/null | grep -c ${logOf(place)}`]);
  expect(found.stdout).toBe("2");
});

describe("a log that is full", () => {
  test("is renamed, and a new one is begun; a jail that was there before writes its line where it is read", async () => {
    await using place = await makeJailerPlace({ slots: 3 });
    await using jailer = await startJailer(place, SANITIZED);
    const log = logOf(place);
    await using early = await openTestJail(jailer);
    await using waiting = await openTestJail(jailer);
    await truncate(log, 32 * MIB);
    await until("the log is renamed", async () => (await stat(log)).size === 0);
    expect((await stat(`${log}.1`)).size).toBe(32 * MIB);
    early.jail.named("early");
    await early.run(shell("true"));
    await runNamed(jailer, "late");
    expect((await readFile(`${log}.1`, "latin1")).slice(32 * MIB).trim()).toMatch(lineOf("early"));
    expect(await linesAt(log)).toEqual([expect.stringMatching(lineOf("late", 2))]);
    await truncate(log, 33 * MIB);
    await until("the log is renamed again", async () => (await stat(log)).size === 0);
    waiting.jail.named("waited");
    await waiting.run(shell("true"));
    expect(await linesAt(log)).toEqual([expect.stringMatching(lineOf("waited", 1))]);
    expect((await stat(log)).mode & 0o777).toBe(0o644);
  });
});

test("a log that somebody has moved or removed is made again", async () => {
  await using place = await makeJailerPlace({ slots: 1 });
  await using jailer = await startJailer(place);
  const log = logOf(place);
  await rename(log, `${log}.elsewhere`);
  await until("there is one again", () =>
    stat(log).then(
      () => true,
      () => false,
    ),
  );
  await rm(dirname(log), { recursive: true });
  await until("there is one again, and its folder", () =>
    stat(log).then(
      () => true,
      () => false,
    ),
  );
  await runNamed(jailer, "again");
  expect(await linesAt(log)).toEqual([expect.stringMatching(lineOf("again"))]);
});

test("without room for its line a job does not run, and is told why; with room the next one does", async () => {
  await using place = await makeJailerPlace({ slots: 1 });
  const log = logOf(place);
  const folder = dirname(log);
  await mkdir(folder);
  await execa("mount", ["-t", "tmpfs", "-o", "size=4k,mode=755", "tmpfs", folder]);
  await using held = new AsyncDisposableStack();
  held.defer(async () => void (await execa("umount", [folder])));
  // Room for the first 30 bytes of a line.
  await writeFile(log, "x".repeat(4096 - 31).concat("\n"), { mode: 0o644 });
  await using jailer = await startJailer(place, SANITIZED);
  for (const name of ["torn", "refused"]) {
    const failed = runNamed(jailer, name);
    await expect(failed).rejects.toMatchObject({ code: "jailer_failed" });
    await expect(failed).rejects.toThrow(/note the start of the job.*ENOSPC/);
  }
  await execa("mount", ["-o", "remount,size=8k", folder]);
  expect((await runNamed(jailer, "next")).stdout).toBe("ran\n");
  const last = (await linesAt(log)).at(-1) ?? "";
  expect(last.slice(30)).toMatch(lineOf("next"));
});

/** What somebody may have put where the log or its folder should be. */
const PLANTED: readonly (readonly [string, (log: string) => Promise<unknown>])[] = [
  [
    "the log is a link",
    async (log) => {
      await mkdir(dirname(log));
      await symlink("/tmp/elsewhere.log", log);
    },
  ],
  [
    "its folder is a link",
    async (log) => {
      await mkdir(`${dirname(log)}-elsewhere`);
      await symlink(`${dirname(log)}-elsewhere`, dirname(log));
    },
  ],
  [
    "its folder is another user's",
    async (log) => {
      await mkdir(dirname(log));
      await chown(dirname(log), 65_534, 65_534);
    },
  ],
  [
    "its folder is for others to write to",
    async (log) => {
      await mkdir(dirname(log));
      await chmod(dirname(log), 0o777);
    },
  ],
  [
    "the log is another user's",
    async (log) => {
      await mkdir(dirname(log));
      await writeFile(log, "");
      await chown(log, 65_534, 65_534);
    },
  ],
  [
    "the log is for others to write to",
    async (log) => {
      await mkdir(dirname(log));
      await writeFile(log, "");
      await chmod(log, 0o666);
    },
  ],
  [
    "the log is a fifo",
    async (log) => {
      await mkdir(dirname(log));
      await execa("mkfifo", [log]);
    },
  ],
];

test.each(PLANTED)("where %s the jailer does not start", async (_, plant) => {
  await using place = await makeJailerPlace({ slots: 1 });
  await plant(logOf(place));
  await expect(startJailer(place)).rejects.toThrow(`open log of starts: ${logOf(place)}`);
  expect((await findLeftovers(place)).filter((path) => path.startsWith("/sys/fs/cgroup/"))).toEqual([]);
});
