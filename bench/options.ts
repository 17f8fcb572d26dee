import { parseArgs } from "node:util";

/** What a bench was asked for. */
export interface BenchOptions {
  /** Runs of the way that a line is about. */
  readonly runs: number;
  /** Where to write the figures as JSON; absent: nowhere. */
  readonly jsonFile: string | undefined;
  /** Names of the lines to measure; empty: all of them. */
  readonly only: readonly string[];
  /** Whether docs/performance.md is to be written of the figures. */
  readonly writesPage: boolean;
  /** Folder of the base and the packages. */
  readonly dataDir: string;
}

/** Where scripts/setup-tests puts its packages unless TEST_CRANKCASE_DATA names another folder. */
const TEST_DATA = "/var/tmp/crankcase-test-data";

const DEFAULT_RUNS = 1_000;

/**
 * Reads `--runs N`, `--json FILE`, `--page`, and `--only NAME`, which may stand there again. Throws TypeError for any other
 * argument, and for `--page` beside `--only`, since the page has all lines.
 */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: "string" },
      json: { type: "string" },
      page: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
    },
  });
  const runs = Number(values.runs ?? DEFAULT_RUNS);
  if (!Number.isInteger(runs) || runs < 1)
    throw new TypeError(`--runs ${values.runs} is not a number of runs`);
  if (values.page && values.only.length > 0)
    throw new TypeError("--page wants every line measured, without --only");
  const dataDir = env.TEST_CRANKCASE_DATA ?? TEST_DATA;
  return { runs, jsonFile: values.json, only: values.only, writesPage: values.page, dataDir };
}
