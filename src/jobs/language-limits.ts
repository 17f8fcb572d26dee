import type { Config } from "../config/config.ts";
import type { JailLimits, StageLimits } from "../jail/jail.ts";
import type { Runtime } from "../runtimes/runtime.ts";
import { camelKeys } from "../schema/camel-keys.ts";

/** The part of the configuration that says what jobs may use. */
export type LimitConfig = Pick<Config, "limits" | "limitOverrides">;

/** What is given unasked, and what may be asked for. */
export interface LimitRange<Limits> {
  readonly default: Limits;
  readonly maximum: Limits;
}

/** The limits of one runtime. */
export interface LanguageLimits {
  readonly job: LimitRange<JailLimits>;
  readonly compile: LimitRange<StageLimits>;
  readonly run: LimitRange<StageLimits>;
}

/** What was worked out for a runtime, and of which configuration: a reload brings another one. */
interface Known extends LimitConfig {
  readonly ranges: LanguageLimits;
}

const known = new WeakMap<Runtime, Known>();

/** The limits of one runtime, worked out once for each configuration: every job needs them. */
export function languageLimits(runtime: Runtime, { limits, limitOverrides }: LimitConfig): LanguageLimits {
  const before = known.get(runtime);
  if (before?.limits === limits && before.limitOverrides === limitOverrides) return before.ranges;
  const ranges = workOut(runtime, { limits, limitOverrides });
  known.set(runtime, { limits, limitOverrides, ranges });
  return ranges;
}

/**
 * Its definition's override is its default, and raises a maximum that is lower; the
 * operator's override of its language is default and maximum at once, as in Piston, and wins.
 */
function workOut(runtime: Runtime, { limits, limitOverrides }: LimitConfig): LanguageLimits {
  const stage = (name: "compile" | "run") => {
    const own = camelKeys(runtime.limitOverrides[name] ?? {});
    const operators = camelKeys(limitOverrides[runtime.language]?.[name] ?? {});
    const { default: givenDefault, maximum } = limits[name];
    return {
      default: { ...givenDefault, ...own, ...operators },
      maximum: { ...raised(maximum, own), ...operators },
    };
  };
  return { job: limits.job, compile: stage("compile"), run: stage("run") };
}

function raised(maximum: StageLimits, least: Partial<StageLimits>): StageLimits {
  const entries = Object.entries(maximum).map(([name, value]) => [
    name,
    Math.max(value, least[name as keyof StageLimits] ?? 0),
  ]);
  return Object.fromEntries(entries) as StageLimits;
}
