import type { StageResult } from "../../../src/api/stage-result.ts";
import { HI } from "../sample-server.ts";
import { BUG, BUSY, common, MESSAGE_415, NOT_FOUND } from "./common-cases.ts";
import { type GoldenCase, get, inOrder, one, post } from "./golden-case.ts";
import { RESULTS } from "./golden-server.ts";
import { LIMITS, limitMistake, V2_MISTAKES } from "./v2-mistakes.ts";

const V2 = { language: "python", version: "*", files: [{ name: "main.py", content: "hi" }] };

function v2Stage(stage: StageResult, status: string | null) {
  const { stdout, stderr, output, exit_code: code, signal, message, memory_bytes: memory } = stage;
  return { stdout, stderr, output, code, signal, message, status, cpu_time: 11, wall_time: 20, memory };
}

function v2Answer(content: string, status: string | null) {
  const { compile, run } = RESULTS[content] ?? {};
  const [first, second] = [run ?? compile ?? HI, compile];
  const answer = { language: "python", version: "3.13.5", run: v2Stage(first, status) };
  return second === undefined
    ? answer
    : { ...answer, compile: v2Stage(second, run === undefined ? status : null) };
}

const V2_ENDS = [
  ["hi", null],
  ["fails", "RE"],
  ["crashes", "SG"],
  ["grows", "SG"],
  ["sleeps", "TO"],
  ["spins", "TO"],
  ["floods", "OL"],
  ["complains", "EL"],
  ["compiles", null],
  ["broken", "RE"],
] as const;

const RUNTIMES = [
  { language: "python", version: "3.13.5", aliases: ["py"] },
  { language: "python", version: "3.9.2", aliases: ["py"] },
  { language: "c", version: "14.2.0", aliases: [], runtime: "gcc" },
  { language: "file", version: "5.2.37", aliases: [] },
];

/** Every case of v2, below one of its prefixes. */
export function v2Cases(prefix: string): GoldenCase[] {
  const execute = `${prefix}/execute`;
  const packages = `${prefix}/packages`;
  const told = v2Answer("hi", null);
  const good = (changes: object) => post(execute, { ...V2, ...changes }, 200, told);
  const file = (changes: object) => ({ files: [{ content: "hi", ...changes }] });
  return [
    get(`${prefix}/runtimes`, RUNTIMES),
    get(`${prefix}/runtimes/`, RUNTIMES),
    get(`${prefix}/nope`, NOT_FOUND, 404),
    get(`${prefix}/execute/x`, NOT_FOUND, 404),
    ...common(execute, V2, told),
    ...V2_ENDS.map(([content, status]) =>
      post(execute, { ...V2, files: [{ content }] }, 200, v2Answer(content, status)),
    ),
    post(`${execute}/`, V2, 200, told),
    ...one(V2_MISTAKES.slice(0, -LIMITS.length), V2, execute),
    ...LIMITS.flatMap(([name]) =>
      one(
        [0, 1, 2].map((kind) => limitMistake(name, kind)),
        V2,
        execute,
      ),
    ),
    ...inOrder(V2_MISTAKES, V2, execute),
    post(
      execute,
      "",
      400,
      { message: "language is required as a string" },
      { title: `POST ${execute} with nothing` },
    ),
    ...[null, 0, "", false, [], {}].map((language) =>
      post(execute, { ...V2, language }, 400, { message: "language is required as a string" }),
    ),
    ...[null, 0, false].map((version) =>
      post(execute, { ...V2, version }, 400, { message: "version is required as a string" }),
    ),
    ...[null, 5, "x", {}, { content: null }].map((wrong) =>
      post(execute, { ...V2, files: [wrong] }, 400, { message: "files[0].content is required as a string" }),
    ),
    post(execute, { ...V2, files: [] }, 400, {
      message: "files must include at least one utf8 encoded file",
    }),
    post(execute, { language: "nope", files: [{ content: "" }] }, 400, {
      message: "nope-* runtime is unknown",
    }),
    post(execute, { ...V2, version: "4.x" }, 400, { message: "python-4.x runtime is unknown" }),
    post(execute, { ...V2, files: [{ name: "../a.py", content: "" }] }, 400, {
      message: "files[0].name must not have `.` or `..` as a part",
    }),
    good({ version: undefined }),
    good({ language: "py", version: "3.x" }),
    ...[null, "", [], ["1", 2, true]].map((args) => good({ args })),
    good({ stdin: null }),
    good({ log: 0, nonsense: {} }),
    good(Object.fromEntries(LIMITS.map(([name]) => [name, -1]))),
    good(Object.fromEntries(LIMITS.map(([name]) => [name, 0]))),
    good(Object.fromEntries(LIMITS.map(([name]) => [name, null]))),
    good(file({ name: "" })),
    good(file({ name: "src/a.py" })),
    good(file({ encoding: "latin1" })),
    post(execute, { ...V2, language: "file", files: [{ content: "AAAA", encoding: "base64" }] }, 200, {
      language: "file",
      version: "5.2.37",
      run: told.run,
    }),
    post(execute, { ...V2, files: [{ content: "busy" }] }, 503, BUSY, {
      answerHeaders: { "retry-after": "7" },
    }),
    post(execute, { ...V2, files: [{ content: "bug" }] }, 500, BUG),
    get(packages, [{ language: "lua", language_version: "5.4.7", installed: false }]),
    post(packages, { language: "lua", version: "5.x" }, 200, { language: "lua", version: "5.4.7" }),
    post(`${packages}/`, { language: "lua" }, 200, { language: "lua", version: "5.4.7" }),
    post(packages, { language: "moon", version: "1.x" }, 404, {
      message: "Requested package moon-1.x does not exist",
    }),
    post(packages, {}, 400, { message: "language is required as a string" }),
    post(packages, { language: "lua", version: 5 }, 400, { message: "version is required as a string" }),
    post(packages, '{"language":"lua"}', 415, MESSAGE_415, { headers: { "content-type": "text/html" } }),
    post(
      packages,
      { language: "moon", version: "2" },
      404,
      { message: "Requested package moon-2 does not exist" },
      {
        method: "DELETE",
      },
    ),
    post(
      packages,
      { language: "gcc", version: "2" },
      500,
      { message: "rm: it does not go" },
      { method: "DELETE" },
    ),
  ];
}
