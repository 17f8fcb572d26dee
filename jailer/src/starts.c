/* The log of starts: one line for each job, written before anything of it runs. What it is for survives all of us: after a
 * crash it tells which of the accepted jobs had begun.
 *
 * The server opens it and keeps it short; each session inherits it, and appends its line by one write(2), which O_APPEND keeps
 * apart from others' (open(2)). A file that has grown large is renamed: who has it open writes on in the renamed one. */
#include "jailer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { NAME_MAX_LENGTH = 128, LINE_SIZE = 256 };

static const off_t full_at = (off_t)32 << 20; /* bytes: some 400,000 starts */

/* A path split at its last two slashes. */
struct place {
    char parent[PATH_MAX], folder[NAME_MAX + 1], file[NAME_MAX + 1], older[NAME_MAX + 1];
};

static bool split(const char *path, struct place *place)
{
    const char *file = strrchr(path, '/'), *folder = memrchr(path, '/', (size_t)(file - path));
    if (folder == NULL)
        return false;
    size_t parent = folder == path ? 1 : (size_t)(folder - path), name = (size_t)(file - folder) - 1, last = strlen(file + 1);
    if (parent >= sizeof(place->parent) || name == 0 || name >= sizeof(place->folder) || last == 0 || last + 2 >= sizeof(place->file))
        return false;
    snprintf(place->parent, sizeof(place->parent), "%.*s", (int)parent, path);
    snprintf(place->folder, sizeof(place->folder), "%.*s", (int)name, folder + 1);
    snprintf(place->file, sizeof(place->file), "%s", file + 1);
    snprintf(place->older, sizeof(place->older), "%.*s.1", (int)last, file + 1);
    return true;
}

bool starts_path_is_valid(const char *path)
{
    struct place place;
    return path[0] == '/' && split(path, &place);
}

/* Nobody but root can put anything in its place, or write to it. */
static bool is_roots_alone(int fd, mode_t type)
{
    struct stat about;
    if (fstat(fd, &about) < 0)
        return false;
    bool fits = (about.st_mode & S_IFMT) == type && about.st_uid == 0 && (about.st_mode & 022) == 0;
    errno = fits ? 0 : EPERM;
    return fits;
}

/* Where the folder lies is the operator's, and may be a link, as the data folder may. The folder and what is in it may not. */
static int open_folder(const struct place *place)
{
    CLEANUP_FD int parent = open(place->parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (parent < 0 || (mkdirat(parent, place->folder, 0755) < 0 && errno != EEXIST))
        return -1;
    int folder = system_open_beneath(parent, place->folder, O_PATH | O_DIRECTORY);
    if (folder >= 0 && !is_roots_alone(folder, S_IFDIR))
        close_and_forget(&folder);
    return folder;
}

/* -1, with errno, where it is not to be had. */
static int open_log(const char *path)
{
    struct place place;
    errno = EINVAL;
    if (!split(path, &place))
        return -1;
    CLEANUP_FD int folder = open_folder(&place);
    if (folder < 0)
        return -1;
    int log = system_append_beneath(folder, place.file, 0644);
    if (log >= 0 && !is_roots_alone(log, S_IFREG))
        close_and_forget(&log);
    return log;
}

/* -1: no starts are noted. */
int starts_open(const struct options *options)
{
    if (options->starts == NULL)
        return -1;
    int log = open_log(options->starts);
    if (log < 0)
        fail("open log of starts", options->starts);
    return log;
}

/* The file that was renamed before, if any, has nothing in it that anybody waits for any more. */
static bool move_away(const char *path)
{
    struct place place;
    if (!split(path, &place))
        return false;
    CLEANUP_FD int folder = open_folder(&place);
    return folder >= 0 && renameat(folder, place.file, folder, place.older) == 0;
}

/* Whether it is still the file of that name. */
static bool is_at(const struct stat *held, const char *path)
{
    struct stat named;
    return lstat(path, &named) == 0 && named.st_ino == held->st_ino && named.st_dev == held->st_dev;
}

/* The server's look, now and then: a file that is full gives way to a new one, and one that somebody has removed is made again.
 * Where that fails the old one stays in use, and the next look tries again. */
void starts_look(const struct options *options, int *log)
{
    struct stat about;
    if (*log < 0 || fstat(*log, &about) < 0)
        return;
    bool is_there = is_at(&about, options->starts);
    if (is_there && (about.st_size < full_at || !move_away(options->starts)))
        return;
    int opened = open_log(options->starts);
    if (opened < 0) {
        log_line("open log of starts: %s: %s", options->starts, strerror(errno));
        return;
    }
    close(*log);
    *log = opened;
}

bool starts_name_is_valid(const char *name)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/-";
    size_t length = strlen(name);
    return length >= 1 && length <= NAME_MAX_LENGTH && strspn(name, allowed) == length;
}

/* RFC 3339, in UTC, to the millisecond. */
static int write_line(char *line, const char *name, unsigned slot)
{
    struct timespec now;
    struct tm utc;
    char second[32];
    if (clock_gettime(CLOCK_REALTIME, &now) < 0 || gmtime_r(&now.tv_sec, &utc) == NULL || strftime(second, sizeof(second), "%Y-%m-%dT%H:%M:%S", &utc) == 0)
        fail("read", "clock");
    return snprintf(line, LINE_SIZE, "%s.%03ldZ %s slot-%u\n", second, now.tv_nsec / (long)(NSEC_PER_SEC / 1000), name, slot);
}

/* A session that waited while the log was renamed twice has one without a name, which nobody reads. */
static int current(const struct options *options, int log)
{
    struct stat about;
    if (fstat(log, &about) == 0 && about.st_nlink > 0)
        return log;
    return starts_open(options);
}

/* Notes a start, in a session; it fails where it cannot, so that nothing runs that was not noted. What was written of a line that did
 * not fit stays, without its end: the next line follows in the same one (src/jail/read-starts.ts). */
void starts_note(const struct options *options, int log, const char *name, unsigned slot)
{
    char line[LINE_SIZE];
    if (log < 0)
        return;
    int length = write_line(line, name, slot);
    int file = current(options, log);
    errno = 0;
    ssize_t written = write(file, line, (size_t)length);
    if (written == length)
        return;
    if (written >= 0)
        errno = ENOSPC; /* what a regular file that takes no more of a line lacks */
    fail("note the start of the job", options->starts);
}
