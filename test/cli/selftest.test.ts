import { expect, test } from "vitest";
import { loadAttacks } from "../../src/attacks/load-attacks.ts";
import type { AttackResult } from "../../src/attacks/run-attacks.ts";
import { attackLines, verdictLine } from "../../src/cli/selftest-report.ts";
import { PROJECT_DIR } from "../support/test-data.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";
import { startRunning } from "./running.ts";

const chosen = (await loadAttacks(PROJECT_DIR)).filter(({ selftest }) => selftest === true);

/** As it is shipped, which servers of tests are not. */
const POOLS = { interpreters_ahead: true };

test(
  "selftest tries a server as it is shipped, tells a line an attack, and the verdict at the end",
  async () => {
    await using running = await startRunning(POOLS);
    const { stdout, exitCode } = await running.start({ args: ["selftest"] });
    const lines = stdout.trimEnd().split("\n");
    const verdict = lines.pop();
    expect(lines.filter((line) => !line.startsWith("held"))).toEqual([]);
    expect(lines.map((line) => line.split(/\s+/)[1]).toSorted()).toEqual(
      chosen.map(({ name }) => name).toSorted(),
    );
    expect(verdict).toMatch(new RegExp(`^${chosen.length} held, 0 broken, 0 skipped, in [\\d.]+ s$`));
    expect(exitCode).toBe(0);
  },
  120_000 * TIME_FACTOR,
);

test("--json tells the same to programs, and --only chooses", async () => {
  await using running = await startRunning(POOLS);
  const { stdout, exitCode } = await running.start({ args: ["selftest", "--json", "--only", "fork-bomb"] });
  const { holds, attacks } = JSON.parse(stdout) as { holds: boolean; attacks: AttackResult[] };
  expect([holds, exitCode]).toEqual([true, 0]);
  expect(attacks).toEqual([
    {
      name: "fork-bomb",
      family: "exhaustion",
      promise: expect.stringMatching(/\.$/),
      outcome: "held",
      faults: [],
      seconds: expect.any(Number),
    },
  ]);
});

test("an attack that there is not is told with what was meant, and nobody listening as such", async () => {
  await using running = await startRunning();
  const mistyped = await running.start({ args: ["selftest", "--only", "fork-bom"] });
  expect([mistyped.exitCode, mistyped.stderr]).toEqual([
    125,
    expect.stringContaining("Did you mean fork-bomb?"),
  ]);
  const alone = await running.start({ args: ["selftest", "--url", "http://127.0.0.1:9"] });
  expect([alone.exitCode, alone.stderr]).toEqual([125, expect.stringContaining("does not answer")]);
});

const RESULT: AttackResult = {
  name: "host-tcp",
  family: "escape",
  promise: "A job reaches no port.",
  outcome: "broken",
  faults: ["BROKEN: \u001b[2Jgot it"],
  seconds: 0.25,
};

test("what broke is told below its attack, without a terminal's control characters, and what to do at the end", () => {
  expect(attackLines(RESULT, 10)).toBe(
    "BROKEN   host-tcp     0.3 s  A job reaches no port.\n         BROKEN: ?[2Jgot it\n",
  );
  expect(verdictLine([RESULT], 0.3)).toMatch(
    /^0 held, 1 broken, 0 skipped, in 0\.3 s\n.*run no strangers' code/,
  );
});

test("where nothing could be tried, that is no verdict that all holds", () => {
  const skipped: AttackResult = { ...RESULT, outcome: "skipped", faults: ["c is not installed"] };
  expect(verdictLine([skipped], 0)).toContain("Nothing was tried");
});
