import { GOOD_TEXT, type MalformedBody } from "./malformed-body.ts";

/** What is no JSON, or no object: the answer says where it stops to be one. */
export function brokenJson(): MalformedBody[] {
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
export function brokenUtf8(): MalformedBody[] {
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
