/* Makes each system call that a job has no business with and prints `name error`, or `name allowed`. The arguments are wrong
 * on purpose: a kernel that looked at them would answer with another error than the filter does. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CALL(name, ...) report(#name, syscall(SYS_##name, __VA_ARGS__))
#define CLONE(flag) report("clone(" #flag ")", syscall(SYS_clone, flag | SIGCHLD, 0, 0, 0, 0))

static void report(const char *name, long result)
{
    if (result == 0 && strncmp(name, "clone", 5) == 0 && getpid() != getpgrp())
        _exit(0); /* the child of a clone that should not have been */
    printf("%s %s\n", name, result < 0 ? strerrorname_np(errno) : "allowed");
    fflush(stdout);
}

static void files_and_mounts(void)
{
    CALL(mount, 0, 0, 0, 0, 0);
    CALL(umount2, 0, -1);
    CALL(pivot_root, 0, 0);
    CALL(chroot, 0);
    CALL(open_tree, -1, 0, -1);
    CALL(move_mount, -1, 0, -1, 0, -1);
    CALL(fsopen, 0, -1);
    CALL(fsconfig, -1, -1, 0, 0, 0);
    CALL(fsmount, -1, -1, -1);
    CALL(fspick, -1, 0, -1);
    CALL(mount_setattr, -1, 0, -1, 0, 0);
    CALL(name_to_handle_at, -1, 0, 0, 0, -1);
    CALL(open_by_handle_at, -1, 0, -1);
    CALL(fanotify_init, -1, -1);
    CALL(quotactl, -1, 0, 0, 0);
    CALL(setxattr, 0, 0, 0, 0, -1);
    CALL(lsetxattr, 0, 0, 0, 0, -1);
    CALL(fsetxattr, -1, 0, 0, 0, -1);
}

static void namespaces(void)
{
    CALL(unshare, CLONE_NEWUSER);
    CALL(unshare, 0);
    CALL(setns, -1, 0);
    CLONE(CLONE_NEWUSER);
    CLONE(CLONE_NEWNS);
    CLONE(CLONE_NEWPID);
    CLONE(CLONE_NEWNET);
    CLONE(CLONE_NEWIPC);
    CLONE(CLONE_NEWUTS);
    CLONE(CLONE_NEWCGROUP);
    CALL(clone3, 0, 0);
    CALL(sethostname, 0, -1);
    CALL(setdomainname, 0, -1);
}

static void kernel_facilities(void)
{
    CALL(io_uring_setup, 0, 0);
    CALL(io_uring_enter, -1, 0, 0, -1, 0, 0);
    CALL(io_uring_register, -1, 0, 0, 0);
    CALL(io_setup, 0, 0);
    CALL(bpf, -1, 0, 0);
    CALL(userfaultfd, -1);
    CALL(perf_event_open, 0, 0, 0, 0, 0);
    CALL(keyctl, -1, 0, 0, 0, 0);
    CALL(add_key, 0, 0, 0, 0, 0);
    CALL(request_key, 0, 0, 0, 0);
    CALL(kcmp, 0, 0, -1, 0, 0);
    CALL(move_pages, 0, 1, 0, 0, 0, -1);
    CALL(migrate_pages, 0, 0, 0, 0);
    CALL(personality, 0x0400000 /* READ_IMPLIES_EXEC */);
    CALL(syslog, 3, 0, -1);
    CALL(kexec_load, 0, 0, 0, 0);
    CALL(init_module, 0, 0, 0);
    CALL(finit_module, -1, 0, 0);
    CALL(delete_module, 0, 0);
    CALL(reboot, 0, 0, 0, 0);
    CALL(swapon, 0, 0);
    CALL(acct, -1);
    CALL(settimeofday, 1, 0);
    CALL(clock_settime, -1, 0);
    CALL(clock_adjtime, -1, 0);
    CALL(vhangup, 0);
    report("a call of the future", syscall(4000));
}

static void terminal(void)
{
    report("ioctl(TIOCSTI)", syscall(SYS_ioctl, 0, (long)TIOCSTI, "x"));
    report("ioctl(TIOCSTI) with high bits", syscall(SYS_ioctl, 0, 0x700000000 | (long)TIOCSTI, "x"));
}

static void own_filters(void)
{
    CALL(seccomp, SECCOMP_SET_MODE_FILTER, 0, 1);
    report("prctl(PR_SET_SECCOMP)", syscall(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, 1));
    report("setsockopt(SO_ATTACH_FILTER)", syscall(SYS_setsockopt, -1, SOL_SOCKET, SO_ATTACH_FILTER, 0, 0));
    report("setsockopt(SO_ATTACH_REUSEPORT_CBPF)", syscall(SYS_setsockopt, -1, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, 0, 0));
}

int main(void)
{
    files_and_mounts();
    namespaces();
    kernel_facilities();
    terminal();
    own_filters();
    return 0;
}
