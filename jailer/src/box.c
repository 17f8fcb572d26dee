/* A job's files, from the peer's frames into /box. Runs in the jail's first process, and creates files only as long as no
 * program has run there: what it opens by name is its own.
 *
 * A file whose content comes later is created empty and kept open. A program that is started ahead of its job finds all
 * of the job's names; the first of these files that it opens (or reads) holds it up in the kernel until the contents are
 * there: a permission event of fanotify(7), answered only then. The program needs no hook and no descriptor for that, and
 * goes on in the very same inodes.
 */
#include "jailer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_EXECUTABLE = 1, FILE_LATER = 2, LATER_MAX = 64 };

/* What the stage itself is given as its input: init opens it, and must not wait for itself. */
#define STDIN_NAME "stdin.stdin"

struct later {
    char name[PATH_MAX]; /* empty: none */
    int fd;
};

struct box {
    int dir;
    uid_t uid;
    gid_t gid;
    struct later last; /* of the frame before, which the next one may continue */
    struct later later[LATER_MAX];
    size_t later_count;
};

static struct box box = {.dir = -1, .last = {.fd = -1}};

void box_open(uid_t uid, gid_t gid)
{
    box.uid = uid;
    box.gid = gid;
    box.dir = open("/box", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (box.dir < 0)
        fail("open", "/box");
    if (mkdirat(box.dir, "submission", 0755) < 0 || fchownat(box.dir, "submission", uid, gid, AT_SYMLINK_NOFOLLOW) < 0)
        fail("make folder", "/box/submission");
}

static void forget(struct later *file)
{
    file->name[0] = '\0';
    close_and_forget(&file->fd);
}

/* No program may come by these descriptors, and none may be there that opens what they created. */
void box_close(void)
{
    forget(&box.last);
    while (box.later_count > 0)
        forget(&box.later[--box.later_count]);
    close_and_forget(&box.dir);
}

static bool is_name(const char *name, size_t length)
{
    bool dots = name[0] == '.' && (length == 1 || (length == 2 && name[1] == '.'));
    return length > 0 && length <= NAME_MAX && !dots;
}

/* Makes the folders that the path leads through; those that are there already stay as they are. */
static void make_folders(const char *path)
{
    char folder[PATH_MAX];
    const char *part = path, *slash;
    if (strlen(path) >= sizeof(folder))
        protocol_error("path of a file");
    while ((slash = strchr(part, '/')) != NULL) {
        size_t length = (size_t)(slash - path);
        if (!is_name(part, (size_t)(slash - part)))
            protocol_error("path of a file");
        memcpy(folder, path, length);
        folder[length] = '\0';
        if (mkdirat(box.dir, folder, 0755) == 0) {
            if (fchownat(box.dir, folder, box.uid, box.gid, AT_SYMLINK_NOFOLLOW) < 0)
                fail("change owner", folder);
        } else if (errno != EEXIST) {
            refuse("create folder of submission", folder);
        }
        part = slash + 1;
    }
    if (!is_name(part, strlen(part)))
        protocol_error("path of a file");
}

/* What lies beside the submission stays root's, and says that nobody has ever read it: who reads it changes that (mount(8),
 * relatime), and only its owner could read it unseen (open(2), O_NOATIME) or set its times. */
static bool keep_count_of_readers(int fd)
{
    const struct timespec times[] = {{.tv_sec = 0}, {.tv_nsec = UTIME_OMIT}};
    return futimens(fd, times) == 0;
}

static int create(const char *path, bool executable)
{
    mode_t mode = executable ? 0755 : 0644;
    int fd = system_create_beneath(box.dir, path, mode);
    if (fd < 0)
        refuse("create file of submission", path);
    bool is_beside = strchr(path, '/') == NULL;
    if (is_beside ? !keep_count_of_readers(fd) : fchown(fd, box.uid, box.gid) < 0)
        fail("set up file", path);
    return fd;
}

static void write_content(int fd, struct reader content, const char *path)
{
    while (content.left > 0) {
        ssize_t put = write(fd, content.at, content.left);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            refuse("write file of submission", path);
        content.at += put;
        content.left -= (size_t)put;
    }
}

static const struct later *find(const char *path)
{
    if (box.last.fd >= 0 && strcmp(box.last.name, path) == 0)
        return &box.last;
    for (size_t i = 0; i < box.later_count; i++)
        if (strcmp(box.later[i].name, path) == 0)
            return &box.later[i];
    return NULL;
}

static struct later *place_for(bool later)
{
    if (!later) {
        forget(&box.last);
        return &box.last;
    }
    if (box.later_count == LATER_MAX)
        protocol_error("too many files whose content comes later");
    return &box.later[box.later_count++];
}

static int begin(const char *path, uint8_t flags)
{
    if (box.dir < 0)
        protocol_error("FILE comes before a program has run");
    make_folders(path);
    struct later *file = place_for((flags & FILE_LATER) != 0);
    file->fd = create(path, (flags & FILE_EXECUTABLE) != 0);
    strcpy(file->name, path); /* make_folders has seen that it fits */
    return file->fd;
}

/* One FILE frame: a new file, or the continuation of one that is still open. */
void box_take_file(struct reader payload)
{
    const char *path = read_string(&payload);
    uint8_t flags = read_u8(&payload);
    struct reader content = read_bytes(&payload);
    read_end(&payload);
    if ((flags & ~(FILE_EXECUTABLE | FILE_LATER)) != 0)
        protocol_error("flags of a file");
    const struct later *known = find(path);
    write_content(known != NULL ? known->fd : begin(path, flags), content, path);
}

/* Watches the files whose content comes later. The descriptor is readable once a program is held up at one of them. Who
 * closes its last copy waits for a grace period of the kernel's, some 10 ms: the session does, when all is over. */
int box_watch(enum gate gate)
{
    int group = fanotify_init(FAN_CLASS_CONTENT | FAN_CLOEXEC | FAN_NONBLOCK, O_RDONLY | O_CLOEXEC);
    if (group < 0)
        fail("watch files", "fanotify");
    uint64_t events = gate == GATE_READ ? FAN_ACCESS_PERM : FAN_OPEN_PERM;
    for (size_t i = 0; i < box.later_count; i++)
        if (strcmp(box.later[i].name, STDIN_NAME) != 0 && fanotify_mark(group, FAN_MARK_ADD, events, box.later[i].fd, NULL) < 0)
            fail("watch file", box.later[i].name);
    close_and_forget(&box.dir); /* from now on nothing is opened by name */
    forget(&box.last);
    return group;
}

/* Watches no file any more. Who had come to one before is let go by box_let_pass. */
void box_unwatch(int group)
{
    box_close();
    if (fanotify_mark(group, FAN_MARK_FLUSH, 0, AT_FDCWD, NULL) < 0)
        fail("watch no file", "fanotify");
    box_let_pass(group);
}

void box_let_pass(int group)
{
    _Alignas(struct fanotify_event_metadata) char events[4096];
    ssize_t length;
    while ((length = read(group, events, sizeof(events))) > 0) {
        const struct fanotify_event_metadata *event = (const void *)events;
        for (; FAN_EVENT_OK(event, length); event = FAN_EVENT_NEXT(event, length)) {
            struct fanotify_response response = {.fd = event->fd, .response = FAN_ALLOW};
            if (write(group, &response, sizeof(response)) < 0 && errno != ENOENT) /* it was killed meanwhile */
                fail("let pass", "fanotify");
            close(event->fd);
        }
    }
    if (errno != EAGAIN && errno != EINTR)
        fail("let pass", "fanotify");
}
