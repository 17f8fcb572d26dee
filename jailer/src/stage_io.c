#include "jailer.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { END_OF_FILE_CHARACTER = 4 }; /* what a terminal's line discipline takes for the end of input (termios(3), VEOF) */

/* A pipe with our end non-blocking, both ends the runner's: programs open /dev/stdout anew, by their own right. */
static void open_pipe(int *ours, int *theirs, bool ours_reads, uid_t uid, gid_t gid)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        fail("pipe", "stage");
    *ours = ends[ours_reads ? 0 : 1];
    *theirs = ends[ours_reads ? 1 : 0];
    if (fcntl(*ours, F_SETFL, O_NONBLOCK) < 0 || fchown(*ours, uid, gid) < 0)
        fail("set up", "pipe");
}

/* Opens what the stage's input and output need; a terminal is opened by init. The child's ends are the caller's to close. */
void stage_io_open(struct stage *stage, const struct stage_request *request, uid_t uid, gid_t gid, int child[3])
{
    stage->output[0] = stage->output[1] = stage->input = -1;
    child[0] = child[1] = child[2] = -1;
    if (request->input == STDIN_TERMINAL)
        return;
    open_pipe(&stage->output[0], &child[1], true, uid, gid);
    open_pipe(&stage->output[1], &child[2], true, uid, gid);
    if (request->input == STDIN_STREAM)
        open_pipe(&stage->input, &child[0], false, uid, gid);
    else if ((child[0] = open("/dev/null", O_RDONLY | O_CLOEXEC)) < 0) /* init puts the right one in its place */
        fail("open", "/dev/null");
}

void stage_io_close(struct stage *stage)
{
    close_and_forget(&stage->output[0]);
    close_and_forget(&stage->output[1]);
    close_and_forget(&stage->input);
}

/* Passes on as much as the limit allows. True: the stage wrote past it. */
static bool pass_on(struct stage *stage, struct peer *peer, int stream, size_t length)
{
    uint64_t left = stage->limits.output[stream] - stage->sent[stream];
    size_t allowed = length > left ? (size_t)left : length;
    stage->sent[stream] += allowed;
    if (allowed > 0)
        peer_send_data(peer, stream == 0 ? FRAME_STDOUT : FRAME_STDERR, stage->number, allowed);
    return length > left;
}

/* Reads once, straight into the place of the next frame. The caller has seen that there is room. Once the stage has
 * ended nobody can write any more, whoever may still hold a descriptor: then "nothing now" means "nothing ever".
 * True: the stage has written past the stream's limit. */
bool stage_read_output(struct stage *stage, struct peer *peer, int stream)
{
    ssize_t got = read(stage->output[stream], peer_data_space(peer), DATA_MAX);
    if (got > 0)
        return pass_on(stage, peer, stream, (size_t)got);
    if (got < 0 && errno != EAGAIN && errno != EINTR && errno != EIO) /* EIO: the terminal's last user has left */
        fail("read", "output of a stage");
    if (stage->ended || got == 0)
        close_and_forget(&stage->output[stream]);
    return false;
}

/* Tells the peer what is taken and was not told yet; later, when it does not read: small frames must not pile up. */
void stage_tell_taken(struct stage *stage, struct peer *peer)
{
    uint8_t taken[4];
    struct writer writer = {.at = taken, .left = sizeof(taken)};
    if (stage->untold == 0 || !peer_has_room(peer))
        return;
    write_u32(&writer, (uint32_t)stage->untold);
    stage->untold = 0;
    peer_send(peer, FRAME_TAKEN, stage->number, taken, sizeof(taken));
}

/* Keeps input for the program; what a program that reads no more would get is dropped, and acknowledged all the same. */
void stage_take_input(struct stage *stage, struct reader data)
{
    size_t waiting = stage->pending_end - stage->pending_start;
    if (!stage->takes_input || stage->input_ends || data.left == 0 || data.left > DATA_MAX - waiting - stage->untold)
        protocol_error("stdin that was not asked for");
    if (stage->input < 0) {
        stage->untold += data.left;
        return;
    }
    memmove(stage->pending, stage->pending + stage->pending_start, waiting);
    memcpy(stage->pending + waiting, data.at, data.left);
    stage->pending_start = 0;
    stage->pending_end = waiting + data.left;
}

static void drop_input(struct stage *stage)
{
    stage->untold += stage->pending_end - stage->pending_start;
    stage->pending_start = stage->pending_end = 0;
    close_and_forget(&stage->input);
}

static void finish_input(struct stage *stage)
{
    if (stage->terminal && write(stage->input, &(char){END_OF_FILE_CHARACTER}, 1) < 0 && errno != EIO) {
        if (errno == EAGAIN)
            return; /* the terminal is full: its end comes when there is room */
        fail("write", "end of input");
    }
    close_and_forget(&stage->input);
}

bool stage_has_input(const struct stage *stage)
{
    return stage->input >= 0 && (stage->input_ends || stage->pending_end > stage->pending_start);
}

/* Writes what the program takes, and ends the input where the peer said so. */
void stage_write_input(struct stage *stage)
{
    size_t waiting = stage->pending_end - stage->pending_start;
    ssize_t put = waiting == 0 ? 0 : write(stage->input, stage->pending + stage->pending_start, waiting);
    if (put < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (put < 0) { /* EPIPE, EIO: the program reads no more */
        drop_input(stage);
        return;
    }
    stage->untold += (size_t)put;
    stage->pending_start += (size_t)put;
    if (stage->input_ends && stage->pending_start == stage->pending_end)
        finish_input(stage);
}
