import { execa } from "execa";
import { expect, test } from "vitest";
import { loadAttacks } from "../../src/attacks/load-attacks.ts";
import { runAttacks } from "../../src/attacks/run-attacks.ts";
import { sendTo } from "../support/send-to.ts";
import { PROJECT_DIR } from "../support/test-data.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";
import { buildMutant } from "./mutants/build-mutant.ts";
import { loadMutants, type Mutant } from "./mutants/mutant.ts";
import { serveMutant } from "./mutants/serve-mutant.ts";

const LIMIT_MS = 240_000 * TIME_FACTOR;

const mutants = await loadMutants();
const attacks = await loadAttacks(PROJECT_DIR);

/** What catches it, one after the other until one has: names of attacks. */
async function caughtByAttacks(jailer: string, { defence }: Mutant): Promise<string[]> {
  await using serving = await serveMutant(jailer);
  const caught: string[] = [];
  for (const attack of attacks.filter(({ defences }) => defences.includes(defence))) {
    const [result] = await runAttacks([attack], {
      ...{ projectDir: PROJECT_DIR, url: serving.url, send: sendTo(serving.url) },
      languages: new Set([
        "python",
        ...[attack.job, ...(attack.beside ?? []), ...(attack.afterwards ?? [])].map(
          ({ language }) => language,
        ),
      ]),
      health: () => fetch(`${serving.url}/healthz`),
      onResult: () => undefined,
      stop: new AbortController().signal,
    });
    if (result?.outcome === "broken") {
      caught.push(`${attack.name}: ${result.faults.join(" | ")}`);
      break;
    }
  }
  return caught;
}

/** The files among them that fail with it. */
async function caughtByTests(jailer: string, files: readonly string[]): Promise<string[]> {
  const run = await execa("vitest", ["run", ...files, "--reporter=dot", "--bail=1"], {
    cwd: PROJECT_DIR,
    preferLocal: true,
    reject: false,
    env: { TEST_CRANKCASE_JAILER: jailer },
  });
  return run.exitCode === 0 ? [] : [`${files.join(", ")} exited with ${run.exitCode}`];
}

test.each(mutants)(
  "without $defence ($name) an attack is seen to succeed",
  async (mutant) => {
    await using built = await buildMutant(mutant);
    const { tests } = mutant;
    const caught =
      tests === undefined
        ? await caughtByAttacks(built.jailer, mutant)
        : await caughtByTests(built.jailer, tests);
    console.log(`${mutant.name}: ${caught.join("; ")}`);
    expect(caught).not.toEqual([]);
  },
  LIMIT_MS,
);
