#include "jailer.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int system_openat2(int dir, const char *path, uint64_t flags, uint64_t resolve)
{
    struct open_how how = {.flags = flags | O_CLOEXEC, .resolve = resolve};
    return (int)syscall(SYS_openat2, dir, path, &how, sizeof(how));
}

/* Opens a path that somebody else chose: no link is followed, nothing above dir is reached (openat2(2)). */
int system_open_beneath(int dir, const char *path, uint64_t flags)
{
    return system_openat2(dir, path, flags, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
}

/* A new file; what lies at that name already is an error. */
int system_create_beneath(int dir, const char *path, mode_t mode)
{
    struct open_how how = {.flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, .mode = mode,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
    return (int)syscall(SYS_openat2, dir, path, &how, sizeof(how));
}

/* An existing or new file to append to. What is there must not hold us up, whatever it is. */
int system_append_beneath(int dir, const char *path, mode_t mode)
{
    struct open_how how = {.flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, .mode = mode,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
    return (int)syscall(SYS_openat2, dir, path, &how, sizeof(how));
}

int system_open_tree(int dir, const char *path, unsigned flags)
{
    return (int)syscall(SYS_open_tree, dir, path, flags);
}

int system_move_mount(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
    return (int)syscall(SYS_move_mount, from_dir, from, to_dir, to, flags);
}

/* Numbers of linux/mount.h, which the C library's own header clashes with or lacks. */
enum { OPEN_CLOEXEC = 1, SET_STRING = 1, COMMAND_CREATE = 6, ATTRIBUTE_RDONLY = 1, ATTRIBUTE_NOSUID = 2, ATTRIBUTE_NODEV = 4 };

int system_fsopen(const char *type)
{
    return (int)syscall(SYS_fsopen, type, OPEN_CLOEXEC);
}

int system_fsconfig_set(int fs, const char *key, const char *value)
{
    return (int)syscall(SYS_fsconfig, fs, SET_STRING, key, value, 0);
}

int system_fsconfig_create(int fs)
{
    return (int)syscall(SYS_fsconfig, fs, COMMAND_CREATE, NULL, NULL, 0);
}

/* A mount that is attached to nothing: nosuid, nodev. */
int system_fsmount(int fs, bool writable)
{
    return (int)syscall(SYS_fsmount, fs, OPEN_CLOEXEC, ATTRIBUTE_NOSUID | ATTRIBUTE_NODEV | (writable ? 0 : ATTRIBUTE_RDONLY));
}

int system_pivot_root(const char *new_root, const char *put_old)
{
    return (int)syscall(SYS_pivot_root, new_root, put_old);
}

int system_close_from(unsigned first)
{
    return (int)syscall(SYS_close_range, first, ~0u, 0);
}

/* fork, into new namespaces and, in v2, straight into a cgroup (clone(2), CLONE_INTO_CGROUP). */
pid_t system_fork_with(uint64_t clone_flags, int cgroup_dir)
{
    struct clone_args arguments = {.flags = clone_flags, .exit_signal = SIGCHLD};
    if (cgroup_dir >= 0) {
        arguments.flags |= (uint64_t)CLONE_INTO_CGROUP;
        arguments.cgroup = (unsigned)cgroup_dir;
    }
    return (pid_t)syscall(SYS_clone3, &arguments, sizeof(arguments));
}

/* A child that borrows this process's memory, and makes it wait, until it has become another program or ended: there are no
 * pages to copy for it (clone(2), CLONE_VFORK). The function runs on the stack that it is given. */
pid_t system_borrow_memory(int (*function)(void *), void *argument, uint8_t *stack, size_t size)
{
    return clone(function, stack + size, CLONE_VM | CLONE_VFORK | SIGCHLD, argument);
}

void close_at_scope_end(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

void close_and_forget(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

uint64_t monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NSEC_PER_SEC + (uint64_t)now.tv_nsec;
}

bool try_write_file_at(int dir, const char *name, const char *text)
{
    CLEANUP_FD int fd = openat(dir, name, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    return write(fd, text, strlen(text)) == (ssize_t)strlen(text);
}

void write_file_at(int dir, const char *name, const char *text)
{
    if (!try_write_file_at(dir, name, text))
        fail("write", name);
}

/* Reads a small file whole; the buffer ends in NUL. Returns the length. */
size_t read_file_at(int dir, const char *name, char *buffer, size_t size)
{
    CLEANUP_FD int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        fail("open", name);
    size_t length = 0;
    ssize_t got;
    while (length + 1 < size && (got = read(fd, buffer + length, size - 1 - length)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            fail("read", name);
        length += (size_t)got;
    }
    buffer[length] = '\0';
    return length;
}
