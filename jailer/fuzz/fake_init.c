/* A jail's first process and the program in it, as a session sees them: by the book, or, where the play is hostile, by the
 * script alone. */
#include "fuzz.h"

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int __real_socketpair(int domain, int type, int protocol, int ends[2]);

enum { QUEUE_MAX = 1 << 16, MARKS_MAX = 64 };

static struct {
    uint8_t bytes[QUEUE_MAX];
    size_t start, end;
    struct { size_t at; int fds[CHANNEL_FDS_MAX]; int count; } marks[MARKS_MAX]; /* descriptors that come with a byte */
    size_t mark_count;
    struct reader answer; /* to the next STAGE */
    unsigned answer_fds;
} queue;

void init_reset(void)
{
    queue.start = queue.end = queue.mark_count = 0;
    queue.answer = (struct reader){0};
}

size_t init_queued(void)
{
    return queue.end - queue.start;
}

/* A new descriptor of no use. */
static int some_descriptor(void)
{
    return fcntl(play.connection, F_DUPFD_CLOEXEC, 0);
}

static void mark(const int *fds, int count)
{
    if (count == 0 || queue.mark_count == MARKS_MAX)
        return;
    queue.marks[queue.mark_count].at = queue.end;
    queue.marks[queue.mark_count].count = count;
    memcpy(queue.marks[queue.mark_count++].fds, fds, sizeof(int) * (size_t)count);
}

static void append(const void *bytes, size_t length)
{
    if (length > QUEUE_MAX - queue.end)
        return;
    if (length > 0)
        memcpy(queue.bytes + queue.end, bytes, length);
    queue.end += length;
}

/* A moment that is small is one so many nanoseconds ago: inputs cannot know the time. */
static void tell_time(uint8_t *message, size_t length)
{
    enum { HEADER = 12, LONG_AGO = 1 << 20 };
    uint32_t type;
    uint64_t moment;
    memcpy(&type, message, sizeof(type));
    size_t at = HEADER + (type == CHANNEL_ENDED ? offsetof(struct ended_message, ended_ns) : offsetof(struct started_message, started_ns));
    if ((type != CHANNEL_STARTED && type != CHANNEL_ENDED) || length < at + sizeof(moment))
        return;
    memcpy(&moment, message + at, sizeof(moment));
    if (moment < LONG_AGO)
        moment = play.now - moment;
    memcpy(message + at, &moment, sizeof(moment));
}

void init_queue(const void *bytes, size_t length, unsigned descriptors)
{
    size_t before = queue.end;
    int fds[CHANNEL_FDS_MAX];
    int count = (int)(descriptors > CHANNEL_FDS_MAX ? CHANNEL_FDS_MAX : descriptors);
    if (queue.mark_count == MARKS_MAX)
        return;
    for (int i = 0; i < count; i++)
        fds[i] = some_descriptor();
    mark(fds, count);
    append(bytes, length);
    if (length >= sizeof(uint32_t) && queue.end > before)
        tell_time(queue.bytes + before, length);
}

static void say(uint32_t type, const void *payload, uint32_t length, int fd)
{
    uint32_t header[3] = {type, length, fd >= 0};
    mark(&fd, fd >= 0);
    append(header, sizeof(header));
    append(payload, length);
}

void init_say(uint32_t type, const void *payload, uint32_t length, unsigned descriptors)
{
    say(type, payload, length, descriptors > 0 ? some_descriptor() : -1);
}

/* As a stream socket gives them: the descriptors with the first byte that they were sent with, or lost where nobody asks. */
size_t init_take(void *into, size_t size, int *fds, int *fd_count)
{
    size_t length = init_queued() < size ? init_queued() : size, kept = 0;
    for (size_t i = 0; i < queue.mark_count; i++) {
        bool due = queue.marks[i].at < queue.start + length;
        for (int j = 0; due && j < queue.marks[i].count; j++)
            if (fds != NULL && *fd_count < CHANNEL_FDS_MAX)
                fds[(*fd_count)++] = queue.marks[i].fds[j];
            else
                close(queue.marks[i].fds[j]);
        if (!due)
            queue.marks[kept++] = queue.marks[i];
    }
    queue.mark_count = kept;
    memcpy(into, queue.bytes + queue.start, length);
    queue.start += length;
    if (queue.start == queue.end)
        queue.start = queue.end = 0;
    return length;
}

static void close_program(void)
{
    for (int i = 0; i < 3; i++)
        close_and_forget(&play.child[i]);
}

static void end_stage(int32_t wait_status)
{
    struct ended_message ended = {.wait_status = wait_status, .ended_ns = play.now, .largest_process = 4096, .early = play.stage_waits};
    close_program();
    if (!play.stage_runs || play.stage_ended)
        return;
    play.stage_ended = play.record->ended = true;
    say(CHANNEL_ENDED, &ended, sizeof(ended), -1);
}

static int open_terminal(void)
{
    int ends[2];
    promise(__real_socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0, "there is a terminal");
    play.child[1] = ends[1];
    play.child[0] = fcntl(ends[1], F_DUPFD_CLOEXEC, 0);
    return ends[0];
}

static void take_descriptors(const struct channel_message *message, const int *fds, bool terminal)
{
    promise(message->fd_count == (terminal ? 0 : 3) + (message->fd_count == (terminal ? 1 : 4) ? 1 : 3), "a stage has its stdio, then its groups");
    for (int i = 0; i < 3 && !terminal; i++) {
        play.child[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, 0);
        fcntl(play.child[i], F_SETFL, O_NONBLOCK);
    }
}

static void hear_stage(const struct channel_message *message, const uint8_t *payload, const int *fds)
{
    struct stage_request request;
    struct started_message started = {.started_ns = play.now};
    bool ahead = payload[1] != 0;
    promise(play.attached && (!play.stage_runs || play.stage_ended || play.hostile), "a stage comes after ATTACH, one at a time");
    uint16_t number = play.said[play.done_count++ % STAGES_SAID];
    promise(number > play.stage, "stage numbers rise");
    play.stage = number;
    stage_request_read((struct reader){.at = payload + STAGE_PREFIX, .left = message->length - STAGE_PREFIX}, ahead, &request);
    bool terminal = request.input == STDIN_TERMINAL;
    promise(request.argv[0][0] == '/' && request.folder[0] == '/' && (request.gate != GATE_NONE) == ahead, "a request is as the protocol wants it");
    close_program();
    take_descriptors(message, fds, terminal);
    play.wall_ms = request.limits.wall_ms;
    ears_expect(play.stage, &request);
    stage_request_free(&request);
    play.stage_runs = true;
    play.stage_ended = play.stage_killed = play.stage_told = false;
    play.stage_waits = ahead;
    play.stage_begun_ns = play.now;
    if (play.hostile)
        init_queue(queue.answer.at, queue.answer.left, queue.answer_fds);
    else
        say(CHANNEL_STARTED, &started, sizeof(started), terminal ? open_terminal() : ahead ? some_descriptor() : -1);
}

static void hear_signal(const struct channel_message *message, const uint8_t *payload)
{
    uint32_t number;
    promise(message->length == sizeof(number), "a signal is a number");
    memcpy(&number, payload, sizeof(number));
    promise(number >= 1 && number < (uint32_t)NSIG, "a signal is one that there is");
}

void init_hears(const struct channel_message *message, const uint8_t *payload, const int *fds)
{
    promise(play.init != 0, "only a jail that is there is told anything");
    switch (message->type) {
    case CHANNEL_ATTACH:
        promise(!play.attached && message->fd_count == 2 && message->length == sizeof(struct attach_message), "ATTACH comes once");
        play.attached = true;
        break;
    case CHANNEL_FILE: promise(play.attached && (play.stage == 0 || play.stage_waits), "files come before their job"); break;
    case CHANNEL_SUBMISSION: promise(play.attached && play.stage == 0 && message->fd_count == 1, "a submission comes before the first stage"); break;
    case CHANNEL_STAGE: hear_stage(message, payload, fds); break;
    case CHANNEL_GO:
        promise(play.stage_waits, "GO comes once, after AHEAD");
        play.stage_waits = false;
        play.stage_begun_ns = play.now;
        break;
    case CHANNEL_KILL:
        play.stage_killed = true;
        if (!play.hostile)
            end_stage(SIGKILL);
        break;
    case CHANNEL_SIGNAL: hear_signal(message, payload); break;
    default: broken("init is told what it understands");
    }
}

static void fail_as_directed(const struct piece *piece)
{
    struct failure failure = {.code = FAILURE_FAILED, .number = (int32_t)piece->stage, .step = "step", .path = "path"};
    if (play.init == 0 || play.hostile)
        return;
    say(CHANNEL_FAILED, &failure, sizeof(failure), -1);
    play.init_gone = true;
    close_program();
}

static void write_as_directed(const struct piece *piece)
{
    uint8_t bytes[4096];
    int fd = play.child[1 + piece->stage % 2];
    memset(bytes, 'o', sizeof(bytes));
    for (size_t left = piece->payload.left; fd >= 0 && left > 0;) {
        ssize_t put = write(fd, bytes, left < sizeof(bytes) ? left : sizeof(bytes));
        if (put <= 0)
            break;
        left -= (size_t)put;
    }
}

static void read_as_directed(struct reader payload)
{
    uint8_t bytes[65536];
    size_t size = script_number(&payload, 2);
    if (play.child[0] >= 0 && size > 0 && read(play.child[0], bytes, size) < 0)
        return; /* there is nothing */
}

void init_is_directed(const struct piece *piece)
{
    struct reader payload = piece->payload;
    switch (piece->type) {
    case DIRECT_ENDS:
        if (!play.hostile)
            end_stage((int32_t)script_number(&payload, 4));
        break;
    case DIRECT_WAITS:
        if (!play.hostile && play.stage_waits && !play.stage_told && !play.stage_ended)
            say(CHANNEL_WAITING, NULL, 0, -1);
        play.stage_told = true;
        break;
    case DIRECT_WRITES: write_as_directed(piece); break;
    case DIRECT_READS: read_as_directed(payload); break;
    case DIRECT_CLOSES: close_and_forget(&play.child[piece->stage % 3]); break;
    case DIRECT_FAILS: fail_as_directed(piece); break;
    case DIRECT_SAYS:
        if (play.hostile && play.init != 0)
            init_queue(payload.at, payload.left, piece->stage);
        break;
    case DIRECT_ANSWERS:
        queue.answer = payload;
        queue.answer_fds = piece->stage;
        break;
    default: break;
    }
}
