import { readdir, readFile } from "node:fs/promises";

/** The processes of this machine, but this one, that carry a text in their arguments or their environment. */
export async function processesMentioning(text: string): Promise<readonly number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => pid !== process.pid && (await mentions(pid, text))),
  );
  return pids.filter((_, index) => found[index]);
}

async function mentions(pid: number, text: string): Promise<boolean> {
  const files = ["cmdline", "environ"].map((name) => readFile(`/proc/${pid}/${name}`, "utf8"));
  const contents = await Promise.allSettled(files);
  return contents.some((content) => content.status === "fulfilled" && content.value.includes(text));
}
