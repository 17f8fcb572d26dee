import type { Listeners } from "../queue/listeners.ts";
import { listeners } from "../queue/listeners.ts";
import type { SharedStore } from "./shared-store.ts";
import { channels } from "./store-names.ts";

/** A channel that nobody listens to any more is left so much later, in milliseconds: mostly somebody comes again. */
const LINGER_MS = 2_000;

/** What others tell this process, and of the jobs and other subjects that it asks after. Disposing closes its connection. */
export interface News extends AsyncDisposable {
  /** Settles at the next news of a subject, mostly a job, and may settle without any: whoever waits looks at it then. */
  next(id: string, signal: AbortSignal): Promise<void>;
}

/** Who hears what. */
export interface NewsDeps {
  readonly store: SharedStore;
  /** Of this process. */
  readonly memberId: string;
  /** A word to this process, about a job. */
  readonly onWord: (word: string, jobId: string) => void;
  /** Words may have been missed: whatever was waited for is to be looked at. */
  readonly onMissed: () => void;
}

interface Followed {
  waiting: number;
  leaves: NodeJS.Timeout | undefined;
}

/** Begins to listen. */
export async function openNews({ store, memberId, onWord, onMissed }: NewsDeps): Promise<News> {
  const subscriber = store.connect({ autoResubscribe: true });
  const own = channels.member(memberId);
  const ofSubjects = channels.subject("");
  const waiting: Listeners = listeners();
  const followed = new Map<string, Followed>();
  subscriber.on("error", () => undefined);
  subscriber.on("message", (channel: string, message: string) => {
    if (channel.startsWith(ofSubjects)) return waiting.tell(channel.slice(ofSubjects.length));
    const [word = "", jobId = ""] = message.split(" ", 2);
    onWord(word, jobId);
  });
  await subscriber.subscribe(own);
  // From the second time on: it was away in between.
  subscriber.on("ready", () => {
    for (const id of followed.keys()) waiting.tell(id);
    onMissed();
  });

  const enter = (id: string): Followed => {
    const known = followed.get(id);
    if (known !== undefined) {
      clearTimeout(known.leaves);
      known.waiting += 1;
      return known;
    }
    const fresh = { waiting: 1, leaves: undefined };
    followed.set(id, fresh);
    // What happened until then nobody has told: whoever waits looks once more.
    subscriber.subscribe(channels.subject(id)).then(
      () => waiting.tell(id),
      () => undefined,
    );
    return fresh;
  };
  const leave = (id: string, one: Followed) => {
    one.waiting -= 1;
    if (one.waiting > 0) return;
    one.leaves = setTimeout(() => {
      followed.delete(id);
      subscriber.unsubscribe(channels.subject(id)).catch(() => undefined);
    }, LINGER_MS).unref();
  };

  return {
    async next(id, signal) {
      if (signal.aborted) return;
      const told = waiting.next(id, signal);
      const one = enter(id);
      try {
        await told;
      } finally {
        leave(id, one);
      }
    },
    async [Symbol.asyncDispose]() {
      for (const { leaves } of followed.values()) clearTimeout(leaves);
      subscriber.disconnect();
    },
  };
}
