/* The system calls that a job's programs may make: an allow list like the container engines' default one (Docker's
 * profile, moby/profiles), less what the design refuses. What is not on any list answers ENOSYS, as on an older kernel,
 * so that programs fall back; what is refused knowingly answers EPERM.
 *
 * Only the machine's own calling convention is open: another one ends the program (SIGSYS). A runtime that is made of
 * 32-bit programs is given its entry by its own flag.
 */
#include "jailer.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

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
    "pidfd_send_signal", "prctl", "process_vm_readv", "process_vm_writev", "ptrace", "rseq",
    "sched_getaffinity", "sched_getattr", "sched_getparam", "sched_get_priority_max", "sched_get_priority_min",
    "sched_getscheduler", "sched_rr_get_interval", "sched_rr_get_interval_time64", "sched_setaffinity", "sched_setattr",
    "sched_setparam", "sched_setscheduler", "sched_yield", "seccomp", "setfsgid", "setfsgid32", "setfsuid",
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
    "setsockopt", "shmat", "shmctl", "shmdt", "shmget", "shutdown", "socketpair",
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

/* unshare(2)'s flags for namespaces, also taken by clone; CLONE_NEWTIME shares its bit with clone's exit signal. */
#define NAMESPACE_FLAGS                                                                                                \
    (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

static void check(int result, const char *what)
{
    errno = -result;
    if (result < 0)
        fail("seccomp rule", what);
}

static void add_rules(scmp_filter_ctx filter, uint32_t action, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int number = seccomp_syscall_resolve_name(names[i]);
        if (number != __NR_SCMP_ERROR) /* this libseccomp may not know the newest ones */
            check(seccomp_rule_add(filter, action, number, 0), names[i]);
    }
}

static void add_clone(scmp_filter_ctx filter)
{
#ifdef __s390__
    const unsigned flags = 1;
#else
    const unsigned flags = 0;
#endif
    check(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, SCMP_CMP(flags, SCMP_CMP_MASKED_EQ, NAMESPACE_FLAGS, 0)), "clone");
    for (int bit = 0; bit < 32; bit++)
        if ((NAMESPACE_FLAGS & (1u << bit)) != 0)
            check(seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
                                   SCMP_CMP(flags, SCMP_CMP_MASKED_EQ, 1u << bit, 1u << bit)), "clone");
    /* clone3's flags lie in memory, out of a filter's sight: like all that is not on a list it answers ENOSYS, and
     * libraries fall back to clone. */
}

static bool is_family_open(int family)
{
    /* vsock reaches the machine's own host; packet, alg and the rest are there to be attacked. What a netlink socket
     * holds no cgroup counts: 31 processes took 1.5 GiB of the kernel's memory with it inside a limit of 256 MiB. */
    return family == AF_UNIX || family == AF_INET || family == AF_INET6;
}

/* i386 can make sockets by its `socket` and by `socketcall`, and the library takes no two verdicts on the latter, whose
 * family lies in memory, out of a filter's sight: families that are not open answer ENOSYS here, and refuse_socketcall
 * shuts the other way. */
static void add_socket(scmp_filter_ctx filter, bool with_32bit)
{
    for (int family = 0; family < AF_MAX; family++) {
        bool open = is_family_open(family);
        if (open || !with_32bit)
            check(seccomp_rule_add(filter, open ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), 1,
                                   SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)family)), "socket");
    }
}

/* TIOCSTI pushes input into a terminal as if it had been typed. The kernel reads the request's low 32 bits only, so
 * "not equal" is said bit by bit: each rule lets pass what differs from TIOCSTI in that bit. */
static void add_ioctl(scmp_filter_ctx filter)
{
    for (int bit = 0; bit < 32; bit++) {
        scmp_datum_t mask = (scmp_datum_t)1 << bit;
        check(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, SCMP_A1(SCMP_CMP_MASKED_EQ, mask, ~(scmp_datum_t)TIOCSTI & mask)), "ioctl");
    }
}

/* Resource limits may be changed, but for that of core dumps: exec_stage.c sets the one value that keeps the host's
 * core dump handler from being started, and 0 would not. */
static void add_limits(scmp_filter_ctx filter)
{
    for (scmp_datum_t resource = 0; resource < RLIM_NLIMITS; resource++) {
        uint32_t verdict = resource == RLIMIT_CORE ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_ALLOW;
        check(seccomp_rule_add(filter, verdict, SCMP_SYS(setrlimit), 1, SCMP_A0(SCMP_CMP_EQ, resource)), "setrlimit");
        check(seccomp_rule_add(filter, verdict, SCMP_SYS(prlimit64), 2, SCMP_A1(SCMP_CMP_EQ, resource), SCMP_A2(SCMP_CMP_NE, 0)), "prlimit64");
        check(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, SCMP_A1(SCMP_CMP_EQ, resource), SCMP_A2(SCMP_CMP_EQ, 0)), "prlimit64");
    }
}

static void add_personality(scmp_filter_ctx filter)
{
    /* personality(2): Linux, its 32-bit look, and without address randomisation (debuggers, Lisp images); and the question. */
    static const scmp_datum_t personas[] = {0x0, 0x8, 0x20000, 0x20008, 0x40000, 0x0040008, 0xffffffff};
    for (size_t i = 0; i < sizeof(personas) / sizeof(personas[0]); i++)
        check(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(personality), 1, SCMP_A0(SCMP_CMP_EQ, personas[i])), "personality");
}

#ifdef __x86_64__
/* Goes in front of a filter with the 32-bit entry: refuses i386's socketcall(SYS_SOCKET, ...), and nothing else. */
static const struct sock_filter refuse_socketcall[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_I386, 0, 5),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 102 /* socketcall */, 0, 3),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1 /* SYS_SOCKET of linux/net.h */, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAFNOSUPPORT),
};
enum { REFUSE_SOCKETCALL_LENGTH = sizeof(refuse_socketcall) / sizeof(refuse_socketcall[0]) };
#else
static const struct sock_filter *const refuse_socketcall = NULL;
enum { REFUSE_SOCKETCALL_LENGTH = 0 };
#endif

/* A build's installer keeps capabilities and access lists with its files. A job's access lists would be memory of the
 * kernel that no cgroup counts, 64 KiB a file: to it files have no extended attributes (xattr(7): ENOTSUP). */
static void add_setxattr(scmp_filter_ctx filter, enum jail_kind kind)
{
    static const int calls[] = {SCMP_SYS(setxattr), SCMP_SYS(lsetxattr), SCMP_SYS(fsetxattr)};
    uint32_t action = kind == JAIL_BUILD ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(EOPNOTSUPP);
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
        check(seccomp_rule_add(filter, action, calls[i], 0), "setxattr");
}

/* Compiles the filter of a kind of jail and appends it to the file. */
void seccomp_filter_compile(enum jail_kind kind, bool with_32bit, int file)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
    if (filter == NULL)
        fail("seccomp", "init");
    check(seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS), "other architectures");
    check(seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2), "binary tree");
    if (with_32bit && seccomp_arch_native() == SCMP_ARCH_X86_64)
        check(seccomp_arch_add(filter, SCMP_ARCH_X86), "x86");
    if (with_32bit && seccomp_arch_native() == SCMP_ARCH_AARCH64)
        check(seccomp_arch_add(filter, SCMP_ARCH_ARM), "arm");
    add_rules(filter, SCMP_ACT_ALLOW, allowed, sizeof(allowed) / sizeof(allowed[0]));
    add_rules(filter, SCMP_ACT_ERRNO(EPERM), refused, sizeof(refused) / sizeof(refused[0]));
    add_clone(filter);
    add_socket(filter, with_32bit);
    add_ioctl(filter);
    add_limits(filter);
    add_personality(filter);
    add_setxattr(filter, kind);
    /* Jumps in a filter are relative, so that another can be put in front of it. */
    ssize_t front = with_32bit ? (ssize_t)sizeof(refuse_socketcall[0]) * REFUSE_SOCKETCALL_LENGTH : 0;
    if (front > 0 && write(file, refuse_socketcall, (size_t)front) != front)
        fail("write", "seccomp");
    check(seccomp_export_bpf(filter, file), "export");
    seccomp_release(filter);
}
