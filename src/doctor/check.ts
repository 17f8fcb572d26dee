import type { CheckId } from "./check-ids.ts";
import type { Finding } from "./finding.ts";
import type { Host } from "./host.ts";
import type { Subject } from "./subject.ts";

/** One thing to look at. It only looks: what it makes to try something out is gone when it ends. */
export interface Check {
  /** Stable name, for --only, --skip and --json. */
  readonly id: CheckId;
  readonly title: string;
  /** Why it matters to whoever runs jobs; shown where the check is not ok. */
  readonly why: string;
  /** Skipped for every other user. */
  readonly needsRoot?: boolean;
  /** Milliseconds after which it counts as failed; 10,000 when left out. */
  readonly timeLimitMs?: number;
  /** Whatever it throws makes it fail, with the error's message. */
  run(host: Host, subject: Subject): Promise<Finding>;
}
