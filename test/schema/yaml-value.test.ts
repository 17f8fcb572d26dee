import { expect, test } from "vitest";
import { yamlValue } from "../../src/schema/yaml-value.ts";

test.each([
  ["a word that YAML 1.1 took for a truth is text", "a: yes", { a: "yes" }],
  ["a date is text", "a: 2001-12-14", { a: "2001-12-14" }],
  ["a time of day is text", "a: 1:30:00", { a: "1:30:00" }],
  ["a leading zero makes no octal number", "a: 0777", { a: 777 }],
  ["0o and 0x are octal and hexadecimal", "a: [0o777, 0x1f]", { a: [511, 31] }],
  [
    "a merge key is a name like any other",
    "a: &a {k: 1}\nb: {<<: *a}",
    { a: { k: 1 }, b: { "<<": { k: 1 } } },
  ],
  ["JSON is YAML", '{"a":\n\t[1, true, null, "x"]}', { a: [1, true, null, "x"] }],
  ["an empty text is null", "", null],
  ["a text of comments is null", "# nothing\n", null],
])("%s", (_, text, value) => {
  expect(yamlValue(text)).toEqual(value);
});

test("merge keys merge where they are asked for", () => {
  const text = "a: &a {k: 1, l: 2}\nb: {<<: *a, k: 3}";
  expect(yamlValue(text, { merges: true })).toMatchObject({ b: { k: 3, l: 2 } });
});

test("a key of the prototype's name is a key, and changes no other object", () => {
  const value = yamlValue("__proto__: {polluted: 1}") as object;
  expect(Object.keys(value)).toEqual(["__proto__"]);
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
  expect((value as { polluted?: number }).polluted).toBeUndefined();
});

test.each([
  ["a name that stands twice", "a: 1\na: 2"],
  ["a tag that is not known", "a: !!js/function 'x'"],
  ["bytes", "a: !!binary aGk="],
  ["an unknown reference", "a: *x"],
  ["a second document", "a: 1\n---\nb: 2"],
  ["a list that does not end", "a: ["],
  ["a mapping as a name", "? {a: 1}\n: 2"],
  ["a control character", "a: \u0007x"],
])("%s is refused", (_, text) => {
  expect(() => yamlValue(text)).toThrow(Error);
});

test("a refusal says the line", () => {
  expect(() => yamlValue("a: 1\nb: 2\na: 3")).toThrow("(3:1)");
});

test("lists within lists are refused before they use up the stack", () => {
  for (const depth of [200, 100_000]) {
    expect(() => yamlValue("[".repeat(depth) + "]".repeat(depth))).toThrow("nesting exceeded");
  }
});

test("references that make more values than anybody can walk are refused, and so is a value within itself", () => {
  const layers = ["a: &l0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let layer = 1; layer < 12; layer += 1)
    layers.push(`b${layer}: &l${layer} [${Array(10).fill(`*l${layer - 1}`)}]`);
  expect(() => yamlValue(layers.join("\n"))).toThrow("too many values");
  expect(() => yamlValue("&a [*a]")).toThrow(Error);
});

test("twenty thousand names in one mapping are read", () => {
  const text = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join("\n");
  expect(Object.keys(yamlValue(text) as object)).toHaveLength(20_000);
});
