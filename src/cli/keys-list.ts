import { type ApiKey, isExpired } from "../access/api-key.ts";
import type { CliContext } from "./context.ts";
import { type KeysOptions, keysPlace } from "./keys-place.ts";

/** Options of `crankcase keys list`. */
export interface KeysListOptions extends KeysOptions {
  readonly json?: boolean;
}

/** Between two columns. */
const GAP = "  ";

/** `crankcase keys list`: what is kept of each key, without its hash. Throws as `keysPlace` and `readKeys` do. */
export async function keysList(options: KeysListOptions, context: CliContext): Promise<number> {
  await using place = await keysPlace("list", options, context);
  const keys = await place.read();
  const shown = keys.map(({ sha256: _hash, ...rest }) => rest);
  context.stdout.write(options.json ? `${JSON.stringify(shown)}\n` : keysTable(keys, new Date()));
  return 0;
}

/** One key a line. */
function keysTable(keys: readonly ApiKey[], now: Date): string {
  if (keys.length === 0) return "There is no key: crankcase keys create NAME makes one.\n";
  const rows = keys.map((key) => [
    key.name,
    key.scopes.join(","),
    key.created,
    key.expires === undefined ? "never" : `${key.expires}${isExpired(key, now) ? " (over)" : ""}`,
    limitsText(key),
  ]);
  return aligned([["NAME", "SCOPES", "CREATED", "EXPIRES", "LIMITS"], ...rows]);
}

function limitsText({ rate_per_minute: rate, concurrency, daily_jobs: daily }: ApiKey): string {
  const parts = [
    ...(rate === undefined ? [] : [`${rate} a minute`]),
    ...(concurrency === undefined ? [] : [`${concurrency} at once`]),
    ...(daily === undefined ? [] : [`${daily} jobs a day`]),
  ];
  return parts.join(", ") || "-";
}

function aligned(rows: readonly (readonly string[])[]): string {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const line = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(width(column))).join(GAP);
  return rows.map((row) => `${line(row).trimEnd()}\n`).join("");
}
