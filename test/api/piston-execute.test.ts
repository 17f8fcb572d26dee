import { expect, test } from "vitest";
import { toJobRequest } from "../../src/http/piston/to-job-request.ts";
import { sampleCatalogue, sampleConfig } from "../jobs/sample-runtimes.ts";

const deps = { catalogue: sampleCatalogue(), limits: sampleConfig() };

const GOOD = { language: "python", version: "*", files: [{ name: "main.py", content: "print(1)" }] };

function translate(body: Readonly<Record<string, unknown>>) {
  return toJobRequest(body, deps);
}

function message(body: Readonly<Record<string, unknown>>): string {
  try {
    translate(body);
  } catch (error) {
    return (error as Error).message;
  }
  return "accepted";
}

/** Each mistake, worst first: a body with all of them is refused for the first, then for the next, and so on. */
const MISTAKES: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ["language is required as a string", { language: 5 }],
  ["version is required as a string", { version: 3 }],
  ["files is required as an array", { files: "main.py" }],
  ["files[1].content is required as a string", { files: [{ content: "" }, { name: "b" }] }],
  ["nope-1.x runtime is unknown", { language: "nope", version: "1.x" }],
  ["files must include at least one utf8 encoded file", { files: [{ content: "aGk=", encoding: "base64" }] }],
  ["If specified, compile_memory_limit must be a number", { compile_memory_limit: "1" }],
  ["If specified, run_memory_limit must be a number", { run_memory_limit: true }],
  ["compile_timeout cannot exceed the configured limit of 10000", { compile_timeout: 10_001 }],
  ["run_timeout must be non-negative", { run_timeout: -5 }],
  ["If specified, compile_cpu_time must be a number", { compile_cpu_time: {} }],
  ["run_cpu_time cannot exceed the configured limit of 3000", { run_cpu_time: 3_000.5 }],
];

test.each(MISTAKES)("%s", (text, mistake) => {
  expect(message({ ...GOOD, ...mistake })).toBe(text);
});

test("mistakes are told in Piston's order, whatever else is wrong", () => {
  const order = MISTAKES.map((_mistake, index) => {
    const rest = MISTAKES.slice(index).map(([, mistake]) => mistake);
    return message(Object.assign({ ...GOOD }, ...rest.reverse()));
  });
  expect(order).toEqual(MISTAKES.map(([text]) => text));
});

test.each([undefined, null, "", 0, false, [], {}])("the language %j is none", (language) => {
  expect(message({ ...GOOD, language })).toBe("language is required as a string");
});

test.each([null, 5, {}])("the version %j is none", (version) => {
  expect(message({ ...GOOD, version })).toBe("version is required as a string");
});

test("without a version any will do, and is called * in the refusal", () => {
  const { version: _version, ...rest } = GOOD;
  expect(translate({ ...rest, language: "py" }).version).toBe("*");
  expect(message({ ...rest, language: "nope" })).toBe("nope-* runtime is unknown");
});

test.each([null, 5, "x", {}, { content: null }, { content: 5 }])("the file %j has no content", (file) => {
  expect(message({ ...GOOD, files: [file] })).toBe("files[0].content is required as a string");
});

test("no file at all is no utf8 file", () => {
  expect(message({ ...GOOD, files: [] })).toBe("files must include at least one utf8 encoded file");
});

test("the language `file` needs no utf8 file", () => {
  const files = [{ name: "a.out", content: "f0VMRg==", encoding: "base64" }];
  expect(translate({ language: "file", files }).files).toEqual(files);
});

test("names that are missing are made from the place in the list, before the first utf8 file moves to the front", () => {
  const files = [
    { content: "aGk=", encoding: "base64" },
    { name: "", content: "main" },
    { name: "x.py", content: "b", encoding: "latin1" },
    { content: "6869", encoding: "hex" },
  ];
  expect(translate({ ...GOOD, files }).files).toEqual([
    { name: "file1.code", content: "main", encoding: "utf8" },
    { name: "file0.code", content: "aGk=", encoding: "base64" },
    { name: "x.py", content: "b", encoding: "utf8" },
    { name: "file3.code", content: "6869", encoding: "hex" },
  ]);
});

test("sloppy base64 and hex are read as far as they go, as in Piston", () => {
  const files = [
    { content: "" },
    { content: "aGk!", encoding: "base64" },
    { content: "686", encoding: "hex" },
  ];
  expect(translate({ ...GOOD, files }).files.map(({ content }) => content)).toEqual(["", "aGk=", "68"]);
});

test.each([
  [undefined, "\n"],
  [null, "\n"],
  ["", "\n"],
  ["5", "5\n"],
  ["5\n", "5\n"],
])("stdin %j is read as %j", (stdin, read) => {
  expect(translate({ ...GOOD, stdin }).stdin).toBe(read);
});

test.each([
  [undefined, []],
  [null, []],
  ["", []],
  [
    ["1", 2, true],
    ["1", "2", "true"],
  ],
])("args %j are %j", (args, read) => {
  expect(translate({ ...GOOD, args }).args).toEqual(read);
});

test.each([
  [{ args: "a b" }, "If specified, args must be an array of strings"],
  [{ args: [{}] }, "If specified, args must be an array of strings"],
  [{ stdin: 5 }, "If specified, stdin must be a string"],
  [{ files: [{ name: 5, content: "" }] }, "files[0].name must be a string"],
])("what made Piston fail is the caller's mistake: %j", (mistake, text) => {
  expect(message({ ...GOOD, ...mistake })).toBe(text);
});

test.each([undefined, null, 0, "", false])("the limit %j counts as left out", (value) => {
  expect(translate({ ...GOOD, run_timeout: value, compile_memory_limit: value }).limits).toEqual({
    compile: {},
    run: {},
  });
});

test("limits reach the stage and the limit that they name, as whole numbers", () => {
  const body = { run_timeout: 1500.2, run_cpu_time: 1000, compile_memory_limit: 5_000_000 };
  expect(translate({ ...GOOD, ...body }).limits).toEqual({
    compile: { memory_bytes: 5_000_000 },
    run: { wall_time_ms: 1501, cpu_time_ms: 1000 },
  });
});

test("-1 is as much as the server allows, for a language with more than others too", () => {
  const body = { run_memory_limit: -1, compile_memory_limit: -1, compile_timeout: -1 };
  expect(translate({ ...GOOD, language: "c", ...body }).limits).toEqual({
    compile: { memory_bytes: 2 * 1024 ** 3, wall_time_ms: 15_000 },
    run: { memory_bytes: 1024 ** 3 },
  });
});

test("keys that are not known are ignored", () => {
  expect(translate({ ...GOOD, log: 0, nonsense: {} })).toEqual(translate(GOOD));
});
