import { didYouMean } from "../schema/closest-name.ts";
import type { SomeStageLimits } from "../schema/limits.ts";
import { finiteLimits } from "./default-limits.ts";
import { invalidConfig } from "./setting.ts";

type LimitName = keyof typeof finiteLimits;
type StageName = "compile" | "run";

const BOTH: readonly StageName[] = ["compile", "run"];

/** Keys of PISTON_LIMIT_OVERRIDES and the limits of ours that each sets. */
const OVERRIDES: Readonly<Record<string, { stages: readonly StageName[]; limits: readonly LimitName[] }>> = {
  max_process_count: { stages: BOTH, limits: ["processes"] },
  max_open_files: { stages: BOTH, limits: ["open_files"] },
  max_file_size: { stages: BOTH, limits: ["file_size_bytes"] },
  output_max_size: { stages: BOTH, limits: ["stdout_bytes", "stderr_bytes"] },
  compile_timeout: { stages: ["compile"], limits: ["wall_time_ms"] },
  run_timeout: { stages: ["run"], limits: ["wall_time_ms"] },
  compile_cpu_time: { stages: ["compile"], limits: ["cpu_time_ms"] },
  run_cpu_time: { stages: ["run"], limits: ["cpu_time_ms"] },
  compile_memory_limit: { stages: ["compile"], limits: ["memory_bytes"] },
  run_memory_limit: { stages: ["run"], limits: ["memory_bytes"] },
};

/** Limits of one language as `limit_overrides` writes them. */
interface LanguageOverrides {
  compile?: SomeStageLimits;
  run?: SomeStageLimits;
}

/** Reads PISTON_LIMIT_OVERRIDES, JSON such as `{"c++":{"max_process_count":128}}`. Throws `invalid_config`. */
export function pistonOverrides(text: string, origin: string): Record<string, LanguageOverrides> {
  const languages = Object.entries(objectOf(parseJson(text, origin), origin, origin));
  return Object.fromEntries(
    languages.map(([language, overrides]) => [
      language,
      ofLanguage(objectOf(overrides, language, origin), origin),
    ]),
  );
}

function ofLanguage(overrides: Record<string, unknown>, origin: string): LanguageOverrides {
  const unknown = Object.keys(overrides).find((name) => !Object.hasOwn(OVERRIDES, name));
  if (unknown !== undefined)
    throw invalidConfig(
      origin,
      `${unknown} is not known.${didYouMean(unknown, Object.keys(OVERRIDES))}`,
      unknown,
    );
  return languageOverrides(overrides, (problem, name) => invalidConfig(origin, problem, name));
}

/**
 * Limits of one language under Piston's names as our own; names that Piston does not know count for nothing. Throws what
 * `refuse` makes of a value that is no whole number.
 */
export function languageOverrides(
  overrides: Readonly<Record<string, unknown>>,
  refuse: (problem: string, name: string) => Error,
): LanguageOverrides {
  const result: LanguageOverrides = {};
  for (const [name, value] of Object.entries(overrides)) {
    const target = Object.hasOwn(OVERRIDES, name) ? OVERRIDES[name] : undefined;
    if (target === undefined) continue;
    if (!Number.isInteger(value)) throw refuse(`${name} must be a whole number`, name);
    const values = target.limits.map((limit) => [limit, Number(value) > 0 ? value : finiteLimits[limit]]);
    for (const stage of target.stages) result[stage] = { ...result[stage], ...Object.fromEntries(values) };
  }
  return result;
}

function parseJson(text: string, origin: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidConfig(origin, "it is not JSON", origin);
  }
}

function objectOf(value: unknown, what: string, origin: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw invalidConfig(origin, `${what} must be an object`, origin);
}
