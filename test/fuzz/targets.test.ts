import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { beforeAll, describe, expect, test } from "vitest";
import { fuzzPlace } from "../../scripts/fuzz/fuzz-place.ts";
import { runTarget } from "../../scripts/fuzz/run-target.ts";
import { FUZZ_TARGETS } from "../../scripts/fuzz/targets.ts";
import { PROJECT_DIR } from "../support/test-data.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";
import { writeExecutable } from "../support/write-executable.ts";

/** How long each target is fuzzed, in seconds. */
const SECONDS = Number(process.env.FUZZ_SECONDS ?? 10);

const PATIENCE_MS = (300_000 + SECONDS * 3_000) * TIME_FACTOR;

beforeAll(async () => {
  await execa("make", ["-s", "-C", "jailer", "fuzz"], { cwd: PROJECT_DIR });
}, PATIENCE_MS);

describe.each(FUZZ_TARGETS)("%s", (target) => {
  const place = fuzzPlace(PROJECT_DIR, target);

  test("keeps its promises for every input of its corpus", { timeout: PATIENCE_MS }, async () => {
    const kept = await readdir(place.corpus);
    const { executed, finding, lastLines } = await runTarget(place, { seconds: 0 });
    expect(finding, lastLines).toBeNull();
    expect(kept.length).toBeGreaterThan(10);
    expect(executed).toBeGreaterThanOrEqual(kept.length);
  });

  test(`keeps them for ${SECONDS} seconds of inputs that nobody has seen`, {
    timeout: PATIENCE_MS,
  }, async () => {
    const kept = await readdir(place.corpus);
    const { executed, finding, lastLines } = await runTarget(place, { seconds: SECONDS });
    expect(finding, lastLines).toBeNull();
    expect(executed).toBeGreaterThan(kept.length);
  });
});

describe("a run", () => {
  /** A target that says so much and ends so. */
  async function runOf(script: string) {
    const folder = await dir({ prefix: "crankcase-test", unsafeCleanup: true });
    const program = join(folder.path, "target");
    await writeExecutable(program, `#!/bin/sh\n${script}\n`);
    const place = { program, corpus: folder.path, dictionary: null, results: join(folder.path, "results") };
    return await runTarget(place, { seconds: 1 }).finally(() => folder.cleanup());
  }

  test("that breaks a promise names the input and what runs it again", async () => {
    const found = await runOf("echo 'x; Test unit written to /some/crash-1' >&2; exit 77");
    expect(found).toMatchObject({
      finding: "/some/crash-1",
      command: expect.stringMatching(/ \/some\/crash-1$/),
    });
  });

  test("that finds nothing tells how much it has tried", async () => {
    const script = "echo '#9 DONE cov: 12 ft: 1' >&2; echo 'stat::number_of_executed_units: 9' >&2";
    expect(await runOf(script)).toMatchObject({ finding: null, executed: 9, coverage: 12 });
  });

  test("that ends badly without an input is an error", async () => {
    await expect(runOf("echo nothing works >&2; exit 1")).rejects.toThrow("nothing works");
  });
});
