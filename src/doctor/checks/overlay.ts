import type { Check } from "../check.ts";
import { type Finding, failed, ok } from "../finding.ts";
import type { Host } from "../host.ts";
import { nearestFolder } from "../nearest-folder.ts";

/** As jailer/src/root.c sets it. */
const OPTIONS = "redirect_dir=off,metacopy=off,index=off";

/**
 * Mounts an overlay on $1's folders and does there what a package's installer does: writes, renames, deletes what lies
 * below. The mount is in a namespace of its own and goes with it.
 */
const BUILD = `echo old >"$1/lower/old"
mount -t overlay crankcase-doctor -o "lowerdir=$1/lower,upperdir=$1/upper,workdir=$1/work,${OPTIONS}" "$1/merged"
echo new >"$1/merged/new"
mv "$1/merged/new" "$1/merged/newer"
rm "$1/merged/old"
test ! -e "$1/merged/old"`;

/** Whether overlays can be mounted on the data folder, both as jobs' roots and for building packages. */
export const overlay: Check = {
  id: "overlay",
  title: "Overlay file system",
  why: "A job's root is an overlay of its runtime's packages, and a package is an overlay's upper folder: without it no job runs and nothing is built.",
  needsRoot: true,
  run: async (host, { config }) => {
    const known = /\boverlay$/m.test((await host.readFile("/proc/filesystems")) ?? "");
    if (!known && (await host.run(["modprobe", "overlay"])).exitCode !== 0) {
      return failed("the kernel does not know it", "modprobe overlay");
    }
    const parent = await nearestFolder(host, config.dataDir);
    await using folder = await host.tempFolder(parent);
    const { path } = folder;
    const parts = ["lower", "second", "upper", "work", "merged"].map((part) => `${path}/${part}`);
    const { exitCode } = await host.run(["mkdir", "-m", "755", ...parts]);
    if (exitCode !== 0) return failed(`no folder can be made in ${path}`, null);
    return (
      (await tryJob(host, path)) ??
      (await tryBuild(host, path)) ??
      ok(`mounted on ${parent}, for a job and for a build`)
    );
  },
};

async function tryJob(host: Host, path: string): Promise<Finding | null> {
  const layers = `ro,lowerdir=${path}/second:${path}/lower,${OPTIONS}`;
  const mount = ["mount", "-t", "overlay", "crankcase-doctor", "-o", layers, `${path}/merged`];
  const { exitCode, stderr } = await host.run(["unshare", "--mount", ...mount]);
  return exitCode === 0 ? null : refusal("a job's root cannot be mounted", stderr);
}

async function tryBuild(host: Host, path: string): Promise<Finding | null> {
  const { exitCode, stderr } = await host.run(["unshare", "--mount", "sh", "-euc", BUILD, "sh", path]);
  return exitCode === 0 ? null : refusal("a build's root does not work", stderr);
}

function refusal(what: string, stderr: string): Finding {
  const hint = "Put `data_dir` on a local file system with extended attributes, such as ext4 or xfs.";
  return failed(`${what}: ${stderr.trim()}`, null, `${overlay.why} ${hint}`);
}
