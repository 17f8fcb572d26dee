import { chown, link, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { openBuildJail } from "../../src/jail/open-jail.ts";
import { jailerOfFile } from "../support/jailer-of-file.ts";
import { runProgram, shell } from "../support/program.ts";
import { SANITIZED } from "../support/start-jailer.ts";
import { type TestSubmission, writeSubmission } from "../support/submission.ts";
import { BASE } from "../support/test-data.ts";
import { JAIL_LIMITS, STAGE_LIMITS } from "../support/test-limits.ts";

const jailer = jailerOfFile({}, SANITIZED);

/** A daemon is not root: what it writes is its own. */
const DAEMON = 65_534;

/** Starts a stage of a build over a submission that a test has prepared; resolves with its exit code. */
async function runOver(submission: TestSubmission, script: string): Promise<number | null> {
  await chown(submission.path, DAEMON, DAEMON);
  await using jail = await openBuildJail({ socketPath: jailer().socketPath });
  jail.attach({ base: BASE, layers: [] }, JAIL_LIMITS);
  jail.submit(submission.name);
  const stage = {
    argv: ["/bin/sh", "-c", script],
    env: {},
    cwd: "/box",
    stdin: "none",
    limits: STAGE_LIMITS,
  } as const;
  return (await jail.startStage(stage, () => undefined).report).exitCode;
}

test("files and folders of any name are copied, with what they hold", async () => {
  const files = {
    "plain.txt": "1",
    "with space": "2",
    "ünï/côdé": "3",
    "new\nline": "4",
    "-rf": "5",
    ".hidden": "6",
    "a/b/c/d": "7",
  };
  const ran = await runProgram(
    jailer(),
    shell("find . -type f -exec cat {} + | tr -d '\\n' | fold -w1 | sort | tr -d '\\n'", { files }),
  );
  expect(ran.stdout).toBe("1234567");
});

test("what a build does to its files does not reach the submission", async () => {
  await using submission = await writeSubmission(jailer().place, { files: { file: "before" } });
  expect(await runOver(submission, "cd submission; echo after > file; rm -r /box/*")).toBe(0);
  expect(await readFile(join(submission.path, "submission/file"), "utf8")).toBe("before");
});

test("a submission's file that changes while it is copied is copied in some state or refused, and no other file is", async () => {
  await using submission = await writeSubmission(jailer().place, { files: { "a/file": "inside" } });
  const [inside, outside] = [
    join(submission.path, "submission/a"),
    await mkdtemp(join(tmpdir(), "outside-")),
  ];
  await writeFile(join(outside, "file"), "outside");
  // Swaps the folder for a link to another one, again and again.
  const swap = `while :; do mv "$0" "$0.kept"; ln -s "$1" "$0"; rm "$0"; mv "$0.kept" "$0"; done`;
  const swapping = execa("sh", ["-c", swap, inside, outside], { reject: false });
  const answers = new Set<unknown>();
  for (let round = 0; round < 40; round += 1) {
    const script = "grep -rqs outside submission && exit 99; exit 0";
    answers.add(await runOver(submission, script).catch(({ code }) => code));
  }
  swapping.kill("SIGKILL");
  await swapping;
  await rm(outside, { recursive: true });
  for (const answer of answers) expect([0, "jailer_failed"]).toContain(answer);
});

/** A file beside the path; who reads as root could be given any file of the file system in its place. */
async function otherFile(path: string): Promise<string> {
  await writeFile(`${path}.other`, "x");
  return `${path}.other`;
}

/** What a submission must not hold, and how it gets there. */
const PLANTED: readonly (readonly [string, (path: string) => Promise<unknown>])[] = [
  ["a link to a file", (path) => symlink("/etc/passwd", path)],
  ["a link to a folder", (path) => symlink("/etc", path)],
  ["a link that leads nowhere", (path) => symlink("nowhere", path)],
  ["a link to a file beside it", (path) => symlink("file", path)],
  ["a hard link", async (path) => link(await otherFile(path), path)],
  ["a fifo", (path) => execa("mkfifo", [path])],
  ["a device", (path) => execa("mknod", [path, "c", "1", "3"])],
];

describe("a submission is refused when it holds", () => {
  test.each(PLANTED)("%s", async (_, plant) => {
    await using submission = await writeSubmission(jailer().place, { files: { file: "x" } });
    await plant(join(submission.path, "submission/planted"));
    await expect(runOver(submission, "true")).rejects.toMatchObject({
      code: "jailer_failed",
      message: expect.stringContaining("planted"),
    });
  });

  test.each(PLANTED)("%s in the place of its input", async (_, plant) => {
    await using submission = await writeSubmission(jailer().place, {});
    await rm(join(submission.path, "stdin.stdin"));
    await plant(join(submission.path, "stdin.stdin"));
    await expect(runOver(submission, "true")).rejects.toMatchObject({ code: "jailer_failed" });
  });

  test("a socket", async () => {
    await using submission = await writeSubmission(jailer().place, {});
    const server = createServer().listen(join(submission.path, "submission/s"));
    await expect(runOver(submission, "true")).rejects.toMatchObject({ code: "jailer_failed" });
    server.close();
  });

  test("more folders inside each other than 64", async () => {
    // The submission's own folder and the one of its files are two of them.
    for (const [depth, refused] of [
      [62, false],
      [63, true],
    ] as const) {
      await using submission = await writeSubmission(jailer().place, {});
      await mkdir(join(submission.path, "submission", ..."d".repeat(depth)), { recursive: true });
      const running = runOver(submission, "true");
      if (refused) await expect(running).rejects.toThrow("submission nests too deep");
      else expect(await running).toBe(0);
    }
  });

  test("more files than the jail has inodes", async () => {
    const files = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`${index}`, ""]));
    const running = runProgram(jailer(), shell("true", { files, jailLimits: { inodes: 50 } }));
    await expect(running).rejects.toMatchObject({ code: "submission_too_large" });
  });
});

test("a submission that is itself a link is refused", async () => {
  await using submission = await writeSubmission(jailer().place, {});
  const name = `${submission.name}-link`;
  const path = join(jailer().place.buildsDir, name);
  await symlink(submission.path, path);
  await using linked = { name, path, [Symbol.asyncDispose]: () => rm(path) };
  await expect(runOver(linked, "true")).rejects.toMatchObject({ code: "jailer_failed", message: /ELOOP/ });
});
