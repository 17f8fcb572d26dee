import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type OverlayMachine, overlayMachine } from "./overlay-machine.ts";
import { type SourceTree, sourceTree } from "./source-tree.ts";
import { steadyLoad } from "./steady-load.ts";

vi.setConfig({ testTimeout: 600_000, hookTimeout: 120_000 });

/** Runners of nobody else's: other tests and an installed Crankcase have theirs. */
const RUNNER_UID_MIN = 140_000;

/** How often the installation is killed; more by hand. */
const INTERRUPTIONS = Number(process.env.TEST_INTERRUPTIONS ?? 2);

describe("install.sh on a machine without systemd", () => {
  let machine: OverlayMachine;
  let source: SourceTree;
  let port: number;

  beforeAll(async () => {
    [machine, source, port] = await Promise.all([overlayMachine(), sourceTree(), freePort()]);
    await configure(machine, port);
  });
  afterAll(async () => {
    await machine[Symbol.asyncDispose]();
    await source[Symbol.asyncDispose]();
  });

  const install = (...options: string[]) => machine.run([`${source.path}/install.sh`, ...options]);

  test("--dry-run tells what would be done, and changes nothing", async () => {
    const before = await machine.changes();
    const { exitCode, output } = await install("--dry-run");
    expect(exitCode, output).toBe(0);
    expect(output).toMatch(/^release +0\.1\.0-[0-9a-f]{12} in \/opt\/crankcase$/m);
    expect(await machine.changes()).toEqual(before);
  });

  test("--upgrade refuses where nothing is installed", async () => {
    const { exitCode, output } = await install("--upgrade");
    expect(exitCode).toBe(1);
    expect(output).toContain("hint: leave --upgrade out to install it");
  });

  test("one command leads to a hello in every language", async () => {
    const { exitCode, output } = await install();
    expect(exitCode, output).toBe(0);
    for (const hello of ["Bash 5", "C++", "C", "node", "Python 3"])
      expect(output).toContain(`Hello from ${hello}\n`);
    expect(await (await fetch(`http://127.0.0.1:${port}/healthz`)).json()).toMatchObject({ status: "ok" });
  });

  test("nothing of it is for everybody to write, and what is secret is for nobody else to read", async () => {
    const places = ["/etc/crankcase", "/opt/crankcase", "/run/crankcase", "/var/lib/crankcase/daemon"];
    const writable = ["find", ...places, "/var/log/crankcase", "-perm", "/022", "!", "-type", "l"];
    expect(await machine.run(writable)).toMatchObject({ exitCode: 0, output: "" });
    const secrets = ["/etc/crankcase/admin-key", "/etc/crankcase/keys.json", "/var/log/crankcase"];
    const state = ["/var/lib/crankcase/daemon", "/run/crankcase/install-test/jailer.sock"];
    const about = await machine.run(["stat", "-c", "%U:%G %a", ...secrets, ...state]);
    expect(about.output.trim().split("\n")).toEqual([
      ...["root:root 600", "root:crankcase 640", "root:root 750"],
      ...["crankcase:crankcase 700", "crankcase:root 600"],
    ]);
  });

  test("a second run finds everything there", async () => {
    const { exitCode, output } = await install();
    expect(exitCode, output).toBe(0);
    expect(output).toContain("package python 3.13.5: there already");
    expect(output).toContain("it is the one that runs");
  });

  test("an upgrade under load answers every request and refuses no connection", async () => {
    const old = await release(port);
    await source.edit("CHANGELOG.md", "# Changelog", "# Changelog, upgraded");
    const load = steadyLoad(port);
    const { exitCode, output } = await install("--upgrade");
    const { right, wrong } = await load.end();
    expect(exitCode, output).toBe(0);
    expect(await release(port)).not.toBe(old);
    expect(wrong).toEqual([]);
    expect(right).toBeGreaterThan(10);
  });

  test("a release that fails its trial is never switched to", async () => {
    const old = await release(port);
    await source.edit("executioners/python/run", "limited", "limited false");
    const { exitCode, output } = await install();
    await source.edit("executioners/python/run", "limited false", "limited");
    expect(exitCode).toBe(1);
    expect(output).toContain('"trying the release beside the running one" failed');
    expect(await release(port)).toBe(old);
  });

  test("a release that does not come up gives way to the one before", async () => {
    const old = await release(port);
    await source.edit("bin/crankcase-service", "set -eu", "exit 1");
    const { exitCode, output } = await install();
    await source.edit("bin/crankcase-service", "exit 1", "set -eu");
    expect(exitCode).toBe(1);
    expect(output).toContain(`${old} serves again`);
    expect(await release(port)).toBe(old);
  });

  test("an address that others reach gets a key, and callers need it", async () => {
    const { exitCode, output } = await install("--bind", "0.0.0.0");
    expect(exitCode, output).toBe(0);
    const [key = ""] = /ck_[\w-]+/.exec(output) ?? [];
    const runtimes = `http://127.0.0.1:${port}/api/v2/runtimes`;
    expect((await fetch(runtimes)).status).toBe(401);
    expect((await fetch(runtimes, { headers: { authorization: key } })).status).toBe(200);
    expect((await install("--bind", "127.0.0.1")).exitCode).toBe(0);
    expect((await fetch(runtimes)).status).toBe(200);
  });

  test("--uninstall --purge leaves no file, user, process or cgroup", async () => {
    const { exitCode, output } = await install("--uninstall", "--purge");
    expect(exitCode, output).toBe(0);
    await expectNothingLeft(machine);
  });
});

test(`install.sh killed at ${INTERRUPTIONS} random moments and run again works each time, removal after a SIGKILL of all, too`, async () => {
  await using source = await sourceTree();
  const port = await freePort();
  for (let round = 0; round < INTERRUPTIONS; round++) {
    await using machine = await overlayMachine();
    await configure(machine, port);
    const command = [`${source.path}/install.sh`];
    const killAfterMs = Math.round(Math.random() * 25_000);
    await machine.run(command, { killAfterMs });
    const { exitCode, output } = await machine.run(command);
    expect(exitCode, `killed after ${killAfterMs} ms, then:\n${output}`).toBe(0);
    expect(output).toContain("Hello from Python 3\n");
    await machine.run(["sh", "-c", "kill -KILL -1"]);
    expect((await machine.run([...command, "--uninstall", "--purge"])).exitCode).toBe(0);
    await expectNothingLeft(machine);
  }
});

async function expectNothingLeft(machine: OverlayMachine): Promise<void> {
  const left = (await machine.changes()).filter((path) => !isOfTheMachine(path));
  expect(left).toEqual([]);
  const users = await machine.run(["getent", "passwd"]);
  expect(users.output).not.toContain("crankcase");
  const processes = await machine.run(["ps", "-e", "-o", "args"]);
  expect(processes.output).not.toMatch(/keep-port|jailer|main\.ts/);
  const cgroups = await machine.run(["find", "/sys/fs/cgroup", "-name", "crankcase-install-test*"]);
  expect(cgroups.output).toBe("");
  const data = await machine.run(["find", "/var/lib/crankcase", "-mindepth", "1"]);
  expect(data.output).toBe("");
}

/** What any run of useradd, apt or npm leaves on a machine. */
function isOfTheMachine(path: string): boolean {
  return /^\/(etc\/(passwd|group|shadow|gshadow|subuid|subgid)-?|etc\/\.pwd\.lock|var\/(log|lib|cache)\/(apt|dpkg|lastlog|faillog).*|root\/\.npm\/.*)$/.test(
    path,
  );
}

async function configure(machine: OverlayMachine, port: number): Promise<void> {
  const text = [
    "instance: install-test",
    `port: ${port}`,
    "slots: 4",
    `runner_uid_min: ${RUNNER_UID_MIN}`,
    `runner_gid_min: ${RUNNER_UID_MIN}`,
  ].join("\n");
  await machine.run(["mkdir", "-p", "/etc/crankcase"]);
  const { exitCode } = await machine.run([
    "sh",
    "-c",
    'printf "%s\\n" "$1" >/etc/crankcase/config.yaml',
    "sh",
    text,
  ]);
  expect(exitCode).toBe(0);
}

async function release(port: number): Promise<string> {
  return ((await (await fetch(`http://127.0.0.1:${port}/healthz`)).json()) as { release: string }).release;
}

/** A port that nothing listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
