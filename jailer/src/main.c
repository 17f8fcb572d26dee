#include "jailer.h"

#include <signal.h>
#include <sys/stat.h>

int main(int argc, char **argv)
{
    struct options options = options_parse(argc, argv);
    struct cgroups groups;
    struct prepared prepared;
    umask(022); /* what jails show of ours, jobs must be able to read, whatever whoever starts us is used to */
    signal(SIGPIPE, SIG_IGN); /* whoever reads our log may be gone before us */
    instance_lock(&options);
    cgroups_open(&groups, &options);
    cgroups_sweep(&groups, &options);
    cgroups_start(&groups, &options);
    instance_layout(&options);
    skeleton_make(&options);
    package_staging_sweep(&options);
    seccomp_filters_compile(&prepared.filters);
    proc_masks_find(&prepared.masks);
    prepared.cradle = cradle_make(&options);
    server_run(&options, &groups, &prepared);
    cgroups_stop(&groups, &options);
    instance_remove(&options);
    return 0;
}
