import type { Check } from "../check.ts";
import { failed, ok } from "../finding.ts";
import { healthAt, localUrl } from "../health.ts";
import type { Host } from "../host.ts";
import { startCommand } from "../systemd.ts";

/** State of a socket that listens (linux/net/tcp_states.h). */
const LISTENS = "0A";

/** Programs that hold the port for the daemon. */
const OURS = /"(systemd|keep-port|node|crankcase)"/;

/** Whether the configured port is ours, or free. */
export const port: Check = {
  id: "port",
  title: "Port",
  why: "Where somebody else has the port, the service cannot start, and callers talk to a stranger.",
  run: async (host, { config, projectDir }) => {
    const place = `${config.bindAddress}:${config.port}`;
    if (config.port === 0) return ok("any free one is taken");
    if ((await healthAt(host, localUrl(config.bindAddress, config.port))) !== null) {
      return ok(`Crankcase answers at ${place}`);
    }
    if (!(await isListening(host, config.port))) return ok(`${place} is free`);
    const holder = await holderOf(host, config.port);
    const detail = `${place} is held by ${holder || "somebody"}, and no Crankcase answers there`;
    if (OURS.test(holder)) return failed(detail, await startCommand(host));
    return failed(detail, `${projectDir}/install.sh --port ${config.port + 1}`);
  },
};

/** proc_net_tcp(5): the local port in hexadecimal, then the remote address, then the state. */
async function isListening(host: Host, number: number): Promise<boolean> {
  const hex = number.toString(16).toUpperCase().padStart(4, "0");
  const tables = [await host.readFile("/proc/net/tcp"), await host.readFile("/proc/net/tcp6")];
  const rows = tables.flatMap((table) => (table ?? "").split("\n")).map((line) => line.trim().split(/\s+/));
  return rows.some(([, local = "", , state]) => local.endsWith(`:${hex}`) && state === LISTENS);
}

/** As ss(8) names it, for example `users:(("nginx",pid=12,fd=6))`; empty where it does not tell. */
async function holderOf(host: Host, number: number): Promise<string> {
  const { stdout } = await host.run([
    "ss",
    "--no-header",
    "--listening",
    "--tcp",
    "--processes",
    `sport = :${number}`,
  ]);
  return /users:\S+/.exec(stdout)?.[0] ?? "";
}
