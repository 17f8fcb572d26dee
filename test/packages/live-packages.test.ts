import { once } from "node:events";
import { stat } from "node:fs/promises";
import { type IncomingMessage, type RequestOptions, request } from "node:http";
import { dirname, join } from "node:path";
import { json } from "node:stream/consumers";
import { execa } from "execa";
import { beforeAll, describe, expect, it } from "vitest";
import { leaveNothing } from "./after-each-package-test.ts";
import { type PackagePlace, type PackageServer, packagePlace } from "./serving-packages.ts";
import { addToy } from "./toy-index.ts";

const NATIVE = "/api/crankcase/v1/packages";
const PISTON = "/api/v2/packages";

const NOBODY = 65_534;

let place: PackagePlace;
let server: PackageServer;

beforeAll(async () => {
  place = await packagePlace();
  await addToy(place.toys, "toy", { "2.0.0": {}, "1.5.0": {}, "1.2.0": {} });
  server = await place.serve();
});
leaveNothing(() => ({ place, server }));

const get = async (path: string) => (await (await fetch(server.url + path)).json()) as unknown;

describe("the native routes of packages", () => {
  it("install a language that runs at once, and remove it at once, without a restart", async () => {
    await expect(server.run("toy", "echo no")).rejects.toThrow(/400.*toy-\* runtime is unknown/);
    const change = { name: "toy", version: "2.0.0", languages: ["toy"] };
    expect(await server.install("toy")).toEqual({ status: 200, body: change });
    expect(await server.run("toy", "echo hello")).toBe("toy 2.0.0\nhello\n");
    expect(await get("/api/v2/runtimes")).toEqual([{ language: "toy", version: "2.0.0", aliases: [] }]);
    expect(await server.uninstall("toy")).toEqual({ status: 200, body: change });
    await expect(server.run("toy", "echo no")).rejects.toThrow(/400.*toy-\* runtime is unknown/);
    expect(await get("/api/v2/runtimes")).toEqual([]);
  });

  it("keep several versions side by side, and choose by semver range", async () => {
    const version = async (range: string) => ((await server.install("toy", range)).body as Change).version;
    expect(await version("<2")).toBe("1.5.0");
    expect(await version("~1.2")).toBe("1.2.0");
    expect(await version(">=1.3")).toBe("2.0.0");
    expect(await server.installed()).toEqual(["toy 2.0.0", "toy 1.5.0", "toy 1.2.0"]);
    for (const [range, said] of Object.entries({ "*": "2.0.0", "1": "1.5.0", "1.2.x": "1.2.0" })) {
      expect(await server.run("toy", "", range)).toBe(`toy ${said}\n`);
    }
    expect(await server.uninstall("toy", "1")).toMatchObject({ body: { version: "1.5.0" } });
    expect(await server.run("toy", "", "1")).toBe("toy 1.2.0\n");
  });

  it("install what is there already without building it again", async () => {
    await server.install("toy");
    const manifest = join(place.data.dataDir, "packages/toy/2.0.0/manifest.json");
    const before = await stat(manifest);
    expect((await server.install("toy")).status).toBe(200);
    expect((await stat(manifest)).mtimeMs).toBe(before.mtimeMs);
  });

  it("say what there is not, and what comes close", async () => {
    expect(await server.install("toi")).toMatchObject({
      status: 404,
      body: {
        code: "unknown_package",
        message: expect.stringMatching(/no package toi\. Did you mean toy\?/),
      },
    });
    expect(await server.install("toy", "^3")).toMatchObject({
      status: 404,
      body: { code: "unknown_package", message: expect.stringContaining("There are: 2.0.0, 1.5.0, 1.2.0") },
    });
    expect(await server.uninstall("toy")).toMatchObject({ status: 404, body: { code: "unknown_package" } });
    expect(await server.send("POST", {})).toMatchObject({ status: 400, body: { code: "invalid_request" } });
  });

  it.each([
    ["server-sent events", "text/event-stream"],
    ["a JSON object a line", "application/x-ndjson"],
  ])("tell of their progress as %s, up to the result or the error", async (_how, accept) => {
    const installed = await server.events({ name: "toy" }, { accept });
    expect(installed.at(-1)).toEqual({ event: "result", name: "toy", version: "2.0.0", languages: ["toy"] });
    const build = installed.filter(({ step }) => step === "package toy: build its layer");
    expect(build.map(({ event, state }) => [event, state])).toEqual([
      ["progress", "started"],
      ["progress", "done"],
    ]);
    expect(build.at(-1)).toMatchObject({ seconds: expect.any(Number) });
    expect((await server.events({ name: "nothing" }, { accept })).at(-1)).toMatchObject({
      event: "error",
      code: "unknown_package",
    });
  });
});

describe("Piston's routes of packages", () => {
  it("answer in Piston's form", async () => {
    const wanted = { language: "toy", version: "1.x" };
    const installed = { status: 200, body: { language: "toy", version: "1.5.0" } };
    expect(await server.send("POST", wanted, { path: PISTON })).toEqual(installed);
    expect(await get(PISTON)).toEqual([
      { language: "toy", language_version: "2.0.0", installed: false },
      { language: "toy", language_version: "1.5.0", installed: true },
      { language: "toy", language_version: "1.2.0", installed: false },
    ]);
    const job = { language: "toy", version: "1", files: [{ content: "echo hello" }] };
    expect(await server.send("POST", job, { path: "/api/v2/execute", key: null })).toMatchObject({
      status: 200,
      body: { language: "toy", version: "1.5.0", run: { stdout: "toy 1.5.0\nhello\n" } },
    });
    expect(await server.send("DELETE", wanted, { path: PISTON })).toEqual(installed);
    expect(await server.send("POST", job, { path: "/api/v2/execute", key: null })).toEqual({
      status: 400,
      body: { message: "toy-1 runtime is unknown" },
    });
  });

  it.each<[string, object, number, string]>([
    [
      "a language that there is not",
      { language: "x", version: "1" },
      404,
      "Requested package x-1 does not exist",
    ],
    [
      "a version that there is not",
      { language: "toy", version: "9" },
      404,
      "Requested package toy-9 does not exist",
    ],
    ["no language", { version: "1" }, 400, "language is required as a string"],
    ["a version that is no text", { language: "toy", version: 1 }, 400, "version is required as a string"],
  ])("refuse %s in Piston's words", async (_what, body, status, message) => {
    for (const path of [PISTON, "/api/v2/piston/packages"]) {
      for (const method of ["POST", "DELETE"] as const) {
        expect(await server.send(method, body, { path })).toEqual({ status, body: { message } });
      }
    }
  });
});

describe("changing what is installed", () => {
  it("takes a key with the scope packages, on loopback and where everybody may run jobs too", async () => {
    for (const [path, body] of [
      [NATIVE, { name: "toy" }],
      [PISTON, { language: "toy", version: "*" }],
    ] as const) {
      for (const method of ["POST", "DELETE"] as const) {
        expect((await server.send(method, body, { path, key: null })).status).toBe(401);
        expect((await server.send(method, body, { path, key: `${place.keys.packages}x` })).status).toBe(401);
        expect((await server.send(method, body, { path, key: place.keys.run })).status).toBe(403);
      }
    }
    expect(await server.installed()).toEqual([]);
  });

  it("believes no header about where a request comes from", async () => {
    const forwarded = {
      "x-forwarded-for": "127.0.0.1",
      "x-real-ip": "127.0.0.1",
      forwarded: "for=127.0.0.1",
    };
    const { hostname, port } = new URL(server.url);
    const said = await post({ hostname, port, path: NATIVE }, { ...forwarded, host: "operator" });
    expect(said).toMatchObject({ status: 401, body: { code: "unauthorized" } });
  });

  it("takes no key on the operator's socket, which root and the daemon's user alone can open", async () => {
    const socketPath = join(server.serving.place.runDir, "daemon/operator.sock");
    const { uid } = await stat(place.stateDir);
    expect([await reaches(socketPath, 0), await reaches(socketPath, uid)]).toEqual([true, true]);
    expect(await reaches(socketPath, NOBODY)).toBe(false);
    const change = { name: "toy", version: "2.0.0", languages: ["toy"] };
    expect(await post({ socketPath, path: NATIVE })).toEqual({ status: 200, body: change });
    expect((await stat(socketPath)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(socketPath))).mode & 0o777).toBe(0o700);
  });
});

interface Change {
  readonly version: string;
}

/** Asks for the toy without a key. */
async function post(to: RequestOptions, headers: Readonly<Record<string, string>> = {}) {
  const sent = request({
    ...to,
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
  });
  sent.end('{"name":"toy"}');
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  return { status: answer.statusCode, body: await json(answer) };
}

/** Whether a user of this id can connect to a Unix socket. */
async function reaches(path: string, uid: number): Promise<boolean> {
  const script = `import net from "node:net";
    net.connect(${JSON.stringify(path)}).on("connect", () => process.exit(0)).on("error", () => process.exit(1));`;
  const { exitCode } = await execa(process.execPath, ["--input-type=module", "--eval", script], {
    ...{ uid, gid: uid, cwd: "/", reject: false },
  });
  return exitCode === 0;
}
