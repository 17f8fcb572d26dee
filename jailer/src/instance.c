/* One jailer: its lock, its claim on uids, its folders.
 *
 * In the run folder:
 *   jailer.lock   held while the jailer lives; what carries its id may be swept by whoever holds it
 *   jailer.sock   the daemon's way in
 *   jail/         mount points on which every jail, in its own mount namespace, lays out its mounts
 *   skeleton/     the topmost layer of jobs' roots: see skeleton.c
 */
#include "jailer.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The kernel compares the ranges for us: byte N of this file stands for uid N (fcntl(2), open file description locks). */
static const char uid_lock[] = "/run/crankcase-runner-uids.lock";

static int open_lock_file(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        fail("open lock", path);
    return fd;
}

/* A jailer that was killed leaves its locks to its sessions, which die with it, but not in the same instant. */
static const uint64_t patience_ns = NSEC_PER_SEC;

/* Locks the range, or the whole file for NULL; by two kinds of lock, since only one of them knows ranges. */
static bool take_lock(int fd, struct flock *range)
{
    uint64_t give_up = monotonic_ns() + patience_ns;
    while ((range != NULL ? fcntl(fd, F_OFD_SETLK, range) : flock(fd, LOCK_EX | LOCK_NB)) < 0) {
        if ((errno != EAGAIN && errno != EACCES && errno != EINTR) || monotonic_ns() > give_up)
            return false;
        nanosleep(&(struct timespec){.tv_nsec = (long)NSEC_PER_MSEC}, NULL);
    }
    return true;
}

NORETURN static void give_way(const char *what, const char *path)
{
    log_line("%s: %s", what, path);
    exit(EXIT_HELD);
}

static int claim_uids(const struct options *options)
{
    struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = options->runner_uid_min, .l_len = options->slots};
    int fd = open_lock_file(uid_lock);
    if (!take_lock(fd, &range))
        give_way("another jailer uses some of these runner uids: choose another --runner-uid-min", uid_lock);
    return fd;
}

static bool is_still_there(int fd, const char *path)
{
    struct stat held, named;
    return fstat(fd, &held) == 0 && stat(path, &named) == 0 && held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

/* A jailer that ends removes its lock: who has waited for it then holds a file without a name, and must try again. */
static int lock_run_folder(const char *path)
{
    for (;;) {
        int fd = open_lock_file(path);
        if (!take_lock(fd, NULL))
            give_way("another jailer has this run folder", path);
        if (is_still_there(fd, path))
            return fd;
        close(fd);
    }
}

static void name_lock(const struct options *options, char *path)
{
    snprintf(path, PATH_MAX, "%s/jailer.lock", options->run_dir);
}

/* Both locks stay open, and so held, until the process ends. */
void instance_lock(const struct options *options, struct instance_locks *locks)
{
    char path[PATH_MAX];
    name_lock(options, path);
    locks->run_folder = lock_run_folder(path);
    locks->uids = claim_uids(options);
}

/* Whether run folder and uids are still ours alone, and nobody has removed what we keep: with a mount point goes its mount. */
bool instance_is_there(const struct options *options, const struct instance_locks *locks)
{
    char path[PATH_MAX], socket[PATH_MAX], skeleton[PATH_MAX];
    name_lock(options, path);
    snprintf(socket, sizeof(socket), "%s/jailer.sock", options->run_dir);
    snprintf(skeleton, sizeof(skeleton), "%s/skeleton/etc", options->run_dir);
    return is_still_there(locks->run_folder, path) && is_still_there(locks->uids, uid_lock) && access(socket, F_OK) == 0 && access(skeleton, F_OK) == 0;
}

static const char *const folders[] = {"cradle", "skeleton"};

void instance_layout(const struct options *options)
{
    /* What every jail inherits, and none of them can change. */
    if (unshare(CLONE_NEWUTS) < 0 || sethostname("crankcase", sizeof("crankcase") - 1) < 0)
        fail("set", "host name");
    if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        fail("make a private mount namespace", "/");
    CLEANUP_FD int run = open(options->run_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        if (mkdirat(run, folders[i], 0755) < 0 && errno != EEXIST)
            fail("make folder", folders[i]);
}

/* Removes what instance_layout and skeleton.c made; the run folder itself is its maker's. Whose lock was taken away leaves
 * what is there: it may be the next one's. */
void instance_remove(const struct options *options, const struct instance_locks *locks)
{
    char path[PATH_MAX];
    name_lock(options, path);
    if (!is_still_there(locks->run_folder, path))
        return;
    snprintf(path, sizeof(path), "%s/skeleton", options->run_dir);
    umount2(path, MNT_DETACH);
    CLEANUP_FD int run = open(options->run_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    for (size_t i = sizeof(folders) / sizeof(folders[0]); i-- > 0;)
        if (unlinkat(run, folders[i], AT_REMOVEDIR) < 0 && errno != ENOENT)
            log_line("folder %s stays: errno %d", folders[i], errno);
    unlinkat(run, "jailer.sock", 0);
    unlinkat(run, "jailer.lock", 0);
}
