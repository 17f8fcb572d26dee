/* The roots of jails: overlays of a base and the layers of packages.
 *
 * A runtime's root is read-only and mounted once, in the jailer's own mount namespace; each jail gets a clone of
 * that one mount (0.03 ms to mount, less to clone, and the kernel's caches of it are shared). Its mount point is named
 * after the layers' inodes and times of change, so that a package put in the place of another is another root.
 * A build's root is the same with a writable layer on top, and is the build's alone.
 */
#include "jailer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE 1u
#endif

enum { LAYERS_MAX = 8, TEXT_MAX = 1024 };

struct lowers {
    int fds[LAYERS_MAX + 1]; /* the topmost first, the base last */
    uint32_t count;
};

static void open_lowers(const struct options *options, const char *base, const char **layers, uint32_t count, struct lowers *lowers)
{
    if (count > LAYERS_MAX)
        protocol_error("too many layers");
    for (uint32_t i = 0; i < count; i++)
        lowers->fds[i] = name_open_layer(options->data_dir, layers[i]);
    lowers->fds[count] = name_open_base(options->data_dir, base);
    lowers->count = count + 1;
}

static void close_lowers(struct lowers *lowers)
{
    for (uint32_t i = 0; i < lowers->count; i++)
        close_and_forget(&lowers->fds[i]);
}

/* Appends to a text of TEXT_MAX bytes. */
static void append(char *text, const char *piece)
{
    if (strlen(text) + strlen(piece) >= TEXT_MAX)
        protocol_error("too many layers");
    strcat(text, piece);
}

/* The identity of one layer, as part of its root's name. */
static void layer_identity(int layer, char *text, size_t size)
{
    struct stat about;
    if (fstat(layer, &about) < 0)
        fail("stat", "layer");
    snprintf(text, size, "%lx.%lx.%lx-", (unsigned long)about.st_ino, (unsigned long)about.st_ctim.tv_sec,
             (unsigned long)about.st_ctim.tv_nsec);
}

static void name_root(const struct options *options, const struct lowers *lowers, char *path)
{
    snprintf(path, TEXT_MAX, "%.500s/roots/-", options->run_dir);
    for (uint32_t i = 0; i < lowers->count; i++) {
        char piece[64];
        layer_identity(lowers->fds[i], piece, sizeof(piece));
        append(path, piece);
    }
}

/* Layers are named by descriptor, so that no character of a path can be taken for a separator. */
static void lower_option(const struct lowers *lowers, const char *top, char *text)
{
    snprintf(text, TEXT_MAX, "redirect_dir=off,metacopy=off,index=off,lowerdir=%s", top);
    for (uint32_t i = 0; i < lowers->count; i++) {
        char piece[32];
        snprintf(piece, sizeof(piece), "%s/proc/self/fd/%d", i == 0 && top[0] == '\0' ? "" : ":", lowers->fds[i]);
        append(text, piece);
    }
}

static bool is_mount_point(const char *path)
{
    struct statx about;
    if (statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, 0, &about) < 0)
        return false;
    return (about.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

static void mount_template(const struct options *options, const struct lowers *lowers, const char *path)
{
    char top[PATH_MAX];
    char data[TEXT_MAX];
    if (mkdir(path, 0755) < 0 && errno != EEXIST)
        fail("make folder", path);
    CLEANUP_FD int shared = open(options->run_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    CLEANUP_FD int skeleton = openat(shared, "shared/skeleton", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (skeleton < 0)
        fail("open", "shared/skeleton");
    snprintf(top, sizeof(top), "/proc/self/fd/%d", skeleton);
    lower_option(lowers, top, data);
    if (mount("overlay", path, "overlay", MS_RDONLY | MS_NOSUID | MS_NODEV, data) < 0)
        fail("mount overlay", path);
}

/* Two sessions may mount the same root at the same time: the later one lies on top, and both are good. */
int root_open_template(const struct options *options, const char *base, const char **layers, uint32_t count)
{
    struct lowers lowers;
    char path[TEXT_MAX];
    open_lowers(options, base, layers, count, &lowers);
    name_root(options, &lowers, path);
    if (!is_mount_point(path))
        mount_template(options, &lowers, path);
    close_lowers(&lowers);
    int root = system_open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | O_CLOEXEC);
    if (root < 0)
        fail("open tree", path);
    return root;
}

int root_open_build(const struct options *options, unsigned slot, const char *base, const char **layers, uint32_t count)
{
    struct lowers lowers;
    char path[PATH_MAX];
    char data[2 * PATH_MAX];
    open_lowers(options, base, layers, count, &lowers);
    lower_option(&lowers, "", data);
    size_t used = strlen(data);
    snprintf(data + used, sizeof(data) - used, ",upperdir=%s/packages/.staging/%s-%u/layer,workdir=%s/packages/.staging/%s-%u/work",
             options->data_dir, options->instance, slot, options->data_dir, options->instance, slot);
    snprintf(path, sizeof(path), "%s/jail/root", options->run_dir);
    if (mount("overlay", path, "overlay", MS_NOSUID | MS_NODEV, data) < 0)
        fail("mount overlay", data);
    close_lowers(&lowers);
    int root = system_open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | O_CLOEXEC);
    if (root < 0 || umount2(path, MNT_DETACH) < 0)
        fail("detach", path);
    return root;
}

/* Unmounts the roots that a layer is part of, all of them for -1. Jails that use one keep their clone. */
void root_forget(const struct options *options, int layer)
{
    char identity[64] = "-", path[PATH_MAX];
    if (layer >= 0)
        layer_identity(layer, identity + 1, sizeof(identity) - 1);
    snprintf(path, sizeof(path), "%s/roots", options->run_dir);
    DIR *dir = opendir(path);
    if (dir == NULL)
        return;
    const struct dirent *entry;
    while ((entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] != '-' || strstr(entry->d_name, identity) == NULL)
            continue;
        snprintf(path, sizeof(path), "%s/roots/%s", options->run_dir, entry->d_name);
        while (umount2(path, MNT_DETACH) == 0)
            ;
        rmdir(path);
    }
    closedir(dir);
}
