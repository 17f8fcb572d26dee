/* FILE frames into box.c, in a folder of its own: whatever they are called, nothing outside it is made or changed. Once a
 * program runs it may put links anywhere (DIRECT_PLANTS). box.c is included, so that each run begins with a state of its own. */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "../src/box.c"

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __real_mkdirat(int dir, const char *path, mode_t mode);
int __wrap_mkdirat(int dir, const char *path, mode_t mode);
int __wrap_fanotify_init(unsigned flags, unsigned event_flags);
int __wrap_fanotify_mark(int group, unsigned flags, uint64_t mask, int dir, const char *path);

enum { ENTRIES = 3 }; /* of the place: box, canary, outside */

static int place = -1; /* a folder of this process's own */
static int first_fd;
static int group; /* what fanotify_init gave; -1: nothing was started ahead */
static bool runs; /* a program runs, or has run */

int __wrap_open(const char *path, int flags, ...)
{
    if (strcmp(path, "/box") == 0)
        return openat(place, "box", flags);
    return __real_open(path, flags, 0600);
}

static bool leads_out(const char *path)
{
    for (const char *part = path;; part++) {
        size_t length = strcspn(part, "/");
        if (length == 0 || (part[0] == '.' && (length == 1 || (length == 2 && part[1] == '.'))))
            return true;
        part += length;
        if (*part == '\0')
            return false;
    }
}

int __wrap_mkdirat(int dir, const char *path, mode_t mode)
{
    promise(!runs, "nothing is made by name once a program runs");
    promise(dir >= 0 && !leads_out(path), "a folder is made in the box");
    return __real_mkdirat(dir, path, mode);
}

/* Readable never: nobody is held up here. */
int __wrap_fanotify_init(unsigned flags, unsigned event_flags)
{
    int ends[2];
    (void)flags, (void)event_flags;
    return pipe2(ends, O_NONBLOCK | O_CLOEXEC) == 0 ? ends[0] : -1;
}

int __wrap_fanotify_mark(int watched, unsigned flags, uint64_t mask, int dir, const char *path)
{
    (void)watched, (void)mask, (void)path;
    promise((flags & FAN_MARK_ADD) == 0 || fcntl(dir, F_GETFD) >= 0, "what is watched is open");
    return 0;
}

static void remove_place(void)
{
    char path[64];
    snprintf(path, sizeof(path), "fuzz-files-%d", (int)getpid());
    int parent = open("/dev/shm", O_RDONLY | O_DIRECTORY);
    tree_remove(parent, path);
    close(parent);
}

static void make_place(void)
{
    char path[64];
    snprintf(path, sizeof(path), "/dev/shm/fuzz-files-%d", (int)getpid());
    remove_place();
    promise(mkdir(path, 0700) == 0, "there is a place");
    place = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    promise(place >= 0 && mkdirat(place, "outside", 0755) == 0 && symlinkat("canary is unchanged", place, "canary") == 0, "the place is laid out");
    first_fd = fcntl(place, F_DUPFD_CLOEXEC, 0);
    atexit(remove_place);
}

static unsigned count_entries(const char *name)
{
    unsigned count = 0;
    int fd = openat(place, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fdopendir(fd);
    while (dir != NULL && readdir(dir) != NULL)
        count++;
    if (dir != NULL)
        closedir(dir);
    return count - 2;
}

static void check_place(void)
{
    char text[64] = "";
    promise(readlinkat(place, "canary", text, sizeof(text) - 1) > 0 && strcmp(text, "canary is unchanged") == 0, "what lies beside the box is unchanged");
    promise(count_entries(".") == ENTRIES && count_entries("outside") == 0, "nothing is made outside the box");
}

/* A frame that was taken is in its file: at the end, since files only grow. */
static void check_content(struct reader payload)
{
    static uint8_t found[PAYLOAD_MAX];
    struct stat about;
    const char *path = read_string(&payload);
    read_u8(&payload);
    struct reader content = read_bytes(&payload);
    CLEANUP_FD int box_fd = openat(place, "box", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    CLEANUP_FD int fd = system_open_beneath(box_fd, path, O_RDONLY);
    promise(fd >= 0 && fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && (size_t)about.st_size >= content.left, "a file that was taken is there");
    ssize_t got = pread(fd, found, content.left, about.st_size - (off_t)content.left);
    promise(got == (ssize_t)content.left && (got == 0 || memcmp(found, content.at, content.left) == 0), "a file holds what its frames brought");
}

/* A program puts a link into the box, or into the submission, in the place of whatever is there. */
static void plant(const struct piece *piece)
{
    char name[NAME_MAX + 1] = "", target[NAME_MAX + 1] = "";
    const uint8_t *end = memchr(piece->payload.at, '\0', piece->payload.left);
    size_t length = end == NULL ? piece->payload.left : (size_t)(end - piece->payload.at), rest = piece->payload.left - length;
    if (!runs || length >= sizeof(name) || rest < 2 || rest >= sizeof(target))
        return;
    memcpy(name, piece->payload.at, length);
    memcpy(target, piece->payload.at + length + 1, rest - 1);
    CLEANUP_FD int box_fd = openat(place, "box", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    CLEANUP_FD int folder = openat(box_fd, piece->stage % 2 == 0 ? "." : "submission", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0 || strchr(name, '/') != NULL)
        return;
    if (unlinkat(folder, name, 0) < 0 && unlinkat(folder, name, AT_REMOVEDIR) < 0 && errno != ENOENT)
        return;
    if (symlinkat(target, folder, name) < 0)
        return; /* no name of a file */
}

static void start(bool ahead)
{
    if (runs)
        return;
    if (ahead)
        group = box_watch(GATE_OPEN);
    else
        box_close();
    runs = true;
}

static void let_go(void)
{
    if (group >= 0)
        box_unwatch(group);
    close_and_forget(&group);
}

static void take(const struct piece *piece)
{
    box_take_file(piece->payload);
    if (!runs)
        check_content(piece->payload);
}

static void follow(void *script)
{
    struct piece piece;
    box_open(getuid(), getgid());
    while (script_next(script, &piece)) {
        if (!piece.direction)
            take(&piece);
        else if (piece.type == DIRECT_PLANTS)
            plant(&piece);
        else if (piece.type == DIRECT_WATCHES || piece.type == DIRECT_STARTS)
            start(piece.type == DIRECT_WATCHES);
        else if (piece.type == DIRECT_LETS_GO)
            let_go();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reader script = {.at = data, .left = size};
    if (place < 0)
        make_place();
    runs = false;
    group = -1;
    memset(&box, 0, sizeof(box));
    box.dir = box.last.fd = -1;
    promise(mkdirat(place, "box", 0755) == 0, "there is a box");
    attempt(follow, &script);
    runs = false;
    check_place();
    promise(tree_remove(place, "box"), "a box can be removed, whatever is in it");
    promise(mkdirat(place, "box", 0755) == 0, "a box that was removed is gone");
    check_place();
    promise(unlinkat(place, "box", AT_REMOVEDIR) == 0, "a new box is empty");
    system_close_from((unsigned)first_fd);
    return 0;
}
