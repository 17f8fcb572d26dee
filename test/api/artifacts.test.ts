import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Serving, startServing } from "../cli/serving.ts";

const MIB = 2 ** 20;

let serving: Serving;

beforeAll(async () => {
  const times = { wall_time_ms: 60_000, cpu_time_ms: 60_000 };
  const limits = { run: { maximum: times, default: times }, compile: { maximum: times, default: times } };
  const artifacts = { files: 5, file_bytes: MIB, total_bytes: 2 * MIB, ttl_ms: 600_000, kept_bytes: 4 * MIB };
  serving = await startServing({ limits, artifacts });
});

afterAll(() => serving[Symbol.asyncDispose]());

interface Job {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server answers
  readonly body: any;
}

async function runJob(job: object): Promise<Job> {
  const response = await fetch(`${serving.url}/api/crankcase/v1/jobs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(job),
  });
  return { status: response.status, body: await response.json() };
}

/** Runs a shell script and gives what came back, as text by name, and what was left out. */
async function written(content: string, artifacts: readonly string[] = ["**"], rest: object = {}) {
  const files = [{ name: "main.sh", content }];
  const { body } = await runJob({ language: "bash", files, artifacts, ...rest });
  const text = (base64: string) => Buffer.from(base64, "base64").toString("latin1");
  const got: { name: string; bytes: number; content: string }[] = body.artifacts;
  return {
    run: body.run,
    names: got.map(({ name }) => name),
    files: Object.fromEntries(got.map((file) => [file.name, text(file.content)])),
    omitted: body.artifacts_omitted,
  };
}

const SLOW = { timeout: 120_000 };

test(
  "files that a program wrote come back whole, and those of the request only where it changed them",
  SLOW,
  async () => {
    const files = [
      {
        name: "main.sh",
        content: "mkdir -p out/deep; printf 'a\\0b' > out/deep/x; echo new > same; echo 23 > a-size; > empty",
      },
      { name: "same", content: "old" },
      { name: "a-size", content: "22\n" },
      { name: "untouched", content: "as it was" },
    ];
    const { body } = await runJob({ language: "bash", files, artifacts: ["*", "out/**"] });
    expect(body.run).toMatchObject({ exit_code: 0, stderr: "" });
    const base64 = (text: string) => Buffer.from(text).toString("base64");
    expect(body.artifacts_omitted).toEqual([]);
    expect(body.artifacts).toEqual([
      { name: "a-size", bytes: 3, content: base64("23\n") },
      { name: "empty", bytes: 0, content: "" },
      { name: "out/deep/x", bytes: 3, content: base64("a\0b") },
      { name: "same", bytes: 4, content: base64("new\n") },
    ]);
    expect(body.timings.artifacts_ms).toBeGreaterThan(0);
  },
);

test("links, sockets and pipes are no files, and no link leads anywhere", SLOW, async () => {
  const script = `
ln -s /etc/passwd link; ln -s /etc folder; ln -s ../stdin.stdin up; mkfifo pipe; mkdir real; echo x > real/file
ln real/file hard; python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")' 2> /dev/null; true`;
  const { files, omitted } = await written(script, ["**"]);
  expect(files).toEqual({ hard: "x\n", "real/file": "x\n" });
  expect(omitted).toEqual([]);
});

test(
  "a working folder that was replaced by a link shows nothing but what the job itself could read",
  SLOW,
  async () => {
    const script = "cd /box && mv submission away && ln -s /proc submission";
    const { run, files } = await written(script, ["1/*", "self/environ", "version"]);
    expect(run).toMatchObject({ exit_code: 0 });
    expect(JSON.stringify(files)).not.toContain("CRANKCASE");
  },
);

test(
  "a file that is too large, sparse or not, is left out and named, and the others come",
  SLOW,
  async () => {
    const script =
      "truncate -s 9M giant; head -c 1048577 /dev/zero > large; head -c 1048576 /dev/zero > fits; echo a > small";
    const { names, omitted } = await written(script);
    expect(names).toEqual(["fits", "small"]);
    expect(omitted).toEqual([{ reason: "too_large", count: 2, names: ["giant", "large"] }]);
  },
);

test("past the number and the size of all, the rest is counted", SLOW, async () => {
  const { names, omitted } = await written("for i in 1 2 3 4 5 6 7 8; do echo $i > f$i; done");
  expect(names).toEqual(["f1", "f2", "f3", "f4", "f5"]);
  expect(omitted).toEqual([{ reason: "too_many", count: 3, names: ["f6", "f7", "f8"] }]);
  const large = await written("for i in 1 2 3; do head -c 1048576 /dev/zero > f$i; done");
  expect(large.names).toEqual(["f1", "f2"]);
  expect(large.omitted).toEqual([{ reason: "too_many", count: 1, names: ["f3"] }]);
});

test(
  "names with line ends, quotes and leading dashes come through; one that is no UTF-8 matches nothing",
  SLOW,
  async () => {
    const script = `echo 1 > $'new\\nline'; echo 2 > "it's \\"q\\""; echo 3 > -rf; echo 4 > $'\\xff'; echo 5 > 'ünï %41'`;
    const { files, omitted } = await written(script, ["*"]);
    expect(files).toEqual({ "new\nline": "1\n", 'it\'s "q"': "2\n", "-rf": "3\n", "ünï %41": "5\n" });
    expect(omitted).toEqual([]);
  },
);

test("what the job's own user may not read is told", SLOW, async () => {
  const script = "echo a > a; echo b > b; chmod 000 a; mkdir shut; echo c > shut/c; chmod 000 shut";
  const { files, omitted } = await written(script);
  expect(files).toEqual({ b: "b\n" });
  expect(omitted).toEqual([{ reason: "unreadable", count: 2, names: ["a"] }]);
});

test(
  "60,000 files and folders as deep as they go are no trouble: the search ends, and says that it did",
  SLOW,
  async () => {
    const script = `
name=$(printf 'n%.0s' $(seq 200))
for ((i = 0; i < 60000; i++)); do : > "$name$i" || break; done`;
    const limits = { job: { inodes: 65_536 } };
    const { run, names, omitted } = await written(script, ["*"], { limits });
    expect(run).toMatchObject({ exit_code: 0 });
    expect(names).toHaveLength(5);
    expect(omitted).toContainEqual({ reason: "unlisted", count: 1, names: [] });
    const steps = "for i in 1 2 3 4 5; do mkdir -p $path && cd $path || break; done";
    const path = "path=$(printf 'd/%.0s' $(seq 800))";
    const deep = await written(`${path}; ${steps}; echo x > x; cd /box/submission; echo y > y`);
    expect(deep.files).toEqual({ y: "y\n" });
  },
);

test(
  "a program that a limit ended, or that left others behind, has its files all the same",
  SLOW,
  async () => {
    const limits = { run: { wall_time_ms: 1_500 } };
    const script = "(while :; do date > changing; done) & echo partial > log; sleep 60";
    const { run, names, files } = await written(script, ["*"], { limits });
    expect(run).toMatchObject({ cause: "wall_time" });
    expect(names).toContain("changing");
    expect(files).toMatchObject({ log: "partial\n" });
  },
);

test("programs that a job puts in its way are not run for it", SLOW, async () => {
  const script =
    "mkdir -p bin; printf '#!/bin/sh\\necho fooled' > bin/find; chmod +x bin/find; cp bin/find /tmp/find; echo x > x";
  const { files } = await written(script, ["x"], {
    environment: { PATH: "/box/submission/bin:/usr/bin:/bin" },
  });
  expect(files).toEqual({ x: "x\n" });
});

test(
  "by URL they are kept on the server, and come byte for byte under names that are hard to write",
  SLOW,
  async () => {
    const name = `out/ünï 100%?#'"(a)*/${"x".repeat(200)}.html`;
    const script = `mkdir -p "$(dirname "$1")"; printf '<script>\\0\\377' > "$1"`;
    const files = [{ content: script }];
    const job = { language: "bash", files, args: [name], artifacts: ["out/**"], artifact_delivery: "url" };
    const { body } = await runJob(job);
    const [artifact] = body.artifacts;
    expect(artifact).toEqual({
      name,
      bytes: 10,
      url: expect.stringMatching(/^\/api\/crankcase\/v1\/artifacts\/[\w-]{43}\/out\//),
      expires_at: expect.any(String),
    });
    const response = await fetch(new URL(artifact.url, serving.url));
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from("<script>\0\xff", "latin1"));
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename*=UTF-8''${"x".repeat(200)}.html`,
      "content-length": "10",
      "x-content-type-options": "nosniff",
    });
    const [id = ""] = await readdir(join(serving.place.stateDir, "artifacts"));
    for (const path of [`${id}/0`, `${id}/..%2f..%2fkeys.json`, `${"A".repeat(43)}/x`, `..%2f${id}/0`, id]) {
      const none = await fetch(`${serving.url}/api/crankcase/v1/artifacts/${path}`);
      expect(none.status).toBe(404);
      expect(await none.json()).toMatchObject({ code: "not_found" });
    }
  },
);

test(
  "the compiler's flags reach it as they are, its environment too, and the entrypoint runs",
  SLOW,
  async () => {
    const main = `#include <stdio.h>
#include <stdlib.h>
int main(void) { printf("%s %s %s", WORD, getenv("GREETING"), getenv("CRANKCASE_COMPILER_FLAGS") ? "seen" : "unset"); }`;
    const files = [
      { name: "other.c", content: "#ifndef WORD\n#error no word\n#endif\n" },
      { name: "app.c", content: main },
    ];
    const flags = ['-DWORD="two words * $HOME"', "-Wall", "-std=c11"];
    const job = {
      language: "c",
      files,
      entrypoint: "app.c",
      compiler_flags: flags,
      environment: { GREETING: "hi * there" },
    };
    const { body } = await runJob(job);
    expect(body.compile).toMatchObject({ stderr: "", exit_code: 0 });
    expect(body.run.stdout).toBe("two words * $HOME hi * there unset");
    const wrong = await runJob({ ...job, compiler_flags: ["-no-such-flag"] });
    expect(wrong.body.compile.stderr).toContain("no-such-flag");
  },
);

test(
  "a program that leaves the machine's calling convention dies of a system call, and says so",
  SLOW,
  async () => {
    const content = 'int main(void) { __asm__ volatile("int $0x80" : : "a"(20)); return 0; }';
    const { body } = await runJob({ language: "c", files: [{ content }] });
    if (process.arch === "x64") expect(body.run).toMatchObject({ cause: "system_call", signal: "SIGSYS" });
  },
);
