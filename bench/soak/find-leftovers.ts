import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { CrankcaseInstance } from "../crankcase-instance.ts";
import { processesOf } from "../watched-processes.ts";

/** What is left of an instance that has stopped, each as a sentence; what it keeps on disk for its next start is not. */
export async function findLeftovers(instance: CrankcaseInstance): Promise<readonly string[]> {
  const { name, runnerUids, socketPath } = instance;
  const runDir = dirname(socketPath);
  const lines = (await readFile("/proc/self/mountinfo", "utf8")).split("\n");
  const points = lines.map((line) => line.split(" ")[4] ?? "");
  const trees = lines.filter((line) => / - cgroup2? /.test(line)).map((line) => line.split(" ")[4] ?? "");
  const groups = trees.map((tree) => join(tree, `crankcase-${name}`));
  const processes = await processesOf(runnerUids);
  const kept = ["state", "daemon"];
  const files = (await readdir(runDir)).filter((entry) => !kept.includes(entry));
  return [
    ...(processes === 0 ? [] : [`${processes} processes of runners`]),
    ...points.filter((point) => point.startsWith(runDir)).map((point) => `a mount at ${point}`),
    ...(await present(groups)).map((group) => `the cgroup ${group}`),
    ...files.map((file) => `${file} in the run folder`),
  ];
}

async function present(paths: readonly string[]): Promise<string[]> {
  const there = await Promise.all(
    paths.map((path) =>
      readdir(path).then(
        () => path,
        () => null,
      ),
    ),
  );
  return there.filter((path) => path !== null);
}
