/*
 * jail-client SOCKET ready|fresh|gone POOL OPEN REQUEST: a client of the jailer (docs/jailer-protocol.md) that costs next
 * to nothing, so that the bench's figures are the jailer's.
 *
 * OPEN and REQUEST are files of bytes to send: the frame that asks for a jail, and those of one stage, ATTACH to STAGE.
 * For every line "COUNT PAUSE" on stdin it runs that stage in so many jails, one after another with so many microseconds
 * between, and answers with a line for each: nanoseconds, exit code, 0; and at last with one of "done", the nanoseconds that all took, those of CPU that this
 * process took of them, and COUNT.
 *
 * ready: the time from sending REQUEST until REPORT has come. The jail is one of POOL that are kept ready, as the daemon
 * keeps them: a new one is asked for when the stage is over, and made meanwhile.
 * fresh: from connecting until REPORT has come. gone: from connecting until the jail is gone for certain.
 */
#define _GNU_SOURCE
#include "measure.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { READY = 64, STDOUT = 65, STDERR = 66, REPORT = 68 };

#define HEADER_BYTES 8
#define MOST_BYTES 1048576
#define MOST_READY 64

/* A jailer that says nothing for so long has failed. */
#define PATIENCE_SECONDS 30

struct bytes {
    char *data;
    size_t length;
};

static char payload[MOST_BYTES];

static int connect_jailer(const char *path, struct bytes open)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct timeval patience = { .tv_sec = PATIENCE_SECONDS };
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int fd = (int)require(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "make a socket for", path);
    require(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), "bound the wait for", path);
    require(connect(fd, (struct sockaddr *)&address, sizeof address), "connect to", path);
    require(send(fd, open.data, open.length, MSG_NOSIGNAL), "send", "OPEN");
    return fd;
}

static void receive(int fd, char *data, size_t length)
{
    for (size_t got = 0; got < length;) {
        ssize_t more = recv(fd, data + got, length - got, 0);
        if (more == 0)
            errno = ECONNRESET;
        if (more <= 0)
            fail("receive", "a frame");
        got += (size_t)more;
    }
}

/* Takes frames until one of this type has come, whose payload is left in `payload`; output is passed over. */
static void await_frame(int fd, int type)
{
    for (;;) {
        unsigned char header[HEADER_BYTES];
        uint32_t length;
        receive(fd, (char *)header, sizeof header);
        memcpy(&length, header, sizeof length);
        if (length > MOST_BYTES)
            length = MOST_BYTES;
        receive(fd, payload, length);
        if (header[6] == type)
            return;
        if (header[6] != STDOUT && header[6] != STDERR) {
            fprintf(stderr, "jail-client: frame %d came instead of %d, code %d\n", header[6], type, payload[0]);
            exit(1);
        }
    }
}

static int run_stage(int fd, struct bytes request)
{
    int32_t code;
    require(send(fd, request.data, request.length, MSG_NOSIGNAL), "send", "STAGE");
    await_frame(fd, REPORT);
    memcpy(&code, payload + 4, sizeof code);
    return payload[0] == 0 ? code : -1;
}

static void await_end(int fd)
{
    char byte;
    require(recv(fd, &byte, 1, 0), "wait for", "the jail's end");
    close(fd);
}

struct client {
    const char *path;
    bool ready;
    bool gone;
    struct bytes open;
    struct bytes request;
    int pool[MOST_READY];
    int pool_size;
    int next;
    int leaving;
};

/* The jail of the run before must be gone before the next one's goes: so that there are never many that end. */
static void leave(struct client *client, int fd)
{
    shutdown(fd, SHUT_WR);
    if (client->leaving >= 0)
        await_end(client->leaving);
    client->leaving = fd;
}

static void run_ready(struct client *client)
{
    int *place = &client->pool[client->next];
    int fd = *place;
    await_frame(fd, READY);
    long long start = now();
    int code = run_stage(fd, client->request);
    printf("%lld %d 0\n", now() - start, code);
    *place = connect_jailer(client->path, client->open);
    client->next = (client->next + 1) % client->pool_size;
    leave(client, fd);
}

static void run_fresh(struct client *client)
{
    long long start = now();
    int fd = connect_jailer(client->path, client->open);
    await_frame(fd, READY);
    int code = run_stage(fd, client->request);
    long long end = now();
    if (client->gone) {
        shutdown(fd, SHUT_WR);
        await_end(fd);
        end = now();
    } else {
        leave(client, fd);
    }
    printf("%lld %d 0\n", end - start, code);
}

static void run_many(struct client *client, long count, useconds_t pause)
{
    long long start = now(), cpu = own_cpu();
    for (long run = 0; run < count; run += 1) {
        if (client->ready)
            run_ready(client);
        else
            run_fresh(client);
        if (pause > 0)
            usleep(pause);
    }
    printf("done %lld %lld %ld\n", now() - start, own_cpu() - cpu, count);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        fprintf(stderr, "usage: jail-client SOCKET ready|fresh|gone POOL OPEN REQUEST\n");
        return 2;
    }
    struct client client = { .path = argv[1], .leaving = -1 };
    client.ready = strcmp(argv[2], "ready") == 0;
    client.gone = strcmp(argv[2], "gone") == 0;
    client.pool_size = atoi(argv[3]);
    if (client.pool_size < 1 || client.pool_size > MOST_READY)
        client.pool_size = 1;
    client.open.data = read_whole(argv[4], &client.open.length);
    client.request.data = read_whole(argv[5], &client.request.length);
    for (int index = 0; client.ready && index < client.pool_size; index += 1)
        client.pool[index] = connect_jailer(client.path, client.open);
    char line[64];
    while (fgets(line, sizeof line, stdin) != NULL) {
        char *rest;
        long count = strtol(line, &rest, 10);
        run_many(&client, count, (useconds_t)strtoul(rest, NULL, 10));
    }
    return 0;
}
