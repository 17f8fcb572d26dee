import { readdir, readFile } from "node:fs/promises";

/** How often memory is looked at, in milliseconds. */
const LOOK_MS = 50;

/** How many processes run as one of these users. */
export async function processesOf([first, last]: readonly [number, number]): Promise<number> {
  const statuses = await statusesOfAll();
  return statuses.filter(({ text }) => {
    const uid = Number(/^Uid:\s+(\d+)/m.exec(text)?.[1] ?? -1);
    return uid >= first && uid <= last;
  }).length;
}

async function statusesOfAll(): Promise<{ pid: number; text: string }[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const read = async (pid: string) => ({
    pid: Number(pid),
    text: await readFile(`/proc/${pid}/status`, "utf8").catch(() => ""),
  });
  return await Promise.all(pids.map(read));
}

/** The process that listens on a port of 127.0.0.1 (proc_net_tcp(5)). */
export async function daemonOf(port: number): Promise<number> {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  const table = await readFile("/proc/net/tcp", "utf8");
  const row = table.split("\n").find((line) => line.includes(`0100007F:${hex} 00000000:0000 0A`));
  const uid = Number(row?.trim().split(/\s+/)[7]);
  const statuses = await statusesOfAll();
  const found = statuses.find(({ text }) => Number(/^Uid:\s+(\d+)/m.exec(text)?.[1] ?? -1) === uid);
  if (found === undefined) throw new Error("the daemon's process was not found");
  return found.pid;
}

/** Resident memory of a process, in MiB. */
export async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024);
}

/** Keeps the highest resident memory that it sees. */
export function watchMemory(pid: number): { stop(): number } {
  let peak = 0;
  const timer = setInterval(async () => {
    peak = Math.max(peak, await residentMb(pid));
  }, LOOK_MS);
  return {
    stop() {
      clearInterval(timer);
      return peak;
    },
  };
}
