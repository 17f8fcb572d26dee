/* Where this instance's cgroups are, in any of the layouts that hosts have, and their making, sweeping and removal.
 *
 *   v2              <base>/crankcase-<id>/{jailer, jobs/slot-N/{init, stage-K}}, where the base is our own cgroup if
 *                   systemd gave it to us (Delegate=yes), else the root
 *   v1 and hybrid   in each of memory, pids and cpuacct:  <root>/crankcase-<id>/slot-N/stage-K
 *                   and in cpu a crankcase-<id> that the jailer joins itself, so that everything it starts is in it
 *
 * In v2 a group that has groups has no processes (cgroups(7), the no-internal-process rule): hence `jailer` and `init`,
 * and hence crankcase.neighbours in the base (cgroup_neighbours.c) where other processes are in it.
 */
#include "jailer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

/* An instance weighs half of what is beside it: of the 100 that v2 gives a group, and of the 1024 that v1 gives a process.
 * v1 divides a group's shares among the processors that it runs on: so there it is half for each of them. v2 compares
 * the groups of one folder only: the weight of a unit, which the daemon's unit is beside, is systemd's (CPUWeight=), and
 * within an instance jobs weigh half of what the jailer does. */
#define CPU_SHARES_V1_EACH 512
#define CPU_WEIGHT_V2 "50"

/* The mount point of a v1 controller, or of v2 for NULL. False: not mounted. */
static bool find_mount(const char *controller, char *path, size_t size)
{
    FILE *mounts = setmntent("/proc/self/mounts", "r");
    if (mounts == NULL)
        fail("open", "/proc/self/mounts");
    bool found = false;
    const struct mntent *entry;
    while (!found && (entry = getmntent(mounts)) != NULL) {
        found = controller == NULL ? strcmp(entry->mnt_type, "cgroup2") == 0
                                   : strcmp(entry->mnt_type, "cgroup") == 0 && hasmntopt(entry, controller) != NULL;
        if (found)
            snprintf(path, size, "%s", entry->mnt_dir);
    }
    endmntent(mounts);
    return found;
}

static int open_root(const struct options *options, const char *controller, bool required)
{
    char path[PATH_MAX], root[PATH_MAX / 2];
    errno = ENOENT;
    if (!find_mount(controller, root, sizeof(root))) {
        if (required)
            fail("find the cgroup controller", controller != NULL ? controller : "cgroup2");
        return -1;
    }
    snprintf(path, sizeof(path), "%s/%.1024s", root, options->cgroup_root != NULL ? options->cgroup_root : "");
    int fd = cgroup_open(AT_FDCWD, path);
    if (fd < 0)
        fail("open cgroup", path);
    return fd;
}

/* The path of the v2 group that this process is in. False: it is not to be seen. */
static bool find_own(char *path, size_t size)
{
    char text[PATH_MAX], root[256];
    read_file_at(AT_FDCWD, "/proc/self/cgroup", text, sizeof(text));
    char *own = strstr(text, "0::/");
    if (own == NULL || !find_mount(NULL, root, sizeof(root)))
        return false;
    own += strlen("0::");
    own[strcspn(own, "\n")] = '\0';
    return (size_t)snprintf(path, size, "%s%s", root, own) < size;
}

/* A group that was delegated to us, else -1 (systemd marks it by an attribute: systemd.resource-control(5)). */
static int open_if_delegated(const char *path)
{
    char mark[2] = "";
    ssize_t length = getxattr(path, "trusted.delegate", mark, sizeof(mark));
    if (length <= 0)
        length = getxattr(path, "user.delegate", mark, sizeof(mark));
    return length > 0 && mark[0] == '1' ? cgroup_open(AT_FDCWD, path) : -1;
}

/* Whoever starts a jailer again may have been moved out of its way by the one before. */
static void leave_neighbours(char *path)
{
    char *last = strrchr(path, '/');
    if (last != NULL && strcmp(last, "/" CGROUP_NEIGHBOURS) == 0)
        *last = '\0';
}

/* Whether the v2 mount shows our cgroup namespace's root, and not a part of another's (cgroup_namespaces(7)). */
static bool mount_is_namespace(void)
{
    char line[2 * PATH_MAX], root[PATH_MAX], point[PATH_MAX], wanted[PATH_MAX];
    FILE *mounts = find_mount(NULL, wanted, sizeof(wanted)) ? fopen("/proc/self/mountinfo", "re") : NULL;
    bool is = false;
    while (mounts != NULL && fgets(line, sizeof(line), mounts) != NULL)
        if (sscanf(line, "%*s %*s %*s %4095s %4095s", root, point) == 2 && strcmp(point, wanted) == 0)
            is = strcmp(root, "/") == 0; /* the last mount lies on top */
    if (mounts != NULL)
        fclose(mounts);
    return is;
}

static void open_unified(struct cgroups *groups, const struct options *options)
{
    char own[2 * PATH_MAX];
    bool seen = find_own(own, sizeof(own));
    groups->unified = true;
    groups->tree_count = 1;
    groups->home = seen ? cgroup_open(AT_FDCWD, own) : -1;
    if (seen)
        leave_neighbours(own);
    groups->base[0] = seen && options->cgroup_root == NULL ? open_if_delegated(own) : -1;
    groups->base_is_ours = groups->base[0] >= 0 || (options->cgroup_root == NULL && mount_is_namespace());
    if (groups->base[0] < 0)
        groups->base[0] = open_root(options, NULL, true);
}

static void open_v1(struct cgroups *groups, const struct options *options)
{
    static const char *const controllers[] = {"memory", "pids", "cpuacct"};
    groups->unified = false;
    groups->tree_count = CGROUP_TREES_MAX;
    for (int i = 0; i < CGROUP_TREES_MAX; i++)
        groups->base[i] = open_root(options, controllers[i], true);
    groups->cpu_base = open_root(options, "cpu", false);
}

/* Finds the layout; makes nothing. Limits in v1 with kill in v2 is the hybrid layout, and is used as v1. */
void cgroups_open(struct cgroups *groups, const struct options *options)
{
    char ignored[PATH_MAX];
    long processors = sysconf(_SC_NPROCESSORS_CONF);
    *groups = (struct cgroups){.processors = processors > 0 ? (unsigned)processors : 1, .cpu_base = -1, .home = -1, .tree = {-1, -1, -1}};
    snprintf(groups->name, sizeof(groups->name), "crankcase-%.48s", options->instance);
    if (find_mount("memory", ignored, sizeof(ignored)))
        open_v1(groups, options);
    else
        open_unified(groups, options);
}

static int open_tree_of(const struct cgroups *groups, int i)
{
    int instance = cgroup_open(groups->base[i], groups->name);
    if (instance < 0 || !groups->unified)
        return instance;
    int jobs = cgroup_open(instance, "jobs");
    close(instance);
    return jobs;
}

/* Ends the processes of every slot and removes the slots' groups. */
static bool clear_slots(int tree)
{
    bool clear = true;
    DIR *dir = fdopendir(cgroup_open(tree, "."));
    const struct dirent *entry;
    while (dir != NULL && (entry = readdir(dir)) != NULL)
        if (strncmp(entry->d_name, "slot-", 5) == 0 && !cgroup_remove(tree, entry->d_name, CGROUP_PATIENCE_NS))
            clear = false;
    if (dir != NULL)
        closedir(dir);
    return clear;
}

static bool remove_instance_folder(int base, const char *name)
{
    return unlinkat(base, name, AT_REMOVEDIR) == 0 || errno == ENOENT;
}

static bool remove_tree(const struct cgroups *groups, int i)
{
    CLEANUP_FD int tree = open_tree_of(groups, i);
    bool gone = tree < 0 || clear_slots(tree);
    if (!groups->unified)
        return gone && remove_instance_folder(groups->base[i], groups->name);
    CLEANUP_FD int instance = cgroup_open(groups->base[0], groups->name);
    if (instance < 0)
        return true;
    unlinkat(instance, "jobs", AT_REMOVEDIR);
    unlinkat(instance, "jailer", AT_REMOVEDIR);
    return gone && remove_instance_folder(groups->base[0], groups->name);
}

/* Removes what an earlier jailer of this instance left. The instance's lock is ours, so nobody uses it. */
void cgroups_sweep(const struct cgroups *groups, const struct options *options)
{
    for (int i = 0; i < groups->tree_count; i++)
        if (!remove_tree(groups, i))
            fail("sweep the cgroups of the instance", options->instance);
    if (groups->cpu_base >= 0)
        remove_instance_folder(groups->cpu_base, groups->name);
}

/* Makes the folder that one tree's slots are in, with the limit on all jobs together. */
static void open_tree(struct cgroups *groups, const struct options *options, int i)
{
    char memory_total[24];
    snprintf(memory_total, sizeof(memory_total), "%llu", (unsigned long long)options->memory_total);
    CLEANUP_FD int instance = cgroup_make(groups->base[i], groups->name);
    groups->tree[i] = cgroup_make(instance, groups->unified ? "jobs" : ".");
    if (i == 0)
        write_file_at(groups->tree[i], groups->unified ? "memory.max" : "memory.limit_in_bytes", memory_total);
    if (!groups->unified)
        return;
    write_file_at(groups->tree[i], "cpu.weight", CPU_WEIGHT_V2);
    write_file_at(groups->tree[i], "cgroup.subtree_control", "+memory +pids +cpu");
}

static void start_v1(struct cgroups *groups, const struct options *options)
{
    for (int i = 0; i < groups->tree_count; i++)
        open_tree(groups, options, i);
    if (groups->cpu_base < 0)
        return;
    char shares[24];
    snprintf(shares, sizeof(shares), "%ld", CPU_SHARES_V1_EACH * sysconf(_SC_NPROCESSORS_ONLN));
    CLEANUP_FD int cpu = cgroup_make(groups->cpu_base, groups->name);
    write_file_at(cpu, "cpu.shares", shares);
    write_file_at(cpu, "cgroup.procs", "0");
}

static void start_unified(struct cgroups *groups, const struct options *options)
{
    CLEANUP_FD int instance = cgroup_make(groups->base[0], groups->name);
    CLEANUP_FD int jailer = cgroup_make(instance, "jailer");
    write_file_at(jailer, "cgroup.procs", "0");
    cgroup_neighbours_enable(groups->base[0], groups->base_is_ours);
    write_file_at(instance, "cpu.weight", CPU_WEIGHT_V2);
    write_file_at(instance, "cgroup.subtree_control", "+memory +pids +cpu");
    open_tree(groups, options, 0);
}

void cgroups_start(struct cgroups *groups, const struct options *options)
{
    if (groups->unified)
        start_unified(groups, options);
    else
        start_v1(groups, options);
}

static bool is_same_folder(int a, int b)
{
    struct stat first, second;
    return fstat(a, &first) == 0 && fstat(b, &second) == 0 && first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

/* Makes anew the folders of the instance that somebody has removed: empty ones are, by who tidies cgroups up. Those of v2 and
 * of v1's cpu that this process is in cannot be. */
void cgroups_mend(struct cgroups *groups, const struct options *options)
{
    for (int i = 0; i < groups->tree_count; i++) {
        CLEANUP_FD int tree = open_tree_of(groups, i);
        bool is_gone = tree < 0 ? errno == ENOENT : !is_same_folder(tree, groups->tree[i]);
        if (!is_gone)
            continue; /* or there is no descriptor to look at it by */
        log_line("a cgroup folder of instance %s was removed by somebody: it is made anew", options->instance);
        close_and_forget(&groups->tree[i]);
        open_tree(groups, options, i);
    }
}

/* Leaves the groups that this process joined, and removes everything. */
void cgroups_stop(const struct cgroups *groups, const struct options *options)
{
    bool left = groups->unified        ? cgroup_neighbours_join(groups->home, groups->base[0])
                : groups->cpu_base >= 0 ? try_write_file_at(groups->cpu_base, "cgroup.procs", "0")
                                        : true;
    if (!left)
        log_line("could not leave the cgroup of instance %s", options->instance);
    for (int i = 0; i < groups->tree_count; i++)
        if (!remove_tree(groups, i))
            log_line("a cgroup of instance %s stays", options->instance);
    if (groups->unified && !cgroup_neighbours_return(groups->base[0]))
        log_line("processes stay in the cgroup %s", CGROUP_NEIGHBOURS);
    if (groups->cpu_base >= 0)
        remove_instance_folder(groups->cpu_base, groups->name);
}
