import { dirname, join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { makeJailerPlace } from "../support/jailer-place.ts";
import { runProgram, shell } from "../support/program.ts";
import { EXECUTABLE, startJailer } from "../support/start-jailer.ts";
import { writeExecutable } from "../support/write-executable.ts";

test("the operator's own executioners lie over the built-in ones, as soon as they are there", async () => {
  await using place = await makeJailerPlace();
  const own = join(dirname(place.runDir), "own");
  await using jailer = await startJailer({ ...place, ownExecutionersDir: own });
  const look = shell("head -n 1 /executioners/prelude.sh; /executioners/bash/run x; /executioners/own/run x");
  const before = await runProgram(jailer, look);
  expect(before.stdout).toBe("# shellcheck shell=sh\n");
  await writeExecutable(join(own, "own/run"), "#!/bin/sh\n. /executioners/prelude.sh\nlimited echo mine\n");
  await writeExecutable(join(own, "bash/run"), "#!/bin/sh\necho not the built-in one\n");
  const after = await runProgram(jailer, look);
  expect(after.stdout).toBe("# shellcheck shell=sh\nnot the built-in one\nmine\n");
  expect((await runProgram(jailer, shell("ls /executioners/python"))).stdout).toBe("run\n");
});

test("the folder of own executioners must be an absolute path", async () => {
  const { exitCode, stderr } = await execa(
    EXECUTABLE,
    [
      ...["--instance", "x", "--run-dir", "/x", "--data-dir", "/x", "--builds-dir", "/x"],
      ...["--executioners-dir", "/x", "--own-executioners-dir", "x"],
    ],
    { reject: false },
  );
  expect([exitCode, stderr.split("\n")[0]]).toEqual([
    2,
    "jailer: --own-executioners-dir must be an absolute path",
  ]);
});
