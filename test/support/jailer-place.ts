import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { dir } from "tmp-promise";
import { DATA_DIR } from "./test-data.ts";

/** What a test may choose about its jailer. */
export interface PlaceSettings {
  /** Jails at once; 2 when left out. */
  readonly slots?: number;
  /** The user that may connect, besides root; 0 when left out. */
  readonly socketUid?: number;
  /** Memory for all jails together, in bytes; 4 GiB when left out. */
  readonly memoryTotal?: number;
  /** Data folder; the one that scripts/setup-tests made when left out. */
  readonly dataDir?: string;
}

/** All that a jailer is given: its id, its folders, its uids. It outlives the jailer, so that another can start in it. */
export interface JailerPlace extends AsyncDisposable {
  readonly instance: string;
  readonly runDir: string;
  readonly dataDir: string;
  readonly buildsDir: string;
  /** For the daemon alone; it makes it itself. */
  readonly stateDir: string;
  /** The operator's own executioners; none when left out. */
  readonly ownExecutionersDir?: string;
  /** The log of starts; none is kept when left out. */
  readonly startsFile?: string;
  readonly runnerUidMin: number;
  readonly slots: number;
  readonly socketUid: number;
  readonly memoryTotal: number;
}

/** Runner uids of tests start here; each test process has a range of its own, and each of its jailers a part of that. */
const FIRST_UID = 80_000;
const UIDS_OF_PROCESS = 128;
const PROCESSES = 4096;

let places = 0;
let uidsTaken = 0;

/** Makes the folders of a jailer, and chooses an id and uids that no other test uses. */
export async function makeJailerPlace(settings: PlaceSettings = {}): Promise<JailerPlace> {
  const { slots = 2, socketUid = 0, dataDir = DATA_DIR, memoryTotal = 4 * 2 ** 30 } = settings;
  const folder = await dir({ prefix: "crankcase-test", unsafeCleanup: true });
  const [runDir, buildsDir] = [join(folder.path, "run"), join(folder.path, "submissions")];
  await chmod(folder.path, 0o755);
  for (const path of [runDir, buildsDir]) await mkdir(path);
  places += 1;
  return {
    instance: `test-${process.pid}-${places}`,
    stateDir: join(folder.path, "state"),
    startsFile: join(folder.path, "starts", "test.log"),
    ...{ runDir, dataDir, buildsDir, slots, socketUid, memoryTotal },
    runnerUidMin: takeUids(slots),
    [Symbol.asyncDispose]: () => folder.cleanup(),
  };
}

function takeUids(count: number): number {
  const first = FIRST_UID + (process.pid % PROCESSES) * UIDS_OF_PROCESS + uidsTaken;
  uidsTaken += count;
  if (uidsTaken > UIDS_OF_PROCESS) throw new RangeError("this test file wants more runner uids than it has");
  return first;
}
