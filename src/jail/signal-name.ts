import { constants } from "node:os";

/** The first real-time signal that programs may use; glibc keeps 32 and 33 for itself (signal(7)). */
const FIRST_REAL_TIME = 34;

/** Where a number has two names the first one counts: SIGABRT, not SIGIOT. */
const NAMES = new Map(
  Object.entries(constants.signals)
    .reverse()
    .map(([name, number]) => [number, name]),
);

/** The number of a signal that has a name here, such as SIGINT; null for any other text. */
export function signalNumber(name: string): number | null {
  const known: Readonly<Record<string, number>> = constants.signals;
  return Object.hasOwn(known, name) ? (known[name] ?? null) : null;
}

/** The name of a signal: `SIGSEGV`, `SIGRTMIN+1`. */
export function signalName(signal: number): string {
  const name = NAMES.get(signal);
  if (name !== undefined) return name;
  return signal >= FIRST_REAL_TIME ? `SIGRTMIN+${signal - FIRST_REAL_TIME}` : `SIG${signal}`;
}
