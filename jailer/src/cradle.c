/* The mount namespace that jails are born from: a root of empty folders, mount points of a jail's own mounts, and nothing
 * else. A new mount namespace is a copy of its parent's: from here no mount of the host's is copied into a jail, only to be
 * thrown away again, and none is in reach of its first process. */
#include "jailer.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static void make_root(const char *place)
{
    static const char *const folders[] = {"jail", "jail/root", "jail/proc", "jail/dev", "jail/private"};
    if (mount("tmpfs", place, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=755,size=64k") < 0 || chdir(place) < 0)
        fail("mount", place);
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        if (mkdir(folders[i], 0755) < 0)
            fail("make folder", folders[i]);
    if (mount(NULL, place, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
        fail("make read-only", place);
}

/* Makes it; the caller stays where it is. */
void cradle_make(const struct options *options, struct cradle *cradle)
{
    char place[PATH_MAX];
    snprintf(place, sizeof(place), "%s/cradle", options->run_dir);
    cradle->home = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
    cradle->home_root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (cradle->home < 0 || cradle->home_root < 0 || unshare(CLONE_NEWNS) < 0)
        fail("make mount namespace", "of jails");
    cradle->jails = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
    if (cradle->jails < 0)
        fail("open", "/proc/self/ns/mnt");
    make_root(place);
    CLEANUP_FD int root = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    /* From a chroot to the topmost root: that is the one to be replaced. */
    cradle_enter(cradle);
    if (root < 0 || fchdir(root) < 0 || system_pivot_root(".", ".") < 0 || umount2(".", MNT_DETACH) < 0)
        fail("enter the root", "of jails");
    cradle_leave(cradle);
}

/* Moves this process to where jails are born. */
void cradle_enter(const struct cradle *cradle)
{
    if (setns(cradle->jails, CLONE_NEWNS) < 0)
        fail("enter", "mount namespace of jails");
}

/* And back. Entering a mount namespace leads to its topmost root (setns(2)): who was started in a chroot had another. */
void cradle_leave(const struct cradle *cradle)
{
    if (setns(cradle->home, CLONE_NEWNS) < 0 || fchdir(cradle->home_root) < 0 || chroot(".") < 0)
        fail("leave", "mount namespace of jails");
}
