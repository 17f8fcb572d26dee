// hold-jails.ts SOCKET SLOTS NONCE: stands for a daemon: opens a jail in every slot, runs a program in each that starts
// more of them and ignores signals, prints `held`, and waits to be killed.

import type { StageRequest } from "../../../src/jail/jail.ts";
import { openJail } from "../../../src/jail/open-jail.ts";
import { BASE } from "../../support/test-data.ts";
import { JAIL_LIMITS, STAGE_LIMITS } from "../../support/test-limits.ts";

const [socketPath = "", slots = "", nonce = ""] = process.argv.slice(2);
const script =
  "trap '' TERM INT HUP; setsid sleep 60 & (setsid sh -c 'while :; do :; done' &) & echo up; sleep 60";

const up = Array.from({ length: Number(slots) }, async () => {
  const jail = await openJail({ socketPath });
  jail.attach({ base: BASE, layers: [] }, JAIL_LIMITS);
  const started = Promise.withResolvers<void>();
  const stage: StageRequest = {
    argv: ["/bin/sh", "-c", script, nonce],
    env: { NONCE: nonce, PATH: "/usr/bin:/bin" },
    cwd: "/tmp",
    stdin: "stream",
    limits: STAGE_LIMITS,
  };
  jail.startStage(stage, () => started.resolve());
  await started.promise;
});
await Promise.all(up);
console.log("held");
setInterval(() => undefined, 1_000);
