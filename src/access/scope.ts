/**
 * What a key may be used for: `run` runs jobs and reads what can be run, `packages` changes what is installed, `metrics`
 * reads the metrics, `admin` may all.
 */
export const scopes = ["run", "packages", "metrics", "admin"] as const;

/** One of the things a key may be used for. */
export type Scope = (typeof scopes)[number];
