import type { Check } from "../check.ts";
import { ok, warning } from "../finding.ts";
import type { Host } from "../host.ts";
import { examinedProcess } from "../jailer-process.ts";

/** Names that AppArmor and SELinux have for processes that they let do everything. */
const FREE = /^unconfined$|unconfined(_service)?_t(:|$)|^kernel$|:(kernel|initrc|init)_t:/;

/** Whether AppArmor or SELinux stands in the jailer's way. */
export const apparmor: Check = {
  id: "apparmor",
  title: "AppArmor and SELinux",
  why: "A profile around the jailer may forbid it the mounts and namespaces that jails are made of.",
  needsRoot: true,
  run: async (host, subject) => {
    const { folder, name } = await examinedProcess(host, subject);
    const label = await labelOf(host, folder);
    const userNamespaces = await restriction(host);
    if (label === "" || FREE.test(label)) {
      return ok(`${name} is ${label === "" ? "under none of them" : label}; ${userNamespaces}`);
    }
    if (/\(complain\)$/.test(label))
      return ok(`${name} is under ${label}, which only logs; ${userNamespaces}`);
    const profile = label.replace(/ \(.*\)$/, "");
    const isSelinux = label.includes(":");
    const mend = isSelinux ? `semanage permissive -a ${label.split(":")[2]}` : `aa-complain ${profile}`;
    return warning(`${name} is confined by ${label}; ${userNamespaces}`, mend);
  },
};

/** A process's profile; empty where neither module is on. */
async function labelOf(host: Host, folder: string): Promise<string> {
  const apparmorLabel = await host.readFile(`${folder}/attr/apparmor/current`);
  const label = apparmorLabel ?? (await host.readFile(`${folder}/attr/current`)) ?? "";
  return label.replace(/\0|\n/g, "").trim();
}

/** Ubuntu's restriction is about users without privilege; the jailer is root, and its jails have no user namespace. */
async function restriction(host: Host): Promise<string> {
  const text = await host.readFile("/proc/sys/kernel/apparmor_restrict_unprivileged_userns");
  if (text === null) return "the kernel knows no restriction of unprivileged user namespaces";
  return text.trim() === "0"
    ? "unprivileged user namespaces are not restricted"
    : "unprivileged user namespaces are restricted, which jails, made by root without them, do not feel";
}
