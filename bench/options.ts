import { parseArgs } from "node:util";

/** What the bench was asked for. */
export interface BenchOptions {
  /** Runs of each variant. */
  readonly rounds: number;
  /** Where to write the figures as JSON; absent: nowhere. */
  readonly jsonFile: string | undefined;
  /** Folder of the base and the packages. */
  readonly dataDir: string;
}

/** Where scripts/setup-tests puts its packages unless TEST_CRANKCASE_DATA names another folder. */
const TEST_DATA = "/var/tmp/crankcase-test-data";

const DEFAULT_ROUNDS = 100;

/** Reads `--runs N` and `--json FILE`. Throws TypeError for any other argument. */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { runs: { type: "string" }, json: { type: "string" } },
  });
  const rounds = Number(values.runs ?? DEFAULT_ROUNDS);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new TypeError(`--runs ${values.runs} is not a number of runs`);
  return { rounds, jsonFile: values.json, dataDir: env.TEST_CRANKCASE_DATA ?? TEST_DATA };
}
