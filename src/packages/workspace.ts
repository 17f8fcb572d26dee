import { chown, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { RunAs } from "./run-command.ts";

/** A private folder that is gone after use. */
export interface Workspace extends AsyncDisposable {
  readonly path: string;
}

/** What their names begin with. */
export type WorkspaceKind = ".work" | "build";

/** Whether a folder's name is one of a workspace. */
export function isWorkspace(name: string): boolean {
  return /^(\.work|build)-\d+-/.test(name);
}

/**
 * Makes a private folder below `parent`, owned by `owner`. It carries this process's id, so that what a killed process
 * left is known as such and removed here. The one with a dot is out of the jailer's reach.
 */
export async function openWorkspace(
  parent: string,
  owner: RunAs,
  kind: WorkspaceKind = ".work",
): Promise<Workspace> {
  await mkdir(parent, { recursive: true });
  await sweep(parent, kind);
  const path = await mkdtemp(join(parent, `${kind}-${process.pid}-`));
  if (owner !== null) await chown(path, owner.uid, owner.gid);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

async function sweep(parent: string, kind: string): Promise<void> {
  const left = (await readdir(parent)).filter((name) => {
    const [pid] = name.startsWith(`${kind}-`) ? name.slice(kind.length + 1).split("-") : [];
    return pid !== undefined && !isAlive(Number(pid));
  });
  await Promise.all(left.map((name) => rm(join(parent, name), { recursive: true, force: true })));
}

/** Signal 0 only asks (kill(2)); EPERM means that somebody else's process has the id. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
