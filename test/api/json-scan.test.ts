import { expect, test } from "vitest";
import { findJsonFault, MOST_LEVELS, MOST_PARTS } from "../../src/http/json-scan.ts";

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
