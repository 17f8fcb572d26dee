import { expect, test } from "vitest";
import { ErrorBodyShape } from "../../src/api/error-body.ts";
import { JobResultShape } from "../../src/api/job-result.ts";
import { RuntimeInfoShape } from "../../src/api/runtime-info.ts";
import { CrankcaseError } from "../../src/errors/crankcase-error.ts";
import type { ServerDeps } from "../../src/http/server-deps.ts";
import { resolveJob } from "../../src/jobs/resolve-job.ts";
import { shapeCheck } from "../../src/schema/shape-check.ts";
import { sampleCatalogue, sampleConfig } from "../jobs/sample-runtimes.ts";
import { sampleServer } from "./sample-server.ts";

const GOOD = { language: "python", files: [{ content: "print(1)" }] };
const JSON_TYPE = { "content-type": "application/json" };

function post(body: unknown, headers: Record<string, string> = JSON_TYPE, sample = sampleServer()) {
  const payload = typeof body === "string" ? body : JSON.stringify(body);
  return sample.server.inject({ method: "POST", url: "/api/crankcase/v1/jobs", headers, payload });
}

test("a job is answered with its result, which has the shape that the API promises", async () => {
  const sample = sampleServer();
  const answer = await post({ ...GOOD, stdin: "x" }, JSON_TYPE, sample);
  expect(answer.statusCode).toBe(200);
  expect(shapeCheck(JobResultShape)(answer.json())).toBeNull();
  expect(sample.executed).toEqual([{ ...GOOD, stdin: "x" }]);
});

test.each([
  [{ ...GOOD, stdinn: "" }, "stdinn", "stdinn is not known here. Did you mean stdin?"],
  [{ ...GOOD, files: [] }, "files", "files must not have fewer than 1 items"],
  [{ ...GOOD, files: [{ name: "a" }] }, "files[0].content", "files[0].content is required"],
  [{ ...GOOD, language: "" }, "language", "language must not have fewer than 1 characters"],
  [
    { ...GOOD, limits: { run: { wall_time_ms: 0 } } },
    "limits.run.wall_time_ms",
    "limits.run.wall_time_ms must be >= 1",
  ],
  [{ ...GOOD, limits: { run: { processes: 1 } } }, "limits.run.processes", /must be >= 2/],
  [{ ...GOOD, limits: { job: { disk_bytes: 8 } } }, "limits.job.disk_bytes", /must be >= 1048576/],
  [{ ...GOOD, limits: { job: { inodes: 1 } } }, "limits.job.inodes", /must be >= 64/],
  [{ ...GOOD, limits: { run: { wall_time_ms: "5" } } }, "limits.run.wall_time_ms", /must be integer/],
  [{ ...GOOD, args: ["a\0"] }, "args[0]", "args[0] must not hold NUL"],
  [
    { ...GOOD, files: [{ content: "", encoding: "utf-8" }] },
    "files[0].encoding",
    "files[0].encoding must be one of utf8, base64, hex",
  ],
  [{ ...GOOD, limit_policy: "lower" }, "limit_policy", "limit_policy must be one of reject, clamp"],
  [{ ...GOOD, entrypoint: "" }, "entrypoint", /must not have fewer than 1/],
  [{ ...GOOD, environment: { A: 1 } }, "environment.A", "environment.A must be string"],
  [{ ...GOOD, environment: { A: "\0" } }, "environment.A", "environment.A must not hold NUL"],
  [{ ...GOOD, environment: ["A=1"] }, "environment", /must be object/],
  [{ ...GOOD, compiler_flags: "-O2" }, "compiler_flags", /must be array/],
  [{ ...GOOD, compiler_flags: ["-O2\n-g"] }, "compiler_flags[0]", /must not hold NUL or a line end/],
  [{ ...GOOD, compiler_flags: [""] }, "compiler_flags[0]", /must not have fewer than 1/],
  [{ ...GOOD, artifacts: ["x".repeat(257)] }, "artifacts[0]", /must not have more than 256/],
  [{ ...GOOD, artifacts: Array(33).fill("x") }, "artifacts", /must not have more than 32/],
  [{ ...GOOD, artifact_delivery: "mail" }, "artifact_delivery", /must be one of inline, url/],
  [{}, "language", "language is required"],
])("%j is refused with the field at fault", async (body, field, message) => {
  const answer = await post(body);
  expect(answer.statusCode).toBe(400);
  expect(shapeCheck(ErrorBodyShape)(answer.json())).toBeNull();
  expect(answer.json()).toMatchObject({ code: "invalid_request", field });
  expect(answer.json().message).toMatch(message);
});

test("JSON that is not declared is refused", async () => {
  for (const headers of [{ "content-type": "text/plain" }, {}]) {
    const answer = await post(GOOD, headers);
    expect([answer.statusCode, answer.json().code]).toEqual([415, "unsupported_media_type"]);
  }
});

test("malformed JSON, too much of it, and a path that is not there have codes of their own", async () => {
  expect((await post("{")).json().code).toBe("malformed_json");
  const tooLarge = (await post({ ...GOOD, stdin: "x".repeat(20_000) })).json();
  expect([tooLarge.code, tooLarge.message]).toEqual([
    "body_too_large",
    "The body is larger than 10000 bytes.",
  ]);
  const nothing = await sampleServer().server.inject("/api/crankcase/v1/nothing");
  expect([nothing.statusCode, nothing.json().code]).toEqual([404, "not_found"]);
});

test.each([
  [{ language: "pyton" }, "language", "pyton-* runtime is unknown. Did you mean python?"],
  [{ language: "cobol" }, "language", "cobol-* runtime is unknown"],
  [{ language: "py", version: "<3" }, "version", "py-<3 runtime is unknown. Installed: 3.13.5, 3.9.2"],
])("%j is answered with what is at fault and what would do", async (body, field, message) => {
  const execute: ServerDeps["execute"] = ({ id, request }) =>
    Promise.reject(
      thrownBy(() => resolveJob(id, request, { catalogue: sampleCatalogue(), limits: sampleConfig() })),
    );
  const answer = await post({ ...GOOD, ...body }, JSON_TYPE, sampleServer({ execute }));
  expect(answer.statusCode).toBe(400);
  expect(answer.json()).toMatchObject({ code: "unknown_runtime", field, message });
});

function thrownBy(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}

test("our own failure tells the id under which the log has the rest", async () => {
  const failure = new CrankcaseError("jail_lost", "secret details");
  const sample = sampleServer({ execute: () => Promise.reject(failure) });
  const answer = await post(GOOD, JSON_TYPE, sample);
  const { id, code, message } = answer.json();
  expect([answer.statusCode, code]).toEqual([500, "jail_lost"]);
  expect(message).not.toContain("secret");
  expect(sample.log.find((line) => line.includes(id))).toContain("secret details");
});

test("the runtimes are listed with what the CLI guesses languages by", async () => {
  const answer = await sampleServer().server.inject("/api/crankcase/v1/runtimes");
  const check = shapeCheck(RuntimeInfoShape);
  for (const runtime of answer.json()) expect(check(runtime)).toBeNull();
  expect(answer.json()[0]).toMatchObject({ language: "python", version: "3.13.5", file_endings: [".py"] });
});

test("healthz tells whether the server stops, and then every answer is its connection's last", async () => {
  const ending = new AbortController();
  const { server } = sampleServer({ ending: ending.signal });
  const healthy = await server.inject("/healthz");
  expect([healthy.statusCode, healthy.json()]).toEqual([
    200,
    { status: "ok", version: "1.2.3", release: null, runtimes: 4, running: 0, waiting: 0 },
  ]);
  ending.abort();
  const stopping = await server.inject("/healthz");
  expect([stopping.statusCode, stopping.json().status]).toEqual([503, "stopping"]);
  expect(stopping.headers.connection).toBe("close");
});

test("a caller who hangs up aborts its job", async () => {
  const aborted = Promise.withResolvers<unknown>();
  const { server } = sampleServer({
    execute: ({ signal }) => {
      signal.addEventListener("abort", () => aborted.resolve(signal.reason));
      return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    },
  });
  const url = await server.listen({ port: 0 });
  const caller = new AbortController();
  const call = fetch(`${url}/api/crankcase/v1/jobs`, {
    method: "POST",
    headers: JSON_TYPE,
    body: JSON.stringify(GOOD),
    signal: caller.signal,
  });
  setTimeout(() => caller.abort(), 200);
  await expect(call).rejects.toThrow();
  await expect(aborted.promise).resolves.toMatchObject({ code: "cancelled" });
  await server.close();
});
