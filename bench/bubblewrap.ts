import { access, constants } from "node:fs/promises";

const BWRAP = "/usr/bin/bwrap";

/** What of a jail's isolation these options lack. */
export const BUBBLEWRAP_LACKS =
  "no cgroup, no seccomp filter, no limit of any kind, /tmp and /box without a size";

/** Whether Debian's bubblewrap is installed. */
export function bubblewrapInstalled(): Promise<boolean> {
  return access(BWRAP, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** A command line that runs `argv` in `root` with every namespace of its own, as a jail has them. */
export function bubblewrapArgv(root: string, folder: string, argv: readonly string[], uid: number): string[] {
  const user = [
    "--unshare-all",
    "--uid",
    String(uid),
    "--gid",
    String(uid),
    "--die-with-parent",
    "--new-session",
  ];
  const files = [
    "--ro-bind",
    root,
    "/",
    "--proc",
    "/proc",
    "--dev",
    "/dev",
    "--tmpfs",
    "/tmp",
    "--tmpfs",
    "/box",
  ];
  return [
    BWRAP,
    ...user,
    ...files,
    "--ro-bind",
    folder,
    "/box/submission",
    "--chdir",
    "/box/submission",
    "--",
    ...argv,
  ];
}
