import { pathText } from "../../../src/schema/path-text.ts";
import { GOOD, GOOD_TEXT, type MalformedBody } from "./malformed-body.ts";

/** Names of files that lead out of the submission, or nowhere. */
export function fileNames(): MalformedBody[] {
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

/** Fields that are not known, missing, too long, too many, or there twice. */
export function wrongFields(): MalformedBody[] {
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
