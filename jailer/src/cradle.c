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

/* Returns its descriptor, and that of the one in which the caller is and stays. */
int cradle_make(const struct options *options, int *home)
{
    char place[PATH_MAX];
    snprintf(place, sizeof(place), "%s/cradle", options->run_dir);
    *home = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
    if (*home < 0 || unshare(CLONE_NEWNS) < 0)
        fail("make mount namespace", "of jails");
    int cradle = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
    if (cradle < 0)
        fail("open", "/proc/self/ns/mnt");
    make_root(place);
    if (system_pivot_root(".", ".") < 0 || umount2(".", MNT_DETACH) < 0)
        fail("enter the root", "of jails");
    cradle_enter(*home);
    return cradle;
}

/* Moves this process to a mount namespace, to its root folder. */
void cradle_enter(int mount_namespace)
{
    if (setns(mount_namespace, CLONE_NEWNS) < 0)
        fail("enter", "mount namespace");
}
