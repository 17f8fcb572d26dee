import { JobRequestShape } from "../../src/api/job-request.ts";
import { pathText } from "../../src/schema/path-text.ts";
import { type SchemaNode, schemaNode, shapePlaces, withValueAt } from "./shape-walk.ts";

/** A body that no API should take, and what the answer has to name. */
export interface MalformedBody {
  readonly title: string;
  readonly body: string | Buffer;
  /** The field at fault; null where the answer tells line and column, or the byte. */
  readonly field: string | RegExp | null;
}

const GOOD = { language: "python", files: [{ name: "main.py", content: "print(1)" }] };
const GOOD_TEXT = JSON.stringify(GOOD);

/** Stands for a number that JSON.stringify cannot write. */
const RAW = /"@raw:([^"]*)"/g;

const WRONG: Readonly<Record<string, readonly unknown[]>> = {
  string: [5, null, true, ["a"], { a: "a" }],
  boolean: ["true", 1, null, []],
  array: ["a", 5, null, { 0: "a" }],
  object: ["a", 5, null, ["a"]],
  integer: ["5", null, 1.5, -1, 0, "@raw:1e999", "@raw:-1e999", "@raw:9007199254740993", "@raw:1e-999"],
};

function wrongValues(node: SchemaNode): readonly unknown[] {
  if (node.enum !== undefined) return ["UTF-8", "", 5, null, [node.enum[0]]];
  return WRONG[node.type ?? ""] ?? [];
}

/** Every field of the shape with every wrong type, and numbers beyond their bounds. */
function wrongTypes(): MalformedBody[] {
  return shapePlaces(schemaNode(JobRequestShape)).flatMap(({ path, node }) =>
    wrongValues(node).map((value) => {
      const body = JSON.stringify(withValueAt(GOOD, path, value)).replace(RAW, "$1");
      const field = pathText(path.map(String));
      return { title: `${field} is ${JSON.stringify(value)}`, body, field };
    }),
  );
}

function fileNames(): MalformedBody[] {
  const names = {
    "../../etc/passwd": "../../etc/passwd",
    "/etc/passwd": "/etc/passwd",
    "a/../b": "a/../b",
    "..": "..",
    ".": ".",
    "./a": "./a",
    "a//b": "a//b",
    "a/": "a/",
    nothing: "",
    "with NUL": "a\0b",
    "half a surrogate pair": "a\ud800",
    "of 10 MB": "a".repeat(10_000_000),
    "of 5,000,000 folders": "a/".repeat(5_000_000),
    "with a part of 256 bytes": "a".repeat(256),
    "below 61 folders": `${"d/".repeat(61)}a`,
    "of 4,000 bytes": "abcdefg/".repeat(500).slice(0, -1),
  };
  return Object.entries(names).map(([title, name]) => ({
    title: `a name ${title}`,
    body: JSON.stringify({ ...GOOD, files: [{ name, content: "" }] }),
    field: "files[0].name",
  }));
}

/** A body that says the good one, with something more in front. */
function plus(text: string): string {
  return `{${text},${GOOD_TEXT.slice(1)}`;
}

function fields(): MalformedBody[] {
  const long = "k".repeat(10_000_000);
  const unknown = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "Language", "0"];
  return [
    ...unknown.map((name) => ({
      title: `the key ${name}`,
      body: plus(`"${name}":{"language":"c"}`),
      field: pathText([name]),
    })),
    {
      title: "__proto__ in the limits",
      body: plus('"limits":{"run":{"__proto__":{"wall_time_ms":1}}}'),
      field: "limits.run.__proto__",
    },
    { title: "a key of 10 MB", body: plus(`"${long}":1`), field: /^k{80}…$/ },
    {
      title: "a file's key of 10 MB",
      body: JSON.stringify({ ...GOOD, files: [{ content: "", [long]: 1 }] }),
      field: /^files\[0\]\.k{80}…$/,
    },
    { title: "no field at all", body: "{}", field: "language" },
    { title: "nothing", body: "", field: "language" },
    { title: "white space", body: " \n\t ", field: "language" },
    { title: "no files", body: '{"language":"python"}', field: "files" },
    { title: "an empty list of files", body: '{"language":"python","files":[]}', field: "files" },
    { title: "an empty language", body: '{"language":"","files":[{"content":""}]}', field: "language" },
    { title: "a language of 10 MB", body: JSON.stringify({ ...GOOD, language: long }), field: "language" },
    {
      title: "a range of 10 MB",
      body: JSON.stringify({ ...GOOD, version: "1||".repeat(3_000_000) }),
      field: "version",
    },
    {
      title: "a file without content",
      body: '{"language":"python","files":[{}]}',
      field: "files[0].content",
    },
    {
      title: "a file twice",
      body: JSON.stringify({ ...GOOD, files: [...GOOD.files, ...GOOD.files] }),
      field: "files[1].name",
    },
    {
      title: "240,000 arguments",
      body: JSON.stringify({ ...GOOD, args: Array(240_000).fill("") }),
      field: "args",
    },
    {
      title: "200,000 numbers as arguments",
      body: JSON.stringify({ ...GOOD, args: Array(200_000).fill(1) }),
      field: /^args/,
    },
    {
      title: "20,000 files",
      body: JSON.stringify({ ...GOOD, files: Array(20_000).fill({ content: "" }) }),
      field: "files",
    },
    {
      title: "3,000,000 empty files",
      body: `{"files":[${"{},".repeat(3_000_000)}{}]}`,
      field: /^files\[\d+\]/,
    },
    { title: "NUL in an argument", body: JSON.stringify({ ...GOOD, args: ["a\0"] }), field: "args[0]" },
    {
      title: "an argument of 200 kB",
      body: JSON.stringify({ ...GOOD, args: ["a".repeat(200_000)] }),
      field: "args",
    },
    {
      title: "content that is no base64",
      body: JSON.stringify({ ...GOOD, files: [{ content: "*", encoding: "base64" }] }),
      field: "files[0].content",
    },
    {
      title: "content that is no hex",
      body: JSON.stringify({ ...GOOD, files: [{ content: "abc", encoding: "hex" }] }),
      field: "files[0].content",
    },
    {
      title: "half a surrogate pair in content",
      body: plus('"files":[{"content":"\\udc00"}]').replace(/,"files":\[\{"name".*/, "}"),
      field: "files[0].content",
    },
    { title: "half a surrogate pair in stdin", body: plus('"stdin":"a\\uD83Db"'), field: "stdin" },
    {
      title: "half a surrogate pair in an argument",
      body: plus('"args":["ok","\\ud83d"]'),
      field: "args[1]",
    },
    { title: "a name twice", body: plus('"language":"c"'), field: "language" },
    { title: "a name twice, once escaped", body: plus('"\\u006canguage":"c"'), field: "language" },
    {
      title: "a file's name twice",
      body: '{"language":"c","files":[{"content":"","content":"x"}]}',
      field: "files[0].content",
    },
    {
      title: "a limit twice",
      body: plus('"limits":{"run":{"processes":4,"processes":4}}'),
      field: "limits.run.processes",
    },
    {
      title: "arguments 100,000 deep",
      body: plus(`"args":${"[".repeat(100_000)}${"]".repeat(100_000)}`),
      field: /^args\[0\]/,
    },
    { title: "files 100,000 deep", body: `{"files":${'{"a":'.repeat(100_000)}`, field: /^files\.a/ },
    {
      title: "a number of a million digits",
      body: plus(`"limits":{"run":{"wall_time_ms":${"9".repeat(1_000_000)}}}`),
      field: "limits.run.wall_time_ms",
    },
  ];
}

/** What is no JSON, or no object: the answer says where it stops to be one. */
function places(): MalformedBody[] {
  const texts = [
    "[]",
    `[${GOOD_TEXT}]`,
    "null",
    "true",
    "5",
    '"text"',
    "{",
    "}",
    "[",
    "{]",
    "[}",
    "nul",
    "nonsense",
    "undefined",
    "NaN",
    "{'language':'python'}",
    '{"language"}',
    '{"language":}',
    '{"language":"python",}',
    '{"a":[1,]}',
    '{"a":[,1]}',
    '{,"a":1}',
    '{"a" "b"}',
    '{"a":1 "b":2}',
    '{"a":1;"b":2}',
    '{"a":+1}',
    '{"a":.5}',
    '{"a":1.}',
    '{"a":01}',
    '{"a":0x10}',
    '{"a":1e}',
    '{"a":-}',
    '{"a":Infinity}',
    '{"a":NaN}',
    '{"a":TRUE}',
    "{a:1}",
    "{1:1}",
    '{"a":"\n"}',
    '{"a":"\u0000"}',
    '{"a":"\\x41"}',
    '{"a":"\\u12"}',
    '{"a":"\\"}',
    '{"a":"x}',
    "{}{}",
    "{} x",
    '{"a":1}}',
    "/* c */ {}",
    "{} // c",
    "<a/>",
    "language=python&files=x",
    "---\nlanguage: python",
    `\uFEFF${GOOD_TEXT}`,
  ];
  const deep = [
    ["arrays 100,000 deep", "[".repeat(100_000)],
    ["closed arrays 100,000 deep", "[".repeat(100_000) + "]".repeat(100_000)],
    ["3,000,000 empty arrays", `[${"[],".repeat(3_000_000)}[]]`],
    ["10 MB of digits", `${"9".repeat(10_000_000)}x`],
  ] as const;
  return [
    ...texts.map((body) => ({ title: `the text ${body.slice(0, 60)}`, body, field: null })),
    ...deep.map(([title, body]) => ({ title, body, field: null })),
    ...Array.from({ length: GOOD_TEXT.length - 1 }, (_value, index) => ({
      title: `the good body cut after ${index + 1} characters`,
      body: GOOD_TEXT.slice(0, index + 1),
      field: null,
    })),
  ];
}

/** Bytes that are no UTF-8, within a string of a body that is good otherwise. */
function brokenUtf8(): MalformedBody[] {
  const broken = [
    "ff",
    "fe",
    "80",
    "bf",
    "c3",
    "c080",
    "e282",
    "eda080",
    "f0288cbc",
    "f8a1a1a1a1",
    "f4908080",
  ];
  const within = broken.map((hex) => ({
    title: `the bytes ${hex} in a string`,
    body: Buffer.concat([
      Buffer.from('{"language":"'),
      Buffer.from(hex, "hex"),
      Buffer.from('","files":[{"content":""}]}'),
    ]),
    field: null,
  }));
  const whole = [
    { title: "UTF-16", body: Buffer.from(GOOD_TEXT, "utf16le"), field: null },
    { title: "gzip's magic number", body: Buffer.from("1f8b0800", "hex"), field: null },
    { title: "latin1", body: Buffer.from(GOOD_TEXT.replace("print", "é"), "latin1"), field: null },
    { title: "a cut character at the end", body: Buffer.from('{"a":"é').subarray(0, -1), field: null },
  ];
  return [...within, ...whole];
}

/** All of them, for the native API. */
export const MALFORMED_BODIES: readonly MalformedBody[] = [
  ...wrongTypes(),
  ...fileNames(),
  ...fields(),
  ...places(),
  ...brokenUtf8(),
];

/** Those that Piston's routes refuse too: they ignore what they do not know, and take a name twice and a byte order mark. */
export const PISTON_BODIES: readonly MalformedBody[] = [
  ...fileNames().filter(({ title }) => title !== "a name nothing"),
  ...places().filter(({ body }) => typeof body === "string" && !body.startsWith("\uFEFF")),
  ...brokenUtf8(),
];
