import type { JobRequest } from "../api/job-request.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { JailLimits, StageLimits } from "../jail/jail.ts";
import { camelCase } from "../schema/camel-keys.ts";
import type { LanguageLimits, LimitRange } from "./language-limits.ts";

/** Every limit of one job, none left open. */
export interface ResolvedLimits {
  readonly job: JailLimits;
  readonly compile: StageLimits;
  readonly run: StageLimits;
}

/**
 * What was asked for, or the default. More than the maximum is lowered to it where the policy is `clamp`; else throws
 * `limit_too_high` with the field.
 */
export function resolveLimits(
  { limits: asked, limit_policy: policy }: Pick<JobRequest, "limits" | "limit_policy">,
  ranges: LanguageLimits,
): ResolvedLimits {
  const isClamped = policy === "clamp";
  return {
    job: resolvePart("limits.job", asked?.job, ranges.job, isClamped),
    compile: resolvePart("limits.compile", asked?.compile, ranges.compile, isClamped),
    run: resolvePart("limits.run", asked?.run, ranges.run, isClamped),
  };
}

/** The same for the limits that stand in one field of a request. */
export function resolvePart<Limits extends object>(
  field: string,
  asked: Readonly<Record<string, number>> = {},
  range: LimitRange<Limits>,
  isClamped: boolean,
): Limits {
  if (Object.keys(asked).length === 0) return range.default;
  const maximums: Readonly<Record<string, number>> = Object.fromEntries(Object.entries(range.maximum));
  const taken = Object.entries(asked).map(([name, value]) => {
    const maximum = maximums[camelCase(name)] ?? value;
    if (value > maximum && !isClamped) throw tooHigh(`${field}.${name}`, value, maximum);
    return [camelCase(name), Math.min(value, maximum)];
  });
  return { ...range.default, ...Object.fromEntries(taken) };
}

function tooHigh(field: string, value: number, maximum: number): CrankcaseError {
  const message = `${field} is ${value}, above the configured maximum of ${maximum}`;
  return new CrankcaseError("limit_too_high", message, { field });
}
