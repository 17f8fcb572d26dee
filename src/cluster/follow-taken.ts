import type { StageControls } from "../jobs/job-follower.ts";
import type { ToListener } from "../queue/queued-jobs-deps.ts";
import { followerFrames } from "./follower-frames.ts";
import type { FrameWithBytes } from "./frame.ts";
import { frameReader } from "./frame-stream.ts";
import type { JobHash } from "./job-fields.ts";
import type { News } from "./news.ts";
import type { SharedStore } from "./shared-store.ts";
import { channels, names } from "./store-names.ts";

/** Whoever follows a job asks for it again after so many milliseconds without news: its worker may be gone. */
const LOOK_AGAIN_MS = 2_000;

/** What following a job takes. */
export interface FollowTakenDeps {
  readonly store: SharedStore;
  readonly news: News;
}

/** Nobody talks to a job that nobody waits for. */
const NO_CONTROLS: StageControls = {
  write: () => Promise.resolve(),
  endInput: () => undefined,
  signal: () => undefined,
  resize: () => undefined,
  room: undefined,
};

/**
 * Tells what happens to a job that a worker has, from its start on, at the listener's pace; settles when that worker has it no more, or the
 * signal aborts. Rejects with `store_away`.
 */
export async function followTaken(
  hash: JobHash,
  toListener: ToListener,
  signal: AbortSignal,
  { store, news }: FollowTakenDeps,
): Promise<void> {
  const { id = "", fence = "", taker = "" } = hash;
  const reader = frameReader(store, names.output(id, fence), false);
  const listener = followerFrames(toListener(encodingOf(hash)), NO_CONTROLS);
  let isOver = false;
  const take = async (frame: FrameWithBytes) => {
    if (signal.aborted) return;
    if (frame.frame.type === "over") isOver = true;
    await listener(frame);
  };
  let isAsked = false;
  while (!signal.aborted) {
    const late = AbortSignal.timeout(LOOK_AGAIN_MS);
    const changed = news.next(id, AbortSignal.any([signal, late]));
    // Asked again where nothing was heard for a while: the word may have been missed.
    if (!isAsked) await store.ask((redis) => redis.publish(channels.member(taker), `follow ${id}`));
    const [state, now] = await store.ask((redis) => redis.hmget(names.job(id), "state", "fence"));
    // What it told before its end is there by then.
    await reader.read(take);
    if (isOver || state !== "queued" || now !== fence) return;
    await changed;
    isAsked = !late.aborted;
  }
}

function encodingOf({ request }: JobHash): "utf8" | "base64" {
  if (request === undefined) return "utf8";
  return (JSON.parse(request) as { output_encoding?: "utf8" | "base64" }).output_encoding ?? "utf8";
}
