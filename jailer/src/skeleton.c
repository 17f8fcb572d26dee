/* The topmost layer of every job's root, made once: mount points, and the few files of /etc that must not be the base's
 * own (one user for every runner uid, no host name, no resolver). */
#include "jailer.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static void make_folders(int dir)
{
    static const char *const names[] = {"etc", "proc", "dev", "sys", "box", "tmp", "executioners"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (mkdirat(dir, names[i], 0755) < 0)
            fail("make folder", names[i]);
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
    FILE *passwd = create(dir, "etc/passwd");
    FILE *group = create(dir, "etc/group");
    fputs("root:x:0:0:root:/root:/usr/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n", passwd);
    fputs("root:x:0:\ntty:x:5:\nnogroup:x:65534:\n", group);
    for (unsigned slot = 0; slot < options->slots; slot++) {
        fprintf(passwd, "runner:x:%u:%u:runner:/tmp:/bin/sh\n", options->runner_uid_min + slot, options->runner_gid_min + slot);
        fprintf(group, "runner:x:%u:\n", options->runner_gid_min + slot);
    }
    finish(passwd, "etc/passwd");
    finish(group, "etc/group");
}

static void write_text(int dir, const char *name, const char *text)
{
    FILE *file = create(dir, name);
    fputs(text, file);
    finish(file, name);
}

void skeleton_make(const struct options *options)
{
    char path[PATH_MAX];
    snprintf(path, sizeof(path), "%s/skeleton", options->run_dir);
    if (mount("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=755,size=8m") < 0)
        fail("mount", path);
    CLEANUP_FD int dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    make_folders(dir);
    write_users(dir, options);
    write_text(dir, "etc/hosts", "127.0.0.1 localhost crankcase\n::1 localhost\n");
    write_text(dir, "etc/hostname", "crankcase\n");
    write_text(dir, "etc/resolv.conf", "");
    if (mount(NULL, path, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
        fail("make read-only", path);
}
