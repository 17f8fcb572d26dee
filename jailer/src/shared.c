/* What every jail takes a copy of, made once: a small file system, read-only from then on, that holds
 *
 *   skeleton/   the topmost layer of a runtime's root: mount points, and the few files of /etc that must not be
 *               the base's own (one user for every runner uid, no host name, no resolver)
 *   dev/        device nodes
 *   empty/      hides folders of /proc
 *
 * and, on a mount point of its own beside it, the executioners.
 */
#include "jailer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static void make_folders(int dir)
{
    static const char *const names[] = {
        "empty", "dev", "dev/pts", "dev/shm", "skeleton", "skeleton/etc", "skeleton/proc", "skeleton/dev",
        "skeleton/sys", "skeleton/box", "skeleton/tmp", "skeleton/executioners",
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (mkdirat(dir, names[i], 0755) < 0)
            fail("make folder", names[i]);
}

static void make_devices(int dir)
{
    /* Numbers: Linux's Documentation/admin-guide/devices.txt, character major 1 and 5. */
    static const struct { const char *name; unsigned major, minor; } nodes[] = {
        {"dev/null", 1, 3}, {"dev/zero", 1, 5}, {"dev/full", 1, 7}, {"dev/random", 1, 8}, {"dev/urandom", 1, 9}, {"dev/tty", 5, 0},
    };
    for (size_t i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++)
        if (mknodat(dir, nodes[i].name, S_IFCHR | 0666, makedev(nodes[i].major, nodes[i].minor)) < 0)
            fail("make device", nodes[i].name);
    static const struct { const char *target, *name; } links[] = {
        {"pts/ptmx", "dev/ptmx"}, {"/proc/self/fd", "dev/fd"}, {"/proc/self/fd/0", "dev/stdin"},
        {"/proc/self/fd/1", "dev/stdout"}, {"/proc/self/fd/2", "dev/stderr"},
    };
    for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
        if (symlinkat(links[i].target, dir, links[i].name) < 0)
            fail("make link", links[i].name);
}

static FILE *create(int dir, const char *name)
{
    int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    if (file == NULL)
        fail("create", name);
    return file;
}

static void finish(FILE *file, const char *name)
{
    if (ferror(file) != 0 || fclose(file) != 0)
        fail("write", name);
}

/* Every runner uid is called `runner`: a program must not see which slot it runs in by name. */
static void write_users(int dir, const struct options *options)
{
    FILE *passwd = create(dir, "skeleton/etc/passwd");
    FILE *group = create(dir, "skeleton/etc/group");
    fputs("root:x:0:0:root:/root:/usr/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n", passwd);
    fputs("root:x:0:\ntty:x:5:\nnogroup:x:65534:\n", group);
    for (unsigned slot = 0; slot < options->slots; slot++) {
        fprintf(passwd, "runner:x:%u:%u:runner:/tmp:/bin/sh\n", options->runner_uid_min + slot, options->runner_gid_min + slot);
        fprintf(group, "runner:x:%u:\n", options->runner_gid_min + slot);
    }
    finish(passwd, "skeleton/etc/passwd");
    finish(group, "skeleton/etc/group");
}

static void write_text(int dir, const char *name, const char *text)
{
    FILE *file = create(dir, name);
    fputs(text, file);
    finish(file, name);
}

/* A read-only view, so that what jails are given of the host's file system cannot be written to whoever owns it. An
 * overlay, over an empty folder, since a bind mount would tell jails where on the host it comes from. */
static void mount_executioners(const struct options *options, int shared)
{
    char path[PATH_MAX], layers[96];
    snprintf(path, sizeof(path), "%s/executioners", options->run_dir);
    CLEANUP_FD int executioners = open(options->executioners_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (executioners < 0)
        fail("open", options->executioners_dir);
    CLEANUP_FD int empty = openat(shared, "empty", O_PATH | O_DIRECTORY | O_CLOEXEC);
    snprintf(layers, sizeof(layers), "lowerdir=/proc/self/fd/%d:/proc/self/fd/%d", executioners, empty);
    if (empty < 0 || mount("overlay", path, "overlay", MS_RDONLY | MS_NOSUID | MS_NODEV, layers) < 0)
        fail("mount overlay", path);
}

void shared_prepare(const struct options *options)
{
    char path[PATH_MAX];
    snprintf(path, sizeof(path), "%s/shared", options->run_dir);
    if (mount("tmpfs", path, "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=755,size=8m") < 0)
        fail("mount", path);
    CLEANUP_FD int dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    umask(0);
    make_folders(dir);
    make_devices(dir);
    umask(022);
    write_users(dir, options);
    write_text(dir, "skeleton/etc/hosts", "127.0.0.1 localhost crankcase\n::1 localhost\n");
    write_text(dir, "skeleton/etc/hostname", "crankcase\n");
    write_text(dir, "skeleton/etc/resolv.conf", "");
    mount_executioners(options, dir);
    if (mount(NULL, path, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NOEXEC, NULL) < 0)
        fail("make read-only", path);
}
