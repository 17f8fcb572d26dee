/* The world around a session: its system calls arrive here. Time passes only by a direction, nothing ever blocks. */
#include "fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
#include <sanitizer/msan_interface.h>
#define CHECK_INITIALIZED(data, size) __msan_check_mem_is_initialized(data, size)
#endif
#endif
#ifndef CHECK_INITIALIZED
#define CHECK_INITIALIZED(data, size) (void)(data)
#endif

struct play play;

NORETURN void __real_exit(int status);
NORETURN void __wrap_exit(int status);
int __real_close(int fd);
int __wrap_close(int fd);
ssize_t __real_recv(int fd, void *buffer, size_t size, int flags);
ssize_t __wrap_recv(int fd, void *buffer, size_t size, int flags);
ssize_t __real_send(int fd, const void *data, size_t size, int flags);
ssize_t __wrap_send(int fd, const void *data, size_t size, int flags);
ssize_t __wrap_recvmsg(int fd, struct msghdr *message, int flags);
ssize_t __wrap_sendmsg(int fd, const struct msghdr *message, int flags);
int __wrap_ppoll(struct pollfd *waits, nfds_t count, const struct timespec *timeout, const sigset_t *mask);
uint64_t __wrap_monotonic_ns(void);
void __wrap_log_line(const char *format, ...) PRINTF_LIKE(1, 2);

enum { POLLS_AFTER_CLOSE = 64, POLLS_OVER_LIMIT = 8, FILL_MAX = 1200000 };

static jmp_buf after;
static int status_of_session, first_fd;
static struct channel_message told; /* the header that was sent, until its payload comes */
static int told_fds[CHANNEL_FDS_MAX];

void __wrap_exit(int status)
{
    if (!play.playing)
        __real_exit(status);
    status_of_session = status;
    longjmp(after, 1);
}

int __wrap_close(int fd)
{
    int result = __real_close(fd);
    promise(!play.playing || result == 0, "no descriptor is closed that is not open");
    return result;
}

uint64_t __wrap_monotonic_ns(void)
{
    return ++play.now; /* no two moments are the same */
}

void __wrap_log_line(const char *format, ...)
{
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
}

static ssize_t hear_peer(void *buffer, size_t size)
{
    size_t length = play.heard.left < size ? play.heard.left : size;
    if (length > play.chunk)
        length = play.chunk;
    if (length == 0 && !play.closed) {
        errno = EAGAIN;
        return -1;
    }
    if (length == 0)
        return 0;
    memcpy(buffer, play.heard.at, length);
    play.heard.at += length;
    play.heard.left -= length;
    return (ssize_t)length;
}

ssize_t __wrap_recv(int fd, void *buffer, size_t size, int flags)
{
    int none = 0;
    if (!play.playing)
        return __real_recv(fd, buffer, size, flags);
    if (fd == play.connection)
        return hear_peer(buffer, size);
    promise(fd == play.channel, "a session hears its peer and its init");
    return (ssize_t)init_take(buffer, size, NULL, &none);
}

static ssize_t speak_to_peer(const void *data, size_t size)
{
    size_t length = size < play.room ? size : play.room;
    CHECK_INITIALIZED(data, size);
    play.room -= length;
    if (length > 0) {
        ears_hear(data, length);
        return (ssize_t)length;
    }
    play.room = play.room_again;
    errno = EAGAIN;
    return -1;
}

ssize_t __wrap_send(int fd, const void *data, size_t size, int flags)
{
    if (!play.playing)
        return __real_send(fd, data, size, flags);
    if (fd == play.connection)
        return speak_to_peer(data, size);
    promise(fd == play.channel && size == told.length, "a payload follows its header to init whole");
    CHECK_INITIALIZED(data, size);
    init_hears(&told, data, told_fds);
    return (ssize_t)size;
}

ssize_t __wrap_sendmsg(int fd, const struct msghdr *message, int flags)
{
    uint32_t header[3];
    (void)flags;
    promise(fd == play.channel && message->msg_iov[0].iov_len == sizeof(header), "headers go to init");
    if (play.init_gone) {
        errno = EPIPE;
        return -1;
    }
    memcpy(header, message->msg_iov[0].iov_base, sizeof(header));
    told = (struct channel_message){.type = header[0], .length = header[1], .fd_count = (int)header[2]};
    promise(told.fd_count >= 0 && told.fd_count <= CHANNEL_FDS_MAX && told.length <= PAYLOAD_MAX + STAGE_PREFIX, "init is told what it can take");
    if (told.fd_count > 0)
        memcpy(told_fds, CMSG_DATA(CMSG_FIRSTHDR(message)), sizeof(int) * (size_t)told.fd_count);
    for (int i = 0; i < told.fd_count; i++)
        promise(fcntl(told_fds[i], F_GETFD) >= 0, "init is given descriptors that are open");
    if (told.length == 0)
        init_hears(&told, NULL, told_fds);
    return sizeof(header);
}

ssize_t __wrap_recvmsg(int fd, struct msghdr *message, int flags)
{
    int fds[CHANNEL_FDS_MAX], count = 0;
    (void)flags;
    promise(fd == play.channel, "messages come from init");
    size_t length = init_take(message->msg_iov[0].iov_base, message->msg_iov[0].iov_len, fds, &count);
    struct cmsghdr *header = message->msg_control;
    message->msg_controllen = count > 0 ? CMSG_SPACE(sizeof(int) * (size_t)count) : 0;
    if (count > 0) {
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int) * (size_t)count);
        memcpy(CMSG_DATA(header), fds, sizeof(int) * (size_t)count);
    }
    return (ssize_t)length;
}

static void note_said(const struct piece *piece)
{
    if (piece->type == FRAME_STDIN)
        play.stdin_said += piece->payload.left;
    if (piece->type == FRAME_STAGE || piece->type == FRAME_AHEAD)
        play.said[play.said_count++ % STAGES_SAID] = piece->stage;
}

/* A frame that is longer than an input may be. */
static void fill(const struct piece *piece)
{
    static uint8_t frame[HEADER_SIZE + FILL_MAX];
    struct reader payload = piece->payload;
    struct piece filled = {.type = (uint8_t)script_number(&payload, 1), .stage = piece->stage};
    size_t wanted = script_number(&payload, 4);
    struct writer header = {.at = frame, .left = HEADER_SIZE};
    filled.payload.left = wanted < FILL_MAX ? wanted : FILL_MAX;
    write_u32(&header, (uint32_t)filled.payload.left);
    write_u16(&header, filled.stage);
    write_u8(&header, filled.type);
    note_said(&filled);
    play.heard = (struct reader){.at = frame, .left = HEADER_SIZE + filled.payload.left};
}

static void direct(const struct piece *piece)
{
    struct reader payload = piece->payload;
    switch (piece->type) {
    case DIRECT_TIME: play.now += script_number(&payload, 4) * NSEC_PER_MSEC; break;
    case DIRECT_CHUNK: play.chunk = 1 + script_number(&payload, 2); break;
    case DIRECT_ROOM:
        play.room = script_number(&payload, 4);
        play.room_again = script_number(&payload, 4);
        break;
    case DIRECT_FIGURES:
        play.cpu_ns += script_number(&payload, 4) * NSEC_PER_MSEC;
        play.figures = (uint8_t)script_number(&payload, 1);
        break;
    case DIRECT_FILLS: fill(piece); break;
    default: init_is_directed(piece); break;
    }
}

/* The script goes on: all frames up to the next direction are said at once, or that is done. */
static void go_on(void)
{
    struct reader ahead = play.script;
    struct piece piece;
    play.heard.at = play.script.at;
    while (script_next(&ahead, &piece) && !piece.direction) {
        note_said(&piece);
        play.heard.left += piece.size;
        play.script = ahead;
    }
    if (play.heard.left > 0)
        return;
    if (!script_next(&play.script, &piece)) {
        play.closed = true;
        promise(++play.polls_after_close < POLLS_AFTER_CLOSE, "a session ends when its peer is gone");
        return;
    }
    direct(&piece);
}

/* A stage that is over its wall time must be killed at the next occasion, whatever init says. */
static void check_wall_time(void)
{
    bool over = play.seen->running && !play.seen->ended && !play.seen->waits && !play.stage_killed &&
                play.now - play.stage_begun_ns > play.wall_ms * NSEC_PER_MSEC;
    play.polls_over_limit = over ? play.polls_over_limit + 1 : 0;
    promise(play.polls_over_limit < POLLS_OVER_LIMIT, "a stage is killed when its wall time is over");
}

int __wrap_ppoll(struct pollfd *waits, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
    enum { PEER, INIT, OTHERS };
    (void)timeout, (void)mask;
    play.now += 1000;
    check_wall_time();
    if (play.heard.left == 0)
        go_on();
    if (poll(waits + OTHERS, count - OTHERS, 0) < 0)
        return -1;
    bool heard = play.heard.left > 0 || play.closed, takes = (waits[PEER].events & POLLOUT) != 0 && play.room > 0;
    waits[PEER].revents = (short)((heard ? POLLIN : 0) | (takes ? POLLOUT : 0));
    waits[INIT].revents = waits[INIT].fd >= 0 && (init_queued() > 0 || play.init_gone) ? POLLIN : 0;
    return 1;
}

static void check_end(void)
{
    promise(status_of_session == 0 || status_of_session == EXIT_NETWORK_USED || status_of_session == EXIT_FAILED, "a session ends in order");
    promise(play.init == 0, "no jail outlives its session");
    promise(play.groups_open == 0, "every group is closed once");
    promise(play.staging == 0, "what a build has laid out is removed");
    promise(fcntl(play.connection, F_GETFD) < 0, "the connection is closed");
    ears_check_end();
}

static void run(void)
{
    static const struct options options = {.instance = "fuzz", .data_dir = "/dev", .builds_dir = "/dev", .runner_uid_min = 100000, .runner_gid_min = 100000, .slots = 4};
    static const struct prepared prepared;
    struct cgroups groups = {.unified = play.cpu_ns != 0, .tree_count = play.cpu_ns != 0 ? 1 : 3, .processors = 2, .cpu_base = -1, .home = -1};
    play.cpu_ns = 0;
    struct session_plan plan = {.options = &options, .groups = &groups, .prepared = &prepared, .connection = play.connection,
                                .network = play.figures & 8 ? -1 : play.connection, .starts = -1, .slot = 2, .server = getppid()};
    session_run(&plan);
}

/* One connection from its begin to its end. The input's size chooses between the two versions of cgroups. */
void world_play(const uint8_t *data, size_t size, bool hostile, const struct stage *seen)
{
    /* Whatever is done to it beside what stands in here must not wait: a hostile init may give it back as a terminal. */
    int connection = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (first_fd == 0) {
        first_fd = connection;
        signal(SIGPIPE, SIG_IGN); /* as main does */
    }
    play = (struct play){.hostile = hostile, .seen = seen, .script = {.at = data, .left = size}, .chunk = PAYLOAD_MAX, .now = 1000 * NSEC_PER_SEC,
                         .cpu_ns = size & 1, .connection = connection, .channel = -1, .room = SIZE_MAX, .room_again = SIZE_MAX, .child = {-1, -1, -1}};
    init_reset();
    ears_reset();
    memory_track(true);
    play.playing = true;
    if (setjmp(after) == 0)
        run();
    play.playing = false;
    memory_track(false);
    check_end();
    system_close_from((unsigned)first_fd);
    memory_release();
}
