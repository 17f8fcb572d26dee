/* v2: the processes that share our base group with us, such as a container's first process or the shell of a scope.
 * Controllers can be enabled only in a group without processes (cgroups(7), the no-internal-process rule; the machine's
 * root is exempt), so these go to a group of their own beside ours, and come back when we stop. */
#include "jailer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static const uint64_t patience_ns = 2 * NSEC_PER_SEC;

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

/* Moves what is in a group now. Not those whose number reads 0: they are of a process namespace that we do not see into,
 * and to write a 0 is to move oneself. Who stays is found by the callers, who try until nobody is left. */
static void move_processes(int from, int to)
{
    CLEANUP_FD int fd = openat(from, "cgroup.procs", O_RDONLY | O_CLOEXEC);
    FILE *procs = fd < 0 ? NULL : fdopen(dup(fd), "r");
    char text[24];
    long pid;
    while (procs != NULL && fscanf(procs, "%ld", &pid) == 1) {
        snprintf(text, sizeof(text), "%ld", pid);
        if (pid > 0)
            try_write_file_at(to, "cgroup.procs", text);
    }
    if (procs != NULL)
        fclose(procs);
}

/* Enables our controllers in a base group; while processes stand in their way, and the group is ours, moves those out. */
void cgroup_neighbours_enable(int base, bool ours)
{
    uint64_t give_up = monotonic_ns() + patience_ns;
    while (!try_write_file_at(base, "cgroup.subtree_control", "+memory +pids +cpu")) {
        if (errno != EBUSY || !ours || monotonic_ns() > give_up)
            fail("write", "cgroup.subtree_control");
        CLEANUP_FD int neighbours = cgroup_make(base, CGROUP_NEIGHBOURS);
        move_processes(base, neighbours);
        nap();
    }
}

/* Puts this process where it was started; where that is gone, to the base; where that has become a group without
 * processes, to its neighbours. */
bool cgroup_neighbours_join(int home, int base)
{
    if ((home >= 0 && try_write_file_at(home, "cgroup.procs", "0")) || try_write_file_at(base, "cgroup.procs", "0"))
        return true;
    CLEANUP_FD int neighbours = cgroup_make(base, CGROUP_NEIGHBOURS);
    return try_write_file_at(neighbours, "cgroup.procs", "0");
}

/* Undoes what enabling did, unless another instance still needs it: then the kernel refuses. False: somebody stays. */
bool cgroup_neighbours_return(int base)
{
    CLEANUP_FD int neighbours = cgroup_open(base, CGROUP_NEIGHBOURS);
    if (neighbours < 0 || !try_write_file_at(base, "cgroup.subtree_control", "-memory -pids -cpu"))
        return true;
    uint64_t give_up = monotonic_ns() + patience_ns;
    while (unlinkat(base, CGROUP_NEIGHBOURS, AT_REMOVEDIR) < 0) {
        if (errno != EBUSY || monotonic_ns() > give_up)
            return false;
        move_processes(neighbours, base);
        nap();
    }
    return true;
}
