import type { Jail } from "./jail.ts";

/** How many jails there are. */
export interface JailCount {
  readonly open: number;
}

/** The same way to open a jail, and how many of those opened by it are not gone yet. */
export function countJails<Options>(open: (options: Options) => Promise<Jail>): {
  readonly count: JailCount;
  readonly openJail: (options: Options) => Promise<Jail>;
} {
  const jails = new Set<Jail>();
  const count = {
    get open() {
      return jails.size;
    },
  };
  return { count, openJail: async (options) => counted(await open(options), jails) };
}

function counted(jail: Jail, jails: Set<Jail>): Jail {
  jails.add(jail);
  return {
    attach: (root, limits) => jail.attach(root, limits),
    put: (files) => jail.put(files),
    startStage: (stage, onOutput) => jail.startStage(stage, onOutput),
    startAhead: (stage, gate, files) => jail.startAhead(stage, gate, files),
    async [Symbol.asyncDispose]() {
      await jail[Symbol.asyncDispose]();
      jails.delete(jail);
    },
  };
}
