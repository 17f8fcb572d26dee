#include "jailer.h"

#include <signal.h>
#include <sys/stat.h>

/* What whoever starts us has ignored would be ignored by every job as well: that outlives execve. */
static void heed_all_signals(void)
{
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL); /* fails for SIGKILL, SIGSTOP and the C library's own, which cannot be ignored either */
}

/* What a network says that nobody has used. */
static void prepare_network(struct network_counters *fresh)
{
    CLEANUP_FD int network = network_make(fresh);
    if (network < 0)
        fail("make", "network namespace");
}

int main(int argc, char **argv)
{
    struct options options = options_parse(argc, argv);
    struct cgroups groups;
    struct prepared prepared;
    struct instance_locks locks;
    umask(022); /* what jails show of ours, jobs must be able to read, whatever whoever starts us is used to */
    heed_all_signals();
    signal(SIGPIPE, SIG_IGN); /* whoever reads our log may be gone before us */
    capabilities_keep_own();
    instance_lock(&options, &locks);
    prepared.starts = starts_open(&options); /* what may be refused comes before anything that would be left behind */
    cgroups_open(&groups, &options);
    cgroups_sweep(&groups, &options);
    cgroups_start(&groups, &options);
    instance_layout(&options);
    skeleton_make(&options);
    package_staging_sweep(&options);
    seccomp_filters_compile(&prepared.filters);
    proc_masks_find(&prepared.masks);
    cradle_make(&options, &prepared.cradle);
    prepare_network(&prepared.fresh_network);
    server_run(&options, &locks, &groups, &prepared);
    cgroups_stop(&groups, &options);
    instance_remove(&options, &locks);
    return 0;
}
