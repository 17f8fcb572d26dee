import type { Keeper } from "./find-keeper.ts";
import type { StatusReport } from "./status-report.ts";

/** Wide enough for the longest name of a row. */
const NAME_WIDTH = 11;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A status as a table for a person: one row a line, one more for each further warning; pure. */
export function statusText(report: StatusReport, now: Date): string {
  const { serves, service, url, health, problem, hint } = report;
  const rows: (readonly [string, string])[] = [
    ["status", serves ? "serves" : "does not serve"],
    ...(service === null ? [] : [["service", serviceText(service, serves)] as const]),
    ["url", url],
    ...(health === null ? [] : [["version", versionText(health)] as const]),
    ...serverRows(report, now),
    ...(problem === null ? [] : [["problem", problem] as const]),
    ...(hint === null ? [] : [["hint", hint] as const]),
  ];
  return rows.map(([name, value]) => `${name.padEnd(NAME_WIDTH)}${value}\n`).join("");
}

function serverRows({ server }: StatusReport, now: Date): (readonly [string, string])[] {
  if (server === null) return [];
  const { slots, queued, compile_cache: compiled, runtimes, packages, warnings, started_at: since } = server;
  const languages = runtimes.map(({ language, version }) => `${language} ${version}`);
  const installed = packages.map(({ name, version }) => `${name} ${version}`);
  return [
    ["since", `${since} (${ageText(now.getTime() - Date.parse(since))})`],
    ["slots", `${slots.running} of ${slots.total} in use, ${slots.waiting} of ${slots.queue_bound} waiting`],
    ["queued", `${queued.running} in their turn, ${queued.waiting} waiting, of jobs that nobody waits for`],
    ...(compiled === null ? [] : [["compiled", compiledText(compiled)] as const]),
    ["languages", languages.join(", ") || "none"],
    ["packages", installed.join(", ") || "none"],
    ...(warnings.length === 0 ? ["none"] : warnings).map((text) => ["warnings", text] as const),
  ];
}

function compiledText({ entries, bytes, hits, misses }: CompileCache): string {
  const mib = (bytes / 1024 / 1024).toFixed(1);
  return `${entries} kept, ${mib} MiB; ${hits} of ${hits + misses} compiles done without`;
}

type CompileCache = NonNullable<NonNullable<StatusReport["server"]>["compile_cache"]>;

function serviceText({ kind, text }: Keeper, serves: boolean): string {
  return kind === "none" && !serves ? "none that runs" : text;
}

function versionText({
  version,
  release,
}: {
  readonly version: string;
  readonly release: string | null;
}): string {
  return release === null ? `${version}, from a checkout` : `${version}, release ${release}`;
}

/** A time in its two largest units, for example `2 d 5 h`. */
function ageText(ms: number): string {
  const days = Math.floor(ms / DAY_MS);
  const hours = Math.floor((ms % DAY_MS) / HOUR_MS);
  const minutes = Math.floor((ms % HOUR_MS) / MINUTE_MS);
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min`;
}
