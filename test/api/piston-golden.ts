import { keyRing } from "../../src/access/key-ring.ts";
import type { JobResult, StageResult } from "../../src/api/job-result.ts";
import { CrankcaseError } from "../../src/errors/crankcase-error.ts";
import type { ServerDeps } from "../../src/http/server-deps.ts";
import { resolveJob } from "../../src/jobs/resolve-job.ts";
import { sampleCatalogue, sampleConfig } from "../jobs/sample-runtimes.ts";
import { HI, sampleResult, sampleServer } from "./sample-server.ts";

/** One request and the answer to it, to the letter. */
export interface GoldenCase {
  readonly title: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly status: number;
  /** Compared as text: the order of the keys counts. */
  readonly answer: unknown;
  readonly answerHeaders?: Readonly<Record<string, string>>;
}

const JSON_TYPE = { "content-type": "application/json" };
const KILLED = { exit_code: null, signal: "SIGKILL", stdout: "", stderr: "", output: "" } as const;
const NOT_FOUND = { message: "Not Found" };

/** What becomes of a job here, by what its main file says. */
const RESULTS: Readonly<Record<string, Pick<JobResult, "compile" | "run">>> = {
  hi: { run: HI },
  AAAA: { run: HI },
  fails: { run: { ...HI, exit_code: 3, message: "exited with status 3" } },
  crashes: { run: { ...HI, ...KILLED, signal: "SIGSEGV", cause: "signaled", message: "died of SIGSEGV" } },
  sleeps: { run: { ...HI, ...KILLED, cause: "wall_time", message: "wall time limit exceeded" } },
  spins: { run: { ...HI, ...KILLED, cause: "cpu_time", message: "CPU time limit exceeded" } },
  grows: { run: { ...HI, ...KILLED, cause: "memory", message: "memory limit exceeded" } },
  floods: { run: { ...HI, ...KILLED, cause: "stdout", message: "stdout limit exceeded" } },
  complains: { run: { ...HI, ...KILLED, cause: "stderr", message: "stderr limit exceeded" } },
  compiles: { compile: { ...HI, stdout: "", stderr: "warning\n", output: "warning\n" }, run: HI },
  broken: {
    compile: {
      ...HI,
      stdout: "",
      stderr: "error\n",
      output: "error\n",
      exit_code: 1,
      message: "exited with status 1",
    },
  },
  long: {
    run: {
      ...HI,
      stdout: `${"é".repeat(65_534)}😀`,
      stderr: "e".repeat(65_535),
      output: " x ".repeat(30_000),
    },
  },
};

/** The server that the cases are meant for: its jobs are resolved for good, and end as their main file says. */
export function goldenServer() {
  const [catalogue, limits] = [sampleCatalogue(), sampleConfig()];
  const execute: ServerDeps["execute"] = async ({ id, request }) => {
    const { runtime } = resolveJob(id, request, { catalogue, limits });
    const [{ content = "" } = {}] = request.files;
    if (content === "busy") throw new CrankcaseError("busy", "full", { retryAfterSeconds: 7 });
    if (content === "bug") throw new TypeError("undefined is not a secret");
    const { language, version } = runtime;
    return { ...sampleResult(RESULTS[content] ?? {}), id, language, version };
  };
  const unknown = () =>
    Promise.reject(new CrankcaseError("unknown_package", "There is no package of this name"));
  const packages: ServerDeps["packages"] = {
    list: () =>
      Promise.resolve([
        {
          name: "lua",
          version: "5.4.7",
          installed: false,
          suite: "trixie",
          sizeMb: 1,
          provides: ["lua"],
          pistonLanguages: null,
        },
      ]),
    install: async ({ name }) => (name === "lua" ? { name, version: "5.4.7" } : await unknown()) as never,
    upgrade: unknown,
    uninstall: async ({ name }) => {
      if (name === "gcc") throw new CrankcaseError("package_failed", "rm: it does not go");
      return await unknown();
    },
  };
  const access = { keys: keyRing([]), isOpen: true, isOperator: () => true };
  return sampleServer({ catalogue, limits, execute, packages, access, bodyLimitBytes: 2_000_000 });
}

function post(
  path: string,
  body: unknown,
  status: number,
  answer: unknown,
  rest: Partial<GoldenCase> = {},
): GoldenCase {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const title = rest.title ?? `${rest.method ?? "POST"} ${path} ${text.slice(0, 200)}`;
  return { method: "POST", path, headers: JSON_TYPE, body: text, status, answer, ...rest, title };
}

function get(path: string, answer: unknown, status = 200, method = "GET"): GoldenCase {
  return { title: `${method} ${path}`, method, path, headers: {}, status, answer };
}

const V2 = { language: "python", version: "*", files: [{ name: "main.py", content: "hi" }] };

const LIMITS = [
  ["compile_memory_limit", 2_147_483_648],
  ["run_memory_limit", 1_073_741_824],
  ["compile_timeout", 10_000],
  ["run_timeout", 3_000],
  ["compile_cpu_time", 10_000],
  ["run_cpu_time", 3_000],
] as const;

type Mistake = readonly [message: string, body: Readonly<Record<string, unknown>>];

/** Every message of v2's execute, in the order in which they are checked. */
const V2_MISTAKES: readonly Mistake[] = [
  ["language is required as a string", { language: undefined }],
  ["version is required as a string", { version: 3 }],
  ["files is required as an array", { files: { content: "" } }],
  ["files[1].content is required as a string", { files: [{ content: "" }, { name: "b" }] }],
  ["nope-1.x runtime is unknown", { language: "nope", version: "1.x" }],
  ["files must include at least one utf8 encoded file", { files: [{ content: "00", encoding: "hex" }] }],
  ...LIMITS.map(([name], index): Mistake => limitMistake(name, index % 3)),
];

function limitMistake(name: string, kind: number): Mistake {
  const [, maximum = 0] = LIMITS.find(([limit]) => limit === name) ?? [];
  const kinds: readonly Mistake[] = [
    [`If specified, ${name} must be a number`, { [name]: "1" }],
    [`${name} cannot exceed the configured limit of ${maximum}`, { [name]: maximum + 1 }],
    [`${name} must be non-negative`, { [name]: -2 }],
  ];
  return kinds[kind] ?? ["", {}];
}

/** A body with this mistake and all that come after it: the first is told, whatever else is wrong. */
function inOrder(mistakes: readonly Mistake[], good: object, path: string): GoldenCase[] {
  return mistakes.map(([message], index) => {
    const wrong = mistakes.slice(index).map(([, body]) => body);
    const body = Object.assign({}, good, ...wrong.reverse());
    return post(
      path,
      body,
      400,
      { message },
      { title: `POST ${path}: "${message}" comes before all behind it` },
    );
  });
}

function one(mistakes: readonly Mistake[], good: object, path: string): GoldenCase[] {
  return mistakes.map(([message, wrong]) => post(path, { ...good, ...wrong }, 400, { message }));
}

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

const MESSAGE_415 = { message: "requests must be of type application/json" };
const TOO_LARGE = { message: "The body is larger than 2000000 bytes." };
const MALFORMED = { message: "The body is not JSON at line 1, column 9." };
const BUSY = { message: "The queue of waiting jobs is full." };
const BUG = { message: "Something failed that should not." };

/** What is the same for every route of Piston's that takes a body. */
function common(path: string, good: object, told: unknown): GoldenCase[] {
  const text = JSON.stringify(good);
  const sent = (title: string, headers: Readonly<Record<string, string>>, status: number, answer: unknown) =>
    post(path, text, status, answer, { title: `POST ${path} ${title}`, headers });
  return [
    ...["application/json", "application/json; charset=utf-8", "text/plain", "text/plain;charset=UTF-8"].map(
      (type) => sent(`as ${type}`, { "content-type": type }, 200, told),
    ),
    sent("without a type", {}, 200, told),
    sent(
      "as text of an allowed origin",
      { "content-type": "text/plain", origin: "https://allowed.example" },
      200,
      told,
    ),
    sent(
      "as text of a foreign origin",
      { "content-type": "text/plain", origin: "https://evil.example" },
      415,
      MESSAGE_415,
    ),
    sent("without a type of a foreign origin", { origin: "https://evil.example" }, 415, MESSAGE_415),
    sent("as text of no origin", { "content-type": "text/plain", origin: "null" }, 415, MESSAGE_415),
    sent("as a form", { "content-type": "application/x-www-form-urlencoded" }, 415, MESSAGE_415),
    sent("as a form with files", { "content-type": "multipart/form-data; boundary=x" }, 415, MESSAGE_415),
    post(path, '{"a": 1,}', 400, MALFORMED),
    post(path, "[]", 400, { message: "The body must be a JSON object, from line 1, column 1 on." }),
    post(path, `{"a":"${"x".repeat(2_000_000)}"}`, 413, TOO_LARGE, { title: `POST ${path} with too much` }),
    post(path, `\uFEFF${text}`, 200, told, { title: `POST ${path} behind a byte order mark` }),
    post(path, `{"language": 5, ${text.slice(1)}`, 200, told, {
      title: `POST ${path} with a name twice: the last counts`,
    }),
    { ...get(path, NOT_FOUND, 404) },
    { ...get(path, NOT_FOUND, 404, "DELETE"), headers: JSON_TYPE },
  ];
}

function v2(prefix: string): GoldenCase[] {
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

const V1 = { language: "python3", source: "hi", args: ["1"], stdin: "x" };

/** Every message of v1's execute, in the order in which they are checked. */
const V1_MISTAKES: readonly Mistake[] = [
  ["No language supplied", { language: undefined }],
  ["Supplied language is not a string", { language: 5 }],
  ["Supplied language is not supported by Piston", { language: "nope" }],
  ["No source supplied", { source: undefined }],
  ["Supplied source is not a string", { source: ["hi"] }],
  ["Supplied args is not an array", { args: "1" }],
  ["Supplied stdin is not a string", { stdin: 5 }],
];

function v1Answer(ran: boolean, stdout: string, stderr: string, output: string, language = "python3") {
  return { ran, language, version: language === "c" ? "14.2.0" : "3.13.5", stdout, stderr, output };
}

function v1(prefix: string): GoldenCase[] {
  const execute = `${prefix}/execute`;
  const told = v1Answer(true, "hi\n", "", "hi\n");
  const versions = [
    { name: "python3", aliases: ["py", "py3", "python"], version: "3.13.5" },
    { name: "c", aliases: [], version: "14.2.0" },
    { name: "file", aliases: [], version: "5.2.37" },
  ];
  const ends = (source: string, answer: object, language = "python") =>
    post(execute, { language, source }, 200, answer);
  return [
    get(`${prefix}/versions`, versions),
    get(`${prefix}/versions/`, versions),
    ...common(execute, V1, told),
    post(`${execute}/`, V1, 200, told),
    ...one(V1_MISTAKES, V1, execute),
    ...inOrder(V1_MISTAKES, V1, execute),
    post(execute, "", 400, { message: "No language supplied" }, { title: `POST ${execute} with nothing` }),
    ...["python", "py", "py3", "python3"].map((language) => post(execute, { ...V1, language }, 200, told)),
    ...[null, "", []].map((args) => post(execute, { ...V1, args }, 200, told)),
    post(execute, { language: "py", source: "hi", stdin: null, log: 0 }, 200, told),
    ends("fails", v1Answer(false, "hi\n", "", "hi\n")),
    ends("sleeps", v1Answer(false, "", "", "")),
    ends("compiles", v1Answer(true, "hi\n", "warning\n", "warning\nhi\n", "c"), "c"),
    ends("broken", v1Answer(false, "", "error\n", "error\n", "c"), "c"),
    ends("long", v1Answer(true, "é".repeat(65_534), "e".repeat(65_535), " x ".repeat(21_845))),
    post(execute, { ...V1, source: "busy" }, 503, BUSY, { answerHeaders: { "retry-after": "7" } }),
  ];
}

/** Every message and every order of the contract with Piston's clients. */
export const GOLDEN: readonly GoldenCase[] = [
  get("/", { message: "Crankcase v1.2.3" }),
  get("/nope", NOT_FOUND, 404),
  post("/nope", "{", 404, NOT_FOUND),
  post("/nope", "<a/>", 404, NOT_FOUND, { headers: { "content-type": "application/xml" } }),
  get("/%zz", NOT_FOUND, 404),
  get("/api/v2/%zz", NOT_FOUND, 404),
  ...["/api/v2", "/api/v2/piston"].flatMap(v2),
  ...["", "/api/v1/piston"].flatMap(v1),
];
