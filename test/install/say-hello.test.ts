import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { dir } from "tmp-promise";
import { expect, test, vi } from "vitest";
import { stringify } from "yaml";
import { sayHello } from "../../scripts/install/say-hello.ts";
import { writeExecutable } from "../support/write-executable.ts";

/** A server with some languages; each of its jobs prints the same. */
async function serving(languages: readonly string[], stdout: string) {
  const run = { stdout, exit_code: 0 };
  const runtimes = languages.map((language) => ({ language, version: "1.0.0" }));
  const server = createServer((request, response) => {
    response.end(JSON.stringify(request.url?.endsWith("/jobs") === true ? { run } : runtimes));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: async () => void server.close() };
}

/** The languages `built` and `own`, whose tests want a hello. */
async function definitions() {
  const folder = await dir({ unsafeCleanup: true });
  for (const [place, language] of [
    ["", "built"],
    ["own", "own"],
  ] as const) {
    const tests = [{ name: "hello", files: [{ name: "main", content: "" }], expect: { stdout: "hello\n" } }];
    const definition = { language, package: language, main_file: "main", file_endings: [], tests };
    await writeExecutable(join(folder.path, place, "runtimes", `${language}.yaml`), stringify(definition));
    await writeExecutable(join(folder.path, place, "executioners", language, "run"), "#!/bin/sh\n");
  }
  return {
    runtimesDir: join(folder.path, "runtimes"),
    executionersDir: join(folder.path, "executioners"),
    definitionsDir: join(folder.path, "own"),
    [Symbol.asyncDispose]: () => folder.cleanup(),
  };
}

test.each([
  ["a language that says hello", ["built"], "hello\n", true],
  ["a built-in language that does not", ["built"], "oh\n", false],
  ["one of the operator's own that does not", ["own"], "oh\n", true],
  ["one in Piston's format, which has no test", ["tiny"], "oh\n", true],
  ["no language at all", [], "hello\n", false],
])("whether a release is good is told by %s", async (_what, languages, stdout, isGood) => {
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  await using folders = await definitions();
  await using server = await serving(languages, stdout);
  expect(await sayHello({ url: server.url, folders })).toBe(isGood);
});
