/** A line of /proc/meminfo (proc_meminfo(5)) in bytes; null where it is not there. */
export function meminfoBytes(meminfo: string, name: string): number | null {
  const line = meminfo.split("\n").find((text) => text.startsWith(`${name}:`));
  const [kib] = /\d+/.exec(line?.slice(name.length) ?? "") ?? [];
  return kib === undefined ? null : Number(kib) * 1024;
}
