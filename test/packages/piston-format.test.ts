import { lstat, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { operatorSocketPath } from "../../src/daemon/operator-socket.ts";
import { type Serving, startServing } from "../cli/serving.ts";
import { PROJECT_DIR } from "../support/test-data.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";
import { type DataFolder, openDataFolder } from "./build-place.ts";
import { type PistonServer, servePiston, tinyLanguage } from "./piston-samples.ts";

vi.setConfig({ testTimeout: 120_000 * TIME_FACTOR });

/** Stands for the libraries of Piston's image, which take minutes to build. */
const LIBRARIES = `
name: piston-libraries
versions:
  - version: 1.0.0
    architectures: [amd64, arm64]
    size_mb: 1
    source: { suite: trixie, files: [readme] }
    provides: [bash]
`;

const PATIENCE = {
  compile: { default: { wall_time_ms: 60_000 } },
  run: { maximum: { wall_time_ms: 60_000 } },
};

describe("a package in Piston's format", () => {
  let folder: DataFolder;
  let server: PistonServer;
  let serving: Serving;
  const acquired = new AsyncDisposableStack();

  beforeAll(async () => {
    folder = acquired.use(await openDataFolder());
    server = acquired.use(await servePiston());
    const index = join(folder.dataDir, "index");
    await mkdir(join(index, "piston-libraries"), { recursive: true });
    await writeFile(join(index, "piston-libraries.yaml"), LIBRARIES);
    await writeFile(join(index, "piston-libraries/readme"), "libraries\n");
    for (const version of ["1.0.0", "1.1.0"]) await server.add(tinyLanguage(version));
    server.addLine("not a line of an index");
    serving = acquired.use(
      await startServing(
        {
          data_dir: folder.dataDir,
          state_dir: join(folder.dataDir, "daemon"),
          packages_index_dir: index,
          limits: PATIENCE,
        },
        { PISTON_REPO_URL: server.url },
      ),
    );
  });
  afterAll(() => acquired.disposeAsync());

  /** As root on the machine itself, which takes no key. */
  async function call(method: string, path: string, body?: object): Promise<[number, unknown]> {
    const content = body === undefined ? "" : JSON.stringify(body);
    const request = httpRequest({
      socketPath: operatorSocketPath(serving.place),
      path: `/api/v2/${path}`,
      method,
      headers: { "content-type": "application/json", "content-length": Buffer.byteLength(content) },
    });
    request.end(content);
    const response = await new Promise<IncomingMessage>((resolve, reject) =>
      request.on("response", resolve).on("error", reject),
    );
    return [response.statusCode ?? 0, JSON.parse(await text(response))];
  }
  const install = (language: string, version = "*") => call("POST", "packages", { language, version });
  const run = async (content: string, rest: object = {}) => {
    const job = { language: "tn", version: "*", files: [{ name: "-main.tn", content }], ...rest };
    // biome-ignore lint/suspicious/noExplicitAny: whatever the server answers
    return (await call("POST", "execute", job)) as [number, any];
  };
  const installed = () => readdir(join(folder.dataDir, "packages"));

  it("is listed beside ours, the lines that are none apart", async () => {
    const [status, listing] = await call("GET", "packages");
    expect(status).toBe(200);
    expect(listing).toEqual([
      { language: "piston-libraries", language_version: "1.0.0", installed: false },
      { language: "tiny", language_version: "1.1.0", installed: false },
      { language: "tiny", language_version: "1.0.0", installed: false },
    ]);
    expect(serving.log.join("\n")).toContain("line 3: the name cannot be a folder's");
  });

  it("installs in the highest version of a range, over the libraries, and again at no cost", async () => {
    expect(await install("tiny", "2.x")).toEqual([
      404,
      { message: "Requested package tiny-2.x does not exist" },
    ]);
    expect(await install("tiny", "1.0.x")).toEqual([200, { language: "tiny", version: "1.0.0" }]);
    expect(await install("tiny")).toEqual([200, { language: "tiny", version: "1.1.0" }]);
    expect(await install("tiny")).toEqual([200, { language: "tiny", version: "1.1.0" }]);
    const [, runtimes] = await call("GET", "runtimes");
    expect(runtimes).toEqual(
      ["1.1.0", "1.0.0"].map((version) => ({ language: "tiny", version, aliases: ["tn", "Tiny#"] })),
    );
  });

  it("compiles and runs at the path that it expects, with arguments, input and its environment", async () => {
    const lines = ["say hello", "args", "input", "show TINY_TEXT", "show PISTON_LANGUAGE", "show HOME"];
    const hidden = ["NOT_EXPORTED", "CRANKCASE_TIMEOUT_SECONDS", "CRANKCASE_PACKAGE_FOLDER", "OLDPWD"];
    const content = [...lines, ...hidden.map((name) => `show ${name}`)].join("\n");
    const [status, body] = await run(`${content}\n`, { args: ["a b", ""], stdin: "typed" });
    expect([status, body.language, body.version, body.compile.code]).toEqual([200, "tiny", "1.1.0", 0]);
    expect(body.run.stderr).toBe("");
    const shown = ['[two  words\n"quoted" $HOME]', "[tiny]", "[/tmp]", ...hidden.map(() => "[unset]")];
    expect(body.run.stdout).toBe(`hello\n<a b><>typed\n${shown.join("\n")}\n`);
  });

  it("tells what did not compile, and keeps versions apart", async () => {
    const [, wrong] = await run("nonsense\n");
    expect([wrong.compile.code, wrong.compile.stderr]).toEqual([1, "1:nonsense\n"]);
    const [, old] = await run("show TINY_VERSION\n", { version: "1.0.x" });
    expect([old.version, old.run.stdout]).toEqual(["1.0.0", "[1.0.0]\n"]);
  });

  it("may ask for what its limits allow, and no more", async () => {
    expect((await run("say hi\n", { run_timeout: 61_000 }))[1].message).toMatch(/run_timeout cannot exceed/);
    expect((await run("say hi\n", { run_timeout: 7000 }))[0]).toBe(200);
  });

  it.each([
    ["another digest than its index says", tinyLanguage("2.0.0"), "a".repeat(64), /sha256/],
    ["no run", { ...tinyLanguage("2.1.0"), files: { "pkg-info.json": info("2.1.0") } }, undefined, /no run/],
    [
      "another name in its pkg-info.json",
      { ...tinyLanguage("2.2.0"), files: { "pkg-info.json": info("2.9.9") } },
      undefined,
      /it is not that of tiny 2\.2\.0/,
    ],
    [
      "limits that are none",
      {
        ...tinyLanguage("2.3.0"),
        files: { run: "", "pkg-info.json": info("2.3.0", { limit_overrides: { run_timeout: "long" } }) },
      },
      undefined,
      /run_timeout must be a whole number/,
    ],
    [
      "a language that nobody could name",
      {
        ...tinyLanguage("2.4.0"),
        files: { run: "", "pkg-info.json": info("2.4.0", { provides: [{ language: "a b" }] }) },
      },
      undefined,
      /piston\.provides\[0\]\.language/,
    ],
    [
      "an environment that ends the shell",
      { ...tinyLanguage("2.5.0"), files: { ...tinyLanguage("2.5.0").files, environment: "exit 0" } },
      undefined,
      /its environment ended/,
    ],
    [
      "a pkg-info.json without an end",
      {
        ...tinyLanguage("2.6.0"),
        files: { run: "" },
        tarOptions: ["--transform", "s,^./bin/shell$,pkg-info.json,"],
      },
      undefined,
      /not JSON/,
    ],
  ])("is refused with %s, and nothing of it stays", async (_what, sample, sha256, message) => {
    await server.add(sample, sha256);
    const [status, body] = await install("tiny", sample.version);
    expect([status, body]).toEqual([500, { message: expect.stringMatching(message) }]);
    expect(await readdir(join(folder.dataDir, "packages/tiny"))).toEqual(["1.0.0", "1.1.0"]);
    expect(await readdir(join(folder.dataDir, "packages/.staging"))).toEqual([]);
  });

  it("stays in its folder, whatever its archive names", async () => {
    const tarOptions = ["--transform", "s,^./bin/tiny$,../../../../escaped,", "--absolute-names"];
    await server.add({ ...tinyLanguage("3.0.0"), tarOptions });
    expect((await install("tiny", "3.0.0"))[0]).toBe(500);
    await expect(lstat(join(folder.dataDir, "escaped"))).rejects.toThrow(/ENOENT/);
    expect(await installed()).not.toContain("escaped");
  });

  it("brings several languages", async () => {
    const provides = [{ language: "alpha", aliases: ["a"] }, { language: "beta" }];
    const files = { ...tinyLanguage("4.0.0").files, "pkg-info.json": info("4.0.0", { provides }) };
    await server.add({ ...tinyLanguage("4.0.0"), files });
    expect((await install("tiny", "4.0.0"))[0]).toBe(200);
    const [, body] = await run("show PISTON_LANGUAGE\n", { language: "a" });
    expect([body.language, body.run.stdout]).toEqual(["alpha", "[alpha]\n"]);
    expect((await call("GET", "runtimes"))[1]).toContainEqual({
      ...{ language: "beta", version: "4.0.0", aliases: [], runtime: "tiny" },
    });
  });

  it("is there and listed while the index cannot be reached, and uninstalls", async () => {
    await server.close();
    expect((await install("tiny", "1.1.0"))[0]).toBe(200);
    expect((await run("say still here\n"))[1].run.stdout).toBe("still here\n");
    for (const version of ["4.0.0", "1.1.0", "1.0.0"])
      expect(await call("DELETE", "packages", { language: "tiny", version })).toEqual([
        200,
        { language: "tiny", version },
      ]);
    expect((await call("GET", "runtimes"))[1]).toEqual([]);
    expect((await run("say gone\n"))[0]).toBe(400);
    const [status, listing] = await call("GET", "packages");
    expect(status).toBe(200);
    expect(listing).toContainEqual({ language: "tiny", language_version: "1.1.0", installed: false });
    expect(serving.log.filter((line) => line.includes("repo_url:"))).not.toHaveLength(0);
  });
});

it("an archive that would grow beyond the bound is refused before it has", async () => {
  await using server = await servePiston();
  await using folder = await openDataFolder();
  const files = { ...tinyLanguage("1.0.0").files, zeros: "\0".repeat(50_000_000) };
  await server.add({ ...tinyLanguage("1.0.0"), files });
  const archive = join(folder.dataDir, "archive");
  const response = await fetch(server.url.replace("index", "tiny-1.0.0.pkg.tar.gz"));
  await writeFile(archive, Buffer.from(await response.arrayBuffer()));
  const unpack = (limit: number) =>
    execa(join(PROJECT_DIR, "executioners/piston-package/unpack"), [
      ...[archive, join(folder.dataDir, "unpacked"), String(limit)],
    ]);
  await unpack(60_000_000);
  await rm(join(folder.dataDir, "unpacked"), { recursive: true });
  await expect(unpack(1_000_000)).rejects.toThrow(/one of more than 1000000 bytes/);
  expect((await lstat(join(folder.dataDir, "unpacked/zeros"))).size).toBeLessThanOrEqual(1_000_000);
});

function info(version: string, more: object = {}): string {
  return JSON.stringify({ language: "tiny", version, aliases: [], ...more });
}
