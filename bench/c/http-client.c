/*
 * http-client ADDRESS PORT CONNECTIONS REQUEST EXPECTED: sends one HTTP request again and again over connections that
 * stay open. One thread and epoll: what it costs of the machine that it shares with the server is little, and is told.
 *
 * REQUEST is a file of the request's bytes, head and body; wherever TOKEN stands in it, each request has a nonce of its
 * own. EXPECTED is text that the answer must hold, with the same nonce; an answer without it, or with another status than
 * 200, ends this program with 1.
 *
 * For every line "COUNT PAUSE KEEP" on stdin it takes COUNT answers, PAUSE microseconds after each, and answers with a
 * line for each: nanoseconds from sending to having read it, 0, 0, whether its run was started ahead, whether its compile
 * was kept, and the microseconds of its job beside those in the queue; and at last with one of "done", the nanoseconds
 * that all took, those of CPU that this process took of them, and the number of answers.
 * KEEP 1: every connection has a request on its way all the time, and the last ones are left on their way: the next line
 * goes on with them. KEEP 0: no more are sent than answers are wanted. "0 0 0" waits for all that are on their way.
 */
#define _GNU_SOURCE
#include "measure.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define TOKEN "@NONCE-16-BYTES@"
#define TOKEN_BYTES 16
#define MOST_TOKENS 8
#define ANSWER_BYTES 16384
#define MOST_EVENTS 64
#define PATIENCE_MS 120000

struct connection {
    int fd;
    bool busy;
    long long sent;
    uint64_t nonce;
    size_t length;
    char answer[ANSWER_BYTES];
};

struct client {
    struct sockaddr_in address;
    char *request;
    size_t request_length;
    size_t token_at[MOST_TOKENS];
    int tokens;
    char *expected;
    char *expected_token;
    struct connection *connections;
    long count;
    long on_their_way;
    uint64_t next_nonce;
    int epoll;
};

static void connect_server(struct client *client, struct connection *connection)
{
    int on = 1;
    connection->fd = (int)require(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "make", "a socket");
    require(setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "set", "TCP_NODELAY");
    require(connect(connection->fd, (struct sockaddr *)&client->address, sizeof client->address), "connect to", "the server");
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = connection };
    require(epoll_ctl(client->epoll, EPOLL_CTL_ADD, connection->fd, &event), "watch", "a connection");
}

/* A server may close a connection that was idle for long. */
static void let_go_if_closed(struct connection *connection)
{
    char byte;
    if (connection->fd < 0 || connection->busy || recv(connection->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) != 0)
        return;
    close(connection->fd);
    connection->fd = -1;
}

static void write_nonce(char *place, uint64_t nonce)
{
    char text[TOKEN_BYTES + 1];
    snprintf(text, sizeof text, "%016llx", (unsigned long long)nonce);
    memcpy(place, text, TOKEN_BYTES);
}

static void send_request(struct client *client, struct connection *connection)
{
    if (connection->fd < 0)
        connect_server(client, connection);
    connection->nonce = client->next_nonce++;
    connection->length = 0;
    connection->busy = true;
    client->on_their_way += 1;
    for (int index = 0; index < client->tokens; index += 1)
        write_nonce(client->request + client->token_at[index], connection->nonce);
    connection->sent = now();
    ssize_t sent = send(connection->fd, client->request, client->request_length, MSG_NOSIGNAL);
    if (sent != (ssize_t)client->request_length)
        fail("send", "a request");
}

/* Bytes of the whole answer, or 0 as long as its head is not there. */
static size_t answer_length(const struct connection *connection)
{
    const char *body = strstr(connection->answer, "\r\n\r\n");
    if (body == NULL)
        return 0;
    const char *length = strcasestr(connection->answer, "\r\ncontent-length:");
    if (length == NULL || length > body) {
        fprintf(stderr, "http-client: an answer without a length:\n%s\n", connection->answer);
        exit(1);
    }
    return (size_t)(body + 4 - connection->answer) + strtoul(length + 17, NULL, 10);
}

/* The number behind a name of the answer, in thousandths; 0 where it is not there. */
static long thousandths(const char *answer, const char *name)
{
    const char *found = strstr(answer, name);
    return found == NULL ? 0 : (long)(strtod(found + strlen(name), NULL) * 1000);
}

static void check(struct client *client, const struct connection *connection)
{
    if (client->expected_token != NULL)
        write_nonce(client->expected_token, connection->nonce);
    if (strncmp(connection->answer, "HTTP/1.1 200 ", 13) == 0 && strstr(connection->answer, client->expected) != NULL)
        return;
    fprintf(stderr, "http-client: expected %s, got:\n%s\n", client->expected, connection->answer);
    exit(1);
}

static void print_sample(const struct connection *connection, long long end)
{
    const char *answer = connection->answer;
    bool ahead = strstr(answer, "\"start\":\"ahead\"") != NULL;
    bool kept = strstr(answer, "\"cached\":true") != NULL;
    long working = thousandths(answer, "\"total_ms\":") - thousandths(answer, "\"queue_ms\":");
    printf("%lld 0 0 %d %d %ld\n", end - connection->sent, ahead, kept, working);
}

/* True once the connection's answer is whole, checked and told. */
static bool take_answer(struct client *client, struct connection *connection, bool counted)
{
    size_t room = ANSWER_BYTES - 1 - connection->length;
    ssize_t got = recv(connection->fd, connection->answer + connection->length, room, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN)
        return false;
    if (got <= 0)
        fail("receive", room == 0 ? "an answer so long" : "an answer");
    connection->length += (size_t)got;
    connection->answer[connection->length] = '\0';
    size_t whole = answer_length(connection);
    if (whole == 0 || connection->length < whole)
        return false;
    long long end = now();
    check(client, connection);
    connection->busy = false;
    client->on_their_way -= 1;
    if (counted)
        print_sample(connection, end);
    return true;
}

struct order {
    long count;
    useconds_t pause;
    bool keep;
};

static bool may_send(const struct client *client, const struct order *order, long taken)
{
    return order->keep || taken + client->on_their_way < order->count;
}

static void carry_out(struct client *client, const struct order *order)
{
    long long start = now(), cpu = own_cpu();
    long taken = 0;
    bool drain = order->count == 0;
    for (long index = 0; index < client->count && may_send(client, order, taken); index += 1) {
        let_go_if_closed(&client->connections[index]);
        if (!client->connections[index].busy)
            send_request(client, &client->connections[index]);
    }
    while (drain ? client->on_their_way > 0 : taken < order->count) {
        struct epoll_event events[MOST_EVENTS];
        int ready = (int)require(epoll_wait(client->epoll, events, MOST_EVENTS, PATIENCE_MS), "wait for", "answers");
        if (ready == 0) {
            errno = ETIMEDOUT;
            fail("wait for", "answers");
        }
        for (int index = 0; index < ready; index += 1) {
            struct connection *connection = events[index].data.ptr;
            bool counted = !drain && taken < order->count;
            if (!take_answer(client, connection, counted))
                continue;
            taken += counted;
            if (order->pause > 0)
                usleep(order->pause);
            if (may_send(client, order, taken))
                send_request(client, connection);
        }
    }
    printf("done %lld %lld %ld\n", now() - start, own_cpu() - cpu, taken);
    fflush(stdout);
}

static void find_tokens(struct client *client)
{
    char *from = client->request;
    while ((from = strstr(from, TOKEN)) != NULL && client->tokens < MOST_TOKENS) {
        client->token_at[client->tokens++] = (size_t)(from - client->request);
        from += TOKEN_BYTES;
    }
    client->expected_token = strstr(client->expected, TOKEN);
}

static void make_connections(struct client *client, long count)
{
    struct rlimit files = { .rlim_cur = (rlim_t)count + 100, .rlim_max = (rlim_t)count + 100 };
    if (count > 900)
        require(setrlimit(RLIMIT_NOFILE, &files), "raise", "the limit of open files");
    client->connections = calloc((size_t)count, sizeof *client->connections);
    if (client->connections == NULL)
        fail("make", "connections");
    for (long index = 0; index < count; index += 1)
        client->connections[index].fd = -1;
    client->count = count;
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        fprintf(stderr, "usage: http-client ADDRESS PORT CONNECTIONS REQUEST EXPECTED\n");
        return 2;
    }
    size_t expected_length;
    struct client client = { .address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[2])) } };
    if (inet_pton(AF_INET, argv[1], &client.address.sin_addr) != 1)
        fail("read the address", argv[1]);
    client.request = read_whole(argv[4], &client.request_length);
    client.expected = read_whole(argv[5], &expected_length);
    client.next_nonce = (uint64_t)read_clock(CLOCK_REALTIME);
    client.epoll = (int)require(epoll_create1(EPOLL_CLOEXEC), "make", "an epoll");
    find_tokens(&client);
    make_connections(&client, atol(argv[3]) < 1 ? 1 : atol(argv[3]));
    char line[64];
    while (fgets(line, sizeof line, stdin) != NULL) {
        char *rest;
        struct order order = { .count = strtol(line, &rest, 10) };
        order.pause = (useconds_t)strtoul(rest, &rest, 10);
        order.keep = strtol(rest, NULL, 10) == 1;
        carry_out(&client, &order);
    }
    return 0;
}
