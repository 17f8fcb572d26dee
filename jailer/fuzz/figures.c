/* What the kernel says: figures in files of cgroups, processes of a group, tables of mounts, counters of a network. The first
 * byte of the input chooses, the rest is what the kernel says, in texts with a NUL between them. */
#include "fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

FILE *__wrap_setmntent(const char *path, const char *mode);
FILE *__real_fopen(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode);
size_t __real_read_file_at(int dir, const char *name, char *buffer, size_t size);
size_t __wrap_read_file_at(int dir, const char *name, char *buffer, size_t size);
bool __wrap_try_write_file_at(int dir, const char *name, const char *text);
int __real_cgroup_open(int parent, const char *name);
int __wrap_cgroup_open(int parent, const char *name);
ssize_t __wrap_getxattr(const char *path, const char *name, void *value, size_t size);
int __wrap_kill(pid_t pid, int number);
int __wrap_nanosleep(const struct timespec *time, struct timespec *left);
uint64_t __wrap_monotonic_ns(void);
int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_unshare(int flags);
int __wrap_setns(int fd, int type);
int __wrap_ioctl(int fd, unsigned long request, ...);

enum { TEXTS = 6, TEXT_MAX = 16384 };

static char texts[TEXTS][TEXT_MAX + 1];
static uint8_t choice;
static int place = -1, first_fd;
static uint64_t now;

static FILE *as_file(const char *text)
{
    return text[0] == '\0' ? fmemopen((char[]){'\n'}, 1, "r") : fmemopen((void *)(uintptr_t)text, strlen(text), "r");
}

FILE *__wrap_setmntent(const char *path, const char *mode)
{
    (void)path, (void)mode;
    return as_file(texts[0]);
}

FILE *__wrap_fopen(const char *path, const char *mode)
{
    return strncmp(path, "/proc/self/", strlen("/proc/self/")) == 0 ? as_file(texts[1]) : __real_fopen(path, mode); /* libFuzzer keeps inputs */
}

/* As system.c does with a file of that content. */
size_t __wrap_read_file_at(int dir, const char *name, char *buffer, size_t size)
{
    if (name[0] != '/')
        return __real_read_file_at(dir, name, buffer, size);
    size_t length = strlen(texts[2]) < size ? strlen(texts[2]) : size - 1;
    memcpy(buffer, texts[2], length);
    buffer[length] = '\0';
    return length;
}

bool __wrap_try_write_file_at(int dir, const char *name, const char *text)
{
    (void)dir;
    promise(strcmp(name, "cgroup.procs") != 0 || atol(text) > 0, "who moves others never moves itself");
    errno = EBUSY;
    return strcmp(name, "cgroup.subtree_control") == 0;
}

int __wrap_cgroup_open(int parent, const char *name)
{
    promise(strlen(name) < 3u * PATH_MAX, "a path has an end");
    return name[0] == '/' ? (choice & 64 ? -1 : fcntl(place, F_DUPFD_CLOEXEC, 0)) : __real_cgroup_open(parent, name);
}

ssize_t __wrap_getxattr(const char *path, const char *name, void *value, size_t size)
{
    (void)path, (void)name;
    promise(size > 0, "a mark has room");
    *(char *)value = '1';
    return choice & 32 ? 1 : -1;
}

/* 0 would be this process's own group, and below it whole groups or everybody. */
int __wrap_kill(pid_t pid, int number)
{
    promise(pid > 0 && number == SIGKILL, "a group's processes are killed one by one");
    return 0;
}

int __wrap_nanosleep(const struct timespec *time, struct timespec *left)
{
    (void)time, (void)left;
    return 0;
}

uint64_t __wrap_monotonic_ns(void)
{
    return now += NSEC_PER_SEC;
}

int __wrap_open(const char *path, int flags, ...)
{
    return strcmp(path, "/proc/self/net") == 0 ? fcntl(place, F_DUPFD_CLOEXEC, 0) : __real_open(path, flags, 0600);
}

int __wrap_unshare(int flags)
{
    (void)flags;
    return 0;
}

int __wrap_setns(int fd, int type)
{
    (void)fd, (void)type;
    return 0;
}

int __wrap_ioctl(int fd, unsigned long request, ...)
{
    (void)fd, (void)request;
    return 0;
}

static void write_text(const char *name, const char *text)
{
    CLEANUP_FD int fd = openat(place, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    promise(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text), "a text is written");
}

static void find_groups(void *unused)
{
    struct options options = {.instance = "fuzz", .cgroup_root = choice & 128 ? "some/where" : NULL};
    struct cgroups groups;
    (void)unused;
    cgroups_open(&groups, &options);
    promise(groups.tree_count == (groups.unified ? 1 : 3) && groups.processors > 0, "a layout is one of two");
    for (int i = 0; i < groups.tree_count; i++)
        promise(groups.base[i] >= 0, "a layout that is found is open");
}

/* The number behind a key at the start of a line, looked for in another way than cgroup.c does. */
static uint64_t expected(const char *text, size_t size, const char *key)
{
    char copy[TEXT_MAX + 1], wanted[32];
    snprintf(copy, strlen(text) < size ? sizeof(copy) : size, "%s", text);
    snprintf(wanted, sizeof(wanted), "%s ", key);
    for (const char *at = copy; (at = strstr(at, wanted)) != NULL; at++)
        if (at == copy || at[-1] == '\n')
            return strtoull(at + strlen(wanted), NULL, 10);
    return 0;
}

static void read_figures(void *unused)
{
    struct cgroup_stage stage = {.tree = {place, place, place}, .unified = (choice & 32) != 0, .tree_count = choice & 32 ? 1 : 3, .number = 1, .memory_limit = 1 << 20};
    const char *events = stage.unified ? "memory.events" : "memory.oom_control";
    enum { EVENTS_READ = 1024 };
    (void)unused;
    write_text(events, texts[0]);
    write_text("pids.events", texts[0]);
    write_text(stage.unified ? "memory.peak" : "memory.max_usage_in_bytes", texts[1]);
    write_text(stage.unified ? "memory.current" : "memory.usage_in_bytes", texts[1]);
    write_text("cpu", texts[2]);
    stage.cpu_usage = openat(place, "cpu", O_RDONLY | O_CLOEXEC);
    promise(cgroup_stage_was_oom_killed(&stage) == (expected(texts[0], EVENTS_READ, "oom_kill") > 0), "a kill is one that the kernel tells of");
    promise(cgroup_stage_fork_refused(&stage) == (expected(texts[0], EVENTS_READ, "max") > 0), "a refused fork is one that the kernel tells of");
    cgroup_stage_met_memory_limit(&stage);
    cgroup_stage_memory_peak(&stage);
    cgroup_stage_memory_now(&stage);
    uint64_t cpu = cgroup_stage_cpu_ns(&stage);
    if (stage.unified)
        promise(cpu == expected(texts[2], 512, "usage_usec") * 1000, "CPU time is what the kernel tells");
}

static void end_processes(void *unused)
{
    (void)unused;
    mkdirat(place, "group", 0700);
    write_text("group/cgroup.procs", texts[0]);
    cgroup_remove(place, "group", 2 * NSEC_PER_SEC);
    mkdirat(place, CGROUP_NEIGHBOURS, 0700);
    write_text(CGROUP_NEIGHBOURS "/cgroup.procs", texts[0]);
    cgroup_neighbours_return(place);
}

static void count_network(void *unused)
{
    static const char *const names[TEXTS] = {"dev", "snmp", "netstat", "snmp6", "ip6_flowlabel", "sockstat"};
    static struct network_counters fresh;
    (void)unused;
    for (int i = 0; i < TEXTS; i++)
        write_text(names[i], texts[i]);
    int network = network_make(&fresh);
    promise(network >= 0 && fresh.length <= sizeof(fresh.text), "counters have a bound");
    close(network);
    promise(network_is_as_new(&fresh) == (fresh.length < sizeof(fresh.text)), "a network that counted nothing is as new, if all its counters are seen");
    texts[0][strlen(texts[0])] = '1';
    write_text(names[0], texts[0]);
    promise(!network_is_as_new(&fresh), "a network that counted something is not as new");
}

static char path[] = "/dev/shm/fuzz-figures-XXXXXX";

static void remove_place(void)
{
    tree_remove(AT_FDCWD, path);
}

static void make_place(void)
{
    promise(mkdtemp(path) != NULL, "there is a place");
    place = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    atexit(remove_place);
    first_fd = fcntl(place, F_DUPFD_CLOEXEC, 0);
}

static void split(const uint8_t *data, size_t size)
{
    for (int i = 0; i < TEXTS; i++) {
        const uint8_t *end = size == 0 ? NULL : memchr(data, '\0', size);
        size_t length = end != NULL ? (size_t)(end - data) : size;
        size_t kept = length < TEXT_MAX ? length : TEXT_MAX - 1;
        memset(texts[i], 0, sizeof(texts[i]));
        memcpy(texts[i], data, kept);
        data += length + (end != NULL);
        size -= length + (end != NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const actions[])(void *) = {find_groups, read_figures, end_processes, count_network};
    if (place < 0)
        make_place();
    if (size == 0)
        return 0;
    choice = data[0];
    split(data + 1, size - 1);
    attempt(actions[choice % 4], NULL);
    system_close_from((unsigned)first_fd);
    return 0;
}
