import type { Check } from "./check.ts";
import { apparmor } from "./checks/apparmor.ts";
import { capabilities } from "./checks/capabilities.ts";
import { cgroupDelegation } from "./checks/cgroup-delegation.ts";
import { cgroups } from "./checks/cgroups.ts";
import { clock } from "./checks/clock.ts";
import { configuration } from "./checks/configuration.ts";
import { jail } from "./checks/jail.ts";
import { jailerProgram } from "./checks/jailer-program.ts";
import { kernel } from "./checks/kernel.ts";
import { keyring } from "./checks/keyring.ts";
import { keys } from "./checks/keys.ts";
import { memory } from "./checks/memory.ts";
import { mirrors } from "./checks/mirrors.ts";
import { namespaces } from "./checks/namespaces.ts";
import { node } from "./checks/node.ts";
import { npmRegistry } from "./checks/npm-registry.ts";
import { overlay } from "./checks/overlay.ts";
import { packages } from "./checks/packages.ts";
import { port } from "./checks/port.ts";
import { runtimes } from "./checks/runtimes.ts";
import { seccomp } from "./checks/seccomp.ts";
import { selftest } from "./checks/selftest.ts";
import { server } from "./checks/server.ts";
import { disk } from "./checks/storage.ts";
import { swap } from "./checks/swap.ts";
import { users } from "./checks/users.ts";

/** Every check, in the order in which they run: what others rest on comes first. docs/doctor.md lists the same. */
export const allChecks: readonly Check[] = [
  configuration,
  node,
  jailerProgram,
  kernel,
  cgroups,
  cgroupDelegation,
  swap,
  namespaces,
  overlay,
  seccomp,
  capabilities,
  apparmor,
  users,
  keys,
  disk,
  memory,
  clock,
  keyring,
  mirrors,
  npmRegistry,
  packages,
  port,
  server,
  jail,
  runtimes,
  selftest,
];
