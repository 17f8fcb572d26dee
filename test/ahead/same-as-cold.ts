import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { DATA_DIR } from "../support/test-data.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";
import { comparable, endOf, jobOf } from "./job.ts";
import { loadPrograms } from "./program.ts";
import { startTwins, type TwinServers } from "./twin-servers.ts";

/** Packages that scripts/setup-tests does not build, where somebody has built them. */
const MORE_DATA_DIR = process.env.TEST_CRANKCASE_MORE_DATA;

/** Some runs, and the pauses between them. */
const TEST_TIMEOUT_MS = 120_000 * TIME_FACTOR;

/** Tests that whatever a program of the language's file does cold, it does started ahead: the two answers are the same. */
export async function testSameAsCold(language: string, packageName: string): Promise<void> {
  const programs = await loadPrograms(language);
  const dataDir = dataDirWith(packageName);
  const skipped = dataDir === null ? ` (skipped: ${packageName} is not installed)` : "";
  describe.skipIf(dataDir === null)(
    `${language}, started ahead, does what it does cold${skipped}`,
    (test) => {
      let twins: TwinServers;
      beforeAll(async () => {
        twins = await startTwins(dataDir ?? DATA_DIR);
      });
      afterAll(() => twins?.[Symbol.asyncDispose]());

      for (const program of programs) {
        test.concurrent(`${program.category}: ${program.is}`, { timeout: TEST_TIMEOUT_MS }, async () => {
          const job = jobOf(language, program);
          const cold = await twins.cold(job);
          expect(cold.start).toBe("cold");
          expect(endOf(cold)).toBe(program.ends ?? 0);
          if (program.cold !== undefined) return;
          for (const answer of await twins.ahead(job))
            expect(comparable(program, answer)).toEqual(comparable(program, cold));
        });
      }
    },
  );
}

function dataDirWith(packageName: string): string | null {
  const places = [DATA_DIR, MORE_DATA_DIR].filter((place) => place !== undefined);
  return places.find((place) => existsSync(join(place, "packages", packageName))) ?? null;
}
