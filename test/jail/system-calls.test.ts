import { beforeAll, describe, expect, test } from "vitest";
import { jailerOfFile } from "../support/jailer-of-file.ts";
import { runC } from "../support/program.ts";

const jailer = jailerOfFile();

/** What answers with another error than EPERM: unknown to the filter, or refused as if the file system could not. */
const OTHER_ANSWERS: Readonly<Record<string, string>> = {
  clone3: "ENOSYS",
  io_setup: "ENOSYS",
  personality: "ENOSYS",
  "a call of the future": "ENOSYS",
  "ioctl(TIOCSTI)": "ENOSYS",
  "ioctl(TIOCSTI) with high bits": "ENOSYS",
  seccomp: "ENOSYS",
  "prctl(PR_SET_SECCOMP)": "EINVAL",
  setxattr: "EOPNOTSUPP",
  lsetxattr: "EOPNOTSUPP",
  fsetxattr: "EOPNOTSUPP",
};

/** The calls of programs/refused-calls.c. */
const CALLS = [
  ...["mount", "umount2", "pivot_root", "chroot", "open_tree", "move_mount", "fsopen", "fsconfig", "fsmount"],
  ...["fspick", "mount_setattr", "name_to_handle_at", "open_by_handle_at", "fanotify_init", "quotactl"],
  ...["setxattr", "lsetxattr", "fsetxattr", "unshare", "setns", "clone(CLONE_NEWUSER)", "clone(CLONE_NEWNS)"],
  ...["clone(CLONE_NEWPID)", "clone(CLONE_NEWNET)", "clone(CLONE_NEWIPC)", "clone(CLONE_NEWUTS)"],
  ...["clone(CLONE_NEWCGROUP)", "clone3", "sethostname", "setdomainname", "io_uring_setup", "io_uring_enter"],
  ...["io_uring_register", "io_setup", "bpf", "userfaultfd", "perf_event_open", "keyctl", "add_key"],
  ...["request_key", "kcmp", "move_pages", "migrate_pages", "personality", "syslog", "kexec_load"],
  ...["init_module", "finit_module", "delete_module", "reboot", "swapon", "acct", "settimeofday"],
  ...["clock_settime", "clock_adjtime", "vhangup", "a call of the future", "ioctl(TIOCSTI)"],
  ...["ioctl(TIOCSTI) with high bits", "seccomp", "prctl(PR_SET_SECCOMP)", "setsockopt(SO_ATTACH_FILTER)"],
  "setsockopt(SO_ATTACH_REUSEPORT_CBPF)",
];

describe("a job's program", () => {
  let answers: ReadonlyMap<string, string>;

  beforeAll(async () => {
    const ran = await runC(jailer(), "refused-calls.c", { input: { rows: 24, columns: 80 } });
    expect(ran).toMatchObject({ cause: "exited", exitCode: 0 });
    const lines = ran.stdout.trim().split("\r\n");
    answers = new Map(lines.map((line) => [line.replace(/ \w+$/, ""), line.replace(/^.* /, "")]));
  });

  test.each(CALLS)("is refused %s", (call) => {
    expect(answers.get(call)).toBe(OTHER_ANSWERS[call] ?? "EPERM");
  });

  test("was asked about every call that its program makes", () => {
    expect([...answers.keys()].toSorted()).toEqual(CALLS.toSorted());
  });
});

test("sockets are had in the families of Unix, IPv4 and IPv6 alone", async () => {
  // AF_UNIX, AF_INET, AF_INET6 (linux/socket.h).
  expect((await runC(jailer(), "socket-families.c")).stdout).toBe("1\n2\n10\n");
});

// The entry and x32's numbers exist on this architecture only.
describe.runIf(process.arch === "x64")("on x86-64", () => {
  /** getpid, by i386's numbers. */
  const GETPID = ["20", "0"];

  test("a program that uses the 32-bit entry is ended by SIGSYS", async () => {
    const ran = await runC(jailer(), "entry-32bit.c", { args: GETPID });
    expect(ran).toMatchObject({ cause: "signaled", signal: "SIGSYS", stdout: "" });
  });

  test("a program that uses x32's numbers is ended by SIGSYS", async () => {
    const ran = await runC(jailer(), "entry-x32.c");
    expect(ran).toMatchObject({ cause: "signaled", signal: "SIGSYS", stdout: "" });
  });

  test("a runtime's flag opens the 32-bit entry", async () => {
    const ran = await runC(jailer(), "entry-32bit.c", { args: GETPID, allow32bit: true });
    expect(Number(ran.stdout)).toBeGreaterThan(1);
  });

  test.each([
    ["a new user namespace by clone", "120", 0x10000011, -1],
    ["unshare", "310", 0x10000000, -1],
    ["io_uring_setup", "425", 1, -1],
    ["a socket of vsock", "359", 40, -97],
    ["a socket of netlink", "359", 16, -97],
    ["a socket of vsock by socketcall", "socketcall", 40, -97],
    ["options of sockets by socketcall, where a filter cannot see them", "102", 14, -92],
    ["a filter of system calls by prctl", "172", 22, -22],
    ["a socket of IPv4 by socketcall, whose family a filter cannot see", "socketcall", 2, -97],
    ["a pair of sockets of netlink", "360", 16, -95],
  ])("the open 32-bit entry refuses %s", async (_, call, argument, answer) => {
    const ran = await runC(jailer(), "entry-32bit.c", { args: [call, String(argument)], allow32bit: true });
    expect(ran.stdout).toBe(`${answer}\n`);
  });

  test("the open 32-bit entry gives sockets of IPv4", async () => {
    const ran = await runC(jailer(), "entry-32bit.c", { args: ["359", "2"], allow32bit: true });
    expect(ran.stdout).toBe("3\n");
  });
});
