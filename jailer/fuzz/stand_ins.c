/* What a session would ask of the kernel: nothing is done, but each checks what it may rely on. */
#include "fuzz.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int __real_kill(pid_t pid, int number);
int __wrap_kill(pid_t pid, int number);
pid_t __real_waitpid(pid_t pid, int *status, int options);
pid_t __wrap_waitpid(pid_t pid, int *status, int options);
int __real_socketpair(int domain, int type, int protocol, int ends[2]);
int __wrap_socketpair(int domain, int type, int protocol, int ends[2]);
int __wrap_setsockopt(int fd, int level, int option, const void *value, socklen_t size);
int __wrap_prctl(int option, ...);
int __wrap_fchown(int fd, uid_t uid, gid_t gid);
int __wrap_system_open_beneath(int dir, const char *path, uint64_t flags);
pid_t __wrap_system_fork_with(uint64_t flags, int cgroup_dir);
void __wrap_starts_note(const struct options *options, int log, const char *name, unsigned slot);

enum { INIT_PID = 4242 };

static int descriptor(void)
{
    return fcntl(play.connection, F_DUPFD_CLOEXEC, 0);
}

int __wrap_socketpair(int domain, int type, int protocol, int ends[2])
{
    if (!play.playing)
        return __real_socketpair(domain, type, protocol, ends);
    promise(play.channel < 0, "a session has one jail");
    ends[0] = play.channel = descriptor();
    ends[1] = descriptor();
    return 0;
}

int __wrap_setsockopt(int fd, int level, int option, const void *value, socklen_t size)
{
    (void)fd, (void)level, (void)option, (void)value, (void)size;
    return 0;
}

int __wrap_prctl(int option, ...)
{
    (void)option;
    return 0;
}

int __wrap_fchown(int fd, uid_t uid, gid_t gid)
{
    (void)fd;
    promise(uid > 0 && gid > 0, "nothing is given to root");
    return 0;
}

pid_t __wrap_system_fork_with(uint64_t flags, int cgroup_dir)
{
    (void)flags, (void)cgroup_dir;
    promise(play.init == 0, "a session has one jail");
    play.init = INIT_PID;
    if (init_queued() == 0)
        init_say(CHANNEL_READY, NULL, 0, 0);
    return play.init;
}

int __wrap_kill(pid_t pid, int number)
{
    if (!play.playing)
        return __real_kill(pid, number);
    promise(pid == INIT_PID && play.init == pid && number == SIGKILL, "a session kills its own jail alone");
    return 0;
}

pid_t __wrap_waitpid(pid_t pid, int *status, int options)
{
    if (!play.playing)
        return __real_waitpid(pid, status, options);
    promise(play.init == pid, "a jail is waited for once");
    play.init = 0;
    play.attached = false;
    return pid;
}

/* Part by part as openat2 would see it. */
static bool leads_out(const char *path)
{
    for (const char *part = path; part != NULL; part = strchr(part, '/')) {
        part += part != path;
        size_t length = strcspn(part, "/");
        if (length == 0 || (part[0] == '.' && (length == 1 || (length == 2 && part[1] == '.'))))
            return true;
    }
    return false;
}

/* What begins with an x is not there. */
int __wrap_system_open_beneath(int dir, const char *path, uint64_t flags)
{
    (void)flags;
    promise(dir >= 0 && strlen(path) < PATH_MAX && !leads_out(path), "a name leads nowhere else");
    return strstr(path, "/x") != NULL || path[0] == 'x' ? -1 : descriptor();
}

static int open_root(const struct options *options, const char *base, const char **layers, uint32_t count)
{
    close(name_open_base(options->data_dir, base));
    promise(name_is_valid(base), "a base has a valid name");
    for (uint32_t i = 0; i < count; i++) {
        close(name_open_layer(options->data_dir, layers[i]));
        promise(name_is_valid(layers[i]), "a layer has a valid name");
    }
    return descriptor();
}

int root_open_runtime(const struct options *options, const char *base, const char **layers, uint32_t count)
{
    promise(play.staging == 0, "a job has a job's root");
    return open_root(options, base, layers, count);
}

int root_open_build(const struct options *options, unsigned slot, const char *base, const char **layers, uint32_t count)
{
    (void)slot;
    promise(play.staging == 1, "a build has a build's root");
    return open_root(options, base, layers, count);
}

int root_open_executioners(const struct options *options, struct own_executioners *seen)
{
    (void)options;
    *seen = (struct own_executioners){0};
    return descriptor();
}

bool root_own_executioners_are(const struct options *options, const struct own_executioners *seen)
{
    (void)options, (void)seen;
    return (play.figures & 16) == 0;
}

void package_staging_make(const struct options *options, unsigned slot)
{
    (void)options, (void)slot;
    promise(play.staging++ == 0, "a build is laid out once");
}

void package_staging_remove(const struct options *options, unsigned slot)
{
    (void)options, (void)slot;
    play.staging = 0;
}

void package_commit(const struct options *options, unsigned slot, const char *package, struct reader manifest)
{
    (void)options, (void)slot;
    promise(play.init == 0 && play.staging == 1 && manifest.left <= PAYLOAD_MAX, "a build is committed when its jail is gone");
    if (!name_is_valid(package))
        refuse("name", package);
}

void package_remove(const struct options *options, unsigned slot, const char *package)
{
    (void)options, (void)slot;
    promise(play.staging == 1 && !play.attached, "a package is removed by a build jail without a root");
    if (!name_is_valid(package))
        refuse("name", package);
}

void init_run(const struct init_plan *plan)
{
    (void)plan;
    broken("the session is not init");
}

void capabilities_keep_session(enum jail_kind kind)
{
    promise(play.init != 0 && (kind == JAIL_JOB || kind == JAIL_BUILD), "powers are given up once there is a jail");
}

void cradle_enter(const struct cradle *cradle)
{
    (void)cradle;
}

void cradle_leave(const struct cradle *cradle)
{
    (void)cradle;
}

void network_enter(int network)
{
    promise(network >= 0, "a network is entered that is there");
}

bool network_is_as_new(const struct network_counters *fresh)
{
    (void)fresh;
    return (play.figures & 32) == 0;
}

void network_await_sockets(const struct network_counters *fresh)
{
    (void)fresh;
}

void __wrap_starts_note(const struct options *options, int log, const char *name, unsigned slot)
{
    (void)options, (void)log, (void)slot;
    promise(starts_name_is_valid(name), "a start is noted under a valid name");
    promise(play.attached && play.staging == 0 && (play.stage == 0 || play.stage_waits), "a start is noted before anything of its job runs");
    promise(!play.noted, "a jail notes one start");
    play.noted = true;
    if (name[0] == 'x')
        fail("note the start of the job", name);
}

void terminal_resize(int master, uint16_t rows, uint16_t columns)
{
    (void)rows, (void)columns;
    promise(master >= 0, "a terminal is resized that is there");
}
