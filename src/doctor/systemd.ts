import type { Host } from "./host.ts";

/** The jailer's unit. */
export const JAILER_UNIT = "crankcase-jailer.service";

/** Whether systemd runs this machine (sd_booted(3)). */
export async function hasSystemd(host: Host): Promise<boolean> {
  return (await host.stat("/run/systemd/system")) !== null;
}

/** Some properties of a unit, by name; empty without systemd, and for a unit that is not installed. */
export async function unitProperties(
  host: Host,
  unit: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (!(await hasSystemd(host))) return new Map();
  const { stdout } = await host.run(["systemctl", "show", unit, "-p", ["LoadState", ...names].join(",")]);
  const pairs = stdout.split("\n").map((line) => line.split("="));
  const found = new Map(pairs.map(([name = "", ...value]) => [name, value.join("=")]));
  return found.get("LoadState") === "loaded" ? found : new Map();
}

/** The command that starts the service, or starts it again. */
export async function startCommand(host: Host): Promise<string> {
  const properties = await unitProperties(host, "crankcase.service", ["ActiveState"]);
  if (properties.size > 0) return "systemctl restart crankcase-jailer.service crankcase.service";
  const pid = (await host.readFile("/run/crankcase/crankcase.pid"))?.trim();
  const runs = pid !== undefined && (await host.stat(`/proc/${pid}`)) !== null;
  return runs ? "kill -HUP $(cat /run/crankcase/crankcase.pid)" : "sudo crankcase serve";
}

/** The command that undoes local changes to the jailer's unit. */
export const REVERT_UNIT = `systemctl revert ${JAILER_UNIT} && systemctl restart ${JAILER_UNIT}`;
