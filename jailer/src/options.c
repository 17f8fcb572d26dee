#include "jailer.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: jailer --instance ID --run-dir DIR --data-dir DIR --builds-dir DIR --executioners-dir DIR\n"
    "              --socket-uid UID --runner-uid-min N --runner-gid-min N --slots N --memory-total BYTES\n"
    "              [--own-executioners-dir DIR] [--cgroup-root PATH] [--starts FILE]\n"
    "Makes jails for the crankcase daemon and runs programs in them; started by `crankcase serve` or by systemd, as root.\n"
    "  --instance ID        names lock, socket and cgroups, so that instances live beside each other\n"
    "  --run-dir DIR        its own folder, for the lock and jailer.sock\n"
    "  --data-dir DIR       bases/ and packages/, owned by root\n"
    "  --builds-dir DIR     where the daemon writes what builds of packages read\n"
    "  --executioners-dir D seen in jails as /executioners\n"
    "  --own-executioners-dir D\n"
    "                       laid over them, file by file; it may be missing\n"
    "  --socket-uid UID     the user that may connect, besides root\n"
    "  --runner-uid-min N   the first of the uids that jobs run as, one for each slot\n"
    "  --runner-gid-min N   the same for gids\n"
    "  --slots N            jails at once, 1 to 4096\n"
    "  --memory-total BYTES for all jobs together\n"
    "  --cgroup-root PATH   the cgroup (from the hierarchy's root) to work below; else found by itself\n"
    "  --starts FILE        the log of jobs' starts, in a folder of root's; else none is kept\n"
    "Exit status: 0 after SIGTERM, 2 for bad usage, 3 where another jailer holds the run folder or the uids, else 1.\n";

enum option_id {
    OPTION_INSTANCE = 1,
    OPTION_RUN_DIR,
    OPTION_DATA_DIR,
    OPTION_BUILDS_DIR,
    OPTION_EXECUTIONERS_DIR,
    OPTION_OWN_EXECUTIONERS_DIR,
    OPTION_SOCKET_UID,
    OPTION_RUNNER_UID_MIN,
    OPTION_RUNNER_GID_MIN,
    OPTION_SLOTS,
    OPTION_MEMORY_TOTAL,
    OPTION_CGROUP_ROOT,
    OPTION_STARTS,
    OPTION_HELP,
};

static const struct option long_options[] = {
    {"instance", required_argument, NULL, OPTION_INSTANCE},
    {"run-dir", required_argument, NULL, OPTION_RUN_DIR},
    {"data-dir", required_argument, NULL, OPTION_DATA_DIR},
    {"builds-dir", required_argument, NULL, OPTION_BUILDS_DIR},
    {"executioners-dir", required_argument, NULL, OPTION_EXECUTIONERS_DIR},
    {"own-executioners-dir", required_argument, NULL, OPTION_OWN_EXECUTIONERS_DIR},
    {"socket-uid", required_argument, NULL, OPTION_SOCKET_UID},
    {"runner-uid-min", required_argument, NULL, OPTION_RUNNER_UID_MIN},
    {"runner-gid-min", required_argument, NULL, OPTION_RUNNER_GID_MIN},
    {"slots", required_argument, NULL, OPTION_SLOTS},
    {"memory-total", required_argument, NULL, OPTION_MEMORY_TOTAL},
    {"cgroup-root", required_argument, NULL, OPTION_CGROUP_ROOT},
    {"starts", required_argument, NULL, OPTION_STARTS},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

NORETURN static void bad_usage(const char *what)
{
    fprintf(stderr, "jailer: %s\n%s", what, usage);
    exit(2);
}

static uint64_t number(const char *option, const char *text, uint64_t least, uint64_t most)
{
    char *end, what[160];
    errno = 0;
    uint64_t value = strtoull(text, &end, 10);
    /* strtoull(3) takes spaces and a sign too, and makes of -18446744073709551615 a 1. */
    if (errno == 0 && *end == '\0' && text[0] >= '0' && text[0] <= '9' && value >= least && value <= most)
        return value;
    snprintf(what, sizeof(what), "--%s takes a number from %llu to %llu, not %.32s", option, (unsigned long long)least, (unsigned long long)most, text);
    bad_usage(what);
}

static void require_complete(const struct options *options)
{
    const char *folders[] = {options->run_dir, options->data_dir, options->builds_dir, options->executioners_dir};
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        if (folders[i] == NULL || folders[i][0] != '/')
            bad_usage("each folder must be given, as an absolute path");
    if (options->own_executioners_dir != NULL && options->own_executioners_dir[0] != '/')
        bad_usage("--own-executioners-dir must be an absolute path");
    if (options->starts != NULL && !starts_path_is_valid(options->starts))
        bad_usage("--starts must be the absolute path of a file in a folder of its own");
    if (options->instance == NULL || strlen(options->instance) > 48 || !name_is_valid(options->instance) ||
        strchr(options->instance, '/') != NULL)
        bad_usage("--instance must be a short name of letters, digits, '.', '_' and '-'");
    if (options->slots == 0 || options->memory_total == 0 || options->runner_uid_min == 0 || options->runner_gid_min == 0)
        bad_usage("--slots, --memory-total, --runner-uid-min and --runner-gid-min must be given");
}

static void take_option(struct options *options, int id, const char *text)
{
    switch (id) {
    case OPTION_INSTANCE: options->instance = text; break;
    case OPTION_RUN_DIR: options->run_dir = text; break;
    case OPTION_DATA_DIR: options->data_dir = text; break;
    case OPTION_BUILDS_DIR: options->builds_dir = text; break;
    case OPTION_EXECUTIONERS_DIR: options->executioners_dir = text; break;
    case OPTION_OWN_EXECUTIONERS_DIR: options->own_executioners_dir = text; break;
    case OPTION_SOCKET_UID: options->socket_uid = (uid_t)number("socket-uid", text, 0, UINT32_MAX - 1); break;
    /* 1000 and below belong to the host's own users. */
    case OPTION_RUNNER_UID_MIN: options->runner_uid_min = (uid_t)number("runner-uid-min", text, 1001, INT32_MAX); break;
    case OPTION_RUNNER_GID_MIN: options->runner_gid_min = (gid_t)number("runner-gid-min", text, 1001, INT32_MAX); break;
    case OPTION_SLOTS: options->slots = (unsigned)number("slots", text, 1, 4096); break;
    case OPTION_MEMORY_TOTAL: options->memory_total = number("memory-total", text, 1u << 26, INT64_MAX); break;
    case OPTION_CGROUP_ROOT: options->cgroup_root = text; break;
    case OPTION_STARTS: options->starts = text; break;
    case OPTION_HELP: fputs(usage, stdout); exit(0);
    default: bad_usage("unknown option");
    }
}

struct options options_parse(int argc, char **argv)
{
    struct options options = {0};
    int id;
    while ((id = getopt_long(argc, argv, "", long_options, NULL)) != -1)
        take_option(&options, id, optarg);
    if (optind != argc)
        bad_usage("unexpected argument");
    require_complete(&options);
    return options;
}
