import { join } from "node:path";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { describe, expect, test } from "vitest";
import { PROJECT_DIR } from "../support/test-data.ts";
import { writeExecutable } from "../support/write-executable.ts";

const OURS = join(PROJECT_DIR, "executioners/build/timeout");

/** How the runtime's own timeout ends, and what it says, given the same. */
async function ended(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { exitCode, signal, stdout, stderr } = await execa(program, ["-s", "KILL", ...args], {
    ...{ reject: false, env: { LC_ALL: "C.UTF-8", ...env }, argv0: "timeout", detached: true },
  });
  return { exitCode, signal, stdout, stderr };
}

/** A folder of its own with an executable file. */
async function programIn(text: string) {
  const { path, cleanup } = await dir({ prefix: "crankcase-test", unsafeCleanup: true });
  const program = join(path, "program");
  await writeExecutable(program, text);
  return { path, program, [Symbol.asyncDispose]: cleanup };
}

const isHere = ["x64", "arm64"].includes(process.arch);

describe.runIf(isHere)("the executioners' timeout does as coreutils' does", () => {
  test.each<[string, readonly string[]]>([
    ["where the program ends by itself", ["5", "sh", "-c", "echo out; echo err >&2; exit 7"]],
    ["where the program dies of a signal", ["5", "sh", "-c", "kill -SEGV $$"]],
    [
      "where the time is over, for the program and what it has started",
      ["1", "sh", "-c", "sleep 30 & echo $!; wait"],
    ],
    ["where there is no such program", ["5", "no-such-program"]],
    ["where there is no such file", ["5", "./no/such/program"]],
    ["where it may not be executed", ["5", "/etc"]],
    ["where the time is without end", ["0", "echo", "hello"]],
    ["where the program's own group is killed", ["5", "sh", "-c", "kill -TERM 0; sleep 30"]],
    [
      "about the signals that the program finds ignored and blocked",
      ["5", "grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"],
    ],
  ])("%s", async (_, args) => {
    const withoutNumbers = (ran: Awaited<ReturnType<typeof ended>>) => ({
      ...ran,
      // Who kills his own group kills timeout twice: by its own signal, and by that of its program. Shells tell both alike.
      ...(ran.signal === "SIGTERM" ? { exitCode: 143, signal: undefined } : {}),
      stdout: ran.stdout.replace(/^\d+$/, "PID"),
    });
    expect(withoutNumbers(await ended(OURS, args))).toEqual(
      withoutNumbers(await ended("/usr/bin/timeout", args)),
    );
  });

  test("about a script without a first line that names its interpreter", async () => {
    await using folder = await programIn("echo script $1");
    const args = ["5", folder.program, "argument"];
    expect(await ended(OURS, args)).toEqual(await ended("/usr/bin/timeout", args));
  });

  test("about where it looks for a program", async () => {
    await using folder = await programIn("#!/bin/sh\necho found");
    const env = { PATH: `/etc/passwd:/no/folder:${folder.path}` };
    const ours = await ended(OURS, ["5", "program"], env);
    expect(ours).toEqual(await ended("/usr/bin/timeout", ["5", "program"], env));
    expect(ours.stdout).toBe("found");
  });

  test.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGALRM"] as const)(
    "about %s, which it passes on",
    async (name) => {
      const told = async (program: string) => {
        const child = execa(
          program,
          [
            "-s",
            "KILL",
            "20",
            "sh",
            "-c",
            `trap 'echo told; exit 9' ${name.slice(3)}; echo ready; while :; do sleep 0.05; done`,
          ],
          {
            ...{ reject: false, argv0: "timeout", detached: true },
          },
        );
        child.stdout.once("data", () => child.kill(name));
        const { exitCode, signal, stdout } = await child;
        return { exitCode, signal, stdout };
      };
      expect(await told(OURS)).toEqual(await told("/usr/bin/timeout"));
    },
  );
});
