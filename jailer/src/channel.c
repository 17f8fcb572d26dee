/* Between a session and its init: a header, descriptors with it, then the payload, over a stream socket. Both ends
 * are ours, and both wait for the other. */
#include "jailer.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool send_all(int channel, const void *data, size_t length)
{
    const char *at = data;
    while (length > 0) {
        ssize_t sent = send(channel, at, length, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        at += sent;
        length -= (size_t)sent;
    }
    return true;
}

static bool receive_all(int channel, void *data, size_t length)
{
    char *at = data;
    while (length > 0) {
        ssize_t got = recv(channel, at, length, MSG_WAITALL);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += got;
        length -= (size_t)got;
    }
    return true;
}

static bool send_with_fds(int channel, const void *data, size_t length, const int *fds, size_t count)
{
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int) * CHANNEL_FDS_MAX)] = {0};
    struct iovec part = {.iov_base = (void *)(uintptr_t)data, .iov_len = length};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (count > 0) {
        struct cmsghdr *header = (struct cmsghdr *)(void *)control;
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int) * count);
        memcpy(CMSG_DATA(header), fds, sizeof(int) * count);
        message.msg_control = control;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * count);
    }
    return sendmsg(channel, &message, MSG_NOSIGNAL) == (ssize_t)length;
}

/* False: the other end is gone. */
bool channel_send(int channel, const struct channel_message *message, const void *payload)
{
    uint32_t header[3] = {message->type, message->length, (uint32_t)message->fd_count};
    return send_with_fds(channel, header, sizeof(header), message->fds, (size_t)message->fd_count) &&
           send_all(channel, payload, message->length);
}

static void take_fds(struct msghdr *received, struct channel_message *message)
{
    const struct cmsghdr *header = CMSG_FIRSTHDR(received);
    message->fd_count = 0;
    if (header == NULL || header->cmsg_type != SCM_RIGHTS)
        return;
    message->fd_count = (int)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    memcpy(message->fds, CMSG_DATA(header), sizeof(int) * (size_t)message->fd_count);
}

/* False: the other end is gone. A payload larger than size is a fault of ours. */
bool channel_receive(int channel, struct channel_message *message, void *payload, size_t size)
{
    uint32_t header[3] = {0};
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int) * CHANNEL_FDS_MAX)];
    struct iovec part = {.iov_base = header, .iov_len = sizeof(header)};
    struct msghdr received = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)};
    ssize_t got;
    do
        got = recvmsg(channel, &received, MSG_CMSG_CLOEXEC | MSG_WAITALL);
    while (got < 0 && errno == EINTR);
    if (got != sizeof(header))
        return false;
    take_fds(&received, message);
    message->type = header[0];
    message->length = header[1];
    errno = EMSGSIZE;
    if (message->length > size || message->fd_count != (int)header[2])
        fail("receive", "message between session and init");
    return receive_all(channel, payload, message->length);
}
