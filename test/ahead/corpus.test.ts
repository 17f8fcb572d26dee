import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CATEGORIES } from "./categories.ts";
import { loadPrograms } from "./program.ts";

const files = await readdir(join(import.meta.dirname, "programs"));
const languages = files.map((file) => file.replace(/\.yaml$/, ""));

/** Fewer would be a sample. */
const LEAST_STARTED_AHEAD = 60;

test("each language that has programs has its tests, and the other way round", async () => {
  const tests = (await readdir(import.meta.dirname)).filter((file) => file.endsWith(".test.ts"));
  const others = ["corpus.test.ts", "faults.test.ts"];
  const tested = tests
    .filter((file) => !others.includes(file))
    .map((file) => file.replace(/\.test\.ts$/, ""));
  expect(tested.sort()).toEqual(languages.sort());
});

test.each(languages)("the programs of %s look at everything there is to look at", async (language) => {
  const programs = await loadPrograms(language);
  const categories = new Set(programs.map(({ category }) => category));
  expect(CATEGORIES.filter((category) => !categories.has(category))).toEqual([]);
});

test.each(languages)("of %s there are enough programs, each under a name of its own", async (language) => {
  const programs = await loadPrograms(language);
  const names = programs.map(({ category, is }) => `${category}: ${is}`);
  expect(new Set(names).size).toBe(names.length);
  expect(programs.filter(({ cold }) => cold === undefined).length).toBeGreaterThanOrEqual(
    LEAST_STARTED_AHEAD,
  );
});
