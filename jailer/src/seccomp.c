/* The system calls that a job's programs may make: an allow list like the container engines' default one (Docker's
 * profile, moby/profiles), less what the design refuses. What is not on any list answers ENOSYS, as on an older kernel,
 * so that programs fall back; what is refused knowingly answers EPERM. Those whose arguments count are decided in
 * seccomp_program.c.
 *
 * Only the machine's own calling convention is open: another one ends the program (SIGSYS). A runtime that is made of
 * 32-bit programs is given its entry by its own flag.
 */
#include "jailer.h"

#include <seccomp.h>
#include <stdlib.h>
#include <string.h>

static const char *const allowed[] = {
    /* files and folders */
    "access", "chdir", "chmod", "chown", "chown32", "close", "close_range", "copy_file_range", "creat", "dup", "dup2",
    "dup3", "faccessat", "faccessat2", "fadvise64", "fadvise64_64", "fallocate", "fchdir", "fchmod", "fchmodat",
    "fchmodat2", "fchown", "fchown32", "fchownat", "fcntl", "fcntl64", "fdatasync", "fgetxattr", "flistxattr", "flock",
    "fremovexattr", "fstat", "fstat64", "fstatat64", "fstatfs", "fstatfs64", "fsync", "ftruncate",
    "ftruncate64", "futimesat", "getcwd", "getdents", "getdents64", "getxattr", "inotify_add_watch", "inotify_init",
    "inotify_init1", "inotify_rm_watch", "lchown", "lchown32", "lgetxattr", "link", "linkat", "listxattr", "llistxattr",
    "_llseek", "lremovexattr", "lseek", "lstat", "lstat64", "mkdir", "mkdirat", "mknod", "mknodat",
    "newfstatat", "open", "openat", "openat2", "pread64", "preadv", "preadv2", "pwrite64", "pwritev", "pwritev2", "read",
    "readahead", "readlink", "readlinkat", "readv", "removexattr", "rename", "renameat", "renameat2", "rmdir",
    "sendfile", "sendfile64", "splice", "stat", "stat64", "statfs", "statfs64", "statx", "symlink",
    "symlinkat", "sync", "sync_file_range", "syncfs", "tee", "truncate", "truncate64", "umask", "unlink", "unlinkat",
    "utime", "utimensat", "utimensat_time64", "utimes", "vmsplice", "write", "writev",
    /* memory */
    "brk", "cachestat", "get_mempolicy", "madvise", "map_shadow_stack", "mbind", "membarrier", "memfd_create",
    "memfd_secret", "mincore", "mlock", "mlock2", "mlockall", "mmap", "mmap2", "mprotect", "mremap", "mseal", "msync",
    "munlock", "munlockall", "munmap", "pkey_alloc", "pkey_free", "pkey_mprotect", "process_madvise",
    "process_mrelease", "remap_file_pages", "set_mempolicy", "set_mempolicy_home_node",
    /* processes and threads */
    "arch_prctl", "capget", "capset", "execve", "execveat", "exit", "exit_group", "fork", "futex", "futex_requeue",
    "futex_time64", "futex_wait", "futex_waitv", "futex_wake", "getcpu", "getegid", "getegid32", "geteuid", "geteuid32",
    "getgid", "getgid32", "getgroups", "getgroups32", "getpgid", "getpgrp", "getpid", "getppid", "getpriority",
    "getresgid", "getresgid32", "getresuid", "getresuid32", "getrlimit", "getrusage", "get_robust_list", "getsid",
    "get_thread_area", "gettid", "getuid", "getuid32", "ioprio_get", "ioprio_set", "kill", "pidfd_getfd", "pidfd_open",
    "pidfd_send_signal", "process_vm_readv", "process_vm_writev", "ptrace", "rseq",
    "sched_getaffinity", "sched_getattr", "sched_getparam", "sched_get_priority_max", "sched_get_priority_min",
    "sched_getscheduler", "sched_rr_get_interval", "sched_rr_get_interval_time64", "sched_setaffinity", "sched_setattr",
    "sched_setparam", "sched_setscheduler", "sched_yield", "setfsgid", "setfsgid32", "setfsuid",
    "setfsuid32", "setgid", "setgid32", "setgroups", "setgroups32", "setpgid", "setpriority", "setregid", "setregid32",
    "setresgid", "setresgid32", "setresuid", "setresuid32", "setreuid", "setreuid32", "set_robust_list",
    "setsid", "set_thread_area", "set_tid_address", "setuid", "setuid32", "tgkill", "tkill", "ugetrlimit", "vfork",
    "wait4", "waitid", "waitpid", "riscv_flush_icache",
    /* signals, time, waiting */
    "alarm", "clock_getres", "clock_getres_time64", "clock_gettime", "clock_gettime64", "clock_nanosleep",
    "clock_nanosleep_time64", "epoll_create", "epoll_create1", "epoll_ctl", "epoll_ctl_old", "epoll_pwait",
    "epoll_pwait2", "epoll_wait", "epoll_wait_old", "eventfd", "eventfd2", "getitimer", "gettimeofday", "nanosleep",
    "_newselect", "pause", "pipe", "pipe2", "poll", "ppoll", "ppoll_time64", "pselect6", "pselect6_time64",
    "restart_syscall", "rt_sigaction", "rt_sigpending", "rt_sigprocmask", "rt_sigqueueinfo", "rt_sigreturn",
    "rt_sigsuspend", "rt_sigtimedwait", "rt_sigtimedwait_time64", "rt_tgsigqueueinfo", "select", "setitimer", "sigaction",
    "sigaltstack", "signal", "signalfd", "signalfd4", "sigpending", "sigprocmask", "sigreturn", "sigsuspend", "time",
    "timer_create", "timer_delete", "timer_getoverrun", "timer_gettime", "timer_gettime64", "timer_settime",
    "timer_settime64", "timerfd_create", "timerfd_gettime", "timerfd_gettime64", "timerfd_settime", "timerfd_settime64",
    "times",
    /* sockets and other ways to talk inside the jail */
    "accept", "accept4", "bind", "connect", "getpeername", "getsockname", "getsockopt", "listen", "mq_getsetattr",
    "mq_notify", "mq_open", "mq_timedreceive", "mq_timedreceive_time64", "mq_timedsend", "mq_timedsend_time64",
    "mq_unlink", "msgctl", "msgget", "msgrcv", "msgsnd", "recv", "recvfrom", "recvmmsg", "recvmmsg_time64", "recvmsg",
    "semctl", "semget", "semop", "semtimedop", "semtimedop_time64", "send", "sendmmsg", "sendmsg", "sendto",
    "shmat", "shmctl", "shmdt", "shmget", "shutdown",
    /* 32-bit ARM's own */
    "arm_fadvise64_64", "arm_sync_file_range", "breakpoint", "cacheflush", "set_tls", "sync_file_range2",
    /* about the machine, as far as the jail shows it */
    "getrandom", "sysinfo", "uname", "landlock_add_rule", "landlock_create_ruleset", "landlock_restrict_self",
};

static const char *const refused[] = {
    "acct", "add_key", "adjtimex", "bpf", "chroot", "clock_adjtime", "clock_settime", "delete_module", "fanotify_init",
    "finit_module", "fsconfig", "fsmount", "fsopen", "fspick", "init_module", "io_uring_enter", "io_uring_register",
    "io_uring_setup", "ioperm", "iopl", "kcmp", "kexec_file_load", "kexec_load", "keyctl", "lookup_dcookie", "mount",
    "mount_setattr", "move_mount", "move_pages", "migrate_pages", "name_to_handle_at", "nfsservctl", "open_by_handle_at",
    "open_tree", "perf_event_open", "pivot_root", "quotactl", "quotactl_fd", "reboot", "request_key", "sethostname",
    "setdomainname", "setns", "settimeofday", "statmount", "listmount", "swapoff", "swapon", "syslog", "umount",
    "umount2", "unshare", "userfaultfd", "vhangup",
};

static const struct { const char *name; enum verdict verdict; } special[] = {
    {"clone", VERDICT_CLONE},         {"ioctl", VERDICT_IOCTL},     {"ipc", VERDICT_ALLOW},           {"personality", VERDICT_PERSONALITY},
    {"prctl", VERDICT_PRCTL},         {"prlimit64", VERDICT_PRLIMIT}, {"setrlimit", VERDICT_SETRLIMIT}, {"setsockopt", VERDICT_SETSOCKOPT},
    {"socket", VERDICT_SOCKET},       {"socketcall", VERDICT_SOCKETCALL}, {"socketpair", VERDICT_SOCKETPAIR},
};

/* A build's installer keeps capabilities and access lists with its files. A job's access lists would be memory of the
 * kernel that no cgroup counts, 64 KiB a file: to it files have no extended attributes (xattr(7): ENOTSUP). */
static const char *const attributes[] = {"setxattr", "lsetxattr", "fsetxattr"};

/* i386 has these calls twice, by `socketcall` and `ipc` and, since Linux 4.3 and 5.1, by themselves: libseccomp gives the
 * latter no number (asm/unistd_32.h). */
static const struct { const char *name; int number; } on_i386[] = {
    {"recvmmsg", 337},    {"sendmmsg", 345},    {"socket", 359},  {"socketpair", 360}, {"bind", 361},    {"connect", 362}, {"listen", 363},
    {"accept4", 364},     {"getsockopt", 365},  {"setsockopt", 366}, {"getsockname", 367}, {"getpeername", 368}, {"sendto", 369}, {"sendmsg", 370},
    {"recvfrom", 371},    {"recvmsg", 372},     {"shutdown", 373}, {"semget", 393},    {"semctl", 394},  {"shmget", 395},  {"shmctl", 396},
    {"shmat", 397},       {"shmdt", 398},       {"msgget", 399},  {"msgsnd", 400},     {"msgrcv", 401},  {"msgctl", 402},
};

/* Negative: this architecture does not have it, or this libseccomp does not know it yet. */
static int number_of(uint32_t architecture, const char *name)
{
    for (size_t i = 0; architecture == SCMP_ARCH_X86 && i < sizeof(on_i386) / sizeof(on_i386[0]); i++)
        if (strcmp(on_i386[i].name, name) == 0)
            return on_i386[i].number;
    return seccomp_syscall_resolve_name_arch(architecture, name);
}

static void add(struct syscall_rules *rules, uint32_t architecture, const char *name, enum verdict verdict)
{
    int number = number_of(architecture, name);
    if (number < 0)
        return;
    if (rules->count == SYSCALL_RULES_MAX)
        fail("seccomp", "too many system calls");
    rules->rule[rules->count++] = (struct syscall_rule){.number = (uint32_t)number, .verdict = verdict};
}

static int by_number(const void *one, const void *other)
{
    uint32_t a = ((const struct syscall_rule *)one)->number, b = ((const struct syscall_rule *)other)->number;
    return a < b ? -1 : a > b;
}

/* What becomes of each system call of an architecture, by rising number; of those without a rule: ENOSYS. clone3 is one of
 * them: its flags lie in memory, out of a filter's sight, and libraries fall back to clone. seccomp is another: see
 * decide_prctl. */
void seccomp_rules(uint32_t architecture, enum jail_kind kind, struct syscall_rules *rules)
{
    rules->count = 0;
    for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
        add(rules, architecture, allowed[i], VERDICT_ALLOW);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
        add(rules, architecture, refused[i], VERDICT_EPERM);
    for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++)
        add(rules, architecture, special[i].name, special[i].verdict);
    for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++)
        add(rules, architecture, attributes[i], kind == JAIL_BUILD ? VERDICT_ALLOW : VERDICT_EOPNOTSUPP);
    qsort(rules->rule, rules->count, sizeof(rules->rule[0]), by_number);
}
