import type { JobRow } from "./job-row.ts";
import type { ListedJobs } from "./job-store.ts";

/** The rows of a statement with these values. */
export type Rows = (text: string, ...values: (string | number | null)[]) => JobRow[];

/** The rows of a list, the newest first. */
export function listedRows(rows: Rows, { owner, state, limit, before }: ListedJobs): JobRow[] {
  const conditions: [string, string][] = [];
  if (owner !== null && "key" in owner) conditions.push(["owner = ?", owner.key]);
  if (owner !== null && "client" in owner) conditions.push(["owner IS NULL AND client = ?", owner.client]);
  if (state !== null) conditions.push(["state = ?", state]);
  if (before !== null) conditions.push(["seq < (SELECT seq FROM jobs WHERE id = ?)", before]);
  const where = conditions.map(([text]) => text).join(" AND ") || "TRUE";
  const values = conditions.map(([, value]) => value);
  return rows(`SELECT * FROM jobs WHERE ${where} ORDER BY seq DESC LIMIT ?`, ...values, limit);
}
