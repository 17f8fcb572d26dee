import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { dir } from "tmp-promise";
import type { Bench, CPrograms } from "./bench.ts";
import { machineCpu } from "./machine-cpu.ts";
import { makeRelease } from "./make-release.ts";
import { findPeers } from "./peers.ts";

const FLAGS = ["-O2", "-Wall", "-Wextra", "-Werror"];
const SOURCES = join(import.meta.dirname, "../c");

/** Folders that the roots of raw runs are mounted on, as the jailer's roots have them. */
const MOUNT_POINTS = ["box", "dev", "executioners", "proc", "tmp"];

/** What is given to a bench from outside. */
export type BenchRequest = Pick<Bench, "dataDir" | "runs" | "stop"> & { readonly env: NodeJS.ProcessEnv };

/** Makes the folder, the release that is measured and the C programs; the folder goes when `acquired` does. */
export async function makeBench(request: BenchRequest, acquired: AsyncDisposableStack): Promise<Bench> {
  const { dataDir, runs, stop, env } = request;
  const folder = await acquireFolder(acquired);
  await mkdir(join(folder, "root"));
  for (const name of MOUNT_POINTS) await mkdir(join(folder, "skeleton", name), { recursive: true });
  const release = await makeRelease(folder);
  const programs = await compilePrograms(folder);
  const [peers, cpu] = [await findPeers(env), await machineCpu()];
  return { folder, dataDir, release, programs, peers, cpu, runs, stop, progress: () => undefined };
}

/** On a tmpfs, as the run folder of an installation is. */
async function acquireFolder(acquired: AsyncDisposableStack): Promise<string> {
  const { path, cleanup } = await dir({ tmpdir: "/dev/shm", prefix: "crankcase-bench", unsafeCleanup: true });
  acquired.defer(cleanup);
  // The daemon's user must reach its own folder below this one.
  await chmod(path, 0o711);
  return path;
}

async function compilePrograms(folder: string): Promise<CPrograms> {
  const compile = async (name: string) => {
    const binary = join(folder, name);
    await execa("cc", [...FLAGS, "-o", binary, join(SOURCES, `${name}.c`)]);
    return binary;
  };
  return {
    launcher: await compile("raw-launcher"),
    httpClient: await compile("http-client"),
    jailClient: await compile("jail-client"),
  };
}
