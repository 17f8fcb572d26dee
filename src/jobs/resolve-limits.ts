import type { JobRequest } from "../api/job-request.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { JailLimits, StageLimits } from "../jail/jail.ts";
import { camelCase, camelKeys } from "../schema/camel-keys.ts";
import type { LanguageLimits, LimitRange } from "./language-limits.ts";

/** Every limit of one job, none left open. */
export interface ResolvedLimits {
  readonly job: JailLimits;
  readonly compile: StageLimits;
  readonly run: StageLimits;
}

/** What was asked for, or the default. Throws `limit_too_high` with the field for more than the maximum. */
export function resolveLimits(asked: JobRequest["limits"], ranges: LanguageLimits): ResolvedLimits {
  return {
    job: resolvePart("job", asked?.job, ranges.job),
    compile: resolvePart("compile", asked?.compile, ranges.compile),
    run: resolvePart("run", asked?.run, ranges.run),
  };
}

function resolvePart<Limits extends object>(
  part: string,
  asked: Readonly<Record<string, number>> | undefined,
  range: LimitRange<Limits>,
): Limits {
  const maximums: Readonly<Record<string, number>> = Object.fromEntries(Object.entries(range.maximum));
  for (const [name, value] of Object.entries(asked ?? {})) {
    const maximum = maximums[camelCase(name)];
    if (maximum !== undefined && value > maximum) {
      const field = `limits.${part}.${name}`;
      const message = `${field} is ${value}, above the configured maximum of ${maximum}`;
      throw new CrankcaseError("limit_too_high", message, { field });
    }
  }
  return { ...range.default, ...camelKeys(asked ?? {}) };
}
