import { expect, test } from "vitest";
import type { JobRequest } from "../../src/api/job-request.ts";
import { CrankcaseError } from "../../src/errors/crankcase-error.ts";
import type { Jail } from "../../src/jail/jail.ts";
import type { JobFollower } from "../../src/jobs/job-follower.ts";
import { resolveJob } from "../../src/jobs/resolve-job.ts";
import { runJob } from "../../src/jobs/run-job.ts";
import { createSlots } from "../../src/slots/slots.ts";
import { type FakeJail, fakeJail } from "./fake-jail.ts";
import { NO_ARTIFACTS } from "./no-artifacts.ts";
import { sampleCatalogue, sampleConfig } from "./sample-runtimes.ts";

const never = new AbortController().signal;

/** What a job held is released while nobody waits for it. */
const release = (held: AsyncDisposable) => void held[Symbol.asyncDispose]();

function place(openJail: (options: { signal: AbortSignal }) => Promise<Jail>) {
  const slots = createSlots({ slots: 1, queueBound: 1, concurrentCompiles: 1, concurrentRuns: 1 });
  return { slots, openJail, release, artifacts: NO_ARTIFACTS, compiles: null };
}

function job(request: Partial<JobRequest> = {}) {
  const whole: JobRequest = { language: "python", files: [{ content: "print(1)" }], ...request };
  return resolveJob("the-id", whole, { catalogue: sampleCatalogue(), limits: sampleConfig() });
}

function opening({ jail }: FakeJail) {
  return () => Promise.resolve(jail);
}

test("an interpreted program only runs", async () => {
  const fake = fakeJail({ output: [["stdout", "1\n"]] });
  const result = await runJob(job({ args: ["one", "two words"], stdin: "in" }), place(opening(fake)), {
    signal: never,
  });
  expect(result).toMatchObject({
    id: "the-id",
    language: "python",
    version: "3.13.5",
    run: { stdout: "1\n" },
  });
  expect(result).not.toHaveProperty("compile");
  expect(fake.calls).toEqual([
    "attach python/3.13.5",
    "put submission/main.py,args.args,stdin.stdin",
    "start /executioners/python/run",
    "close",
  ]);
  expect(fake.requests[0]).toMatchObject({
    argv: ["/executioners/python/run", "main.py", "one", "two words"],
    cwd: "/box/submission",
    stdin: "file",
    env: { HOME: "/tmp", LANG: "C.UTF-8", PISTON_LANGUAGE: "python", CRANKCASE_TIMEOUT_SECONDS: "4" },
    limits: { wallTimeMs: 3000, memoryBytes: 512 * 1024 ** 2 },
  });
});

test("the start of a job is noted once, as its call says or by its id", async () => {
  const [first, again] = [fakeJail({}, {}), fakeJail()];
  await runJob(job({ language: "c", files: [{ name: "main.c", content: "" }] }), place(opening(first)), {
    signal: never,
  });
  await runJob(job(), place(opening(again)), { signal: never, startName: "the-id/2" });
  expect([first.names, again.names]).toEqual([["the-id"], ["the-id/2"]]);
});

test("a compiled program is compiled from all its sources and run in the same jail", async () => {
  const fake = fakeJail({ output: [["stderr", "warning"]] }, { output: [["stdout", "ok"]] });
  const files = [
    { name: "a.c", content: "" },
    { name: "b.c", content: "" },
    { name: "logo", content: "AA==", encoding: "base64" as const },
  ];
  const result = await runJob(job({ language: "c", files, args: ["x"] }), place(opening(fake)), {
    signal: never,
  });
  expect(result).toMatchObject({ compile: { stderr: "warning" }, run: { stdout: "ok" } });
  expect(fake.requests.map(({ argv, stdin }) => ({ argv, stdin }))).toEqual([
    { argv: ["/executioners/c/compile", "a.c", "b.c"], stdin: "none" },
    { argv: ["/executioners/c/run", "a.c", "x"], stdin: "file" },
  ]);
  expect(fake.requests[0]?.env).toMatchObject({ CC: "gcc", CRANKCASE_TIMEOUT_SECONDS: "16" });
});

test("a program that does not compile does not run", async () => {
  const fake = fakeJail({ output: [["stderr", "error: all of it"]], report: { exitCode: 1 } });
  const result = await runJob(job({ language: "c" }), place(opening(fake)), { signal: never });
  expect(result.compile).toMatchObject({ stderr: "error: all of it", exit_code: 1 });
  expect(result).not.toHaveProperty("run");
  expect(fake.requests).toHaveLength(1);
});

test("a job's result waits for no jail to be gone, and its slot does", async () => {
  const fake = fakeJail();
  const gone = Promise.withResolvers<void>();
  const close = () => gone.promise;
  const deps = place(() => Promise.resolve({ ...fake.jail, [Symbol.asyncDispose]: close }));
  expect(await runJob(job(), deps, { signal: never })).toMatchObject({ run: { exit_code: 0 } });
  expect(deps.slots.running).toBe(1);
  gone.resolve();
  await expect.poll(() => deps.slots.running).toBe(0);
});

test("a jail that is lost is our failure, and releases everything all the same", async () => {
  const lost = new CrankcaseError("jail_lost", "the jailer closed the connection");
  const fake = fakeJail({ until: () => Promise.reject(lost) });
  const deps = place(opening(fake));
  await expect(runJob(job(), deps, { signal: never })).rejects.toBe(lost);
  expect(fake.calls.at(-1)).toBe("close");
  expect(deps.slots.running).toBe(0);
});

test("a jailer that is away leaves neither submission nor slot behind", async () => {
  const absent = new CrankcaseError("jailer_absent", "it is away", { retryAfterSeconds: 1 });
  const deps = place(() => Promise.reject(absent));
  await expect(runJob(job(), deps, { signal: never })).rejects.toBe(absent);
  expect(deps.slots.running).toBe(0);
});

test("a job whose caller leaves while it waits for its slot is dropped before it writes anything", async () => {
  const fake = fakeJail();
  const deps = place(opening(fake));
  const held = await deps.slots.acquire(never);
  const caller = new AbortController();
  const waiting = runJob(job(), deps, { signal: caller.signal });
  caller.abort(new CrankcaseError("cancelled", "gone"));
  await expect(waiting).rejects.toMatchObject({ code: "cancelled" });
  await held[Symbol.asyncDispose]();
  expect(fake.calls).toEqual([]);
  expect(deps.slots.running).toBe(0);
});

test("stages wait for admission, and their jobs keep their slots meanwhile", async () => {
  const first = Promise.withResolvers<void>();
  const jails = [fakeJail({ until: () => first.promise }), fakeJail()];
  let opened = 0;
  const slots = createSlots({ slots: 2, queueBound: 1, concurrentCompiles: 1, concurrentRuns: 1 });
  const openJail = () => Promise.resolve((jails[opened++] as FakeJail).jail);
  const deps = { slots, openJail, release, artifacts: NO_ARTIFACTS, compiles: null };
  const jobs = [runJob(job(), deps, { signal: never }), runJob(job(), deps, { signal: never })];
  await expect.poll(() => opened).toBe(2);
  expect(slots.running).toBe(2);
  expect(jails.flatMap(({ requests }) => requests)).toHaveLength(1);
  first.resolve();
  await Promise.all(jobs);
  expect(jails.flatMap(({ requests }) => requests)).toHaveLength(2);
});

test("a followed job tells its runtime, its stages and their output in order, and keeps no output", async () => {
  const heard: unknown[] = [];
  const follower: JobFollower = {
    runtimeResolved: ({ language, version }) => void heard.push([language, version]),
    stageStarted: (stage) => void heard.push(["start", stage]),
    output: (stage, stream, chunk) => void heard.push([stage, stream, chunk.toString()]),
    stageEnded: (stage, { exit_code }) => void heard.push(["end", stage, exit_code]),
  };
  const fake = fakeJail({ output: [["stderr", "warning"]] }, { output: [["stdout", "hi"]] });
  const result = await runJob(job({ language: "c" }), place(opening(fake)), { signal: never, follower });
  expect(heard).toEqual([
    ["c", result.version],
    ["start", "compile"],
    ["compile", "stderr", "warning"],
    ["end", "compile", 0],
    ["start", "run"],
    ["run", "stdout", "hi"],
    ["end", "run", 0],
  ]);
  expect(result.run).toMatchObject({ stdout: "", stderr: "", output: "", exit_code: 0 });
});

test.each([
  ["a stream", "stream", {}],
  ["a terminal", { rows: 24, columns: 80 }, { TERM: "xterm-256color" }],
] as const)(
  "a job that reads %s has it in its run stage, and no `timeout` that would hear its signals",
  async (_, input, env) => {
    const fake = fakeJail();
    await runJob(job(), place(opening(fake)), { signal: never, input });
    expect(fake.requests[0]).toMatchObject({ stdin: input, env });
    expect(fake.requests[0]?.env).not.toHaveProperty("CRANKCASE_TIMEOUT_SECONDS");
  },
);

test("a job's variables reach both stages over the language's, and its flags the compiler alone", async () => {
  const fake = fakeJail();
  const environment = { CC: "tcc", GREETING: "hi" };
  const request = { language: "c", environment, compiler_flags: ["-D", "two words"] };
  await runJob(job(request), place(opening(fake)), { signal: never });
  const [compile, run] = fake.requests;
  expect(compile?.env).toMatchObject({ ...environment, CRANKCASE_COMPILER_FLAGS: "-D\ntwo words" });
  expect(run?.env).toMatchObject(environment);
  expect(run?.env).not.toHaveProperty("CRANKCASE_COMPILER_FLAGS");
});

test("a result has every limit as it was in force, and where the time went", async () => {
  const limits = { job: { inodes: 99 }, run: { processes: 7 } };
  const plain = await runJob(job({ limits }), place(opening(fakeJail())), { signal: never });
  expect(plain.limits).toMatchObject({ job: { inodes: 99 }, run: { processes: 7, wall_time_ms: 3_000 } });
  expect(plain.limits).not.toHaveProperty("compile");
  expect(Object.keys(plain.timings)).toEqual(["queue_ms", "jail_ms", "run_ms", "total_ms"]);
  const compiled = await runJob(job({ language: "c" }), place(opening(fakeJail())), { signal: never });
  expect(compiled.limits.compile?.wall_time_ms).toBe(15_000);
  const { total_ms: total, ...parts } = compiled.timings;
  expect(Object.keys(parts)).toEqual(["queue_ms", "jail_ms", "compile_ms", "run_ms"]);
  expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBeLessThanOrEqual(total);
});

test("the time in the queue is told as such", async () => {
  const deps = place(opening(fakeJail()));
  const held = await deps.slots.acquire(never);
  const waiting = runJob(job(), deps, { signal: never });
  await new Promise((resolve) => setTimeout(resolve, 50));
  await held[Symbol.asyncDispose]();
  const { timings } = await waiting;
  expect(timings.queue_ms).toBeGreaterThan(45);
  expect(timings.total_ms).toBeGreaterThanOrEqual(timings.queue_ms);
});

test("only a job that asks for artifacts is looked through, and not when it did not run", async () => {
  const looked = fakeJail();
  const result = await runJob(job({ artifacts: ["*"] }), place(opening(looked)), { signal: never });
  expect(looked.calls.slice(-2)).toEqual(["start /usr/bin/find", "close"]);
  expect(result).toMatchObject({ artifacts: [], artifacts_omitted: [] });
  const failed = fakeJail({ report: { exitCode: 1 } });
  const uncompiled = await runJob(job({ language: "c", artifacts: ["*"] }), place(opening(failed)), {
    signal: never,
  });
  expect(failed.requests).toHaveLength(1);
  expect(uncompiled).toMatchObject({ artifacts: [], artifacts_omitted: [] });
});
