#include "jailer.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FLAG_ALLOW_32BIT = 1 };

/* Bytes of kernel memory that a file of tmpfs takes besides its content: 1,200 with the longest name, measured on Linux 6.18. */
#define INODE_MEMORY 2048u

/* A first process that says nothing for so long hangs, or takes nothing. */
static const struct timeval init_patience = {.tv_sec = 30};

/* Init lives in the jail: what it says is looked at as what the peer says. */
static bool is_whole(const struct channel_message *message)
{
    switch (message->type) {
    case CHANNEL_READY:
    case CHANNEL_WAITING: return message->length == 0 && message->fd_count == 0;
    case CHANNEL_STARTED: return message->length == sizeof(struct started_message) && message->fd_count <= 1;
    case CHANNEL_ENDED: return message->length == sizeof(struct ended_message) && message->fd_count == 0;
    case CHANNEL_FAILED: return message->length == sizeof(struct failure) && message->fd_count == 0;
    default: return false;
    }
}

NORETURN static void fail_as_told(struct failure *failure)
{
    failure->step[sizeof(failure->step) - 1] = '\0';
    failure->path[sizeof(failure->path) - 1] = '\0';
    if (failure->code < FAILURE_PROTOCOL || failure->code > FAILURE_FAILED)
        failure->code = FAILURE_FAILED;
    fail_with(failure);
}

/* Receives from init; what init says of a failure is the session's own failure. */
void jail_receive(const struct jail *jail, struct channel_message *message, union init_payload *payload)
{
    errno = ECONNRESET;
    if (!channel_receive(jail->channel, message, payload, sizeof(*payload)))
        fail("receive", "the jail's first process has ended");
    if (!is_whole(message))
        protocol_error("message of init");
    if (message->type == CHANNEL_FAILED)
        fail_as_told(&payload->failure);
}

/* Tells init; the other end of jail_receive. An init that has ended has said why, behind whatever else it said. */
void jail_tell(const struct jail *jail, const struct channel_message *message, const void *payload)
{
    enum { WORDS_MAX = 8 }; /* a start, a wait and an end are the most that it says before it is told anything */
    struct channel_message last_words;
    union init_payload said;
    if (channel_send(jail->channel, message, payload))
        return;
    for (int i = 0; i < WORDS_MAX; i++)
        jail_receive(jail, &last_words, &said);
    protocol_error("last words of init");
}

void jail_make(struct jail *jail, const struct prepared *prepared)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0 ||
        setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &init_patience, sizeof(init_patience)) < 0 ||
        setsockopt(ends[0], SOL_SOCKET, SO_SNDTIMEO, &init_patience, sizeof(init_patience)) < 0)
        fail("socketpair", "init");
    struct init_plan plan = {.options = jail->options, .slot_group = &jail->slot_group, .prepared = prepared, .kind = jail->kind, .uid = jail->uid, .gid = jail->gid, .channel = ends[1]};
    cradle_enter(&prepared->cradle);
    uint64_t namespaces = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS;
    plan.loopback_is_up = jail->kind == JAIL_JOB && jail->network >= 0;
    if (plan.loopback_is_up)
        network_enter(jail->network);
    jail->network_entered = plan.loopback_is_up;
    jail->pid = system_fork_with(namespaces | (plan.loopback_is_up ? 0 : CLONE_NEWNET), jail->slot_group.init);
    if (jail->pid < 0)
        fail("make namespaces", "clone3");
    if (jail->pid == 0)
        init_run(&plan);
    cradle_leave(&prepared->cradle);
    capabilities_keep_session(jail->kind);
    close(ends[1]);
    jail->channel = ends[0];
    /* While init lays out the rest: what the job would wait for. */
    jail->executioners = root_open_executioners(jail->options, &jail->executioners_seen);
    cgroup_stage_open(jail->groups, &jail->slot_group, 1, &jail->first_stage);
    jail->first_stage_waits = true;
    struct channel_message ready;
    union init_payload nothing;
    jail_receive(jail, &ready, &nothing);
    if (ready.type != CHANNEL_READY)
        protocol_error("answer of init");
}

/* Those that were mounted when the jail was made, unless the operator's own have come, gone or changed since. */
static int take_executioners(struct jail *jail)
{
    int executioners = jail->executioners;
    jail->executioners = -1;
    if (root_own_executioners_are(jail->options, &jail->executioners_seen))
        return executioners;
    close(executioners);
    return root_open_executioners(jail->options, &jail->executioners_seen);
}

/* Nobody waits for what init makes of this and of the files: it tells when it fails. */
void jail_attach(struct jail *jail, struct reader payload)
{
    uint32_t count;
    struct attach_message what = {0};
    const char *base = read_string(&payload);
    const char **layers = read_list(&payload, &count);
    what.disk = read_u64(&payload);
    what.inodes = read_u64(&payload);
    uint32_t flags = read_u32(&payload);
    read_end(&payload);
    if (what.disk == 0 || what.disk > INT64_MAX || what.inodes == 0 || what.inodes > UINT32_MAX || flags > FLAG_ALLOW_32BIT)
        protocol_error("attach");
    what.allow_32bit = flags & FLAG_ALLOW_32BIT;
    jail->box = what.disk + what.inodes * INODE_MEMORY;
    int root = jail->kind == JAIL_BUILD ? root_open_build(jail->options, jail->slot, base, layers, count)
                                        : root_open_runtime(jail->options, base, layers, count);
    free(layers);
    struct channel_message message = {.type = CHANNEL_ATTACH, .length = sizeof(what), .fd_count = 2, .fds = {root, take_executioners(jail)}};
    jail_tell(jail, &message, &what);
    close(message.fds[0]);
    close(message.fds[1]);
    jail->attached = true;
}

void jail_take_file(const struct jail *jail, struct reader payload)
{
    struct channel_message message = {.type = CHANNEL_FILE, .length = (uint32_t)payload.left};
    jail_tell(jail, &message, payload.at);
}

void jail_submit(const struct jail *jail, const char *folder)
{
    errno = EINVAL;
    if (!name_is_valid(folder) || strchr(folder, '/') != NULL)
        refuse("name", folder);
    const char *parent = jail->options->builds_dir;
    CLEANUP_FD int builds = open(parent, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (builds < 0)
        fail("open", parent);
    CLEANUP_FD int source = system_open_beneath(builds, folder, O_PATH | O_DIRECTORY);
    if (source < 0)
        refuse("open submission", folder);
    struct channel_message message = {.type = CHANNEL_SUBMISSION, .fd_count = 1, .fds = {source}};
    jail_tell(jail, &message, NULL);
}

/* Ends the jail: with its first process the kernel ends every other of its process namespace, and this wait returns
 * only after that (pid_namespaces(7)). Ending it twice is harmless. */
void jail_end(struct jail *jail)
{
    if (jail->pid <= 0)
        return;
    kill(jail->pid, SIGKILL);
    while (waitpid(jail->pid, NULL, __WALL) < 0 && errno == EINTR)
        ;
    jail->pid = 0;
    close_and_forget(&jail->channel);
    if (jail->first_stage_waits)
        cgroup_stage_close(&jail->first_stage, false);
    jail->first_stage_waits = false;
}
