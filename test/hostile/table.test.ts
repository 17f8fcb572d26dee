import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { attackPage } from "../../scripts/attack-table/page.ts";
import { loadAttacks } from "../../src/attacks/load-attacks.ts";
import { PROJECT_DIR } from "../support/test-data.ts";
import { ALL_API_ATTACKS } from "./api/all-api-attacks.ts";

const attacks = await loadAttacks(PROJECT_DIR);

test("docs/attacks.md is up to date: node scripts/attack-table.ts", async () => {
  expect(await readFile(join(PROJECT_DIR, "docs/attacks.md"), "utf8")).toBe(await attackPage(PROJECT_DIR));
});

test("every attack has a name of its own", () => {
  const names = [...attacks, ...Object.values(ALL_API_ATTACKS).flat()].map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test("selftest's attacks need no other languages than those that install.sh installs", () => {
  const chosen = attacks.filter(({ selftest }) => selftest === true);
  const needed = new Set(
    chosen.flatMap(({ job, beside = [], afterwards = [] }) =>
      [job, ...beside, ...afterwards].map(({ language }) => language),
    ),
  );
  expect(
    [...needed].filter((language) => !["bash", "c", "c++", "python", "javascript"].includes(language)),
  ).toEqual([]);
});
