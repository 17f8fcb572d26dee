/* The cgroups of a session, which tell what the script says. */
#include "fuzz.h"

#include <fcntl.h>

static int descriptor(void)
{
    return fcntl(play.connection, F_DUPFD_CLOEXEC, 0);
}

void cgroup_slot_open(const struct cgroups *groups, unsigned slot, struct cgroup_slot *opened)
{
    (void)slot;
    for (int i = 0; i < groups->tree_count; i++)
        opened->tree[i] = descriptor();
    opened->init = groups->unified ? descriptor() : -1;
}

void cgroup_stage_open(const struct cgroups *groups, const struct cgroup_slot *slot, uint16_t number, struct cgroup_stage *stage)
{
    (void)slot;
    promise(play.groups_open++ == 0, "a session has the groups of one stage at a time");
    *stage = (struct cgroup_stage){.number = number, .oom_event = -1, .tasks = {-1, -1, -1}, .unified = groups->unified, .tree_count = groups->tree_count};
    for (int i = 0; i < stage->tree_count; i++) {
        stage->tree[i] = descriptor();
        stage->tasks[i] = stage->unified ? -1 : descriptor();
    }
    stage->cpu_usage = descriptor();
}

static bool in_range(uint64_t limit)
{
    return limit > 0 && limit <= INT64_MAX / NSEC_PER_MSEC;
}

void cgroup_stage_limit(const struct cgroup_slot *slot, const struct stage_limits *limits, uint64_t box, struct cgroup_stage *stage)
{
    (void)slot;
    promise(play.groups_open == 1 && stage->cpu_usage >= 0, "limits are set in groups that are open");
    promise(in_range(limits->wall_ms) && in_range(limits->cpu_ms) && in_range(limits->memory) && in_range(limits->processes) && in_range(limits->open_files) &&
                in_range(limits->file_size) && in_range(limits->stack) && in_range(limits->output[0]) && in_range(limits->output[1]),
            "every limit is a bound");
    promise(limits->memory + box >= limits->memory && box > 0, "a slot's memory is no less than its stage's");
}

uint64_t cgroup_stage_cpu_ns(const struct cgroup_stage *stage)
{
    promise(stage->cpu_usage >= 0, "an open group is asked");
    return play.cpu_ns;
}

uint64_t cgroup_stage_memory_now(const struct cgroup_stage *stage)
{
    promise(stage->cpu_usage >= 0, "an open group is asked");
    return 4096;
}

uint64_t cgroup_stage_memory_peak(const struct cgroup_stage *stage)
{
    promise(stage->cpu_usage >= 0, "an open group is asked");
    return 8192;
}

bool cgroup_stage_was_oom_killed(const struct cgroup_stage *stage)
{
    promise(stage->cpu_usage >= 0, "an open group is asked");
    return (play.figures & 1) != 0;
}

bool cgroup_stage_met_memory_limit(const struct cgroup_stage *stage)
{
    (void)stage;
    return (play.figures & 2) != 0;
}

bool cgroup_stage_fork_refused(const struct cgroup_stage *stage)
{
    (void)stage;
    return (play.figures & 4) != 0;
}

void cgroup_stage_close(struct cgroup_stage *stage, bool eventful)
{
    (void)eventful;
    promise(play.groups_open-- == 1, "groups are closed once");
    close_and_forget(&stage->cpu_usage);
    for (int i = 0; i < stage->tree_count; i++) {
        close_and_forget(&stage->tree[i]);
        close_and_forget(&stage->tasks[i]);
    }
}
