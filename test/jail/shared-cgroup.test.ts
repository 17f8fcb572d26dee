import { mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { CGROUP_V2 } from "../support/cgroup-version.ts";
import { type JailerPlace, makeJailerPlace } from "../support/jailer-place.ts";
import { runProgram, shell } from "../support/program.ts";
import { EXECUTABLE, startJailer } from "../support/start-jailer.ts";
import { until } from "../support/until.ts";

/** A group that is the root of a cgroup namespace, with a process in it. On disposal both are gone. */
interface Container extends AsyncDisposable {
  /** A program that starts a jailer in the container, where its first process is then. */
  readonly jailer: string;
  /** The group that the first process is in. */
  groupOfFirst(): Promise<string>;
  /** The names of the groups in the container. */
  groups(): Promise<readonly string[]>;
}

async function startContainer({ instance, runDir }: JailerPlace): Promise<Container> {
  const group = `/sys/fs/cgroup/container-of-${instance}`;
  await mkdir(group);
  const script = 'echo $$ > "$0/cgroup.procs" && exec unshare --cgroup sleep infinity';
  const first = execa("sh", ["-c", script, group], { reject: false });
  const groupOfFirst = async () =>
    (await readFile(`/proc/${first.pid}/cgroup`, "utf8")).trim().slice("0::".length);
  await until("the container is there", async () => (await groupOfFirst()) === `/container-of-${instance}`);
  const jailer = join(dirname(runDir), "jailer-in-container");
  await writeFile(jailer, enterContainer(first.pid), { mode: 0o755 });
  return {
    ...{ jailer, groupOfFirst },
    groups: async () => {
      const entries = await readdir(group, { withFileTypes: true });
      return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    },
    [Symbol.asyncDispose]: async () => {
      first.kill("SIGKILL");
      await first;
      await rmdir(group);
    },
  };
}

/** The text of a program that becomes a jailer beside a process of a container. */
function enterContainer(first: number | undefined): string {
  // Debian 12's mount takes a second one in the same place for a mistake.
  const inside = `umount /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup && exec ${EXECUTABLE} "$@"`;
  return `#!/bin/sh
set -e
group=$(cut -d: -f3 /proc/${first}/cgroup)
echo $$ > "/sys/fs/cgroup$group/cgroup.procs"
exec nsenter --target ${first} --cgroup -- unshare --mount -- sh -c '${inside}' sh "$@"
`;
}

describe.runIf(CGROUP_V2)("a jailer that shares its cgroup with others, as in a container (v2)", () => {
  test("starts and runs jobs, and gives the group back when it stops", async () => {
    await using place = await makeJailerPlace();
    await using container = await startContainer(place);
    const before = await container.groupOfFirst();
    {
      await using jailer = await startJailer(place, container.jailer);
      expect((await runProgram(jailer, shell("echo works"))).stdout).toBe("works\n");
      expect(await container.groupOfFirst()).toBe(`${before}/crankcase.neighbours`);
    }
    expect(await container.groupOfFirst()).toBe(before);
    expect(await container.groups()).toEqual([]);
  });

  test("starts where one was killed, and gives the group back when it stops", async () => {
    await using place = await makeJailerPlace();
    await using container = await startContainer(place);
    const before = await container.groupOfFirst();
    await using killed = await startJailer(place, container.jailer);
    await killed.crash();
    {
      await using jailer = await startJailer(place, container.jailer);
      expect((await runProgram(jailer, shell("echo works"))).stdout).toBe("works\n");
    }
    expect(await container.groupOfFirst()).toBe(before);
    expect(await container.groups()).toEqual([]);
  });
});
