/** What the jailer needs of root's powers, as the kernel names them without CAP_: the same in each place that names them. */
export const JAILER_POWERS = [
  ...["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP"],
  ...["NET_ADMIN", "SYS_CHROOT", "SYS_ADMIN", "SYS_RESOURCE", "MKNOD", "SETFCAP"],
] as const;
