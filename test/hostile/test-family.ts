import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Family } from "../../src/attacks/attack-definition.ts";
import { loadAttacks } from "../../src/attacks/load-attacks.ts";
import { runAttack } from "../../src/attacks/run-attack.ts";
import { PROJECT_DIR } from "../support/test-data.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";
import { type AttackedServer, startAttackedServer } from "./attacked-server.ts";

const ONE_ATTACK_MS = 60_000 * TIME_FACTOR;

/** Declares a test for every attack of a family, all against one server. */
export async function testFamily(
  family: Family,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const attacks = (await loadAttacks(PROJECT_DIR)).filter((attack) => attack.family === family);
  let server: AttackedServer;
  beforeAll(async () => {
    server = await startAttackedServer(settings);
  });
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
  });
  describe.each([...new Set(attacks.map(({ topic }) => topic))])("%s", (topic) => {
    test.each(attacks.filter((attack) => attack.topic === topic))(
      "$name: $promise",
      async (attack) => expect(await runAttack(attack, server)).toEqual([]),
      ONE_ATTACK_MS,
    );
  });
}
