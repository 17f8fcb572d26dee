import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { dir } from "tmp-promise";
import { expect, it } from "vitest";
import { choosePackage, type KnownPackages, offeredEntries } from "../../src/packages/choose-package.ts";
import { fetchBounded } from "../../src/packages/fetch-bounded.ts";
import { parsePackageDefinition } from "../../src/packages/load-package-index.ts";
import { parseEnvironment } from "../../src/packages/parse-environment.ts";
import { parsePistonIndex } from "../../src/packages/piston-index.ts";
import { pistonRepository } from "../../src/packages/piston-repository.ts";

const BASE = "https://repo.example/pkgs/index";
const SHA = "0123456789abcdef".repeat(4);

it("an index is lines of name, version, digest and url, which may be relative and hold commas", () => {
  const text = `c++,1.2.3,${SHA.toUpperCase()},http://a.example/x?a=1,2\r\n\npython,3.10.0,${SHA},python.tar.gz\n`;
  expect(parsePistonIndex(text, BASE)).toEqual({
    entries: [
      { name: "c++", version: "1.2.3", sha256: SHA, url: "http://a.example/x?a=1,2" },
      { name: "python", version: "3.10.0", sha256: SHA, url: "https://repo.example/pkgs/python.tar.gz" },
    ],
    faults: [],
  });
});

it.each([
  ["a name that leaves its folder", `../x,1.0.0,${SHA},u`],
  ["a hidden name", `.x,1.0.0,${SHA},u`],
  ["an endless name", `${"x".repeat(10_000)},1.0.0,${SHA},u`],
  ["the name of the libraries", `piston-libraries,1.0.0,${SHA},u`],
  ["a version that is none", `x,newest,${SHA},u`],
  ["a version that leaves its folder", `x,1.0.0/../..,${SHA},u`],
  ["a short digest", "x,1.0.0,abc,u"],
  ["no url", `x,1.0.0,${SHA}`],
  ["a file of this machine", `x,1.0.0,${SHA},file:///etc/shadow`],
  ["another scheme", `x,1.0.0,${SHA},data:text/plain,x`],
  ["a page", "<!doctype html>"],
])("a line with %s is left out, the others count", (_what, line) => {
  const { entries, faults } = parsePistonIndex(`${line}\ny,1.0.0,${SHA},u\n`, BASE);
  expect(entries.map(({ name }) => name)).toEqual(["y"]);
  expect(faults).toEqual([expect.stringMatching(/^line 1: /)]);
});

it("of two lines for one package the first counts, and an index does not grow without end", () => {
  const lines = Array.from({ length: 20_000 }, (_value, at) => `x,1.0.${at},${SHA},u`);
  const { entries } = parsePistonIndex([`x,1.0.0,${SHA},first`, ...lines].join("\n"), BASE);
  expect(entries).toHaveLength(10_000);
  expect(entries[0]?.url).toBe("https://repo.example/pkgs/first");
});

it("what was fetched last counts while the index cannot be had, also after a restart; one warning tells", async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "index");
  const warnings: string[] = [];
  let time = 0;
  const deps = {
    repoUrl: pathToFileURL(file).href,
    stateDir: folder.path,
    warn: (text: string) => void warnings.push(text),
    now: () => time,
  };
  const names = async (repository = pistonRepository(deps)) =>
    (await repository.entries()).map(({ name }) => name);
  expect(await names()).toEqual([]);
  await writeFile(file, `x,1.0.0,${SHA},u\n`);
  const repository = pistonRepository(deps);
  expect(await names(repository)).toEqual(["x"]);
  await writeFile(file, "<html>\n".repeat(3));
  time += 6 * 60_000;
  expect(await names(repository)).toEqual(["x"]);
  time += 6 * 60_000;
  expect(await names(repository)).toEqual(["x"]);
  expect(await names()).toEqual(["x"]);
  expect(warnings).toEqual([
    expect.stringMatching(/ENOENT/),
    ...Array.from({ length: 2 }, () => expect.stringMatching(/no index of packages/)),
  ]);
});

it("nobody waits for long for an index that accepts and does not answer, and not again at once", async () => {
  await using folder = await temporaryFolder();
  await using server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const repoUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const warnings: string[] = [];
  const warn = (text: string) => void warnings.push(text);
  const repository = pistonRepository({ repoUrl, stateDir: folder.path, warn });
  expect(await repository.entries()).toEqual([]);
  const start = performance.now();
  expect(await repository.entries(0)).toEqual([]);
  expect(performance.now() - start).toBeLessThan(1000);
  expect(warnings).toHaveLength(1);
  server.closeAllConnections();
});

it("a fetch is bounded, and reads files alone", async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "file");
  await writeFile(file, "x".repeat(100));
  const fetchAll = async (url: string, maxBytes: number) => {
    const signal = new AbortController().signal;
    const { chunks } = await fetchBounded(url, { maxBytes, silenceMs: 5000, signal });
    return Buffer.concat(await Array.fromAsync(chunks)).length;
  };
  expect(await fetchAll(pathToFileURL(file).href, 100)).toBe(100);
  await expect(fetchAll(pathToFileURL(file).href, 99)).rejects.toMatchObject({ code: "package_unavailable" });
  await expect(fetchAll("file:///dev/zero", 99)).rejects.toThrow(/no regular file/);
  await expect(fetchAll("http://127.0.0.1:9/x?token=secret", 99)).rejects.toThrow(
    /^http:\/\/127.0.0.1:9\/x: /,
  );
});

it("a version that ours has too is ours, and of others the highest of both is chosen", () => {
  const definition = (version: string) => `
    - version: "${version}"
      architectures: [amd64]
      size_mb: 1
      source: { suite: trixie, apt: [xx] }
      provides: [x]`;
  const text = `name: x\nversions:${definition("2.0")}${definition("1.5.0")}\n`;
  const known: KnownPackages = {
    index: new Map([["x", parsePackageDefinition("x.yaml", text)]]),
    installed: [],
    architecture: "amd64",
    entries: ["2.0.0", "1.9.0", "1.0.0"].map((version) => ({ name: "x", version, sha256: SHA, url: BASE })),
  };
  const chosen = (range: string) => choosePackage(known, { name: "x", range });
  expect(offeredEntries(known).map(({ version }) => version)).toEqual(["1.9.0", "1.0.0"]);
  expect(chosen("*")).toMatchObject({ selected: { definition: { version: "2.0" } } });
  expect(chosen("1.x")).toMatchObject({ entry: { version: "1.9.0" } });
  expect(chosen("<1.9.0")).toMatchObject({ selected: { definition: { version: "1.5.0" } } });
  expect(() => chosen("3.x")).toThrow(/no version 3\.x/);
  expect(() => choosePackage(known, { name: "y", range: "*" })).toThrow(/no package y/);
});

it("an environment is what it changed, and nothing that is ours or the shell's", () => {
  const before = { PATH: "/bin", HOME: "/tmp" };
  const printed = "PATH=/x:/bin\0HOME=/tmp\0A=b=c\nd\0SHLVL=0\0_=x\0BASH_FUNC_f%%=() {\0CRANKCASE_X=1\0";
  expect(parseEnvironment(Buffer.from(printed), before)).toEqual({ PATH: "/x:/bin", A: "b=c\nd" });
  expect(() => parseEnvironment(Buffer.from(""), before)).toThrow(/ended/);
  expect(() => parseEnvironment(Buffer.from([65, 61, 255, 0]), before)).toThrow(/UTF-8/);
});

async function temporaryFolder() {
  const { path, cleanup } = await dir({ unsafeCleanup: true });
  return { path, [Symbol.asyncDispose]: cleanup };
}
