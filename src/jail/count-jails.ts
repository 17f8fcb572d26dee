import type { JailStart, JobJail } from "./jail.ts";

/** How many jails of jobs there are. */
export interface JailCount {
  readonly open: number;
}

/**
 * The same way to open a job's jail, and how many of those opened by it are not gone yet. `onGone` hears how each that is
 * gone came to its job.
 */
export function countJails<Options>(
  open: (options: Options) => Promise<JobJail>,
  onGone: (start: JailStart) => void,
): {
  readonly count: JailCount;
  readonly openJail: (options: Options) => Promise<JobJail>;
} {
  const jails = new Set<JobJail>();
  const count = {
    get open() {
      return jails.size;
    },
  };
  const gone = (jail: JobJail) => {
    jails.delete(jail);
    onGone(jail.start ?? "new");
  };
  return { count, openJail: async (options) => counted(await open(options), jails, gone) };
}

function counted(jail: JobJail, jails: Set<JobJail>, gone: (jail: JobJail) => void): JobJail {
  jails.add(jail);
  return {
    get start() {
      return jail.start ?? "new";
    },
    attach: (root, limits) => jail.attach(root, limits),
    named: (name) => jail.named(name),
    put: (files) => jail.put(files),
    startStage: (stage, onOutput) => jail.startStage(stage, onOutput),
    async [Symbol.asyncDispose]() {
      await jail[Symbol.asyncDispose]();
      gone(jail);
    },
  };
}
