import type { Check } from "./check.ts";
import type { CheckId } from "./check-ids.ts";
import { type CheckStatus, type Finding, failed, skipped } from "./finding.ts";
import type { Host } from "./host.ts";
import type { Subject } from "./subject.ts";

/** What is told of a check. */
export interface CheckResult {
  readonly id: CheckId;
  readonly title: string;
  readonly status: CheckStatus;
  readonly detail: string;
  /** Null where it is ok. */
  readonly why: string | null;
  readonly mend: string | null;
}

/** What running checks needs. */
export interface RunChecksDeps {
  readonly subject: Subject;
  /** The machine, for one check; what that check has under way ends when the signal aborts. */
  hostFor(signal: AbortSignal): Host;
  /** Called as each check ends. */
  onResult(result: CheckResult): void;
  readonly stop: AbortSignal;
}

const TIME_LIMIT_MS = 10_000;

const AS_ROOT = "sudo crankcase doctor";

/**
 * Runs one check after the other, so that none disturbs another; no check's failure ends the run. Rejects with the reason
 * of `stop` alone.
 */
export async function runChecks(checks: readonly Check[], deps: RunChecksDeps): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    deps.stop.throwIfAborted();
    const result = toResult(check, await findingOf(check, deps));
    deps.stop.throwIfAborted();
    deps.onResult(result);
    results.push(result);
  }
  return results;
}

async function findingOf(check: Check, { subject, hostFor, stop }: RunChecksDeps): Promise<Finding> {
  const limitMs = check.timeLimitMs ?? TIME_LIMIT_MS;
  const ended = new AbortController();
  const host = hostFor(AbortSignal.any([stop, ended.signal]));
  if (check.needsRoot === true && host.uid !== 0) return skipped("only root can look at it", AS_ROOT);
  const late = Promise.withResolvers<Finding>();
  const timer = setTimeout(
    () => late.resolve(failed(`it was not over within ${limitMs / 1000} s`, null)),
    limitMs,
  );
  try {
    return await Promise.race([check.run(host, subject), late.promise]);
  } catch (thrown) {
    return failed(thrown instanceof Error ? thrown.message : String(thrown), null);
  } finally {
    clearTimeout(timer);
    ended.abort();
  }
}

function toResult({ id, title, why }: Check, finding: Finding): CheckResult {
  const { status, detail, mend } = finding;
  return { id, title, status, detail, why: status === "ok" ? null : (finding.why ?? why), mend };
}
