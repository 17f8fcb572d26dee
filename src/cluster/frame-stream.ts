import { decodeFrames, type FrameWithBytes } from "./frame.ts";
import type { SharedStore } from "./shared-store.ts";
import { channels } from "./store-names.ts";

/** Who reads a stream of frames is told through this channel, with these words. */
export interface Told {
  readonly channel: string;
  readonly message: string;
}

/** What tells a process about a job of its own. */
export function toMember(memberId: string, word: "out" | "in", jobId: string): Told {
  return { channel: channels.member(memberId), message: `${word} ${jobId}` };
}

/** What tells whoever follows a job. */
export function toFollowers(jobId: string): Told {
  return { channel: channels.subject(jobId), message: "out" };
}

/** A stream that nobody has written to or read for so long is gone, in milliseconds. */
const KEPT_MS = 120_000;

/** Entries that are read at one time. */
const MOST_READ = 16;

/** Appends an entry to a stream and tells of it. Rejects with `store_away`. */
export async function appendEntry(
  store: SharedStore,
  stream: string,
  entry: Buffer,
  told: Told,
): Promise<void> {
  await store.ask(async (redis) => {
    const answers = await redis
      .pipeline()
      .xadd(stream, "*", "f", entry)
      .pexpire(stream, KEPT_MS)
      .publish(told.channel, told.message)
      .exec();
    const failed = answers?.find(([error]) => error !== null);
    if (answers === null || failed !== undefined) throw failed?.[0] ?? new Error("no answer");
  });
}

type Take = (frame: FrameWithBytes) => void | Promise<void>;

/** Reads a stream from its beginning. */
export interface FrameReader {
  /** Gives `take` all that has come since, in order and one after the other; overlapping calls join. Rejects with `store_away`. */
  read(take: Take): Promise<void>;
}

/** Makes a reader; one that reads alone removes what it has read. */
export function frameReader(store: SharedStore, stream: string, isAlone: boolean): FrameReader {
  let last: string | null = null;
  let again = false;
  let reading: Promise<void> | undefined;
  const tidy = (ids: readonly string[]) =>
    store.ask((redis) => (isAlone ? redis.xdel(stream, ...ids) : redis.pexpire(stream, KEPT_MS)));
  /** False where there is nothing more, or whoever writes more says so. */
  const readSome = async (take: Take): Promise<boolean> => {
    const from = last === null ? "-" : `(${last}`;
    const entries = await store.ask((redis) => redis.xrangeBuffer(stream, from, "+", "COUNT", MOST_READ));
    const ids = entries.map(([id]) => id.toString());
    for (const [, [, encoded]] of entries) {
      for (const frame of decodeFrames(encoded ?? Buffer.alloc(0))) await take(frame);
    }
    last = ids.at(-1) ?? last;
    // Nobody waits for that: what is not removed expires.
    if (ids.length > 0) tidy(ids).catch(() => undefined);
    return ids.length === MOST_READ;
  };
  const readAll = async (take: Take) => {
    try {
      while (again) {
        again = false;
        while (await readSome(take));
      }
    } finally {
      // At once: whoever reads from now on begins anew.
      reading = undefined;
    }
  };
  return {
    read(take) {
      again = true;
      reading ??= readAll(take);
      return reading;
    },
  };
}
