import { CrankcaseError } from "../errors/crankcase-error.ts";
import { shapeCheck } from "../schema/shape-check.ts";
import type { ConfigKey } from "./config-key.ts";

/** Where a value comes from, the weakest first: each wins over those before it. */
export const sourceRanks = ["default", "piston", "yaml", "environment", "flag"] as const;

/** One of the places that settings come from. */
export type SourceRank = (typeof sourceRanks)[number];

/** One value that somebody gave to a key. */
export interface Setting {
  readonly value: unknown;
  readonly rank: SourceRank;
  /** What to call its origin in a message, for example `CRANKCASE_PORT`. */
  readonly origin: string;
}

/** Settings by the path of their key. */
export type Settings = ReadonlyMap<string, Setting>;

/** A refusal of the configuration that names its origin and key. */
export function invalidConfig(origin: string, problem: string, field?: string): CrankcaseError {
  return new CrankcaseError("invalid_config", `${origin}: ${problem}`, field === undefined ? {} : { field });
}

/** The setting when its value has the shape of its key; throws `invalid_config` otherwise. */
export function checkedSetting(key: ConfigKey, setting: Setting): Setting {
  const problem = shapeCheck(key.schema)(setting.value);
  if (problem === null) return setting;
  const inner = problem.path === "" ? "" : `.${problem.path}`;
  throw invalidConfig(setting.origin, `${key.path}${inner} ${problem.message}`, key.path);
}

/** All sources as one: the strongest of each key. */
export function strongest(sources: readonly Settings[]): Map<string, Setting> {
  const merged = new Map<string, Setting>();
  for (const [path, setting] of sources.flatMap((settings) => [...settings])) {
    const known = merged.get(path);
    if (known === undefined || isStronger(setting, known)) merged.set(path, setting);
  }
  return merged;
}

/** Whether a setting comes from a stronger source than another. */
export function isStronger(setting: Setting, than: Setting): boolean {
  return sourceRanks.indexOf(setting.rank) > sourceRanks.indexOf(than.rank);
}
