import { cp, mkdir, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";

const PROJECT = join(import.meta.dirname, "../..");

/** What a release has of its own, or has not at all. */
const OWN = new Set(["bin", "lib", ".git"]);

/**
 * Makes a tree that runs as an installed release does, plain JavaScript and not what is stripped of its types at each start;
 * all that is not run in the folder itself is a link to the project's. Returns the tree's folder.
 */
export async function makeRelease(folder: string): Promise<string> {
  const release = join(folder, "release");
  await mkdir(release);
  await cp(join(PROJECT, "bin"), join(release, "bin"), { recursive: true });
  const linked = (await readdir(PROJECT)).filter((name) => !OWN.has(name));
  for (const name of linked) await symlink(join(PROJECT, name), join(release, name));
  await execa("node", [join(PROJECT, "scripts/bundle.ts"), release]);
  return release;
}
