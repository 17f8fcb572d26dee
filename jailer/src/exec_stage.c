/* The last steps before a program of the job runs. Their order is the point of this file: each needs what the
 * next one takes away. A step that fails ends the stage; nothing runs half confined. */
#include "jailer.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* The host's out-of-memory killer takes a job before anything else (proc(5), oom_score_adj). A build, whose /proc is
 * read-only, keeps the jailer's own place. */
#define FIRST_TO_DIE "1000"

NORETURN static void give_up(const struct exec_plan *plan, const char *step)
{
    plan->failure->number = errno;
    snprintf(plan->failure->step, sizeof(plan->failure->step), "%s", step);
    _exit(127);
}

/* What the job itself has made impossible is told as a shell tells it: in the stage's stderr, with 127 or 126 (POSIX sh,
 * exit status). */
NORETURN static void cannot(const char *what, const char *path)
{
    int number = errno;
    dprintf(STDERR_FILENO, "%s %s: %s\n", what, path, strerror(number));
    _exit(number == ENOENT ? 127 : 126);
}

static void must(const struct exec_plan *plan, bool done, const char *step)
{
    if (!done)
        give_up(plan, step);
}

/* v1 only: v2's stages are born in their group. Descriptors of the groups came from the session. */
static bool join_cgroups(const struct exec_plan *plan)
{
    for (int i = 0; i < plan->cgroup_count; i++)
        if (write(plan->cgroups[i], "0", 1) != 1)
            return false;
    return true;
}

static bool set_stdio(const struct exec_plan *plan)
{
    for (int i = 0; i < 3; i++)
        if (dup2(plan->stdio[i], i) < 0)
            return false;
    return true;
}

/* A limit above what the jailer itself was given stays at that: without CAP_SYS_RESOURCE hard limits only sink. */
static bool set_limit(__rlimit_resource_t resource, uint64_t soft, uint64_t hard)
{
    struct rlimit limit;
    if (getrlimit(resource, &limit) < 0)
        return false;
    limit.rlim_max = hard < limit.rlim_max ? hard : limit.rlim_max;
    limit.rlim_cur = soft < limit.rlim_max ? soft : limit.rlim_max;
    return setrlimit(resource, &limit) == 0;
}

/* No core file, and no start of the host's handler: for a handler the kernel heeds no other value than 1, by which it
 * knows the handler's own crashes (fs/coredump.c). A filter keeps the job from changing it. */
enum { NO_CORE_DUMP = 1 };

static bool set_limits(const struct stage_limits *limits)
{
    /* Behind the jailer's own accounting, which ends the stage sooner; per process, so rounded up generously. */
    uint64_t cpu_seconds = limits->cpu_ms / 1000 + 2;
    return set_limit(RLIMIT_CPU, cpu_seconds, cpu_seconds + 1) && set_limit(RLIMIT_NOFILE, limits->open_files, limits->open_files) &&
           set_limit(RLIMIT_FSIZE, limits->file_size, limits->file_size) && set_limit(RLIMIT_STACK, limits->stack, limits->stack) &&
           set_limit(RLIMIT_CORE, NO_CORE_DUMP, NO_CORE_DUMP) && set_limit(RLIMIT_MEMLOCK, limits->memory, limits->memory);
}

/* The one that the jailer itself ignores (main.c). */
static bool reset_signals(void)
{
    sigset_t none;
    return signal(SIGPIPE, SIG_DFL) != SIG_ERR && sigemptyset(&none) == 0 && sigprocmask(SIG_SETMASK, &none, NULL) == 0;
}

static bool become_runner(const struct exec_plan *plan)
{
    if (setgroups(0, NULL) < 0)
        return false;
    if (plan->kind == JAIL_BUILD)
        return capabilities_confine_root() == 0;
    return setresgid(plan->gid, plan->gid, plan->gid) == 0 &&
           setresuid(plan->uid, plan->uid, plan->uid) == 0;
}

void exec_stage(const struct exec_plan *plan)
{
    const struct stage_request *request = plan->request;
    must(plan, join_cgroups(plan), "join cgroups");
    must(plan, unshare(CLONE_NEWCGROUP) == 0, "hide the cgroups' names");
    must(plan, setsid() > 0, "setsid");
    must(plan, plan->kind == JAIL_BUILD || try_write_file_at(AT_FDCWD, "/proc/self/oom_score_adj", FIRST_TO_DIE), "oom_score_adj");
    must(plan, set_stdio(plan), "stdio");
    must(plan, !plan->terminal || terminal_control(0) == 0, "controlling terminal");
    must(plan, system_close_from(3) == 0, "close descriptors");
    must(plan, set_limits(&request->limits), "resource limits");
    must(plan, reset_signals(), "signals");
    umask(022);
    must(plan, become_runner(plan), "become the runner");
    must(plan, prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0, "parent death signal");
    if (chdir(request->folder) < 0)
        cannot("cannot enter", request->folder);
    must(plan, prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no_new_privs");
    must(plan, seccomp_filter_install(plan->filter) == 0, "seccomp");
    execve(request->argv[0], (char *const *)(uintptr_t)request->argv, (char *const *)(uintptr_t)request->environment);
    cannot("cannot run", request->argv[0]);
}
