import { mkdir, mkdtempDisposable, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { compiledDir, jobsFile, makeStateFolders } from "../../src/packages/state-folders.ts";
import { PROJECT_DIR } from "../support/test-data.ts";

/** Calls `remove_data` of the installer, with its folders below one of ours. */
const REMOVE = `set -eu
. "$1"
etc_dir=$2/etc runner_lock=$2/runner.lock
remove_data "$2/data" "$2/data/daemon"`;

test("a purge leaves nothing of what the daemon keeps, the jobs that nobody waits for neither", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "crankcase-removal-"));
  const stateDir = join(folder.path, "data/daemon");
  await makeStateFolders(stateDir);
  const kept = [jobsFile(stateDir), `${jobsFile(stateDir)}-wal`, join(compiledDir(stateDir), "one")];
  for (const file of kept) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, "kept");
  }
  await execa("bash", ["-c", REMOVE, "bash", join(PROJECT_DIR, "installer/removal.sh"), folder.path]);
  expect(await readdir(folder.path)).toEqual([]);
});
