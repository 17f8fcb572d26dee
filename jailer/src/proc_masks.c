/* What a jail's /proc hides. Names that a kernel does not have are passed over, for each jail anew: a module that is
 * loaded later may bring them. What only root may read needs no mask in a job's jail, which never holds a process with
 * a capability or of root's but its first; a build's stages are root. */
#include "jailer.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>

/* What the container engines hide (Docker's and runc's default masks), and besides it what tells of the host's disks,
 * boot and kernel, and the memory of other jobs. `locks` has no process namespace for those of open files (fcntl(2),
 * F_OFD_SETLK): it tells the disk and the inode of each that the host and other jobs have locked. */
static const char *const files[] = {
    "bootconfig", "cmdline", "config.gz", "diskstats", "interrupts", "iomem", "ioports", "kallsyms", "kcore", "key-users", "keys",
    "kmsg", "kpagecgroup", "kpagecount", "kpageflags", "latency_stats", "locks", "mdstat", "modules", "partitions", "sched_debug",
    "schedstat", "slabinfo", "softirqs", "swaps", "sysrq-trigger", "timer_list", "vmallocinfo", "zoneinfo",
};
static const char *const folders[] = {
    "acpi", "asound", "bus", "driver", "dynamic_debug", "fs", "irq", "pressure", "scsi", "sysvipc", "tty",
};
enum { FILES = sizeof(files) / sizeof(files[0]), FOLDERS = sizeof(folders) / sizeof(folders[0]) };

_Static_assert(FILES <= 32, "a bit for each");

/* Finds the files that are there and that only root may use. */
void proc_masks_find(struct proc_masks *masks)
{
    struct stat about;
    char path[64];
    *masks = (struct proc_masks){0};
    for (unsigned i = 0; i < FILES; i++) {
        snprintf(path, sizeof(path), "/proc/%s", files[i]);
        if (stat(path, &about) == 0 && S_ISREG(about.st_mode) && about.st_uid == 0 && about.st_gid == 0 && (about.st_mode & S_IRWXO) == 0)
            masks->files_of_root |= 1u << i;
    }
}

static void hide(const char *name, const char *behind)
{
    if (mount(behind, name, NULL, MS_BIND, NULL) < 0 && errno != ENOENT)
        fail("hide", name);
}

/* Lays an empty file and an empty folder over them, in the working folder. */
void proc_masks_lay(const struct proc_masks *masks, enum jail_kind kind, const char *empty_file, const char *empty_folder)
{
    for (unsigned i = 0; i < FILES; i++)
        if (kind == JAIL_BUILD || (masks->files_of_root >> i & 1) == 0)
            hide(files[i], empty_file);
    for (unsigned i = 0; i < FOLDERS; i++)
        hide(folders[i], empty_folder);
}
