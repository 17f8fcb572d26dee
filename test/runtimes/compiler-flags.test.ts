import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import type { RuntimeDefinition } from "../../src/runtimes/runtime-definition.ts";
import { PROJECT_DIR } from "../support/test-data.ts";

const definitions = readdirSync(join(PROJECT_DIR, "runtimes")).map(
  (file): RuntimeDefinition => parse(readFileSync(join(PROJECT_DIR, "runtimes", file), "utf8")),
);

function compileScript(language: string): string {
  try {
    return readFileSync(join(PROJECT_DIR, "executioners", language, "compile"), "utf8");
  } catch {
    return "";
  }
}

test("the languages that say they take compiler flags are those whose command lines use them, and each proves it", () => {
  const said = definitions.filter((definition) => definition.compiler_flags === true);
  const used = definitions.filter(({ language }) => /^[^#\n]* \$flags /m.test(compileScript(language)));
  const proved = definitions.filter(({ tests }) => tests.some((test) => test.compiler_flags !== undefined));
  const names = said.map(({ language }) => language);
  expect(used.map(({ language }) => language)).toEqual(names);
  expect(proved.map(({ language }) => language)).toEqual(names);
  expect(names).toContain("c");
});
