import type { ApiAttack } from "./api-attack.ts";
import { bodies } from "./bodies.ts";

/** Attacks by callers, by topic; docs/attacks.md lists them behind those by programs. */
export const ALL_API_ATTACKS: Readonly<Record<string, readonly ApiAttack[]>> = {
  Bodies: bodies,
};
