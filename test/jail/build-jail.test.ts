import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { StageRequest } from "../../src/jail/jail.ts";
import { openBuildJail } from "../../src/jail/open-jail.ts";
import { jailerOfFile } from "../support/jailer-of-file.ts";
import { BASE } from "../support/test-data.ts";
import { JAIL_LIMITS, STAGE_LIMITS } from "../support/test-limits.ts";

const jailer = jailerOfFile();

/** Runs a script as a build's root; resolves with what it printed, errors too. */
async function build(script: string): Promise<string> {
  await using jail = await openBuildJail({ socketPath: jailer().socketPath });
  jail.attach({ base: BASE, layers: [] }, JAIL_LIMITS);
  let printed = "";
  const stage: StageRequest = {
    argv: ["/bin/sh", "-c", `exec 2>&1; ${script}`],
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
    cwd: "/",
    stdin: "none",
    limits: STAGE_LIMITS,
  };
  const { report } = jail.startStage(stage, (_, chunk) => {
    printed += chunk;
  });
  expect((await report).cause).toBe("exited");
  return printed;
}

test("a build may write everywhere in its root, and the base does not change", async () => {
  const script = "echo changed > /etc/issue && rm -r /usr/share/doc && cat /etc/issue; ls -d /usr/share/doc";
  expect(await build(script)).toMatch(/^changed\n.*No such file/);
  expect(await build("cat /etc/issue; ls -d /usr/share/doc")).toMatch(/^Debian .*\n\n\/usr\/share\/doc\n$/);
});

test("a build's root has what installing takes, in no group but its own, and no way to more", async () => {
  const printed = await build("id -G; grep -E '^(CapEff|CapBnd|NoNewPrivs|Seccomp):' /proc/self/status");
  // CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SYS_CHROOT, SETFCAP (linux/capability.h).
  const capabilities = [0, 1, 3, 4, 5, 6, 7, 18, 31].reduce((sum, bit) => sum + 2 ** bit, 0);
  const set = capabilities.toString(16).padStart(16, "0");
  expect(printed).toBe(`0\nCapEff:\t${set}\nCapBnd:\t${set}\nNoNewPrivs:\t1\nSeccomp:\t2\n`);
});

test("a build's root cannot change the host's /proc", async () => {
  const script = "chmod 444 /proc/version; chown 0:0 /proc/meminfo; touch /proc/stat; echo x > /proc/mtrr";
  expect((await build(script)).match(/Read-only file system/g)).toHaveLength(4);
});

test.each([
  ["make a device", "mknod /tmp/null c 1 3"],
  ["enter another namespace", "unshare -m true"],
  ["write to the kernel's settings", "echo 1 > /proc/sys/kernel/panic"],
  ["take the name of the machine", "hostname other"],
])("a build's root cannot %s", async (_, command) => {
  expect(await build(`${command} && echo it can`)).toMatch(/not permitted|Read-only|must be root|denied/);
});

test("a build has no network and no process of the host", async () => {
  const printed = await build("tail -n +3 /proc/net/dev | cut -d: -f1; ls /proc | grep -c '^[0-9]'");
  const [network, processes] = printed.trim().split("\n");
  expect(network?.trim()).toBe("lo");
  expect(Number(processes)).toBeLessThan(10);
});

test("a build that is not committed leaves nothing in the data folder", async () => {
  const { instance, dataDir } = jailer().place;
  await build("echo x > /opt/x");
  const staged = await readdir(join(dataDir, "packages/.staging"));
  expect(staged.filter((name) => name.startsWith(instance))).toEqual([]);
});

test("two builds at one time write into their own layers", async () => {
  for (let turn = 0; turn < 10; turn += 1) {
    const builds = ["a", "b"].map((name) => build(`touch /mark-${name}-${turn}; ls -d /mark-*`));
    expect(await Promise.all(builds)).toEqual([`/mark-a-${turn}\n`, `/mark-b-${turn}\n`]);
  }
});

test("a build that leaves folders deeper than any path leaves its slot usable", async () => {
  const deep =
    "cd /tmp; for i in $(seq 1 60); do mkdir $(printf 'd%.0s' $(seq 1 200)) && cd d*; done; cd /opt && touch file";
  await build(
    `for i in $(seq 1 60); do d=$(printf 'd%.0s' $(seq 1 200)); mkdir "$d" && cd -P "$d" || exit; done; ${deep}`,
  );
  expect(await build("ls / | grep -c ddd")).toBe("0\n");
});

test("nobody but root finds a build's files on the host", async () => {
  const { dataDir } = jailer().place;
  expect((await stat(join(dataDir, "packages/.staging"))).mode & 0o777).toBe(0o700);
});
