import { join } from "node:path";
import { isLoopback } from "./loopback.ts";
import type { Setting } from "./setting.ts";

/** What a default may depend on. */
export interface Machine {
  readonly cores: number;
  readonly memoryBytes: number;
  /** The project's own folder: executioners, definitions and the jailer lie in it. */
  readonly projectDir: string;
}

/** Jails that one jailer makes at one time. */
const MOST_RUNNERS = 4_096;

/** Slots for each core: jobs mostly wait, and a made jail costs little. */
const SLOTS_PER_CORE = 4;
const LEAST_SLOTS = 16;

/** Jails ahead for each core: more than it can use at one time, of several languages. */
const READY_JAILS_PER_CORE = 8;
const LEAST_READY_JAILS = 32;

/** Of the jobs' memory, for interpreters that wait: a few dozen of common ones, and little of what jobs may use. */
const AHEAD_SHARE_OF_MEMORY = 1 / 8;

/** Of the machine's memory: the rest is the daemon's, the kernel's and the page cache's. */
const JOBS_SHARE_OF_MEMORY = 0.75;

/** More than a person or a bot sends, and less than what would hold the machine up: ten, and fifty, a second. */
const ADDRESS_RATE = 600;
const KEY_RATE = 3_000;

/** Fills in the keys whose default depends on the machine or on another key. */
export function deriveSettings(settings: Map<string, Setting>, machine: Machine): void {
  for (const [path, derive] of Object.entries(DERIVED)) {
    if (settings.has(path)) continue;
    const get = (other: string) => settings.get(other)?.value;
    settings.set(path, { value: derive(get, machine), rank: "default", origin: "default" });
  }
}

type Derive = (get: (path: string) => unknown, machine: Machine) => unknown;

/** In an order in which each may read those before it. */
const DERIVED: Readonly<Record<string, Derive>> = {
  require_key: (get) => !isLoopback(String(get("bind_address"))),
  address_rate_per_minute: (get) => (isLoopback(String(get("bind_address"))) ? 0 : ADDRESS_RATE),
  key_rate_per_minute: (get) => (isLoopback(String(get("bind_address"))) ? 0 : KEY_RATE),
  queue_bound_per_client: (get) => get("queue_bound"),
  "queued_jobs.jobs_per_client": (get) => get("queued_jobs.jobs"),
  run_dir: (get) => join("/run/crankcase", String(get("instance"))),
  state_dir: (get) => join(String(get("data_dir")), "daemon"),
  executioners_dir: (_get, { projectDir }) => join(projectDir, "executioners"),
  runtimes_dir: (_get, { projectDir }) => join(projectDir, "runtimes"),
  packages_index_dir: (_get, { projectDir }) => join(projectDir, "packages-index"),
  suites_dir: (_get, { projectDir }) => join(projectDir, "suites"),
  jailer_path: (_get, { projectDir }) => join(projectDir, "jailer/build/jailer"),
  runner_gid_min: (get) => get("runner_uid_min"),
  slots: (get, { cores }) => Math.min(Math.max(SLOTS_PER_CORE * cores, LEAST_SLOTS), runnersAllowed(get)),
  ready_jails: (get, { cores }) => {
    const wanted = Math.max(READY_JAILS_PER_CORE * cores, LEAST_READY_JAILS);
    return Math.max(0, Math.min(wanted, runnersAllowed(get) - Number(get("slots"))));
  },
  concurrent_compiles: (_get, { cores }) => cores,
  concurrent_runs: (_get, { cores }) => 2 * cores,
  jobs_memory_bytes: (_get, { memoryBytes }) => Math.floor(memoryBytes * JOBS_SHARE_OF_MEMORY),
  ahead_memory_bytes: (get) => Math.floor(Number(get("jobs_memory_bytes")) * AHEAD_SHARE_OF_MEMORY),
};

/** Runners that the configured ranges of uids and gids, and the jailer (its options), allow. */
export function runnersAllowed(get: (path: string) => unknown): number {
  return Math.min(rangeSize(get, "uid"), rangeSize(get, "gid"), MOST_RUNNERS);
}

function rangeSize(get: (path: string) => unknown, id: "uid" | "gid"): number {
  const last = get(`runner_${id}_max`);
  return last === undefined ? Number.POSITIVE_INFINITY : Number(last) - Number(get(`runner_${id}_min`)) + 1;
}
