import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { makeJailerPlace } from "../support/jailer-place.ts";
import { runProgram, shell } from "../support/program.ts";
import { EXECUTABLE, startJailer } from "../support/start-jailer.ts";

test("jobs read the jail's own files whatever umask the jailer was started with", async () => {
  await using place = await makeJailerPlace();
  const strict = join(dirname(place.runDir), "strict-jailer");
  await writeFile(strict, `#!/bin/sh\numask 077\nexec ${EXECUTABLE} "$@"\n`, { mode: 0o755 });
  await using jailer = await startJailer(place, strict);
  const ran = await runProgram(
    jailer,
    shell("getent hosts localhost > /dev/null && id -un && ls /executioners/bash"),
  );
  expect(ran).toMatchObject({ stderr: "", exitCode: 0, stdout: "runner\nrun\n" });
});
