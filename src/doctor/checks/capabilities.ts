import type { Check } from "../check.ts";
import { failed, ok, warning } from "../finding.ts";
import { examinedProcess, statusField } from "../jailer-process.ts";
import { JAILER_UNIT, REVERT_UNIT, unitProperties } from "../systemd.ts";

/** What the jailer does that asks for a capability (numbers: linux/capability.h), its builds included. */
const NEEDED: readonly (readonly [name: string, bit: number])[] = [
  ["CAP_CHOWN", 0],
  ["CAP_DAC_OVERRIDE", 1],
  ["CAP_FOWNER", 3],
  ["CAP_FSETID", 4],
  ["CAP_KILL", 5],
  ["CAP_SETGID", 6],
  ["CAP_SETUID", 7],
  ["CAP_SETPCAP", 8],
  ["CAP_NET_ADMIN", 12],
  ["CAP_SYS_CHROOT", 18],
  ["CAP_SYS_ADMIN", 21],
  ["CAP_MKNOD", 27],
  ["CAP_SETFCAP", 31],
];

const SYS_RESOURCE = 24;

/** Whether root, or the running jailer, has the powers that making jails takes. */
export const capabilities: Check = {
  id: "capabilities",
  title: "Capabilities",
  why: "Each step of making a jail or building a package needs one of these powers of root; without it the step fails.",
  needsRoot: true,
  run: async (host, subject) => {
    const { folder, name } = await examinedProcess(host, subject);
    const status = (await host.readFile(`${folder}/status`)) ?? "";
    const effective = BigInt(`0x${statusField(status, "CapEff") ?? "0"}`);
    const has = (bit: number) => ((effective >> BigInt(bit)) & 1n) === 1n;
    const missing = NEEDED.filter(([, bit]) => !has(bit)).map(([capability]) => capability);
    const hasUnit = (await unitProperties(host, JAILER_UNIT, [])).size > 0;
    if (missing.length > 0) {
      const options = missing.map((capability) => `--cap-add=${capability.replace("CAP_", "")}`).join(" ");
      const why = hasUnit ? capabilities.why : `${capabilities.why} A container gets it by ${options}.`;
      return failed(`${name} lacks ${missing.join(", ")}`, hasUnit ? REVERT_UNIT : null, why);
    }
    if (has(SYS_RESOURCE))
      return ok(`${name} has the ${NEEDED.length} that are needed, and CAP_SYS_RESOURCE`);
    return warning(`${name} lacks CAP_SYS_RESOURCE`, hasUnit ? REVERT_UNIT : null, COST);
  },
};

const COST =
  "Jobs run, but a limit of open files, stack or file size above the jailer's own hard limit stays at that, and the jailer cannot be kept from the out-of-memory killer. A container gets it by --cap-add=SYS_RESOURCE.";
