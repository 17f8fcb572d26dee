import type { Check } from "../check.ts";
import { failed, ok } from "../finding.ts";
import { startCommand } from "../systemd.ts";

/** Whether the running jailer makes a jail. */
export const jail: Check = {
  id: "jail",
  title: "A jail",
  why: "It is what every job is run in; the jailer names the step that it could not take.",
  needsRoot: true,
  run: async (host, { config }) => {
    const socket = `${config.runDir}/jailer.sock`;
    const start = await startCommand(host);
    if ((await host.stat(socket)) === null) return failed(`no jailer listens at ${socket}`, start);
    try {
      const before = host.now();
      await host.tryJail(socket);
      return ok(`made and gone again within ${Math.round(host.now() - before)} ms`);
    } catch (thrown) {
      return failed((thrown as Error).message, start);
    }
  },
};
