/* A jail's mounts. Most are laid out ahead, on the mount points in <run>/jail, before anybody knows which runtime
 * the jail is for; when its root arrives they are moved onto it and it becomes the root of the file system.
 *
 *   private   one tmpfs, the only place that can be written: box, tmp and shm are folders of it
 *   proc      this jail's own, with what tells of the host or changes it hidden or read-only
 *   dev       six device nodes, links, a devpts of its own
 *
 * No jail shares an inode with another that it could watch or lock: only the files below its overlays are common.
 */
#include "jailer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* All jails together draw on the kernel's one supply of terminals (4,096: /proc/sys/kernel/pty/max). */
#define TERMINALS_MAX "32"

static void bind(const char *from, const char *to)
{
    if (mount(from, to, NULL, MS_BIND, NULL) < 0)
        fail("bind", to);
}

static void prepare_proc(const struct proc_masks *masks, enum jail_kind kind)
{
    /* hidepid: other users' processes, that is this jail's first process, do not show (proc(5)). */
    if (mount("proc", "jail/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "hidepid=invisible") < 0)
        fail("mount", "proc");
    if (chdir("jail/proc") < 0)
        fail("enter", "proc");
    proc_masks_lay(masks, kind, "/jail/dev/null", "/jail/dev/pts");
    bind("sys", "sys");
    if (mount(NULL, "sys", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
        fail("make read-only", "/proc/sys");
    if (chdir("/") < 0)
        fail("enter", "/");
}

static void make_private_folder(const char *path, mode_t mode, uid_t uid, gid_t gid)
{
    if (mkdir(path, mode) < 0 || (uid != 0 && chown(path, uid, gid) < 0))
        fail("make folder", path);
}

static void prepare_private(uid_t uid, gid_t gid)
{
    if (mount("tmpfs", "jail/private", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=16m") < 0)
        fail("mount", "private tmpfs");
    make_private_folder("jail/private/box", 0755, uid, gid);
    make_private_folder("jail/private/tmp", 01777, 0, 0);
    make_private_folder("jail/private/shm", 01777, 0, 0);
}

static void make_devices(void)
{
    /* Numbers: Linux's Documentation/admin-guide/devices.txt, character major 1 and 5. */
    static const struct { const char *name; unsigned major, minor; } nodes[] = {
        {"jail/dev/null", 1, 3}, {"jail/dev/zero", 1, 5}, {"jail/dev/full", 1, 7},
        {"jail/dev/random", 1, 8}, {"jail/dev/urandom", 1, 9}, {"jail/dev/tty", 5, 0},
    };
    for (size_t i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++)
        if (mknod(nodes[i].name, S_IFCHR | 0666, makedev(nodes[i].major, nodes[i].minor)) < 0)
            fail("make device", nodes[i].name);
    static const struct { const char *target, *name; } links[] = {
        {"pts/ptmx", "jail/dev/ptmx"}, {"/proc/self/fd", "jail/dev/fd"}, {"/proc/self/fd/0", "jail/dev/stdin"},
        {"/proc/self/fd/1", "jail/dev/stdout"}, {"/proc/self/fd/2", "jail/dev/stderr"},
    };
    for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
        if (symlink(links[i].target, links[i].name) < 0)
            fail("make link", links[i].name);
}

/* Read-only once it is made. The folder for the terminals stays empty until they are mounted: it hides folders of /proc. */
static void prepare_dev(void)
{
    if (mount("tmpfs", "jail/dev", "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=755,size=64k") < 0)
        fail("mount", "/dev");
    make_devices();
    make_private_folder("jail/dev/pts", 0755, 0, 0);
    make_private_folder("jail/dev/shm", 0755, 0, 0);
    if (mount(NULL, "jail/dev", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NOEXEC, NULL) < 0)
        fail("make read-only", "/dev");
}

static void mount_onto_dev(void)
{
    if (mount("devpts", "jail/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620,gid=5,max=" TERMINALS_MAX) < 0)
        fail("mount", "devpts");
    bind("jail/private/shm", "jail/dev/shm");
}

void mounts_prepare(const struct proc_masks *masks, enum jail_kind kind, uid_t uid, gid_t gid)
{
    umask(0);
    prepare_private(uid, gid);
    prepare_dev();
    prepare_proc(masks, kind);
    mount_onto_dev();
    umask(022);
}

/* A job's root has its mount points from the skeleton; a build's root gets those that its base lacks. */
static void make_mount_points(void)
{
    static const char *const names[] = {"proc", "dev", "box", "tmp", "executioners"};
    char path[64];
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(path, sizeof(path), "jail/root/%s", names[i]);
        if (mkdir(path, 0755) < 0 && errno != EEXIST)
            fail("make folder", names[i]);
    }
}

static void put_onto_root(int tree, const char *name)
{
    char path[64];
    snprintf(path, sizeof(path), "jail/root/%s", name);
    if (tree < 0 || system_move_mount(tree, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH) < 0)
        fail("put mount onto root", name);
}

static void put_prepared_onto_root(const char *from, const char *name, unsigned tree_flags)
{
    CLEANUP_FD int tree = system_open_tree(AT_FDCWD, from, tree_flags | O_CLOEXEC);
    put_onto_root(tree, name);
}

static void enter_root(void)
{
    /* Onto the cradle's own root, which holds nothing but empty folders: taking that away as well, by pivot_root and umount,
     * would look at every process of the machine and wait for all its processors. */
    if (chdir("jail/root") < 0 || mount(".", "/", NULL, MS_MOVE, NULL) < 0 || chroot(".") < 0 || chdir("/") < 0)
        fail("enter", "the root");
}

void mounts_attach(enum jail_kind kind, int root, int executioners, uint64_t disk, uint64_t inodes)
{
    char options[96];
    snprintf(options, sizeof(options), "mode=755,size=%llu,nr_inodes=%llu", (unsigned long long)disk, (unsigned long long)inodes);
    if (mount("tmpfs", "jail/private", NULL, MS_REMOUNT | MS_NOSUID | MS_NODEV, options) < 0)
        fail("limit the disk", options);
    if (system_move_mount(root, "", AT_FDCWD, "jail/root", MOVE_MOUNT_F_EMPTY_PATH) < 0)
        fail("attach", "root");
    if (kind == JAIL_BUILD)
        make_mount_points();
    put_prepared_onto_root("jail/proc", "proc", 0);
    put_prepared_onto_root("jail/dev", "dev", 0);
    put_prepared_onto_root("jail/private/box", "box", OPEN_TREE_CLONE);
    put_prepared_onto_root("jail/private/tmp", "tmp", OPEN_TREE_CLONE);
    put_onto_root(executioners, "executioners");
    enter_root();
}
