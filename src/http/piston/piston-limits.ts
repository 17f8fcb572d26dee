import type { JobRequest } from "../../api/job-request.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import type { LanguageLimits } from "../../jobs/language-limits.ts";
import type { SomeStageLimits } from "../../schema/limits.ts";

/** Piston's names for the limits that a request may set, in the order in which they are checked. */
const LIMITS = [
  { suffix: "memory_limit", name: "memory_bytes", key: "memoryBytes" },
  { suffix: "timeout", name: "wall_time_ms", key: "wallTimeMs" },
  { suffix: "cpu_time", name: "cpu_time_ms", key: "cpuTimeMs" },
] as const;

const STAGES = ["compile", "run"] as const;

/** The value that asks for as much as there is. */
const AS_MUCH_AS_ALLOWED = -1;

/** Reads the limits of an execute body: a falsy one counts as left out. Throws `limit_too_high` or `invalid_request`. */
export function pistonLimits(
  body: Readonly<Record<string, unknown>>,
  ranges: LanguageLimits,
): JobRequest["limits"] {
  const limits: { compile: SomeStageLimits; run: SomeStageLimits } = { compile: {}, run: {} };
  for (const { suffix, name, key } of LIMITS) {
    for (const stage of STAGES) {
      const field = `${stage}_${suffix}`;
      if (body[field]) limits[stage][name] = readLimit(field, body[field], ranges[stage].maximum[key]);
    }
  }
  return limits;
}

/** Limits are whole numbers here: half a millisecond is one. */
function readLimit(field: string, value: unknown, maximum: number): number {
  if (typeof value !== "number") {
    throw new CrankcaseError("invalid_request", `If specified, ${field} must be a number`, { field });
  }
  if (value > maximum) {
    const message = `${field} cannot exceed the configured limit of ${maximum}`;
    throw new CrankcaseError("limit_too_high", message, { field });
  }
  if (value === AS_MUCH_AS_ALLOWED) return maximum;
  if (value < 0) throw new CrankcaseError("invalid_request", `${field} must be non-negative`, { field });
  return Math.ceil(value);
}
