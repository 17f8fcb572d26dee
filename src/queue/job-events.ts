import type { JobFollower } from "../jobs/job-follower.ts";

/** What happened to one running job so far, for all who want to hear of it, from its start on. */
export interface JobEvents {
  /** Hears of the job in the first place; never holds it back. */
  readonly source: JobFollower;
  /** Whether one of its programs was started. */
  readonly hasStarted: boolean;
  /** Nothing more will happen. */
  end(): void;
  /** Tells all that happened and happens, at the pace of who listens; settles after the end, or once the signal aborts. */
  tell(listener: JobFollower, signal: AbortSignal): Promise<void>;
}

type Event = (listener: JobFollower) => void | Promise<void>;

/** Makes the events of a job that is about to run; `onSlot` hears that it has its slot. The limits of its output bound them. */
export function jobEvents(onSlot: () => void): JobEvents {
  const events: Event[] = [];
  let isOver = false;
  let hasStarted = false;
  let news = Promise.withResolvers<void>();
  const wake = () => {
    news.resolve();
    news = Promise.withResolvers();
  };
  const happened = (event: Event) => {
    events.push(event);
    wake();
  };
  return {
    source: {
      isBystander: true,
      begun() {
        hasStarted = true;
      },
      runtimeResolved(runtime) {
        onSlot();
        happened((listener) => listener.runtimeResolved(runtime));
      },
      stageStarted: (stage, controls) => happened((listener) => listener.stageStarted(stage, controls)),
      output: (stage, stream, chunk) => happened((listener) => listener.output(stage, stream, chunk)),
      stageEnded: (stage, result) => happened((listener) => listener.stageEnded(stage, result)),
      caseEnded: (result) => happened((listener) => listener.caseEnded?.(result)),
    },
    get hasStarted() {
      return hasStarted;
    },
    end() {
      isOver = true;
      wake();
    },
    async tell(listener, signal) {
      const { promise: aborted, resolve: stop } = Promise.withResolvers<void>();
      signal.addEventListener("abort", () => stop(), { once: true });
      for (let at = 0; !signal.aborted; at += 1) {
        while (at === events.length && !isOver && !signal.aborted)
          await Promise.race([news.promise, aborted]);
        if (at === events.length || signal.aborted) return;
        await events[at]?.(listener);
      }
    },
  };
}
