#include "jailer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    IN_SIZE = HEADER_SIZE + PAYLOAD_MAX,
    /* Room for one data frame of each stream, and for the small frames that may follow. */
    OUT_SIZE = 2 * (HEADER_SIZE + DATA_MAX) + 4096,
    OUT_SMALL = 2048,
};

void peer_open(struct peer *peer, int fd)
{
    *peer = (struct peer){.fd = fd, .in = malloc(IN_SIZE), .out = malloc(OUT_SIZE)};
    if (peer->in == NULL || peer->out == NULL)
        fail("allocate", "buffers");
}

/* Reads what is there. False: the peer has closed. */
bool peer_fill(struct peer *peer)
{
    if (peer->in_start > 0) {
        memmove(peer->in, peer->in + peer->in_start, peer->in_end - peer->in_start);
        peer->in_end -= peer->in_start;
        peer->in_start = 0;
    }
    if (peer->in_end == IN_SIZE)
        return true;
    ssize_t got = recv(peer->fd, peer->in + peer->in_end, IN_SIZE - peer->in_end, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    if (got <= 0)
        return false;
    peer->in_end += (size_t)got;
    return true;
}

/* The next whole frame; its payload stays valid until the next peer_fill. False: none yet. */
bool peer_next(struct peer *peer, struct frame *frame)
{
    struct reader reader = {.at = peer->in + peer->in_start, .left = peer->in_end - peer->in_start};
    if (reader.left < HEADER_SIZE)
        return false;
    uint32_t length = read_u32(&reader);
    frame->stage = read_u16(&reader);
    frame->type = read_u8(&reader);
    if (read_u8(&reader) != 0 || length > PAYLOAD_MAX)
        protocol_error("frame header");
    if (reader.left < length)
        return false;
    frame->payload = (struct reader){.at = reader.at, .left = length};
    peer->in_start += HEADER_SIZE + length;
    return true;
}

/* May a data frame of the largest size be put behind what waits already? Else its program has to wait. */
bool peer_has_room(const struct peer *peer)
{
    return peer->out_end + HEADER_SIZE + DATA_MAX + OUT_SMALL <= OUT_SIZE;
}

/* Where the data of the next frame belongs: output goes from the program's pipe straight to its place. */
uint8_t *peer_data_space(struct peer *peer)
{
    return peer->out + peer->out_end + HEADER_SIZE;
}

void peer_send_data(struct peer *peer, uint8_t type, uint16_t stage, size_t length)
{
    struct writer writer = {.at = peer->out + peer->out_end, .left = HEADER_SIZE};
    write_u32(&writer, (uint32_t)length);
    write_u16(&writer, stage);
    write_u8(&writer, type);
    write_u8(&writer, 0);
    peer->out_end += HEADER_SIZE + length;
}

void peer_send(struct peer *peer, uint8_t type, uint16_t stage, const void *payload, size_t length)
{
    if (peer->out_end + HEADER_SIZE + length > OUT_SIZE)
        fail("send", "no room");
    if (length > 0)
        memcpy(peer_data_space(peer), payload, length);
    peer_send_data(peer, type, stage, length);
}

/* Sends what waits, as far as the peer takes it. False: the peer is gone. */
bool peer_flush(struct peer *peer)
{
    while (peer->out_start < peer->out_end) {
        ssize_t sent = send(peer->fd, peer->out + peer->out_start, peer->out_end - peer->out_start,
                            MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return errno == EAGAIN;
        peer->out_start += (size_t)sent;
    }
    peer->out_start = peer->out_end = 0;
    return true;
}

/* The last frame of a connection. Best effort: a peer that does not read is not waited for. */
void peer_send_failure(int fd, const struct failure *failure)
{
    uint8_t frame[HEADER_SIZE + 512];
    struct writer writer = {.at = frame + HEADER_SIZE, .left = sizeof(frame) - HEADER_SIZE};
    write_u8(&writer, (uint8_t)failure->code);
    write_string(&writer, failure->step);
    write_string(&writer, failure->path);
    write_u32(&writer, (uint32_t)failure->number);
    size_t size = (size_t)(writer.at - frame);
    struct writer header = {.at = frame, .left = HEADER_SIZE};
    write_u32(&header, (uint32_t)(size - HEADER_SIZE));
    write_u16(&header, 0);
    write_u8(&header, FRAME_ERROR);
    write_u8(&header, 0);
    if (send(fd, frame, size, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
        log_line("the peer did not hear of: %s %s", failure->step, failure->path);
}
