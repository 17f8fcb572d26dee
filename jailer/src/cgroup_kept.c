/* v1: a stage's groups that are used again by the same stage of its slot's next job: making and removing three of them costs
 * a third of a millisecond, and more in the kernel's own threads. Kept is what is empty and counted no event, whose number cannot be
 * set back to 0; it is taken if hardly any memory is charged to it any more. v2's cannot be set back: its stages always have
 * new ones. */
#include "jailer.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { MEMORY = 0, PIDS = 1, CPU = 2 }; /* the order of cgroup_layout.c */

/* Later ones are rare: they would lie about for nothing. */
#define KEPT_MAX 2 /* compile and run */

static uint64_t number_in(int dir, const char *file)
{
    char text[32];
    read_file_at(dir, file, text, sizeof(text));
    return strtoull(text, NULL, 10);
}

/* All its processes were in all three groups, and are counted until they are reaped. */
static bool is_empty(const struct cgroup_stage *stage)
{
    return number_in(stage->tree[PIDS], "pids.current") == 0;
}

static void set_back(const struct cgroup_stage *stage)
{
    write_file_at(stage->tree[MEMORY], "memory.max_usage_in_bytes", "0");
    write_file_at(stage->tree[CPU], "cpuacct.usage", "0");
    /* The two limits are set one after the other, and this must never be the lower one. */
    if (!try_write_file_at(stage->tree[MEMORY], "memory.memsw.limit_in_bytes", "-1") && errno != ENOENT)
        fail("write", "memory.memsw.limit_in_bytes");
}

/* Opens the stage's groups if they were kept and are as new ones. False: the stage needs new ones, and none is in the way. */
bool cgroup_kept_take(const struct cgroup_slot *slot, struct cgroup_stage *stage)
{
    bool all = true;
    for (int i = 0; i < stage->tree_count; i++)
        all = (stage->tree[i] = cgroup_open(slot->tree[i], stage->name)) >= 0 && all;
    if (all && is_empty(stage) && number_in(stage->tree[MEMORY], "memory.usage_in_bytes") <= CGROUP_LEFT_MAX) {
        set_back(stage);
        return true;
    }
    for (int i = 0; i < stage->tree_count; i++) {
        bool there = stage->tree[i] >= 0;
        close_and_forget(&stage->tree[i]);
        if (there && !cgroup_remove(slot->tree[i], stage->name, CGROUP_PATIENCE_NS))
            fail("remove cgroup", stage->name);
    }
    return false;
}

/* Whether the groups of a stage that has ended without an event may stay for the next job. */
bool cgroup_kept_may_stay(const struct cgroup_stage *stage)
{
    return !stage->unified && stage->number <= KEPT_MAX && is_empty(stage);
}
