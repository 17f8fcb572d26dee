import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { watchAttack } from "../../src/attacks/watch-attack.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";
import { ALL_API_ATTACKS } from "./api/all-api-attacks.ts";
import { type AttackedServer, startAttackedServer } from "./attacked-server.ts";

const ONE_ATTACK_MS = 60_000 * TIME_FACTOR;

let server: AttackedServer;

beforeAll(async () => {
  server = await startAttackedServer();
});

afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

describe.each(Object.entries(ALL_API_ATTACKS))("%s", (_, attacks) => {
  test.each(attacks)(
    "$name: $promise",
    async (attack) => expect(await watchAttack(server, () => attack.run(server))).toEqual([]),
    ONE_ATTACK_MS,
  );
});
