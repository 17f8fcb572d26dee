import { readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { describe, expect, test, vi } from "vitest";
import { checkIds } from "../../src/doctor/check-ids.ts";
import type { CheckResult } from "../../src/doctor/run-checks.ts";
import { CRANKCASE, startServing } from "../cli/serving.ts";

vi.setConfig({ testTimeout: 180_000 });

/** Not of a test's own server: whether this machine reaches mirrors, and is set up as one where Crankcase is installed. */
const OF_THE_MACHINE = "mirrors,npm-registry,memory,disk,users,clock";

/** A busy machine gets ten times the usual limits. */
const PATIENCE = {
  compile: { default: { wall_time_ms: 100_000, cpu_time_ms: 100_000 } },
  run: { default: { wall_time_ms: 30_000, cpu_time_ms: 30_000 } },
};

const doctor = async (...args: string[]) => {
  const env = { PATH: process.env.PATH };
  return await execa(CRANKCASE, ["doctor", ...args], { reject: false, env, extendEnv: false });
};

const byId = (stdout: string) =>
  new Map((JSON.parse(stdout).checks as CheckResult[]).map((result) => [result.id, result]));

describe("beside a server that serves", () => {
  test("no check fails, the runtimes' own tests have run, and nothing is left behind", async () => {
    await using serving = await startServing({ limits: PATIENCE });
    const where = ["--config", serving.configFile, "--url", serving.url];
    const { stdout, exitCode } = await doctor("--json", ...where, "--skip", OF_THE_MACHINE);
    const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: CheckResult[] };
    expect(checks.filter(({ status }) => status === "failed" || status === "skipped")).toEqual([]);
    expect([ok, exitCode]).toEqual([true, 0]);
    expect(byId(stdout).get("runtimes")?.detail).toMatch(/^\d+ tests of \d+ runtimes passed$/);
    expect(byId(stdout).get("jail")?.detail).toMatch(/^made and gone again within/);
    const left = (await readdir(serving.place.dataDir)).filter((name) => name.includes("doctor"));
    expect(left).toEqual([]);
  });

  test("when the server has gone, server and jail fail, the runtimes are skipped, and the exit code is 1", async () => {
    await using serving = await startServing();
    const where = ["--config", serving.configFile, "--url", serving.url];
    process.kill(serving.pid, "SIGTERM");
    await serving.exit;
    const { stdout, exitCode } = await doctor("--json", ...where, "--only", "server,jail,runtimes");
    expect([...byId(stdout).values()].map(({ id, status }) => [id, status])).toEqual([
      ["server", "failed"],
      ["jail", "failed"],
      ["runtimes", "skipped"],
    ]);
    expect(exitCode).toBe(1);
  });

  test("with a configuration that is refused, that is what has failed, and the rest is looked at", async () => {
    await using serving = await startServing();
    const broken = join(dirname(serving.configFile), "broken.yaml");
    await writeFile(broken, "port: many\n");
    const { stdout, exitCode } = await doctor("--config", broken, "--only", "configuration,kernel,cgroups");
    const lines = stdout.split("\n");
    expect(lines[0]).toMatch(/^FAILED {3}configuration {2}.*port/);
    expect(lines[1]).toMatch(/^ +why: {2}/);
    expect(lines[2]).toBe(`         mend: sudoedit ${broken}`);
    expect(lines).toContainEqual(expect.stringMatching(/^ok {7}kernel {9}Linux/));
    expect(lines.at(-1)).toBe("3 checks: 2 ok, 0 warning, 1 failed, 0 skipped");
    expect(exitCode).toBe(1);
  });
});

test("another user than root is told what only root can look at", async () => {
  const ids = ["--reuid=65534", "--regid=65534", "--clear-groups", "--"];
  const argv = [...ids, CRANKCASE, "doctor", "--json", "--only", "overlay,kernel"];
  const { stdout, exitCode } = await execa("setpriv", argv, { reject: false });
  expect(byId(stdout).get("overlay")).toMatchObject({ status: "skipped", mend: "sudo crankcase doctor" });
  expect(byId(stdout).get("kernel")?.status).not.toBe("skipped");
  expect(exitCode).toBe(0);
});

test("a check that does not exist, and a URL that is none, are wrong command lines", async () => {
  expect(await doctor("--only", "kernel,moon")).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('"moon"'),
  });
  expect(await doctor("--url", "localhost")).toMatchObject({ exitCode: 2 });
});

test("--help names every check", async () => {
  const { stdout, exitCode } = await doctor("--help");
  for (const id of checkIds) expect(stdout).toContain(id);
  expect(exitCode).toBe(0);
});
