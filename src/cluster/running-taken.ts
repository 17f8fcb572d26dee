import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { JobFollower } from "../jobs/job-follower.ts";
import { type JobEvents, jobEvents } from "../queue/job-events.ts";
import { bare } from "./frame.ts";
import { appendEntry, frameReader, toFollowers, toMember } from "./frame-stream.ts";
import { FrameWriter } from "./frame-writer.ts";
import { relayingFollower } from "./relaying-follower.ts";
import type { SharedStore } from "./shared-store.ts";
import { names } from "./store-names.ts";
import { takenInput } from "./taken-input.ts";
import type { TakenJob } from "./taken-job.ts";

/** Bytes of output that may be on their way to whoever waits: beyond them the program is held back. */
const WINDOW_BYTES = 1_048_576;

/** A job that this worker has, while it does. */
export interface RunningTaken {
  readonly job: TakenJob;
  /** When it was taken, in milliseconds since 1970. */
  readonly startedAt: number;
  /** Its start is noted. */
  hasBegun: boolean;
  /** Looks in a row at which the server that waits for it was not there. */
  missedNode: number;
  readonly signal: AbortSignal;
  /** Hears of it while it runs; null where nobody is told before its end. */
  readonly follower: JobFollower | null;
  /** Ends its run. */
  abort(reason: CrankcaseError): void;
  /** Somebody wants to hear of it, or has sent it something. */
  hear(word: string): void;
  /** Settles when all that it told is in the store. */
  told(): Promise<void>;
}

/** What was taken just now. `stop` ends its run as well. */
export function runningTaken(job: TakenJob, store: SharedStore, stop: AbortSignal): RunningTaken {
  const controller = new AbortController();
  const signal = AbortSignal.any([controller.signal, stop]);
  const relay = job.node === null ? keptRelay(job, store) : waitedRelay(job, job.node, store, signal);
  return {
    ...{ job, signal, startedAt: Date.now(), hasBegun: false, missedNode: 0 },
    follower: relay.follower,
    abort: (reason) => controller.abort(reason),
    hear(word) {
      if (word === "cancel") controller.abort(new CrankcaseError("cancelled", "The job was cancelled."));
      else relay.hear(word);
    },
    told: () => relay.told(),
  };
}

interface Relay {
  readonly follower: JobFollower | null;
  hear(word: string): void;
  told(): Promise<void>;
}

/** Whoever waits gets what the job tells at his own pace; where he wants its end alone nothing is sent before. */
function waitedRelay(job: TakenJob, node: string, store: SharedStore, signal: AbortSignal): Relay {
  if (!job.isFollowed) return { follower: null, hear: () => undefined, told: () => Promise.resolve() };
  const out = names.output(job.id, "waited");
  const append = (entry: Buffer) => appendEntry(store, out, entry, toMember(node, "out", job.id));
  const writer = new FrameWriter({ append, window: WINDOW_BYTES, signal });
  const input = takenInput(writer);
  const reader = frameReader(store, names.input(job.id), true);
  const hear = () => void reader.read((frame) => input.take(frame)).catch(() => undefined);
  return {
    follower: relayingFollower(writer, (controls) => {
      input.stage(controls);
      hear();
    }),
    hear,
    told: () => writer.flushed(),
  };
}

/** What happens is remembered here, and told in the store once somebody wants to hear of it: mostly nobody does. */
function keptRelay(job: TakenJob, store: SharedStore): Relay {
  const events: JobEvents = jobEvents(() => undefined);
  const over = new AbortController();
  let telling: Promise<void> | undefined;
  const tell = async () => {
    const out = names.output(job.id, job.fence);
    const append = (entry: Buffer) => appendEntry(store, out, entry, toFollowers(job.id));
    const writer = new FrameWriter({ append, window: null, signal: over.signal });
    await events.tell(relayingFollower(writer), over.signal);
    void writer.write(bare({ type: "over" }));
    await writer.flushed();
  };
  return {
    follower: events.source,
    hear(word) {
      if (word === "follow") telling ??= tell();
    },
    async told() {
      events.end();
      await telling;
    },
  };
}
