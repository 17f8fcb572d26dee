import fc from "fast-check";
import { expect, test } from "vitest";
import type { Comparison } from "../../src/api/testcases-request.ts";
import type { Diff } from "../../src/api/testcases-result.ts";
import { compareOutput } from "../../src/judge/compare-output.ts";
import { atOnce } from "../../src/judge/steps.ts";

const MIB = 1_048_576;

function compared(output: string | Buffer, expected: string | Buffer, comparison: Comparison): Diff | null {
  return atOnce(compareOutput(Buffer.from(output), Buffer.from(expected), comparison));
}

function isRight(output: string, expected: string, comparison: Comparison): boolean {
  return compared(output, expected, comparison) === null;
}

/** Texts that are alike often: few letters, much white space. */
const alike = fc
  .array(fc.constantFrom("a", "A", "b", "é", " ", "\t", "\r", "\n", "\n", "\v", "\f"), { maxLength: 12 })
  .map((letters) => letters.join(""));

const words = (text: string) => text.split(/[ \t\n\v\f\r]+/).filter((word) => word !== "");

const lines = (text: string) =>
  text
    .replace(/[ \t\n\v\f\r]+$/, "")
    .split("\n")
    .map((line) => line.replace(/[ \t\v\f\r]+$/, ""));

const lowered = (text: string) => text.replaceAll("A", "a");

test.each<[Comparison["mode"], (text: string) => unknown]>([
  ["exact", (text) => text],
  ["trimmed", lines],
  ["tokens", words],
  ["floats", words],
  ["unordered_lines", (text) => lines(text).sort()],
])("%s says what a slow and simple comparison says, in either case of letters", (mode, view) => {
  fc.assert(
    fc.property(alike, alike, fc.boolean(), (output, expected, ignore_case) => {
      const seen = (text: string) => JSON.stringify(view(ignore_case ? lowered(text) : text));
      expect(isRight(output, expected, { mode, ignore_case })).toBe(seen(output) === seen(expected));
    }),
    { numRuns: 2_000 },
  );
});

test("numbers may be written in any way, and differ by the epsilon, absolute or in proportion", () => {
  const floats: Comparison = { mode: "floats", epsilon: 1e-6 };
  const equal = [
    ["1e5", "100000.0"],
    ["1.0000005", "1"],
    ["1000000.5", "1000000"],
    ["-.5", "-0.50"],
    ["+7", "7."],
    ["-0", "0"],
    ["NaN", "-nan"],
    ["Infinity", "inf"],
    ["x 1", "x 1.0"],
    ["0.0000009", "0"],
  ];
  const different = [
    ["1.00001", "1"],
    ["0x10", "16"],
    ["1_000", "1000"],
    ["inf", "-inf"],
    ["inf", "1e999"],
    ["1e999", "2e999"],
    ["nan", "0"],
    ["0", "nan"],
    ["1e", "1"],
    [".", "0"],
    ["1e5.0", "100000"],
    ["x", "y"],
    ["1 2", "1"],
    ["", "0"],
  ];
  for (const [output = "", expected = ""] of equal)
    expect([output, isRight(output, expected, floats)]).toEqual([output, true]);
  for (const [output = "", expected = ""] of different)
    expect([output, isRight(output, expected, floats)]).toEqual([output, false]);
});

test("any double is found in any of its spellings", () => {
  const near: Comparison = { mode: "floats", epsilon: 1e-9 };
  // Rounded up, the very largest would be above all doubles.
  const most = { min: -1e308, max: 1e308 };
  fc.assert(
    fc.property(fc.double({ noNaN: true, ...most }), (value) => {
      expect(isRight(value.toExponential(12), String(value), near)).toBe(true);
      expect(isRight(value.toString(), value.toExponential(15), near)).toBe(true);
    }),
  );
});

test("an epsilon of 0 takes the same number alone", () => {
  expect(isRight("1.50", "1.5", { mode: "floats", epsilon: 0 })).toBe(true);
  expect(isRight("1.5000001", "1.5", { mode: "floats", epsilon: 0 })).toBe(false);
});

test("a diff tells the first line that differs, and what stands there on both sides", () => {
  expect(compared("1\n2\nthree\n", "1\n2\n3\n", { mode: "trimmed" })).toEqual({
    line: 3,
    got: "three",
    expected: "3",
  });
  expect(compared("1\n2\n", "1\n2\n3\n4\n", { mode: "trimmed" })).toEqual({
    line: 3,
    got: null,
    expected: "3\n4",
  });
  expect(compared("1\n2", "1", { mode: "tokens" })).toEqual({ line: 2, got: "2", expected: null });
  expect(compared("a", "a\n", { mode: "exact" })).toEqual({ line: 1, got: "a", expected: "a\n" });
  expect(compared("", "a\n", { mode: "exact" })).toEqual({ line: 1, got: null, expected: "a\n" });
  expect(compared("2\n9\n1\n", "1\n2\n3\n", { mode: "unordered_lines" })).toEqual({
    line: 2,
    got: "9",
    expected: "3",
  });
  expect(compared("2\n1\n", "1\n2\n3\n", { mode: "unordered_lines" })).toEqual({
    line: 3,
    got: null,
    expected: "3",
  });
});

test("a diff is short, and shows where long lines begin to differ, in whole characters", () => {
  const same = "ü".repeat(MIB);
  const diff = compared(`${same}x${same}`, `${same}y${same}`, { mode: "trimmed" });
  for (const side of [diff?.got, diff?.expected]) {
    expect(side?.length).toBeLessThanOrEqual(258);
    expect(side).not.toContain("\uFFFD");
  }
  expect(diff?.got).toContain("üx");
  expect(diff?.expected).toContain("üy");
});

test("what is no text is compared byte by byte all the same", () => {
  const mode = "tokens";
  expect(compared(Buffer.from([0xff, 0xfe]), Buffer.from([0xff, 0xfe]), { mode })).toBeNull();
  expect(compared(Buffer.from([0xff]), Buffer.from([0xfe]), { mode })).not.toBeNull();
});

test.each<Comparison["mode"]>(["exact", "trimmed", "tokens", "floats", "unordered_lines"])(
  "%s gives others their turn while it reads millions of pieces",
  (mode) => {
    const many = Buffer.from(`${"1\n".repeat(4 * MIB)}2`);
    const other = Buffer.from(`${"1\n".repeat(4 * MIB)}3`);
    const steps = compareOutput(many, other, { mode });
    let turns = 0;
    let next = steps.next();
    for (; next.done !== true; next = steps.next()) turns += 1;
    expect(next.value).toMatchObject({ line: 4 * MIB + 1, got: "2", expected: "3" });
    expect(turns).toBeGreaterThanOrEqual(16);
  },
);

test.each<[string, string]>([
  ["one endless number", "1".repeat(8 * MIB)],
  ["white space alone", " ".repeat(8 * MIB)],
  ["signs and points", "+.".repeat(4 * MIB)],
  ["numbers without an end", "1e".repeat(4 * MIB)],
])("%s is read once, and not again and again", (_name, text) => {
  for (const mode of ["trimmed", "tokens", "floats", "unordered_lines"] as const)
    expect(compared(`${text}0`, `${text}1`, { mode })).not.toBeNull();
});
