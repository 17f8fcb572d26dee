import { lstat, readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DAEMON_UID, type KeyedServing, startKeyed } from "./keyed-serving.ts";

let keyed: KeyedServing;

/** What lies about while a server runs that has compiled, and keeps a file of a job: owner and mode, by a pattern of the path. */
const TABLE: readonly (readonly [pattern: RegExp, uid: number, mode: string])[] = [
  [/^run$/, 0, "755"],
  [/^run\/(cradle|skeleton)$/, 0, "755"],
  [/^run\/jailer\.lock$/, 0, "600"],
  [/^run\/jailer\.sock$/, DAEMON_UID, "600"],
  [/^run\/daemon$/, DAEMON_UID, "700"],
  [/^run\/daemon\/operator\.sock$/, DAEMON_UID, "600"],
  [/^state(\/(builds|archives|artifacts|compiled|jobs))?$/, DAEMON_UID, "700"],
  [/^state\/artifacts\/[^/]+$/, DAEMON_UID, "700"],
  [/^state\/artifacts\/[^/]+\/\d+$/, DAEMON_UID, "600"],
  [/^state\/compiled\/[^/]+$/, DAEMON_UID, "600"],
  [/^state\/jobs\/jobs\.sqlite(-wal|-shm)?$/, DAEMON_UID, "600"],
  [/^state\/daily-jobs\.json$/, DAEMON_UID, "600"],
];

beforeAll(async () => {
  keyed = await startKeyed({ slots: 1, ready_jails: 1 });
  const job = {
    language: "c",
    files: [{ name: "main.c", content: 'int main() { fclose(fopen("left", "w")); }' }],
    artifacts: ["left"],
    artifact_delivery: "url",
  };
  const source = {
    ...job,
    files: [{ ...job.files[0], content: `#include <stdio.h>\n${job.files[0]?.content}` }],
  };
  const response = await fetch(`${keyed.serving.url}/api/crankcase/v1/jobs`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${keyed.key}` },
    body: JSON.stringify(source),
  });
  expect(await response.json()).toMatchObject({ artifacts: [{ name: "left", url: expect.any(String) }] });
});

afterAll(() => keyed?.[Symbol.asyncDispose]());

interface Entry {
  readonly path: string;
  readonly uid: number;
  readonly mode: string;
}

/** A folder and all below it. */
async function walk(root: string, name: string): Promise<readonly Entry[]> {
  const below = await readdir(root, { recursive: true });
  return Promise.all(
    ["", ...below].map(async (path) => {
      const { uid, mode } = await lstat(join(root, path));
      return { path: join(name, path).replace(/\/$/, ""), uid, mode: (mode & 0o7777).toString(8) };
    }),
  );
}

test("everything in the run and state folders has the owner and the mode of the table", async () => {
  const { runDir, stateDir } = keyed.serving.place;
  const entries = [...(await walk(runDir, "run")), ...(await walk(stateDir, "state"))];
  for (const entry of entries) {
    const row = TABLE.find(([pattern]) => pattern.test(entry.path));
    expect(row, `${entry.path} is in no row`).toBeDefined();
    expect(entry).toEqual({ path: entry.path, uid: row?.[1], mode: row?.[2] });
  }
  for (const [pattern] of TABLE.filter(([pattern]) => !pattern.source.includes("daily"))) {
    expect(
      entries.some(({ path }) => pattern.test(path)),
      `nothing is like ${pattern}`,
    ).toBe(true);
  }
});

test("the keys are root's, and the daemon's group alone may read their hashes; the plain key is root's alone", async () => {
  const { uid, gid, mode } = await lstat(keyed.keysFile);
  expect([uid, gid, mode & 0o7777]).toEqual([0, DAEMON_UID, 0o640]);
  for (const as of [DAEMON_UID, keyed.serving.place.runnerUidMin]) {
    const reading = ["setpriv", `--reuid=${as}`, `--regid=${as}`, "--clear-groups", "cat", keyed.keyFile];
    const [file = "", ...args] = reading;
    expect((await execa(file, args, { reject: false })).stderr).toContain("Permission denied");
  }
});

test("a runner's uid and a stranger's read, write and enter nothing of state, sockets, bases and packages", async () => {
  const { runDir, stateDir, dataDir, runnerUidMin } = keyed.serving.place;
  for (const uid of [runnerUidMin, 65_534]) {
    const as = [`--reuid=${uid}`, `--regid=${uid}`, "--clear-groups", "--"];
    const found = await execa("setpriv", [...as, "find", stateDir, runDir, "-readable", "!", "-type", "d"], {
      reject: false,
    });
    expect(found.stdout).toBe("");
    const writable = await execa("setpriv", [...as, "find", stateDir, runDir, "-writable"], {
      reject: false,
    });
    expect(writable.stdout).toBe("");
    const roots = ["find", dataDir, "-maxdepth", "4", "(", "-name", "root", "-o", "-name", "layer", ")"];
    const entered = await execa("setpriv", [...as, ...roots, "-executable"], { reject: false });
    expect(entered.stdout).toBe("");
  }
});

test("nothing in the data folder is for everybody to write, and no root or layer for others to enter", async () => {
  const { dataDir } = keyed.serving.place;
  const outside = [
    "find",
    dataDir,
    "(",
    "-name",
    ".staging",
    "-o",
    "-name",
    "root",
    "-o",
    "-name",
    "layer",
    ")",
    "-prune",
    "-o",
  ];
  const [file = "", ...args] = [...outside, "-perm", "/022", "!", "-type", "l", "-print"];
  expect((await execa(file, args)).stdout).toBe("");
  const named = ["(", "-name", "root", "-o", "-name", "layer", ")", "-prune", "-print"];
  const unfinished = ["-maxdepth", "4", "-name", ".staging", "-prune", "-o"];
  const roots = await execa("find", [dataDir, ...unfinished, ...named]);
  const paths = roots.stdout.split("\n");
  expect(paths.length).toBeGreaterThan(3);
  for (const path of paths) {
    const { uid, mode } = await lstat(path);
    expect([relative(dataDir, path), uid, (mode & 0o7777).toString(8)]).toEqual([
      expect.any(String),
      0,
      "700",
    ]);
  }
});
