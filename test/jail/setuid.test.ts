import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dir } from "tmp-promise";
import { expect, test } from "vitest";
import { jailerOfFile } from "../support/jailer-of-file.ts";
import { makeJailerPlace } from "../support/jailer-place.ts";
import { readProgram, runProgram } from "../support/program.ts";
import { startJailer } from "../support/start-jailer.ts";
import { packageLayer } from "../support/test-data.ts";
import { openTestJail } from "../support/test-jail.ts";

const jailer = jailerOfFile();

/** whoami.c as a program that needs no library, so that a base can consist of it alone. */
async function compileStatically(): Promise<Buffer> {
  const files = { "whoami.c": await readProgram("whoami.c") };
  await using jail = await openTestJail(jailer(), { layers: [await packageLayer("gcc")], files });
  const compile = { argv: ["/usr/bin/gcc", "-static", "-s", "-o", "whoami", "whoami.c"] };
  expect(await jail.run(compile)).toMatchObject({ exitCode: 0, stderr: "" });
  return (await jail.run({ argv: ["/bin/cat", "whoami"], limits: { stdoutBytes: 2 ** 24 } })).output;
}

test("a program that is setuid and setgid to root gives no privilege", async () => {
  await using stack = new AsyncDisposableStack();
  const folder = await dir({ prefix: "crankcase-setuid", unsafeCleanup: true });
  stack.defer(folder.cleanup);
  await chmod(folder.path, 0o755);
  const bin = join(folder.path, "bases/setuid/root/bin");
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, "whoami"), await compileStatically());
  await chmod(join(bin, "whoami"), 0o6755);
  const place = stack.use(await makeJailerPlace({ dataDir: folder.path }));
  const other = stack.use(await startJailer(place));
  const ran = await runProgram(other, { base: "setuid", argv: ["/bin/whoami"] });
  const uid = place.runnerUidMin;
  expect(ran.stdout).toBe(`${uid} ${uid} no root\n`);
});
