import { byteSize } from "../byte-size.ts";
import type { Check } from "../check.ts";
import { failed, ok, warning } from "../finding.ts";
import { nearestFolder } from "../nearest-folder.ts";

const MIB = 1024 * 1024;

/** A base and the packages of the first languages take about 1 GiB with their archives; building one needs some more. */
const SCARCE = { bytes: 2048 * MIB, inodes: 50_000 };

/** Less than this, and the next package or log line may not fit. */
const LEAST = { bytes: 256 * MIB, inodes: 5_000 };

/** Whether the data folder has room. */
export const disk: Check = {
  id: "disk",
  title: "Disk",
  why: "Packages lie in the data folder; a full disk stops building and installing them, running jobs, whose starts are noted there, and often the machine.",
  run: async (host, { config }) => {
    const folder = await nearestFolder(host, config.dataDir);
    const room = await host.statfs(folder);
    if (room === null) return failed(`${folder} cannot be looked at`, null);
    const inodes = room.inodes === 0 ? Number.POSITIVE_INFINITY : room.freeInodes;
    const counted = room.inodes === 0 ? "" : ` and ${inodes} inodes`;
    const detail = `${byteSize(room.freeBytes)}${counted} free at ${folder}`;
    const mend = `apt-get clean && du -xh --max-depth=2 ${folder} | sort -h | tail`;
    if (room.freeBytes < LEAST.bytes || inodes < LEAST.inodes) return failed(detail, mend);
    const isScarce = room.freeBytes < SCARCE.bytes || inodes < SCARCE.inodes;
    return isScarce ? warning(detail, mend, "Building another package may not fit.") : ok(detail);
  },
};
