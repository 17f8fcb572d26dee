import { readFile, stat } from "node:fs/promises";
import { execa } from "execa";

/** What keeps the server of this machine alive. */
export interface Keeper {
  /** `keep-port` is what install.sh uses without systemd; `none` is neither: what runs was started by hand. */
  readonly kind: "systemd" | "keep-port" | "none";
  /** One line for a person. */
  readonly text: string;
  /** What shows why it does not serve, or starts it. */
  readonly hint: string;
}

/** What of a machine tells it. */
export interface KeeperHost {
  /** The states of units as `systemctl is-active` says them; null where systemd does not run. */
  unitStates(units: readonly string[]): Promise<readonly string[] | null>;
  /** A file's text; null where it cannot be read. */
  read(file: string): Promise<string | null>;
}

const UNITS = ["crankcase.socket", "crankcase.service", "crankcase-jailer.service"];
const PID_FILE = "/run/crankcase/crankcase.pid";
const LOG_FILE = "/var/log/crankcase/crankcase.log";

/** Finds what keeps the server of this machine alive. */
export async function findKeeper(host: KeeperHost = thisHost): Promise<Keeper> {
  const states = await host.unitStates(UNITS);
  if (states?.some((state) => state !== "inactive" && state !== "unknown")) {
    const text = UNITS.map((unit, index) => `${unit} ${states[index] ?? "unknown"}`).join(", ");
    const hint = `journalctl --unit crankcase --unit crankcase-jailer --lines 50`;
    return { kind: "systemd", text: `systemd: ${text}`, hint };
  }
  const pid = await keeperPid(host);
  if (pid !== null)
    return { kind: "keep-port", text: `keep-port, process ${pid}`, hint: `tail -n 50 ${LOG_FILE}` };
  const start = states === null ? "" : "sudo systemctl start crankcase.socket crankcase, or ";
  return { kind: "none", text: "by hand", hint: `${start}sudo crankcase serve` };
}

/** The process of the pid file, unless the number is another one's by now. */
async function keeperPid({ read }: KeeperHost): Promise<string | null> {
  const pid = (await read(PID_FILE))?.trim() ?? "";
  if (!/^\d+$/.test(pid)) return null;
  const commandLine = await read(`/proc/${pid}/cmdline`);
  return /keep-port\0/.test(commandLine ?? "") ? pid : null;
}

const thisHost: KeeperHost = {
  async unitStates(units) {
    // sd_booted(3): the folder is there where systemd is the init.
    const isBooted = await stat("/run/systemd/system").then(
      () => true,
      () => false,
    );
    if (!isBooted) return null;
    const { stdout } = await execa("systemctl", ["is-active", "--", ...units], { reject: false });
    return stdout.split("\n");
  },
  read: (file) => readFile(file, "utf8").catch(() => null),
};
