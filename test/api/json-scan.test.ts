import { expect, test } from "vitest";
import { findJsonFault, MOST_LEVELS, MOST_PARTS } from "../../src/http/json-scan.ts";
import { seededRandom } from "../jail-client/seeded-random.ts";

const random = seededRandom(5);

function pick<Item>(items: readonly Item[]): Item {
  return items[Math.floor(random() * items.length)] as Item;
}

/** Some valid JSON, written in one of the ways in which it may be written. */
function someJson(depth: number): string {
  const space = pick(["", "", " ", "\n", "\t\r\n"]);
  const kind = depth === 0 ? 2 + random() : random() * 3;
  if (kind >= 2) return space + pick(LEAVES) + space;
  const items = Array.from({ length: Math.floor(random() * 4) }, (_value, index) => {
    const value = someJson(depth - 1);
    return kind < 1
      ? value
      : `${space}"k${index}${pick(["", "\\n", "é", '\\"', "\\u0041"])}"${space}:${value}`;
  });
  return kind < 1 ? `${space}[${items.join(",") || space}]` : `{${items.join(",") || space}}${space}`;
}

const LEAVES = [
  ...[
    "0",
    "-0",
    "1.5",
    "1e9",
    "-2E-3",
    "1e+1",
    "true",
    "false",
    "null",
    '""',
    '"a"',
    '"\\\\"',
    '"\\""',
    '"\\\\\\""',
  ],
  ...['"\\u00e9"', '"\\ud83d\\ude00"', '"{[,:]}"', '"é😀"', '"\u2028\u007f"', '"/\\/"'],
];

/** The text with one character put in, taken away or put in another's place. */
function damaged(text: string): string {
  const at = Math.floor(random() * (text.length + 1));
  const char = pick([...'{}[],:"\\ 01-+.eEtnu/\u0000\n\ufeffé']);
  return text.slice(0, at) + pick([char, "", char]) + text.slice(at + pick([0, 1, 1]));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test("what JSON.parse takes has no fault, in any mode", () => {
  for (let round = 0; round < 2_000; round += 1) {
    const text = someJson(5);
    expect([text, isJson(text)]).toEqual([text, true]);
    for (const mode of ["strict", "lenient", "exact"] as const) {
      expect([text, mode, findJsonFault(text, mode)]).toEqual([text, mode, null]);
    }
  }
});

test("of what JSON.parse refuses the place is found, and only of that", () => {
  let refused = 0;
  for (let round = 0; round < 5_000; round += 1) {
    const text = damaged(someJson(4));
    const fault = findJsonFault(text, "exact");
    expect([text, fault === null]).toEqual([text, isJson(text)]);
    if (fault !== null) refused += 1;
  }
  expect(refused).toBeGreaterThan(1_000);
});

test.each([
  ['{"a":1,"a":2}', "duplicate", ["a"], 1, 8],
  ['{"b":[0,{"c":1,\n "\\u0063":2}]}', "duplicate", ["b", "1", "c"], 2, 2],
  ['{"a":{"b":1},"c":{"b":1}}', null, [], 0, 0],
  ['{"x":"\\ud800"}', "lone_surrogate", ["x"], 1, 6],
  ['{"x":"\\udc00\\ud800"}', "lone_surrogate", ["x"], 1, 6],
  ['{"x":"\\\\ud800"}', null, [], 0, 0],
  ["[".repeat(MOST_LEVELS) + "]".repeat(MOST_LEVELS), null, [], 0, 0],
] as const)("%.40s: %s", (text, kind, path, line, column) => {
  const fault = findJsonFault(text, "strict");
  expect(fault).toEqual(kind === null ? null : { kind, path, line, column });
});

test("one level more is too deep, whatever comes behind", () => {
  expect(findJsonFault("[".repeat(MOST_LEVELS + 1), "lenient")).toMatchObject({
    kind: "too_deep",
    column: MOST_LEVELS + 1,
  });
});

test("too many parts are refused, in a list as in an object", () => {
  const list = `{"n":[${"0,".repeat(MOST_PARTS / 2)}0]}`;
  expect(findJsonFault(list, "lenient")).toMatchObject({
    kind: "too_many",
    line: 1,
    path: ["n", expect.any(String)],
  });
  expect(findJsonFault(`{"n":[${"0,".repeat(MOST_PARTS / 2 - 4)}0]}`, "lenient")).toBeNull();
});
