import { constants } from "node:os";

/** Crankcase itself failed, not the program: the code that timeout(1), env(1) and their like use for this. */
export const OWN_FAILURE = 125;

/** The command line is wrong. */
export const USAGE = 2;

/** What shells add to a signal's number to tell of a death by it (bash(1), "Exit status"). */
const SIGNAL_BASE = 128;

/** The exit code that tells of a death by a signal, for example 139 for SIGSEGV. */
export function signalExitCode(signal: string): number {
  const number = constants.signals[signal as NodeJS.Signals];
  return number === undefined ? OWN_FAILURE : SIGNAL_BASE + number;
}
