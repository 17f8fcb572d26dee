import { closeSync, constants, openSync, readSync } from "node:fs";

/** Longer than any record of /dev/kmsg (Linux, Documentation/ABI/testing/dev-kmsg). */
const RECORD_BYTES = 8192;

/** The kernel's log from where it was opened on. */
export interface KernelLog extends Disposable {
  /** What the kernel has written since it was asked last, a line an entry. */
  newLines(): readonly string[];
}

/** Opens the kernel's log; where it may not be read, it stays empty. */
export function openKernelLog(): KernelLog {
  const fd = openOrNull();
  const log = { newLines: () => (fd === null ? [] : readAll(fd)) };
  log.newLines();
  return { ...log, [Symbol.dispose]: () => fd !== null && closeSync(fd) };
}

function openOrNull(): number | null {
  try {
    return openSync("/dev/kmsg", constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
}

function readAll(fd: number): string[] {
  const record = Buffer.alloc(RECORD_BYTES);
  const lines: string[] = [];
  for (;;) {
    const length = readRecord(fd, record);
    if (length === null) return lines;
    // A record is `priority,sequence,time,flags;text` and a line end.
    lines.push(
      record
        .toString("utf8", 0, length)
        .replace(/^[^;]*;/, "")
        .trimEnd(),
    );
  }
}

/** Null where there is none. A record that was overwritten before it was read is passed over (EPIPE). */
function readRecord(fd: number, record: Buffer): number | null {
  try {
    return readSync(fd, record);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPIPE" ? 0 : null;
  }
}
