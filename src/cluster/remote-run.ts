import type { JobResult } from "../api/job-result.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { JobCall } from "../jobs/job-call.ts";
import type { JobFollower } from "../jobs/job-follower.ts";
import { errorOfText } from "./error-text.ts";
import { followerFrames } from "./follower-frames.ts";
import { bare, type FrameWithBytes, frameCost } from "./frame.ts";
import { appendEntry, type FrameReader, frameReader, toMember } from "./frame-stream.ts";
import { FrameWriter } from "./frame-writer.ts";
import { remoteControls } from "./remote-controls.ts";
import { COLLECT_JOB } from "./scripts/collect-job.ts";
import type { SharedStore } from "./shared-store.ts";
import { names } from "./store-names.ts";

/** Bytes of input that may be on their way to the program. */
const INPUT_WINDOW_BYTES = 65_536;

/** Whoever sends is told how much was taken, each time it is so much more. */
const TAKEN_STEP_BYTES = 65_536;

/** A job that somebody here waits for, while it waits or runs at a worker. */
export interface RemoteRun {
  /** Rejects with what the job failed of, or the call's reason. */
  readonly result: Promise<JobResult>;
  /** Its worker, or whoever ended it, has said something; `look` where something may have been missed. */
  hear(word: string): void;
}

/** What a run over the store takes. */
export interface RemoteRunDeps {
  readonly store: SharedStore;
  /** Which worker has it now; null where none has. */
  readonly takerOf: (id: string) => Promise<string | null>;
}

/** Hears what a job tells, and hands on to it what its caller sends. */
export function remoteRun(call: JobCall, deps: RemoteRunDeps): RemoteRun {
  const { promise: result, resolve, reject } = Promise.withResolvers<JobResult>();
  const over = new AbortController();
  const ended =
    <Value>(settle: (value: Value) => void) =>
    (value: Value) => {
      settle(value);
      over.abort();
    };
  const [done, failed] = [ended(resolve), ended(reject)];
  const listen = call.follower === undefined ? null : listening(call, call.follower, deps, over.signal);
  const collect = async () => {
    const [state, text, error] = (await deps.store.run(COLLECT_JOB, call.id)) as string[];
    if (state === "queued" || over.signal.aborted) return;
    // All that it told is there before its end.
    await listen?.hear();
    if (state === "") failed(gone());
    else if (error) failed(errorOfText(error));
    else if (text) done(JSON.parse(text) as JobResult);
    else failed(new CrankcaseError("cancelled", "The job was cancelled."));
  };
  const abort = () => failed(call.signal.reason);
  if (call.signal.aborted) abort();
  call.signal.addEventListener("abort", abort, { once: true });
  over.signal.addEventListener("abort", () => call.signal.removeEventListener("abort", abort), {
    once: true,
  });
  return {
    result,
    hear(word) {
      if (over.signal.aborted) return;
      // A store that does not answer is asked again at the next look.
      if (word !== "end") listen?.hear().catch(() => undefined);
      if (word !== "out") collect().catch(() => undefined);
    },
  };
}

interface Listener {
  hear(): Promise<void>;
}

function listening(
  call: JobCall,
  follower: JobFollower,
  { store, takerOf }: RemoteRunDeps,
  over: AbortSignal,
): Listener {
  const { id } = call;
  let worker: string | null = null;
  const append = async (entry: Buffer) => {
    worker ??= await takerOf(id);
    await appendEntry(store, names.input(id), entry, toMember(worker ?? "", "in", id));
  };
  const writer = new FrameWriter({ append, window: INPUT_WINDOW_BYTES, signal: over });
  const reader: FrameReader = frameReader(store, names.output(id, "waited"), true);
  const controls = remoteControls(writer);
  const listener = followerFrames(follower, controls);
  let told = 0;
  let said = 0;
  const take = async (received: FrameWithBytes) => {
    if (over.aborted) return;
    if (received.frame.type === "taken") return writer.taken(received.frame.cost);
    await listener(received);
    told += frameCost(received);
    if (told - said < TAKEN_STEP_BYTES) return;
    said = told;
    void writer.write(bare({ type: "taken", cost: told }));
  };
  return { hear: () => reader.read(take) };
}

function gone(): CrankcaseError {
  return new CrankcaseError("interrupted", "The job's record is gone from the store.");
}
