/* What a build reads, from the daemon's folder into /box. Every name is opened beneath its folder and through no link;
 * what is neither a file nor a folder is refused. Runs in the jail's first process, before any program of the job. */
#include "jailer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEPTH_MAX = 64 };

struct level {
    DIR *source;
    int target;
};

struct copy {
    struct level levels[DEPTH_MAX];
    int depth;
    bool links_allowed;
};

static void enter(struct copy *copy, int source, int target, const char *name)
{
    errno = ENAMETOOLONG;
    if (copy->depth == DEPTH_MAX)
        refuse("submission nests too deep", name);
    DIR *dir = fdopendir(source);
    if (dir == NULL || target < 0)
        refuse("open folder of submission", name);
    copy->levels[copy->depth++] = (struct level){.source = dir, .target = target};
}

static void leave(struct copy *copy)
{
    struct level *level = &copy->levels[--copy->depth];
    closedir(level->source);
    close(level->target);
}

static void copy_content(int source, int target, off_t left, const char *name)
{
    while (left > 0) {
        ssize_t sent = sendfile(target, source, NULL, (size_t)left);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            refuse("copy submission", name);
        left -= sent;
    }
}

static void copy_file(int source, off_t size, int folder, const char *name)
{
    CLEANUP_FD int target = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (target < 0)
        refuse("create file of submission", name);
    copy_content(source, target, size, name);
}

static void copy_folder(struct copy *copy, int source, int folder, const char *name)
{
    if (mkdirat(folder, name, 0755) < 0)
        refuse("create folder of submission", name);
    int target = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    enter(copy, source, target, name);
}

static void copy_entry(struct copy *copy, const char *name)
{
    const struct level *level = &copy->levels[copy->depth - 1];
    /* O_NONBLOCK: a planted fifo must not hold us up before its kind is known. */
    int source = system_open_beneath(dirfd(level->source), name, O_RDONLY | O_NONBLOCK);
    struct stat about;
    if (source < 0 || fstat(source, &about) < 0)
        refuse("open file of submission", name);
    errno = 0;
    if (S_ISREG(about.st_mode) && about.st_nlink != 1 && !copy->links_allowed)
        refuse("submission holds a hard link", name);
    if (S_ISDIR(about.st_mode)) {
        copy_folder(copy, source, level->target, name);
        return;
    }
    if (!S_ISREG(about.st_mode))
        refuse("submission holds what is neither file nor folder", name);
    copy_file(source, about.st_size, level->target, name);
    close(source);
}

/* Copies what is in the folder `source`, and closes it. */
void submission_copy(int source)
{
    struct copy copy = {0};
    struct stat about;
    int readable = openat(source, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (readable < 0 || fstat(readable, &about) < 0)
        refuse("open", "submission");
    /* A hard link may name any file of the file system, and we read as root. Builds that root itself has laid out link
     * their archives. */
    copy.links_allowed = about.st_uid == 0;
    close(source);
    enter(&copy, readable, open("/box", O_RDONLY | O_DIRECTORY | O_CLOEXEC), "/box");
    while (copy.depth > 0) {
        errno = 0;
        const struct dirent *entry = readdir(copy.levels[copy.depth - 1].source);
        if (entry == NULL && errno != 0)
            fail("read folder of submission", "");
        if (entry == NULL)
            leave(&copy);
        else if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            copy_entry(&copy, entry->d_name);
    }
}
