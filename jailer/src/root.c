/* The roots of jails: overlays of a base and the layers of packages.
 *
 * Each jail has a mount of its own, never a clone of another's: jails that share a file system's inodes could watch each
 * other through inotify and lock files against each other. What they share is the page cache of the files below, and
 * that is what costs time to fill. Layers are named by descriptor, so that no character of a path can be taken for a
 * separator; the mounts are never attached to any place that two sessions could meet at (fsopen(2), fsmount(2)).
 */
#include "jailer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* fsconfig(2) takes texts of at most 255 characters, a descriptor's path at most 18 of them. */
enum { LAYERS_MAX = 8, TEXT_MAX = 256 };

struct lowers {
    int fds[LAYERS_MAX + 2]; /* the topmost first */
    uint32_t count;
};

static void add_lower(struct lowers *lowers, int fd)
{
    lowers->fds[lowers->count++] = fd;
}

static void open_lowers(const struct options *options, const char *base, const char **layers, uint32_t count, struct lowers *lowers)
{
    if (count > LAYERS_MAX)
        protocol_error("too many layers");
    for (uint32_t i = 0; i < count; i++)
        add_lower(lowers, name_open_layer(options->data_dir, layers[i]));
    add_lower(lowers, name_open_base(options->data_dir, base));
}

static void close_lowers(struct lowers *lowers)
{
    for (uint32_t i = 0; i < lowers->count; i++)
        close_and_forget(&lowers->fds[i]);
}

static int open_below_run(const struct options *options, const char *name)
{
    char path[PATH_MAX];
    snprintf(path, sizeof(path), "%s/%s", options->run_dir, name);
    int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        fail("open", path);
    return fd;
}

static void set(int overlay, const char *key, const char *value)
{
    if (system_fsconfig_set(overlay, key, value) < 0)
        fail("set up overlay", key);
}

static void set_fd(int overlay, const char *key, int fd)
{
    char path[32];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    set(overlay, key, path);
}

static void set_lowers(int overlay, const struct lowers *lowers)
{
    char text[TEXT_MAX];
    size_t used = 0;
    for (uint32_t i = 0; i < lowers->count && used < sizeof(text); i++)
        used += (size_t)snprintf(text + used, sizeof(text) - used, "%s/proc/self/fd/%d", i == 0 ? "" : ":", lowers->fds[i]);
    if (used >= sizeof(text))
        protocol_error("too many layers");
    set(overlay, "lowerdir", text);
}

static int open_overlay(const struct lowers *lowers)
{
    int overlay = system_fsopen("overlay");
    if (overlay < 0)
        fail("open file system", "overlay");
    /* Plain layers, whatever this kernel's defaults are: they are to work on any host. */
    set(overlay, "redirect_dir", "off");
    set(overlay, "metacopy", "off");
    set(overlay, "index", "off");
    set_lowers(overlay, lowers);
    return overlay;
}

/* Makes the mount, attached to nothing yet, and closes what it was made from. */
static int finish_overlay(int overlay, struct lowers *lowers, bool writable)
{
    if (system_fsconfig_create(overlay) < 0)
        fail("mount", "overlay");
    int mount = system_fsmount(overlay, writable);
    if (mount < 0)
        fail("mount", "overlay");
    close(overlay);
    close_lowers(lowers);
    return mount;
}

/* The read-only root of a job: the skeleton on top, for its mount points and users. */
int root_open_runtime(const struct options *options, const char *base, const char **layers, uint32_t count)
{
    struct lowers lowers = {0};
    add_lower(&lowers, open_below_run(options, "skeleton"));
    open_lowers(options, base, layers, count, &lowers);
    return finish_overlay(open_overlay(&lowers), &lowers, false);
}

static struct own_executioners look_at(int fd)
{
    struct stat about;
    if (fstat(fd, &about) < 0)
        fail("look at", "the operator's executioners");
    return (struct own_executioners){.device = about.st_dev, .inode = about.st_ino, .changed = about.st_mtim};
}

static int open_own_executioners(const struct options *options)
{
    if (options->own_executioners_dir == NULL)
        return -1;
    int own = open(options->own_executioners_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (own < 0 && errno != ENOENT)
        fail("open", options->own_executioners_dir);
    return own;
}

/* Whether the operator's own executioners are still those that were seen. */
bool root_own_executioners_are(const struct options *options, const struct own_executioners *seen)
{
    CLEANUP_FD int own = open_own_executioners(options);
    struct own_executioners now = own >= 0 ? look_at(own) : (struct own_executioners){0};
    return now.device == seen->device && now.inode == seen->inode && now.changed.tv_sec == seen->changed.tv_sec &&
           now.changed.tv_nsec == seen->changed.tv_nsec;
}

/* The operator's own executioners lie over those of the same name; nobody has to have any. */
static void add_own_executioners(const struct options *options, struct lowers *lowers, struct own_executioners *seen)
{
    int own = open_own_executioners(options);
    *seen = own >= 0 ? look_at(own) : (struct own_executioners){0};
    if (own >= 0)
        add_lower(lowers, own);
}

/* The executioners, under inodes of the jail's own like all the rest. An overlay wants two layers: one is empty. It is the
 * topmost, since statfs(2) tells the size of that one's file system, which must not be the host's disk. */
int root_open_executioners(const struct options *options, struct own_executioners *seen)
{
    struct lowers lowers = {0};
    add_lower(&lowers, open_below_run(options, "skeleton/executioners"));
    add_own_executioners(options, &lowers, seen);
    int executioners = open(options->executioners_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (executioners < 0)
        fail("open", options->executioners_dir);
    add_lower(&lowers, executioners);
    return finish_overlay(open_overlay(&lowers), &lowers, false);
}

/* The writable root of a build: what it writes goes into the slot's staging folder. */
int root_open_build(const struct options *options, unsigned slot, const char *base, const char **layers, uint32_t count)
{
    struct lowers lowers = {0};
    open_lowers(options, base, layers, count, &lowers);
    CLEANUP_FD int upper = package_staging_open(options, slot, "/layer");
    CLEANUP_FD int work = package_staging_open(options, slot, "/work");
    int overlay = open_overlay(&lowers);
    set_fd(overlay, "upperdir", upper);
    set_fd(overlay, "workdir", work);
    return finish_overlay(overlay, &lowers, true);
}
