import { readFile } from "node:fs/promises";
import type { Serving } from "../cli/serving.ts";
import { runnersOf, sessionsOf } from "../pools/serving-pools.ts";

/** Where the kernel holds up a process that opens or reads a watched file (fanotify(7)), as /proc/PID/wchan has it. */
const HELD_UP = /^fanotify_/;

/** Processes that are held up at a file of a job that has not come. */
export async function waitingPrograms(serving: Serving): Promise<readonly number[]> {
  const runners = await runnersOf(serving);
  const places = await Promise.all(runners.map((pid) => readOrNothing(`/proc/${pid}/wchan`)));
  return runners.filter((_pid, index) => HELD_UP.test(places[index] ?? ""));
}

/** Sessions of all jails: of those that wait, where no job runs. */
export function waitingSessions(serving: Serving): Promise<readonly number[]> {
  return sessionsOf(serving.child("jailer"));
}

/** The first processes of the same jails. */
export async function waitingInits(serving: Serving): Promise<readonly number[]> {
  return (await Promise.all((await waitingSessions(serving)).map(childrenOf))).flat();
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  const text = await readOrNothing(`/proc/${pid}/task/${pid}/children`);
  return text.trim().split(" ").filter(Boolean).map(Number);
}

/** Processes end while they are looked at. */
function readOrNothing(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}
