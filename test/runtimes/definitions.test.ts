import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import type { JobResult } from "../../src/api/job-result.ts";
import type { RuntimeDefinition } from "../../src/runtimes/runtime-definition.ts";
import { DATA_DIR } from "../support/test-data.ts";
import { type ServingDaemon, serve } from "./serving-daemon.ts";

const RUNTIMES = join(import.meta.dirname, "../../runtimes");

type DefinitionTest = RuntimeDefinition["tests"][number];

/** What scripts/setup-tests installed: some of each kind. All languages are tested by scripts/test-languages.ts. */
const installed = new Set(readdirSync(join(DATA_DIR, "packages")));

const definitions = readdirSync(RUNTIMES)
  .map((file): RuntimeDefinition => parse(readFileSync(join(RUNTIMES, file), "utf8")))
  .filter((definition) => installed.has(definition.package));

vi.setConfig({ testTimeout: 120_000 });

describe("every runtime keeps what its definition promises", () => {
  let daemon: ServingDaemon;
  beforeAll(async () => {
    daemon = await serve();
  });
  afterAll(() => daemon[Symbol.asyncDispose]());

  it("and a dozen of them at least are here", async () => {
    const runtimes = (await (await fetch(`${daemon.url}/api/v2/runtimes`)).json()) as { language: string }[];
    const languages = new Set(runtimes.map(({ language }) => language));
    expect([...languages].sort()).toEqual(definitions.map(({ language }) => language).sort());
    expect(languages.size).toBeGreaterThanOrEqual(12);
  });

  describe.each(definitions)("$language", (definition) => {
    const newest = definition.tests.filter(({ versions }) => versions === undefined);
    it.each(newest)("$name", async (test) => {
      const result = await run(definition.language, test);
      if (test.expect.compile_fails) expectCompileFailure(result, test);
      else expectRun(result, test);
    });

    it.each(definition.aliases ?? [])("answers to %s", async (alias) => {
      const hello = definition.tests[0];
      if (hello === undefined) throw new Error("a definition without a test");
      expect((await run(alias, hello)).language).toBe(definition.language);
    });
  });

  async function run(
    language: string,
    { files, args = [], stdin = "", compiler_flags = [] }: DefinitionTest,
  ): Promise<JobResult> {
    const response = await fetch(`${daemon.url}/api/crankcase/v1/jobs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ language, files, args, stdin, compiler_flags }),
    });
    const body = await response.json();
    expect(response.status, JSON.stringify(body)).toBe(200);
    return body as JobResult;
  }
});

function expectCompileFailure(result: JobResult, test: DefinitionTest): void {
  expect(result.run).toBeUndefined();
  expect(result.compile?.exit_code).not.toBe(0);
  expect(result.compile?.stderr).toContain(test.expect.stderr_contains ?? "");
}

function expectRun({ compile, run }: JobResult, test: DefinitionTest): void {
  const { stdout, stderr_contains: stderr, exit_code: exitCode = 0 } = test.expect;
  expect(run, `compile: ${compile?.message} ${compile?.output}`).toBeDefined();
  expect([run?.exit_code, run?.cause], `${run?.message}: ${run?.output}`).toEqual([exitCode, "exited"]);
  if (stdout !== undefined) expect(run?.stdout).toBe(stdout);
  if (stderr === undefined) expect(run?.stderr).toBe("");
  else expect(run?.stderr).toContain(stderr);
}
