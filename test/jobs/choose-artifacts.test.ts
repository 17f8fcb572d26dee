import { expect, test } from "vitest";
import { chooseArtifacts, omittedArtifacts } from "../../src/jobs/choose-artifacts.ts";

const LIMITS = { files: 2, fileBytes: 100, totalBytes: 150 };

function file(name: string, bytes: number, isReadable = true) {
  return { name, bytes, isReadable };
}

function chosen(...files: ReturnType<typeof file>[]) {
  const { taken, leftOut } = chooseArtifacts(files, LIMITS);
  return { taken: taken.map(({ name }) => name), leftOut };
}

test("one that is too large or cannot be read leaves its place to the next", () => {
  expect(chosen(file("a", 101), file("b", 1, false), file("c", 100), file("d", 0))).toEqual({
    taken: ["c", "d"],
    leftOut: [
      { name: "a", reason: "too_large" },
      { name: "b", reason: "unreadable" },
    ],
  });
});

test("past the number or the size of all, what still fits is taken", () => {
  expect(chosen(file("a", 100), file("b", 51), file("c", 50), file("d", 0))).toEqual({
    taken: ["a", "c"],
    leftOut: [
      { name: "b", reason: "too_many" },
      { name: "d", reason: "too_many" },
    ],
  });
});

test("what was left out is told by reason: all are counted, and the first ten named", () => {
  const many = Array.from({ length: 12 }, (_value, index) => ({
    name: `f${index}`,
    reason: "too_many" as const,
  }));
  expect(omittedArtifacts([...many, { name: null, reason: "unlisted" }])).toEqual([
    { reason: "too_many", count: 12, names: many.slice(0, 10).map(({ name }) => name) },
    { reason: "unlisted", count: 1, names: [] },
  ]);
});
