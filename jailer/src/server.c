/* The listening socket and the slots. A slot belongs to one session; it is free again when the session has ended and
 * nothing of its jail is left. Who comes while no slot is free waits in line, and after a second is told. */
#include "jailer.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BACKLOG = 4096, LINE_MAX_LENGTH = 256 };

static const uint64_t busy_after_ns = NSEC_PER_SEC;
static const uint64_t look_every_ns = NSEC_PER_SEC;       /* at what nobody tells us of */
static const uint64_t deaf_for_ns = 20 * NSEC_PER_MSEC; /* after a connection that we had no descriptor for */
static const pid_t slot_free = 0, slot_broken = -1;

struct waiting {
    int connection;
    uint64_t since_ns;
};

struct server {
    const struct options *options;
    struct cgroups *groups;
    const struct prepared *prepared;
    const struct instance_locks *locks;
    int listener, signals;
    int starts; /* the log of starts; -1: none */
    uint64_t look_at_ns, deaf_until_ns;
    pid_t *slots; /* whose they are */
    int *networks; /* of each slot; -1: none yet */
    struct waiting line[LINE_MAX_LENGTH]; /* the longest waiting first */
    size_t line_length;
    bool stopping;
};

static int open_listener(const struct options *options)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    errno = ENAMETOOLONG;
    if ((size_t)snprintf(address.sun_path, sizeof(address.sun_path), "%s/jailer.sock", options->run_dir) >= sizeof(address.sun_path))
        fail("name socket", options->run_dir);
    unlink(address.sun_path);
    umask(0177);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, BACKLOG) < 0)
        fail("listen", address.sun_path);
    umask(022);
    if (chown(address.sun_path, options->socket_uid, (gid_t)-1) < 0)
        fail("give socket to the daemon", address.sun_path);
    return fd;
}

static int open_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    int fd = sigprocmask(SIG_BLOCK, &set, NULL) < 0 ? -1 : signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0)
        fail("signalfd", "server");
    return fd;
}

static int find_slot(const struct server *server)
{
    for (unsigned slot = 0; slot < server->options->slots; slot++)
        if (server->slots[slot] == slot_free)
            return (int)slot;
    return -1;
}

static bool may_connect(const struct server *server, int connection)
{
    struct ucred peer;
    socklen_t size = sizeof(peer);
    if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
        return false;
    return peer.uid == 0 || peer.uid == server->options->socket_uid;
}

/* A connection must stay open nowhere but in its own session: its peer takes its close for the end of its jail. Nor is one
 * slot's network another session's to keep. */
static void close_others(const struct server *server, unsigned own)
{
    for (unsigned slot = 0; slot < server->options->slots; slot++)
        if (slot != own && server->networks[slot] >= 0)
            close(server->networks[slot]);
    close(server->listener);
    close(server->signals);
    for (size_t i = 0; i < server->line_length; i++)
        close(server->line[i].connection);
}

static void start_session(struct server *server, int connection, unsigned slot)
{
    if (server->networks[slot] < 0)
        server->networks[slot] = network_make(NULL);
    struct session_plan plan = {.options = server->options, .groups = server->groups, .prepared = server->prepared,
                                .connection = connection, .network = server->networks[slot], .starts = server->starts, .slot = slot, .server = getpid()};
    pid_t pid = fork();
    if (pid < 0) {
        log_line("could not start a session: %s", strerror(errno));
        return; /* the peer sees its connection close */
    }
    if (pid == 0) {
        close_others(server, slot);
        session_run(&plan);
    }
    server->slots[slot] = pid;
}

static void accept_one(struct server *server)
{
    int connection = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);
    if (connection < 0) {
        /* It has gone again; or there is no descriptor or memory for it now, and the listener stays readable. */
        if (errno != ECONNABORTED && errno != EAGAIN && errno != EINTR)
            server->deaf_until_ns = monotonic_ns() + deaf_for_ns;
        return;
    }
    if (may_connect(server, connection)) {
        server->line[server->line_length++] = (struct waiting){.connection = connection, .since_ns = monotonic_ns()};
        return;
    }
    log_line("refused a peer of another user");
    close(connection);
}

static int leave_line(struct server *server)
{
    int connection = server->line[0].connection;
    server->line_length--;
    memmove(server->line, server->line + 1, server->line_length * sizeof(server->line[0]));
    return connection;
}

/* Gives the free slots to those who wait, and tells who has waited too long. */
static void serve_line(struct server *server)
{
    static const struct failure busy = {.code = FAILURE_BUSY, .step = "every slot is in use"};
    int slot;
    while (server->line_length > 0 && (slot = find_slot(server)) >= 0) {
        CLEANUP_FD int connection = leave_line(server);
        start_session(server, connection, (unsigned)slot);
    }
    while (server->line_length > 0 && monotonic_ns() - server->line[0].since_ns >= busy_after_ns) {
        CLEANUP_FD int connection = leave_line(server);
        peer_send_failure(connection, &busy);
    }
}

static bool ended_in_order(int status)
{
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return code == 0 || code == EXIT_NETWORK_USED || code == EXIT_FAILED;
}

/* A session that ended in order has verified that its jail is gone; after any other, this does. */
static void take_back(struct server *server, pid_t pid, int status)
{
    for (unsigned slot = 0; slot < server->options->slots; slot++) {
        if (server->slots[slot] != pid)
            continue;
        bool in_order = ended_in_order(status);
        if (status != 0)
            close_and_forget(&server->networks[slot]);
        if (in_order && WEXITSTATUS(status) == EXIT_FAILED)
            server->look_at_ns = 0; /* it may have missed what somebody has removed */
        bool clear = in_order || cgroup_slot_clear(server->groups, slot, CGROUP_PATIENCE_NS);
        server->slots[slot] = clear ? slot_free : slot_broken;
        if (!in_order)
            log_line("the session of slot %u ended with wait status %d; slot %s", slot, status, clear ? "cleared" : "kept out of use");
        return;
    }
}

static void handle_signals(struct server *server)
{
    struct signalfd_siginfo info;
    while (read(server->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
        if (info.ssi_signo != SIGCHLD)
            server->stopping = true;
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        take_back(server, pid, status);
}

/* Slots that could not be cleared when their session ended: without waiting, since everybody would wait with us. */
static void clear_broken_slots(const struct server *server)
{
    for (unsigned slot = 0; slot < server->options->slots; slot++)
        if (server->slots[slot] == slot_broken && cgroup_slot_clear(server->groups, slot, 0)) {
            server->slots[slot] = slot_free;
            log_line("slot %u is cleared, and in use again", slot);
        }
}

/* Without its socket nobody finds us, without its locks another one may take our folder or our uids, without its mounts no jail can be made:
 * whoever starts us makes a folder for them if need be, and the next jailer the rest. */
static void look_after_instance(struct server *server)
{
    clear_broken_slots(server);
    cgroups_mend(server->groups, server->options);
    starts_look(server->options, &server->starts);
    if (instance_is_there(server->options, server->locks))
        return;
    log_line("somebody has removed a lock, or something of ours in %s: this jailer ends, for another to start", server->options->run_dir);
    server->stopping = true;
}

static void end_sessions(const struct server *server)
{
    for (unsigned slot = 0; slot < server->options->slots; slot++)
        if (server->slots[slot] > 0)
            kill(server->slots[slot], SIGKILL);
    while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
        ;
}

/* Milliseconds until the first in line has waited too long, the listener is heard again, or it is time for a look. */
static int waiting_time(const struct server *server, uint64_t now)
{
    uint64_t until = server->look_at_ns;
    if (server->line_length > 0 && server->line[0].since_ns + busy_after_ns < until)
        until = server->line[0].since_ns + busy_after_ns;
    if (server->deaf_until_ns > now && server->deaf_until_ns < until)
        until = server->deaf_until_ns;
    return until <= now ? 0 : (int)((until - now) / NSEC_PER_MSEC) + 1;
}

static void serve(struct server *server)
{
    while (!server->stopping) {
        uint64_t now = monotonic_ns();
        bool hears = server->line_length < LINE_MAX_LENGTH && server->deaf_until_ns <= now;
        struct pollfd waits[] = {{.fd = server->signals, .events = POLLIN}, {.fd = hears ? server->listener : -1, .events = POLLIN}};
        if (now >= server->look_at_ns) {
            look_after_instance(server);
            server->look_at_ns = now + look_every_ns;
        }
        if (server->stopping)
            return;
        if (poll(waits, 2, waiting_time(server, now)) < 0 && errno != EINTR)
            fail("poll", "server");
        if (waits[0].revents != 0)
            handle_signals(server);
        if (waits[1].revents != 0)
            accept_one(server);
        serve_line(server);
    }
}

/* Serves until SIGTERM or SIGINT; then ends every jail. */
void server_run(const struct options *options, const struct instance_locks *locks, struct cgroups *groups, const struct prepared *prepared)
{
    struct server server = {.options = options, .groups = groups, .prepared = prepared, .locks = locks};
    server.slots = calloc(options->slots, sizeof(*server.slots));
    server.networks = malloc(options->slots * sizeof(*server.networks));
    if (server.slots == NULL || server.networks == NULL)
        fail("allocate", "slots");
    for (unsigned slot = 0; slot < options->slots; slot++)
        server.networks[slot] = -1;
    server.starts = prepared->starts;
    server.signals = open_signals();
    server.listener = open_listener(options);
    log_line("instance %s serves with %u slots, cgroup %s", options->instance, options->slots, groups->unified ? "v2" : "v1");
    serve(&server);
    end_sessions(&server);
    close(server.listener);
    close_and_forget(&server.starts);
    free(server.networks);
    free(server.slots);
}
