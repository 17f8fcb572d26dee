import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { findJsonFault } from "../../src/http/json-scan.ts";
import { PATIENCE_MS, runs } from "./runs.ts";
import { textOf } from "./texts.ts";

vi.setConfig({ testTimeout: PATIENCE_MS });

/** Parts of texts that a reader of JSON may stumble over. */
const leaf = fc.oneof(
  fc.constantFrom(
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
    '"{[,:]}"',
    '"/\\/"',
  ),
  fc.constantFrom('"\\\\"', '"\\""', '"\\\\\\""', '"\\u00e9"', '"\\ud83d\\ude00"', '"\u2028\u007f"', '"é😀"'),
  fc.json({ maxDepth: 1 }),
);

const space = textOf(" \n\t\r", 2);

/** JSON written in any of the ways in which it may be written, no name twice. */
const { json } = fc.letrec<{ json: string; list: string; object: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.tuple(space, leaf, space).map((parts) => parts.join("")),
    tie("list"),
    tie("object"),
  ),
  list: fc
    .tuple(fc.array(tie("json"), { maxLength: 4 }), space)
    .map(([items, gap]) => `[${items.join(",") || gap}]${gap}`),
  object: fc
    .tuple(
      fc.array(fc.tuple(tie("json"), fc.constantFrom("", "\\n", "é", '\\"', "\\u0041"), space), {
        maxLength: 4,
      }),
      space,
    )
    .map(([items, gap]) => {
      const members = items.map(
        ([value, rest, around], index) => `${around}"k${index}${rest}"${around}:${value}`,
      );
      return `{${members.join(",") || gap}}${gap}`;
    }),
}));

/** The text with one character put in, taken away or put in another's place. */
const damaged = fc
  .tuple(json, fc.nat(), fc.constantFrom(...'{}[],:"\\ 01-+.eEtnu/\u0000\n\ufeffé', ""), fc.nat(1))
  .map(([text, place, sign, taken]) => {
    const at = place % (text.length + 1);
    return text.slice(0, at) + sign + text.slice(at + taken);
  });

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test("what JSON.parse takes has no fault, in any mode", () => {
  const property = fc.property(json, fc.constantFrom("strict", "lenient", "exact"), (text, mode) => {
    expect([text, isJson(text)]).toEqual([text, true]);
    fc.pre(mode !== "strict" || !/\\u[dD][89a-fA-F]/.test(text));
    expect([
      text,
      mode,
      findJsonFault(text, mode)?.kind === "duplicate" ? null : findJsonFault(text, mode),
    ]).toEqual([text, mode, null]);
  });
  fc.assert(property, runs(2_000));
});

test("of what JSON.parse refuses the place is found, and only of that", () => {
  const property = fc.property(fc.oneof(damaged, textOf('{}[]",:\\u0e-. ', 12)), (text) => {
    const fault = findJsonFault(text, "exact");
    expect([text, fault === null]).toEqual([text, isJson(text)]);
    if (fault === null) return;
    const lines = text.split("\n");
    expect(fault.line).toBeLessThanOrEqual(lines.length);
    expect(fault.column).toBeLessThanOrEqual((lines[fault.line - 1] ?? "").length + 1);
  });
  fc.assert(property, runs(5_000));
});

/** An object as it is written; names may stand in it twice. */
const twice = fc.array(
  fc.tuple(fc.constantFrom("a", "b", "c", "\\u0061"), fc.constantFrom("1", "{}", '{"a":1}')),
  { maxLength: 4 },
);

test("a strict reader finds the name that an object has twice, however it is written, and only that", () => {
  const property = fc.property(twice, (members) => {
    const text = `{${members.map(([name, value]) => `"${name}":${value}`).join(",")}}`;
    const names = members.map(([name]) => JSON.parse(`"${name}"`) as string);
    const isTwice = new Set(names).size < names.length;
    expect([text, findJsonFault(text, "strict")?.kind]).toEqual([text, isTwice ? "duplicate" : undefined]);
    expect(findJsonFault(text, "lenient")).toBeNull();
  });
  fc.assert(property, runs(1_000));
});
