import { parseArgs } from "node:util";

/** How long to soak: so many jobs, or so many minutes. */
export interface SoakOptions {
  readonly jobs: number | null;
  readonly minutes: number | null;
  /** Jobs at one time. */
  readonly atOnce: number;
  /** Parts of the soak, after each of which is counted what there is. */
  readonly windows: number;
  readonly jsonFile: string | undefined;
  /** Folder of the base and the packages. */
  readonly dataDir: string;
}

/** What --help prints. */
export const HELP = `npm run soak -- [--jobs N | --minutes M] [--at-once 8] [--windows 20] [--json FILE]

Runs honest and hostile jobs, two to one, against a Crankcase of its own, counts between the windows what it has of memory,
descriptors, processes, mounts, cgroups, namespaces and disk, and says whether anything grows, gets slower, is lost or left.
Exit code 1: something does. Runs as root; the packages are those of scripts/setup-tests (TEST_CRANKCASE_DATA).

  npm run soak                         five minutes
  npm run soak -- --jobs 10000
  npm run soak -- --minutes 600 --json night.json`;

const TEST_DATA = "/var/tmp/crankcase-test-data";

/** Reads the options. Throws TypeError for any that is none, and RangeError for a number that is too small. */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): SoakOptions | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      jobs: { type: "string" },
      minutes: { type: "string" },
      "at-once": { type: "string", default: "8" },
      windows: { type: "string", default: "20" },
      json: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const jobs = values.jobs === undefined ? null : numberOf("--jobs", values.jobs);
  const minutes = values.minutes === undefined ? null : numberOf("--minutes", values.minutes);
  return {
    ...{ jobs, minutes: jobs === null ? (minutes ?? 5) : null },
    atOnce: numberOf("--at-once", values["at-once"]),
    windows: numberOf("--windows", values.windows),
    jsonFile: values.json,
    dataDir: env.TEST_CRANKCASE_DATA ?? TEST_DATA,
  };
}

function numberOf(name: string, text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new RangeError(`${name} wants a number above 0, not ${text}`);
  return number;
}
