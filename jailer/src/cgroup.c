/* The cgroups of one slot and of one stage. A slot's groups are made once and kept; a stage's live as long as it does, so
 * that its figures are its own, but for those that the next job can have as new (cgroup_kept.c). The two versions differ in
 * file names only. */
#include "jailer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MEMORY = 0, PIDS = 1, CPU = 2 }; /* v1's trees, in the order of cgroup_layout.c; v2 has them all in 0 */

/* A slot may hold what earlier stages left in the box besides what the present stage uses, and its init. */
#define SLOT_MEMORY_SPARE (32ull << 20)

/* v1 counts the buffers of network sockets apart from all other memory, and only in a group that limits them
 * (Documentation/admin-guide/cgroup-v1/memory.rst, section 2.7): without a limit nothing bounds them but the host. */
#define NETWORK_BUFFERS_PART 8 /* of the stage's memory limit, on top of it */

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

int cgroup_open(int parent, const char *name)
{
    return openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int cgroup_make(int parent, const char *name)
{
    if (mkdirat(parent, name, 0755) < 0 && errno != EEXIST)
        fail("make cgroup", name);
    int fd = cgroup_open(parent, name);
    if (fd < 0)
        fail("open cgroup", name);
    return fd;
}

static int tree_of(bool unified, int controller)
{
    return unified ? 0 : controller;
}

/* Sends SIGKILL to the processes of a group; returns how many it still has. One whose number reads 0 is of a process namespace
 * that we do not see into; kill(2) would take that for our own process group. */
static unsigned kill_processes(int group)
{
    unsigned count = 0;
    CLEANUP_FD int fd = openat(group, "cgroup.procs", O_RDONLY | O_CLOEXEC);
    FILE *procs = fd < 0 ? NULL : fdopen(dup(fd), "r");
    long pid;
    while (procs != NULL && fscanf(procs, "%ld", &pid) == 1) {
        count++;
        /* 0 is one of a process namespace that we do not see into, and kill would take it for ourselves. */
        if (pid > 0 && pid <= INT_MAX)
            kill((pid_t)pid, SIGKILL);
    }
    if (procs != NULL)
        fclose(procs);
    return count;
}

static bool kill_and_wait(int group, uint64_t give_up)
{
    while (kill_processes(group) > 0) {
        if (monotonic_ns() > give_up)
            return false;
        nap();
    }
    return true;
}

static bool remove_folder(int parent, const char *name, uint64_t give_up)
{
    while (unlinkat(parent, name, AT_REMOVEDIR) < 0) {
        if (errno == ENOENT)
            return true;
        if (errno != EBUSY || monotonic_ns() > give_up)
            return false;
        nap();
    }
    return true;
}

/* Ends what is in the group and in those directly below it, and removes them all. Nothing of ours lies deeper. */
bool cgroup_remove(int parent, const char *name, uint64_t patience_ns)
{
    uint64_t give_up = monotonic_ns() + patience_ns;
    CLEANUP_FD int group = cgroup_open(parent, name);
    if (group < 0)
        return errno == ENOENT;
    bool clear = kill_and_wait(group, give_up);
    DIR *dir = fdopendir(cgroup_open(group, "."));
    const struct dirent *entry;
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
            continue;
        CLEANUP_FD int child = cgroup_open(group, entry->d_name);
        clear = child >= 0 && kill_and_wait(child, give_up) && remove_folder(group, entry->d_name, give_up) && clear;
    }
    if (dir != NULL)
        closedir(dir);
    return clear && remove_folder(parent, name, give_up);
}

void cgroup_slot_open(const struct cgroups *groups, unsigned slot, struct cgroup_slot *opened)
{
    char name[24];
    snprintf(name, sizeof(name), "slot-%u", slot);
    for (int i = 0; i < groups->tree_count; i++) {
        /* Mostly it is there from the slot's last job: opening costs a twentieth of making. */
        opened->tree[i] = cgroup_open(groups->tree[i], name);
        if (opened->tree[i] < 0)
            opened->tree[i] = cgroup_make(groups->tree[i], name);
    }
    opened->init = -1;
    /* The limit that an earlier job of the slot left is not for this one's submission. */
    write_file_at(opened->tree[0], groups->unified ? "memory.max" : "memory.limit_in_bytes", groups->unified ? "max" : "-1");
    if (!groups->unified)
        return;
    write_file_at(opened->tree[0], "cgroup.subtree_control", "+memory +pids +cpu");
    opened->init = cgroup_make(opened->tree[0], "init");
}

/* v1: a jail's first process enters its slot's group, so that its memory is counted; its share of processes and time is
 * no stage's. Through `tasks` and about itself: moving a lone thread takes none of the locks that moving a process by
 * `cgroup.procs` takes, for which it may wait 10 ms (cgroup_attach_lock in kernel/cgroup/cgroup.c). */
void cgroup_slot_enter(const struct cgroup_slot *slot)
{
    if (slot->init < 0)
        write_file_at(slot->tree[0], "tasks", "0");
}

/* After a session that did not end in good order: true when nothing of the slot is left. */
bool cgroup_slot_clear(const struct cgroups *groups, unsigned slot, uint64_t patience_ns)
{
    char name[24];
    bool clear = true;
    snprintf(name, sizeof(name), "slot-%u", slot);
    for (int i = 0; i < groups->tree_count; i++)
        clear = cgroup_remove(groups->tree[i], name, patience_ns) && clear;
    return clear;
}

static void write_number_at(int dir, const char *name, uint64_t value)
{
    char text[24];
    snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
    write_file_at(dir, name, text);
}

/* v1 tells of a hit limit, the group's own or one above it, through an eventfd (Documentation/admin-guide/cgroup-v1/memory.rst, section 10). */
static int watch_out_of_memory(int group)
{
    char text[48];
    int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    CLEANUP_FD int control = openat(group, "memory.oom_control", O_RDONLY | O_CLOEXEC);
    if (event < 0 || control < 0)
        fail("open", "memory.oom_control");
    snprintf(text, sizeof(text), "%d %d", event, control);
    write_file_at(group, "cgroup.event_control", text);
    return event;
}

static void limit_v1(struct cgroup_stage *stage, const struct cgroup_slot *slot, uint64_t memory, uint64_t slot_memory)
{
    /* A group that is used again may have so much charged to it already, and takes no limit below that; nothing starts in so little. */
    if (memory < CGROUP_LEFT_MAX)
        memory = CGROUP_LEFT_MAX;
    write_number_at(slot->tree[MEMORY], "memory.limit_in_bytes", slot_memory);
    write_number_at(stage->tree[MEMORY], "memory.limit_in_bytes", memory);
    char text[24];
    snprintf(text, sizeof(text), "%llu", (unsigned long long)memory);
    /* Kernels without swap accounting lack the file; their swap is then the host's concern (doctor). */
    if (!try_write_file_at(stage->tree[MEMORY], "memory.memsw.limit_in_bytes", text) && errno != ENOENT)
        fail("write", "memory.memsw.limit_in_bytes");
    snprintf(text, sizeof(text), "%llu", (unsigned long long)(memory / NETWORK_BUFFERS_PART));
    if (!try_write_file_at(stage->tree[MEMORY], "memory.kmem.tcp.limit_in_bytes", text) && errno != ENOENT)
        fail("write", "memory.kmem.tcp.limit_in_bytes");
}

static void limit_unified(const struct cgroup_stage *stage, const struct cgroup_slot *slot, uint64_t memory, uint64_t slot_memory)
{
    write_number_at(slot->tree[0], "memory.max", slot_memory);
    write_number_at(stage->tree[0], "memory.max", memory);
    write_file_at(stage->tree[0], "memory.oom.group", "1");
    if (!try_write_file_at(stage->tree[0], "memory.swap.max", "0") && errno != ENOENT)
        fail("write", "memory.swap.max");
}

static int open_usage(const struct cgroup_stage *stage)
{
    const char *name = stage->unified ? "cpu.stat" : "cpuacct.usage";
    int usage = openat(stage->tree[tree_of(stage->unified, CPU)], name, O_RDONLY | O_CLOEXEC);
    if (usage < 0)
        fail("open", name);
    return usage;
}

/* The groups of a stage, without limits yet: they may wait for it. */
void cgroup_stage_open(const struct cgroups *groups, const struct cgroup_slot *slot, uint16_t number, struct cgroup_stage *stage)
{
    *stage = (struct cgroup_stage){.number = number, .oom_event = -1, .tasks = {-1, -1, -1}, .unified = groups->unified, .tree_count = groups->tree_count};
    snprintf(stage->name, sizeof(stage->name), "stage-%u", number);
    bool kept = !stage->unified && cgroup_kept_take(slot, stage);
    for (int i = 0; i < stage->tree_count; i++) {
        stage->slot[i] = slot->tree[i];
        if (!kept)
            stage->tree[i] = cgroup_make(slot->tree[i], stage->name);
        if (!stage->unified && (stage->tasks[i] = openat(stage->tree[i], "tasks", O_WRONLY | O_CLOEXEC)) < 0)
            fail("open", "tasks");
    }
    stage->cpu_usage = open_usage(stage);
    if (!stage->unified)
        stage->oom_event = watch_out_of_memory(stage->tree[MEMORY]);
}

void cgroup_stage_limit(const struct cgroup_slot *slot, const struct stage_limits *limits, uint64_t box, struct cgroup_stage *stage)
{
    stage->memory_limit = limits->memory;
    uint64_t slot_memory = limits->memory + box + SLOT_MEMORY_SPARE;
    if (stage->unified)
        limit_unified(stage, slot, limits->memory, slot_memory);
    else
        limit_v1(stage, slot, limits->memory, slot_memory);
    write_number_at(stage->tree[tree_of(stage->unified, PIDS)], "pids.max", limits->processes);
}

/* The number behind a key in a file of `key number` lines; 0 where the key is absent. */
static uint64_t number_behind(int dir, const char *file, const char *key)
{
    char text[1024];
    read_file_at(dir, file, text, sizeof(text));
    const char *at = text;
    while (at != NULL && *at != '\0') {
        if (strncmp(at, key, strlen(key)) == 0 && at[strlen(key)] == ' ')
            return strtoull(at + strlen(key), NULL, 10);
        at = strchr(at, '\n');
        if (at != NULL)
            at++;
    }
    return 0;
}

uint64_t cgroup_stage_cpu_ns(const struct cgroup_stage *stage)
{
    static const char first[] = "usage_usec "; /* of cpu.stat */
    char text[512];
    ssize_t length = pread(stage->cpu_usage, text, sizeof(text) - 1, 0);
    if (length <= 0 || (stage->unified && ((size_t)length < sizeof(first) || memcmp(text, first, sizeof(first) - 1) != 0)))
        fail("read", "CPU time of a stage");
    text[length] = '\0';
    if (!stage->unified)
        return strtoull(text, NULL, 10);
    return strtoull(text + strlen(first), NULL, 10) * 1000;
}

/* Bytes in use at this moment. */
uint64_t cgroup_stage_memory_now(const struct cgroup_stage *stage)
{
    char text[32];
    read_file_at(stage->tree[0], stage->unified ? "memory.current" : "memory.usage_in_bytes", text, sizeof(text));
    return strtoull(text, NULL, 10);
}

/* 0 where the kernel keeps no peak (v2 before Linux 5.19). */
uint64_t cgroup_stage_memory_peak(const struct cgroup_stage *stage)
{
    const char *name = stage->unified ? "memory.peak" : "memory.max_usage_in_bytes";
    char text[32];
    if (stage->unified && faccessat(stage->tree[0], name, R_OK, 0) < 0)
        return 0;
    read_file_at(stage->tree[0], name, text, sizeof(text));
    return strtoull(text, NULL, 10);
}

/* Whether the kernel ended processes of the stage for want of memory: its own, or that of all jobs together. */
bool cgroup_stage_was_oom_killed(const struct cgroup_stage *stage)
{
    const char *name = stage->unified ? "memory.events" : "memory.oom_control";
    return number_behind(stage->tree[0], name, "oom_kill") > 0;
}

/* How far below its limit v1 may have stopped: memory is charged to a group in batches (MEMCG_CHARGE_BATCH, 64 pages). */
#define CHARGE_BATCH (64u * 4096u)

/* Whether it was the stage's own limit that it ran into. v1 does not say; its peak does (its count of failures stands
 * still in newer kernels). */
bool cgroup_stage_met_memory_limit(const struct cgroup_stage *stage)
{
    if (stage->unified)
        return number_behind(stage->tree[0], "memory.events", "oom") > 0;
    return cgroup_stage_memory_peak(stage) + CHARGE_BATCH >= stage->memory_limit;
}

bool cgroup_stage_fork_refused(const struct cgroup_stage *stage)
{
    return number_behind(stage->tree[tree_of(stage->unified, PIDS)], "pids.events", "max") > 0;
}

/* Gone groups are proof that no process of the stage is left: a group with processes cannot be removed. Those that stay
 * have none, and counted no event either. */
void cgroup_stage_close(struct cgroup_stage *stage, bool eventful)
{
    bool stays = !eventful && cgroup_kept_may_stay(stage);
    close_and_forget(&stage->oom_event);
    close_and_forget(&stage->cpu_usage);
    for (int i = 0; i < stage->tree_count; i++) {
        close_and_forget(&stage->tasks[i]);
        close_and_forget(&stage->tree[i]);
        if (!stays && !remove_folder(stage->slot[i], stage->name, monotonic_ns() + CGROUP_PATIENCE_NS))
            fail("remove cgroup", stage->name);
    }
}
