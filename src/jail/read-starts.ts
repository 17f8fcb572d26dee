import { type FileHandle, open } from "node:fs/promises";

/** A job's start, as the jailer noted it. */
export interface NotedStart {
  /** What the job's jail was named by. */
  readonly name: string;
  readonly at: Date;
}

/** A line of the log. */
const LINE = /([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{3}Z) ([A-Za-z0-9._/-]{1,128}) slot-[0-9]{1,4}$/;

/** More than a line has; of a longer one only its end counts. */
const LINE_BYTES = 512;

const READ_BYTES = 65_536;

/**
 * Tells every start in the jailer's log, the oldest first: in the file that was full and renamed, if any, then in the one in use.
 * A name may come twice. Lines that are torn or of another form are counted as skipped; one that follows a torn one, on a disk
 * that was full, stands at its end and is told all the same. Resolves when all are told; where there is no log, at once.
 */
export async function readStarts(
  path: string,
  onStart: (start: NotedStart) => void,
): Promise<{ readonly skipped: number }> {
  await using held = new AsyncDisposableStack();
  // The newer one first: a file that is renamed in between is then read twice, and none is missed.
  const newer = await openIfThere(path, held);
  const older = await openIfThere(`${path}.1`, held);
  let skipped = 0;
  for (const file of [older, newer]) {
    if (file === null) continue;
    for await (const line of linesOf(file)) {
      const found = LINE.exec(line);
      const [whole, at = "", name = ""] = found ?? [];
      if (whole !== line) skipped += 1;
      if (found !== null) onStart({ name, at: new Date(at) });
    }
  }
  return { skipped };
}

async function openIfThere(path: string, held: AsyncDisposableStack): Promise<FileHandle | null> {
  try {
    const file = await open(path, "r");
    held.defer(() => file.close());
    return file;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** The lines of a file, or their ends where they are long; what follows the last line's end is none, and comes with a mark. */
async function* linesOf(file: FileHandle): AsyncGenerator<string> {
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  let rest = "";
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, READ_BYTES);
    if (bytesRead === 0) break;
    const [first = "", ...others] = buffer.toString("latin1", 0, bytesRead).split("\n");
    rest += first;
    for (const next of others) {
      yield rest.slice(-LINE_BYTES);
      rest = next;
    }
    rest = rest.slice(-LINE_BYTES);
  }
  if (rest !== "") yield `${rest} without its end`;
}
