import { type DestinationStream, type Logger, pino } from "pino";

/**
 * Makes the log: JSON lines. What users write and programs print never goes into it: callers log ids, languages, causes
 * and times.
 */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  return destination === undefined ? pino(options) : pino(options, destination);
}
