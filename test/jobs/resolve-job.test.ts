import { expect, test } from "vitest";
import type { JobRequest } from "../../src/api/job-request.ts";
import { resolveJob } from "../../src/jobs/resolve-job.ts";
import { refusalOf } from "./refusal-of.ts";
import { sampleCatalogue, sampleConfig } from "./sample-runtimes.ts";

function resolve(request: Partial<JobRequest>, env: Readonly<Record<string, string>> = {}) {
  const whole: JobRequest = { language: "python", files: [{ content: "print(1)" }], ...request };
  return resolveJob("id", whole, { catalogue: sampleCatalogue(), limits: sampleConfig(env) });
}

const refusal = (request: Partial<JobRequest>) => refusalOf(() => resolve(request));

test("the highest installed version in the range is taken, by name or alias", () => {
  expect(resolve({}).runtime.version).toBe("3.13.5");
  expect(resolve({ language: "py", version: "<3.10" }).runtime.version).toBe("3.9.2");
  expect(resolve({ language: "c" }).runtime.version).toBe("14.2.0");
});

test.each([
  ["pyhton", "*"],
  ["python", ">=4"],
  ["python", "not a range"],
])("%s in version %s is unknown", (language, version) => {
  expect(refusal({ language, version })).toMatchObject({
    code: "unknown_runtime",
    message: `${language}-${version} runtime is unknown`,
  });
});

test("only the first file may go without a name: its language names it", () => {
  expect(resolve({ files: [{ content: "" }] }).sources).toEqual(["main.py"]);
  expect(refusal({ files: [{ content: "" }, { content: "" }] })).toMatchObject({ field: "files[1].name" });
});

test("the sources are the main file and every other that is utf8", () => {
  const files: JobRequest["files"] = [
    { name: "m.bin", content: "aGk=", encoding: "base64" },
    { name: "data", content: "00ff", encoding: "hex" },
    { name: "a.py", content: "é" },
  ];
  const job = resolve({ files });
  expect(job.sources).toEqual(["m.bin", "a.py"]);
  expect(job.submission.files.map(({ content }) => content)).toEqual([
    Buffer.from("hi"),
    Buffer.from([0, 255]),
    Buffer.from("é"),
  ]);
});

test("stdin may be binary", () => {
  expect(resolve({ stdin: "AP8=", stdin_encoding: "base64" }).submission.stdin).toEqual(
    Buffer.from([0, 255]),
  );
});

test.each([
  ["base64", "a", "files[0].content"],
  ["base64", "a%b=", "files[0].content"],
  ["hex", "abc", "files[0].content"],
  ["hex", "zz", "files[0].content"],
] as const)("content that is not %s is refused: %s", (encoding, content, field) => {
  expect(refusal({ files: [{ content, encoding }] })).toMatchObject({ code: "invalid_file_content", field });
});

test("every limit is resolved: asked for, the operator's for the language, the definition's, or the default", () => {
  const env = { CRANKCASE_LIMIT_OVERRIDES: '{"c":{"compile":{"processes":16},"run":{"wall_time_ms":9000}}}' };
  const plain = resolve({ language: "c" }).limits;
  expect([plain.compile.wallTimeMs, plain.compile.processes, plain.run.wallTimeMs]).toEqual([
    15_000, 32, 3_000,
  ]);
  const operators = resolve({ language: "c" }, env).limits;
  expect([operators.compile.wallTimeMs, operators.compile.processes, operators.run.wallTimeMs]).toEqual([
    15_000, 16, 9_000,
  ]);
  const asked = resolve(
    { language: "c", limits: { run: { wall_time_ms: 500 }, job: { inodes: 10 } } },
    env,
  ).limits;
  expect([asked.run.wallTimeMs, asked.run.cpuTimeMs, asked.job.inodes]).toEqual([500, 3_000, 10]);
});

test("more than the maximum is refused, with the field", () => {
  expect(refusal({ limits: { run: { wall_time_ms: 3_001 } } })).toEqual({
    code: "limit_too_high",
    field: "limits.run.wall_time_ms",
    message: "limits.run.wall_time_ms is 3001, above the configured maximum of 3000",
  });
  expect(refusal({ limits: { job: { disk_bytes: 2 ** 40 } } })).toMatchObject({
    field: "limits.job.disk_bytes",
  });
  expect(
    resolve({ language: "c", limits: { compile: { wall_time_ms: 15_000 } } }).limits.compile.wallTimeMs,
  ).toBe(15_000);
});

test("what cannot fit onto the jail's disk is refused before anything is acquired", () => {
  const tooLarge = { code: "submission_too_large" };
  const twoPages = { job: { disk_bytes: 8_192 } };
  expect(refusal({ files: [{ content: "x".repeat(8_192) }], limits: twoPages })).toBe("accepted");
  expect(refusal({ files: [{ content: "x".repeat(8_193) }], limits: twoPages })).toMatchObject(tooLarge);
  expect(refusal({ stdin: "x".repeat(4_097), limits: twoPages })).toMatchObject(tooLarge);
  expect(refusal({ args: ["x".repeat(4_096)], limits: twoPages })).toMatchObject(tooLarge);
});

test("the box's own folders, arguments and stdin count among the inodes", () => {
  const request = { files: [{ name: "a/b/c", content: "" }] };
  expect(refusal({ ...request, limits: { job: { inodes: 10 } } })).toBe("accepted");
  expect(refusal({ ...request, limits: { job: { inodes: 9 } } })).toMatchObject({
    code: "submission_too_large",
  });
});

test("a command line longer than Linux takes is refused", () => {
  expect(refusal({ args: ["x".repeat(131_072)] })).toMatchObject({ code: "invalid_request", field: "args" });
  expect(refusal({ args: Array(9_000).fill("x".repeat(60)) })).toMatchObject({ field: "args" });
});

test("a limit above the maximum is lowered to it where the request says so, and others stay as asked", () => {
  const limits = { run: { wall_time_ms: 60_000, processes: 5 }, job: { disk_bytes: 2 ** 40 } };
  const { limits: clamped } = resolve({ limits, limit_policy: "clamp" });
  expect([clamped.run.wallTimeMs, clamped.run.processes, clamped.job.diskBytes]).toEqual([3_000, 5, 2 ** 30]);
  expect(refusal({ limits, limit_policy: "reject" })).toMatchObject({ code: "limit_too_high" });
});

test("the entrypoint is the main file, wherever it stands, and the others follow in their order", () => {
  const files: JobRequest["files"] = [
    { content: "" },
    { name: "data", content: "00", encoding: "hex" },
    { name: "src/app.py", content: "" },
  ];
  expect(resolve({ files, entrypoint: "src/app.py" }).sources).toEqual(["src/app.py", "main.py"]);
  expect(resolve({ files, entrypoint: "main.py" }).sources).toEqual(["main.py", "src/app.py"]);
  expect(refusal({ files, entrypoint: "app.py" })).toMatchObject({
    code: "invalid_request",
    field: "entrypoint",
    message: "entrypoint is the name of no file of the job",
  });
  expect(refusal({ files, entrypoint: "data" })).toMatchObject({
    field: "entrypoint",
    message: "entrypoint must name a utf8 file",
  });
});

test.each([
  ["CRANKCASE_TIMEOUT_SECONDS", "environment.CRANKCASE_TIMEOUT_SECONDS"],
  ["PISTON_LANGUAGE", "environment.PISTON_LANGUAGE"],
  ["LD_PRELOAD", "environment.LD_PRELOAD"],
  ["", "environment"],
  ["1A", "environment"],
  ["A-B", "environment"],
  ["A=B", "environment"],
  ["A\n", "environment"],
  ["Ü", "environment"],
])("the variable %j cannot be set", (name, field) => {
  expect(refusal({ environment: { [name]: "x" } })).toMatchObject({ code: "invalid_request", field });
});

test("variables of any other name are the job's, also __proto__, up to 64 KiB in all", () => {
  const environment = JSON.parse('{"PATH":"/opt/x:/bin","_a1":"","__proto__":"x"}');
  expect(Object.entries(resolve({ environment }).environment)).toEqual([
    ["PATH", "/opt/x:/bin"],
    ["_a1", ""],
    ["__proto__", "x"],
  ]);
  expect(refusal({ environment: { A: "x".repeat(65_533) } })).toBe("accepted");
  expect(refusal({ environment: { A: "x".repeat(65_534) } })).toMatchObject({ field: "environment" });
});

test("compiler flags are for languages that say so, and take 64 KiB in all", () => {
  expect(resolve({ language: "c", compiler_flags: ["-O0"] }).compilerFlags).toEqual(["-O0"]);
  expect(refusal({ compiler_flags: ["-O"] })).toEqual({
    code: "invalid_request",
    field: "compiler_flags",
    message: "compiler_flags: python takes none",
  });
  expect(refusal({ compiler_flags: [] })).toBe("accepted");
  expect(refusal({ language: "c", compiler_flags: ["x".repeat(65_536)] })).toMatchObject({
    field: "compiler_flags",
  });
});
