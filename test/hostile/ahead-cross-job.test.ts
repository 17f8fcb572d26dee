import { afterAll, beforeAll, expect, test } from "vitest";
import type { JobResult } from "../../src/api/job-result.ts";
import { loadAttacks } from "../../src/attacks/load-attacks.ts";
import { runAttack } from "../../src/attacks/run-attack.ts";
import type { SendJob } from "../../src/attacks/victim.ts";
import { PROJECT_DIR } from "../support/test-data.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";
import { type AttackedServer, startAttackedServer } from "./attacked-server.ts";

// The same attacks where jails and interpreters wait for jobs, as they do in service. Each is done often enough for its
// programs to be started ahead.
const ROUNDS = 4;
const ONE_ATTACK_MS = 120_000 * TIME_FACTOR;

const attacks = (await loadAttacks(PROJECT_DIR)).filter(({ family }) => family === "cross-job");

let server: AttackedServer;
const starts = new Map<string, number>();

/** Notes how each job was started. */
const send: SendJob = async (job) => {
  const answer = await server.send(job);
  const start = (answer.body as Partial<JobResult> | null)?.start ?? "none";
  starts.set(start, (starts.get(start) ?? 0) + 1);
  return answer;
};

beforeAll(async () => {
  server = await startAttackedServer({ slots: 2, ready_jails: 8, interpreters_ahead: true });
});

afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

test.each(attacks)(
  "$name, also where programs are started ahead: $promise",
  async (attack) => {
    const often = { ...attack, rounds: Math.max(attack.rounds ?? 1, ROUNDS) };
    expect(await runAttack(often, { ...server, send })).toEqual([]);
  },
  ONE_ATTACK_MS,
);

test("many of these programs were started ahead of their jobs", () => {
  expect(starts.get("ahead") ?? 0).toBeGreaterThan(attacks.length);
});
