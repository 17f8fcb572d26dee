import { chmod, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Where the jailer mounts what is a job's own, and the manual's sections, in which scripts of openjdk and others make links. */
const FOLDERS = [
  "box",
  "executioners",
  ...Array.from({ length: 8 }, (_value, index) => `usr/share/man/man${index + 1}`),
];

/** Files that mmdebstrap copies from the host, or that installs would ask for. */
const FILES: Readonly<Record<string, string>> = {
  "etc/hostname": "crankcase\n",
  "etc/hosts": "127.0.0.1 localhost crankcase\n::1 localhost\n",
  "etc/resolv.conf": "",
  "etc/apt/sources.list": "",
};

/** Exit code 101 forbids every service start (invoke-rc.d, policy-rc.d interface). */
const POLICY = "#!/bin/sh\nexit 101\n";

/**
 * Turns what mmdebstrap made into a base: nothing of the host in it, no device node, a place for every mount.
 * Gives the lines of sources.list(5) from which it was made: they name mirrors, and jobs can read the base.
 */
export async function finishBase(root: string): Promise<string[]> {
  const sources = await readSources(root);
  await rm(join(root, "etc/apt/sources.list.d"), { recursive: true, force: true });
  await Promise.all(FOLDERS.map((folder) => mkdir(join(root, folder), { recursive: true })));
  await Promise.all(Object.entries(FILES).map(([file, text]) => replaceFile(join(root, file), text)));
  await writeFile(join(root, "usr/sbin/policy-rc.d"), POLICY);
  await chmod(join(root, "usr/sbin/policy-rc.d"), 0o755);
  const devices = await readdir(join(root, "dev"));
  await Promise.all(devices.map((name) => rm(join(root, "dev", name), { recursive: true })));
  // It holds setuid programs, which grow old: no user of the host is to find them. Jails do not honour them.
  await chmod(root, 0o700);
  return sources;
}

/** Written anew, not over what is there: that may be a link, or have the host's mode. */
async function replaceFile(path: string, text: string): Promise<void> {
  await rm(path, { force: true });
  await writeFile(path, text, { mode: 0o644 });
}

async function readSources(root: string): Promise<string[]> {
  const folder = join(root, "etc/apt/sources.list.d");
  const lists = (await readdir(folder)).filter((name) => name.endsWith(".list")).sort();
  const files = [join(root, "etc/apt/sources.list"), ...lists.map((name) => join(folder, name))];
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8").catch(() => "")));
  return texts
    .flatMap((text) => text.split("\n"))
    .filter((line) => line.startsWith("deb "))
    .map((line) => line.replace(/^deb \[[^\]]*\] /, "deb "));
}
