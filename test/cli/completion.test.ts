import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { expect, test } from "vitest";
import { TIME_FACTOR } from "../support/time-factor.ts";
import { CRANKCASE } from "./serving.ts";

/** Nobody listens there: discard(9). */
const NOBODY = "http://127.0.0.1:9";

async function candidates(words: readonly string[], url = NOBODY): Promise<string[]> {
  const { stdout, stderr, exitCode } = await execa(CRANKCASE, ["complete", "--", ...words], {
    env: { PATH: process.env.PATH, CRANKCASE_URL: url },
    extendEnv: false,
    reject: false,
  });
  expect([stderr, exitCode]).toEqual(["", 0]);
  return stdout.split("\n").map((line) => line.split("\t")[0] ?? "");
}

test("commands, options and choices are completed, and the server is not needed for that", async () => {
  expect(await candidates(["ru"])).toEqual(["run", "runtimes"]);
  expect(await candidates(["packages", "in"])).toEqual(["info", "install"]);
  expect(await candidates(["run", "--inter"])).toEqual(["--interactive"]);
  expect(await candidates(["completion", ""])).toEqual(["bash", "zsh", "fish"]);
});

test("what commander hides is not completed, and what belongs to the program neither", async () => {
  expect(await candidates(["comple"])).toEqual(["completion"]);
  expect(await candidates(["run", "--term"])).toEqual([""]);
  expect(await candidates(["run", "python", "--inter"])).toEqual([":files"]);
  expect(await candidates(["run", "--file", "x"])).toEqual([":files"]);
  expect(await candidates(["submit", "python", "--wa"])).toEqual([":files"]);
  expect(await candidates(["test", "a.py", "--comp"])).toEqual(["--compare"]);
  expect(await candidates(["test", "--compare", "t"])).toEqual(["trimmed", "tokens"]);
  expect(await candidates(["test", "a.py", ""])).toEqual([":files"]);
});

test("languages, jobs and workflows are asked of the server; one that does not answer is waited for but shortly, and without a word", async () => {
  const runtimes = [{ language: "python", version: "3.13.5", aliases: ["py", "x;y"], file_endings: [] }];
  const server = createServer((request, response) => {
    if (request.url === "/api/crankcase/v1/runtimes") response.end(JSON.stringify(runtimes));
    if (request.url === "/api/crankcase/v1/workflows")
      response.end(JSON.stringify({ workflows: [{ id: "workflow-1" }] }));
    if (request.url === "/api/crankcase/v1/jobs") response.end(JSON.stringify({ jobs: [{ id: "job-1" }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // On a busy machine its answer may come after what completing waits for.
  const expectAnswered = (words: string[], expected: string[]) =>
    expect.poll(() => candidates(words, url), { timeout: 20_000 * TIME_FACTOR }).toEqual(expected);
  await expectAnswered(["run", ""], ["py", "python", ":files"]);
  await expectAnswered(["runtimes", "pyt"], ["python"]);
  await expectAnswered(["test", "pyt"], ["python", ":files"]);
  await expectAnswered(["packages", "test", "pyt"], ["python"]);
  await expectAnswered(["cancel", ""], ["job-1"]);
  await expectAnswered(["workflow", "show", ""], ["workflow-1"]);
  await expectAnswered(["workflow", "run", ""], [":files"]);
  await expectAnswered(["packages", "install", ""], [""]);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test("bash completes by its script", async () => {
  await using folder = await temporary();
  await writeFile(join(folder.path, "hello.py"), "");
  const script = `source <(crankcase completion bash)
complete -p crankcase
COMP_WORDS=(crankcase packages in) COMP_CWORD=2; _crankcase; echo "\${COMPREPLY[@]}"
COMP_WORDS=(crankcase run hel) COMP_CWORD=2; _crankcase; echo "\${COMPREPLY[@]}"`;
  const { stdout } = await execa("bash", ["--norc", "-c", script], {
    env: { PATH: `${dirname(CRANKCASE)}:${process.env.PATH}`, CRANKCASE_URL: NOBODY },
    extendEnv: false,
    cwd: folder.path,
  });
  expect(stdout).toBe("complete -F _crankcase crankcase\ninfo install\nhello.py");
});

async function temporary() {
  const { path, cleanup } = await dir({ unsafeCleanup: true });
  return { path, [Symbol.asyncDispose]: cleanup };
}
