import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CRANKCASE, type Serving, startServing } from "./serving.ts";

const KEY = /^ck_[A-Za-z0-9_-]{43}$/;
const DAEMON = 74_960;

let folder: Awaited<ReturnType<typeof dir>>;
let keysFile: string;
let serving: Serving;
const keys: Record<string, string> = {};

async function crankcase(args: readonly string[], env: Readonly<Record<string, string>> = {}, uid?: number) {
  const { stdout, stderr, exitCode } = await execa(CRANKCASE, args, {
    env: { PATH: process.env.PATH, CRANKCASE_KEYS_FILE: keysFile, CRANKCASE_USER: String(DAEMON), ...env },
    extendEnv: false,
    cwd: "/",
    input: "",
    reject: false,
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  return { stdout, stderr, exitCode };
}

beforeAll(async () => {
  folder = await dir({ unsafeCleanup: true });
  await execa("chmod", ["755", folder.path]);
  keysFile = join(folder.path, "etc/keys.json");
  for (const scope of ["run", "admin"]) {
    const { stdout } = await crankcase(["keys", "create", scope, "--scope", scope]);
    keys[scope] = stdout;
  }
  serving = await startServing({ require_key: true, keys_file: keysFile, user: String(DAEMON) });
});

afterAll(async () => {
  await serving?.[Symbol.asyncDispose]();
  await folder.cleanup();
});

test("a key is printed alone, with the word that it is shown once; its file is root's and the daemon's", async () => {
  const { stdout, stderr, exitCode } = await crankcase(["keys", "create", "web"]);
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(KEY)]);
  expect(stderr).toMatch(/shown this once.*takes it up within two seconds/);
  const { uid, gid, mode } = await stat(keysFile);
  expect([uid, gid, mode & 0o777]).toEqual([0, DAEMON, 0o640]);
  expect(await readFile(keysFile, "utf8")).not.toContain(stdout.slice(3));
});

test("--json prints one object, and scopes may be several", async () => {
  const args = ["keys", "create", "ci", "--scope", "run", "--scope", "packages", "--json"];
  expect(JSON.parse((await crankcase(args)).stdout)).toEqual({
    name: "ci",
    scopes: ["run", "packages"],
    created: expect.stringMatching(/^\d{4}-/),
    key: expect.stringMatching(KEY),
  });
});

test("a name that is taken, a scope that is not known and a user who is not root are refused", async () => {
  expect(await crankcase(["keys", "create", "admin"])).toMatchObject({
    exitCode: 125,
    stdout: "",
    stderr: expect.stringContaining("a key called admin exists already"),
  });
  expect(await crankcase(["keys", "create", "x", "--scope", "root"])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("Known are: run, packages, metrics, admin."),
  });
  expect(await crankcase(["keys", "create", "x"], {}, DAEMON)).toMatchObject({
    exitCode: 125,
    stderr: expect.stringContaining("sudo crankcase keys create x"),
  });
});

test("the CLI runs programs with CRANKCASE_KEY, and says what lacks without it or with a wrong one", async () => {
  const file = join(folder.path, "hello.sh");
  await execa("sh", ["-c", 'echo "echo hello" > "$0"', file]);
  const run = (env: Readonly<Record<string, string>>) => crankcase(["run", "--url", serving.url, file], env);
  expect(await run({ CRANKCASE_KEY: keys.run ?? "" })).toEqual({ exitCode: 0, stdout: "hello", stderr: "" });
  for (const env of [{}, { CRANKCASE_KEY: "ck_wrong" }]) {
    const { exitCode, stderr } = await run(env);
    expect([exitCode, stderr]).toEqual([125, expect.stringMatching(/API key.*\nhint: .*CRANKCASE_KEY/)]);
  }
});

test("the status tells all to an admin, that it serves to everybody, and exits with 0", async () => {
  const status = (key: string | undefined, ...args: string[]) =>
    crankcase(["status", "--url", serving.url, ...args], key === undefined ? {} : { CRANKCASE_KEY: key });
  const table = await status(keys.admin);
  expect([table.exitCode, table.stderr]).toEqual([0, ""]);
  expect(table.stdout).toMatch(/^status +serves\nurl +http:.*\nversion +0\.1\.0, from a checkout\nsince /);
  expect(table.stdout).toMatch(
    /\nslots +0 of 4 in use, 0 of 256 waiting\nqueued +0 in their turn, 0 waiting, .*\ncompiled +0 kept, .*\nlanguages +bash 5\./,
  );
  const report = JSON.parse((await status(keys.admin, "--json")).stdout);
  expect(report).toMatchObject({ serves: true, service: null, url: serving.url, problem: null });
  expect(report.server).toMatchObject({ release: null, slots: { total: 4 }, warnings: [] });
  for (const key of [undefined, keys.run]) {
    const { exitCode, stdout } = await status(key);
    expect([exitCode, stdout]).toEqual([
      0,
      expect.stringMatching(/^status +serves\n[\s\S]*problem [\s\S]*hint .*CRANKCASE_KEY/),
    ]);
  }
});

test("a server that does not answer is exit code 1, with what to do", async () => {
  const { exitCode, stdout, stderr } = await crankcase(["status", "--url", "http://127.0.0.1:9"]);
  expect([exitCode, stderr]).toEqual([1, ""]);
  expect(stdout).toMatch(/^status +does not serve\nurl .*\nproblem .*does not answer.*\nhint +Start one/);
  const json = await crankcase(["status", "--url", "http://127.0.0.1:9", "--json"]);
  expect([json.exitCode, JSON.parse(json.stdout)]).toMatchObject([1, { serves: false, server: null }]);
});

test("keys do not show in the server's log", () => {
  for (const key of Object.values(keys)) expect(serving.log.join("\n")).not.toContain(key);
});

test("where keys are required and there is none, the start is refused once, with the command that makes one", async () => {
  const env = { CRANKCASE_KEYS_FILE: join(folder.path, "none.json"), CRANKCASE_BIND_ADDRESS: "0.0.0.0" };
  const { exitCode, stdout, stderr } = await crankcase(["serve", "--port", "0"], env);
  expect([exitCode, stdout]).toEqual([125, ""]);
  expect(stderr).toContain(
    `sudo env CRANKCASE_KEYS_FILE=${env.CRANKCASE_KEYS_FILE} crankcase keys create admin --scope admin`,
  );
});

test("what the operator should know of the configuration is in the log and in the status", async () => {
  await using warned = await startServing({}, { PISTON_CACHE: "1" });
  const report = JSON.parse((await crankcase(["status", "--url", warned.url, "--json"])).stdout);
  expect(report.server.warnings).toEqual([expect.stringContaining("PISTON_CACHE")]);
  expect(warned.log.join("\n")).toContain(report.server.warnings[0]);
});

test("the list shows names, scopes and limits, and no hash; a revoked key closes within seconds, a new one opens", async () => {
  const limits = ["--rate", "120", "--concurrency", "2", "--daily", "5000", "--expires", "2999-12-31"];
  const { stdout: key } = await crankcase(["keys", "create", "bot", ...limits]);
  const list = await crankcase(["keys", "list"]);
  expect(list.stdout).toMatch(/^NAME +SCOPES +CREATED +EXPIRES +LIMITS\n/);
  expect(list.stdout).toMatch(
    /\nbot +run +\d{4}-.*Z +2999-12-31T00:00:00.000Z +120 a minute, 2 at once, 5000 jobs a day(\n|$)/,
  );
  const entries = JSON.parse((await crankcase(["keys", "list", "--json"])).stdout);
  expect(entries.find(({ name }: { name: string }) => name === "bot")).toEqual({
    ...{ name: "bot", scopes: ["run"], created: expect.any(String), expires: "2999-12-31T00:00:00.000Z" },
    ...{ rate_per_minute: 120, concurrency: 2, daily_jobs: 5000 },
  });
  expect(JSON.stringify(entries)).not.toContain("sha256");
  const answer = async () => {
    const response = await fetch(`${serving.url}/api/v2/runtimes`, { headers: { "x-api-key": key } });
    await response.body?.cancel();
    return response.status;
  };
  await expect.poll(answer, { timeout: 20_000 }).toBe(200);
  expect((await crankcase(["keys", "revoke", "bot"])).exitCode).toBe(0);
  await expect.poll(answer, { timeout: 20_000 }).toBe(401);
  expect(await crankcase(["keys", "revoke", "bot"])).toMatchObject({
    exitCode: 125,
    stderr: expect.stringContaining("no key is called bot"),
  });
});

test("limits that are none, and a time that is over, are refused", async () => {
  for (const wrong of [
    ["--rate", "0"],
    ["--daily", "many"],
    ["--expires", "2020-01-01"],
    ["--expires", "soon"],
  ]) {
    expect((await crankcase(["keys", "create", "wrong", ...wrong])).exitCode).toBe(2);
  }
  for (const command of [["list"], ["revoke", "admin"]]) {
    expect(await crankcase(["keys", ...command], {}, DAEMON)).toMatchObject({
      exitCode: 125,
      stderr: expect.stringContaining(`sudo crankcase keys ${command.join(" ")}`),
    });
  }
});
