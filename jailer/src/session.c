/* One connection, one jail. The session reads frames, does what they say, relays a stage's output and input, and waits
 * for nothing but poll: so that a closed connection, a passed limit or a full peer is seen at once. */
#include "jailer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct session {
    struct peer peer;
    struct jail jail;
    struct stage stage;
    const struct prepared *prepared;
    bool opened, submitted, named;
    int starts; /* the log of starts; -1: none */
    uint16_t last_stage;
};

static struct session session;

/* Ends the jail and whatever it had; the connection is closed after all of it is gone. */
NORETURN static void end_session_as(int status)
{
    failure_handler_set(NULL); /* from here on a failure is the server's to clean up after: it sees our exit status */
    jail_end(&session.jail);
    if (session.stage.running) {
        stage_io_close(&session.stage);
        cgroup_stage_close(&session.stage.group, true);
    }
    if (session.jail.kind == JAIL_BUILD)
        package_staging_remove(session.jail.options, session.jail.slot);
    close(session.peer.fd); /* the jail is gone; what is left takes the kernel a while (box_watch), and the peer none */
    if (session.jail.network_entered && !network_is_as_new(&session.prepared->fresh_network)) {
        network_await_sockets(&session.prepared->fresh_network);
        status = status == 0 ? EXIT_NETWORK_USED : status;
    }
    exit(status);
}

NORETURN static void end_session(void)
{
    end_session_as(0);
}

NORETURN static void fail_session(const struct failure *failure)
{
    log_line("slot %u: %s: %s: %s", session.jail.slot, failure->step, failure->path, failure->number != 0 ? strerror(failure->number) : "refused");
    /* To a peer that reads slowly it would stand in the middle of another frame. */
    if (peer_flush(&session.peer) && session.peer.out_end == 0)
        peer_send_failure(session.peer.fd, failure);
    end_session_as(EXIT_FAILED);
}

static void require(bool fulfilled, const char *rule)
{
    if (!fulfilled)
        protocol_error(rule);
}

static void handle_open(struct reader payload)
{
    uint8_t ready[12];
    struct writer writer = {.at = ready, .left = sizeof(ready)};
    require(!session.opened, "OPEN comes once");
    require(read_u32(&payload) == PROTOCOL_VERSION, "protocol version");
    uint8_t kind = read_u8(&payload);
    read_end(&payload);
    require(kind <= JAIL_BUILD, "kind of jail");
    session.jail.kind = kind;
    session.opened = true;
    if (kind == JAIL_BUILD)
        package_staging_make(session.jail.options, session.jail.slot);
    jail_make(&session.jail, session.prepared);
    write_u32(&writer, PROTOCOL_VERSION);
    write_u32(&writer, session.jail.slot);
    write_u32(&writer, session.jail.uid);
    peer_send(&session.peer, FRAME_READY, 0, ready, sizeof(ready));
}

static void handle_submission(struct reader payload)
{
    require(session.jail.kind == JAIL_BUILD && session.jail.attached && !session.submitted && session.last_stage == 0,
            "SUBMISSION comes once, between ATTACH and STAGE of a build");
    const char *folder = read_string(&payload);
    read_end(&payload);
    session.submitted = true;
    jail_submit(&session.jail, folder);
}

/* Before the first stage, or, where it was started ahead of its job, until the job is there. */
static bool is_before_job(void)
{
    bool early = session.last_stage == 0 || (session.stage.running && session.stage.waits);
    return session.jail.kind == JAIL_JOB && session.jail.attached && early;
}

static void handle_file(struct reader payload)
{
    require(is_before_job(), "FILE comes between ATTACH and STAGE, or AHEAD and GO, of a job");
    jail_take_file(&session.jail, payload);
}

/* The start is noted before the next frame is read, and so before anything of the job runs. */
static void handle_name(struct reader payload)
{
    require(is_before_job() && !session.named, "NAME comes once, between ATTACH and STAGE, or AHEAD and GO, of a job");
    const char *name = read_string(&payload);
    read_end(&payload);
    require(starts_name_is_valid(name), "NAME is 1 to 128 letters, digits, '.', '_', '/' and '-'");
    session.named = true;
    starts_note(session.jail.options, session.starts, name, session.jail.slot);
}

static void handle_stage(uint16_t number, struct reader payload, bool ahead)
{
    require(!ahead || (session.jail.kind == JAIL_JOB && session.last_stage == 0), "AHEAD is the first stage of a job");
    require(session.jail.attached && !session.stage.running, "STAGE comes after ATTACH, one at a time");
    require(number > session.last_stage, "stage numbers rise");
    session.last_stage = number;
    stage_start(&session.stage, &session.jail, number, payload, ahead);
}

static void handle_commit(struct reader payload)
{
    require(session.jail.kind == JAIL_BUILD && session.jail.attached && session.jail.pid > 0 && !session.stage.running, "COMMIT ends a build");
    const char *package = read_string(&payload);
    struct reader manifest = read_bytes(&payload);
    read_end(&payload);
    jail_end(&session.jail);
    package_commit(session.jail.options, session.jail.slot, package, manifest);
    session.jail.attached = false;
    peer_send(&session.peer, FRAME_COMMITTED, 0, NULL, 0);
}

static void handle_remove(struct reader payload)
{
    require(session.jail.kind == JAIL_BUILD && !session.jail.attached, "REMOVE wants a build jail without a root");
    const char *package = read_string(&payload);
    read_end(&payload);
    package_remove(session.jail.options, session.jail.slot, package);
    peer_send(&session.peer, FRAME_REMOVED, 0, NULL, 0);
}

static void handle_resize(struct reader payload)
{
    uint16_t rows = read_u16(&payload), columns = read_u16(&payload);
    read_end(&payload);
    require(session.stage.terminal, "RESIZE is for terminals");
    if (session.stage.output[0] >= 0)
        terminal_resize(session.stage.output[0], rows, columns);
}

static void handle_signal(struct reader payload)
{
    uint32_t number = read_u32(&payload);
    read_end(&payload);
    require(number >= 1 && number < (uint32_t)NSIG, "signal number");
    stage_signal(&session.stage, &session.jail, number);
}

static void handle_go(struct reader payload)
{
    read_end(&payload);
    require(session.stage.waits, "GO comes once, after AHEAD");
    stage_go(&session.stage, &session.jail);
}

static void handle_running(const struct frame *frame)
{
    require(frame->stage != 0 && frame->stage <= session.last_stage, "stage number");
    if (!session.stage.running || frame->stage != session.stage.number)
        return; /* it has ended: the frame crossed its report */
    switch (frame->type) {
    case FRAME_STDIN: stage_take_input(&session.stage, frame->payload); break;
    case FRAME_STDIN_END: read_end(&frame->payload); session.stage.input_ends = true; break;
    case FRAME_SIGNAL: handle_signal(frame->payload); break;
    case FRAME_GO: handle_go(frame->payload); break;
    default: handle_resize(frame->payload); break;
    }
}

static void handle_jail_frame(const struct frame *frame)
{
    require(frame->stage == 0, "stage number");
    switch (frame->type) {
    case FRAME_OPEN: handle_open(frame->payload); break;
    case FRAME_ATTACH:
        require(session.jail.pid > 0 && !session.jail.attached, "ATTACH comes once, after OPEN");
        jail_attach(&session.jail, frame->payload);
        break;
    case FRAME_FILE: handle_file(frame->payload); break;
    case FRAME_NAME: handle_name(frame->payload); break;
    case FRAME_SUBMISSION: handle_submission(frame->payload); break;
    case FRAME_COMMIT: handle_commit(frame->payload); break;
    case FRAME_REMOVE: handle_remove(frame->payload); break;
    default: protocol_error("frame type");
    }
}

static void handle_frame(const struct frame *frame)
{
    switch (frame->type) {
    case FRAME_STAGE:
    case FRAME_AHEAD: handle_stage(frame->stage, frame->payload, frame->type == FRAME_AHEAD); break;
    case FRAME_STDIN:
    case FRAME_STDIN_END:
    case FRAME_SIGNAL:
    case FRAME_RESIZE:
    case FRAME_GO: handle_running(frame); break;
    default: handle_jail_frame(frame); break;
    }
}

static void read_peer(void)
{
    struct frame frame;
    if (!peer_fill(&session.peer))
        end_session();
    while (peer_next(&session.peer, &frame))
        handle_frame(&frame);
}

static void read_init(void)
{
    struct channel_message message;
    union init_payload payload;
    jail_receive(&session.jail, &message, &payload);
    require(session.stage.running, "message of init");
    switch (message.type) {
    case CHANNEL_STARTED: stage_take_started(&session.stage, &message, &payload.started); break;
    case CHANNEL_WAITING: stage_tell_waiting(&session.stage, &session.peer); break;
    case CHANNEL_ENDED: stage_take_ended(&session.stage, &payload.ended); break;
    default: protocol_error("message of init");
    }
}

enum { WAIT_PEER, WAIT_INIT, WAIT_STDOUT, WAIT_STDERR, WAIT_STDIN, WAIT_MEMORY, WAITS };

/* What to wait for. poll passes over negative descriptors. */
static void fill_waits(struct pollfd *waits)
{
    const struct stage *stage = &session.stage;
    bool room = peer_has_room(&session.peer);
    for (int i = 0; i < WAITS; i++)
        waits[i] = (struct pollfd){.fd = -1, .events = POLLIN};
    waits[WAIT_PEER] = (struct pollfd){.fd = session.peer.fd, .events = session.peer.out_end > 0 ? POLLIN | POLLOUT : POLLIN};
    waits[WAIT_INIT].fd = session.jail.pid > 0 ? session.jail.channel : -1;
    if (!stage->running || stage->waits)
        return;
    for (int stream = 0; stream < 2 && room; stream++)
        waits[WAIT_STDOUT + stream].fd = stage->output[stream];
    if (room && stage_has_input(stage) && !stage->ended)
        waits[WAIT_STDIN] = (struct pollfd){.fd = stage->input, .events = POLLOUT};
    if (!stage->ended)
        waits[WAIT_MEMORY].fd = stage->group.oom_event;
}

/* Until the stage's next limit; not at all when it has ended and its output only needs fetching; else for ever. */
static const struct timespec *waiting_time(struct timespec *time)
{
    *time = (struct timespec){0};
    if (!session.stage.running || session.stage.waits || (session.stage.ended && !peer_has_room(&session.peer)))
        return NULL;
    uint64_t now = monotonic_ns(), deadline = session.stage.ended ? now : stage_next_deadline(&session.stage);
    if (deadline > now) {
        time->tv_sec = (time_t)((deadline - now) / NSEC_PER_SEC);
        time->tv_nsec = (long)((deadline - now) % NSEC_PER_SEC);
    }
    return time;
}

static void serve_stage(const struct pollfd *waits)
{
    struct stage *stage = &session.stage;
    if (waits[WAIT_MEMORY].revents != 0)
        stage_suspect_memory(stage);
    for (int stream = 0; stream < 2; stream++) {
        const struct pollfd *wait = &waits[WAIT_STDOUT + stream];
        bool readable = wait->fd >= 0 && (stage->ended || wait->revents != 0) && peer_has_room(&session.peer);
        if (readable && stage_read_output(stage, &session.peer, stream))
            stage_kill(stage, &session.jail, stream == 0 ? CAUSE_STDOUT : CAUSE_STDERR);
    }
    if (waits[WAIT_STDIN].revents != 0 && stage->input >= 0)
        stage_write_input(stage);
    if (!stage->ended)
        stage_check_limits(stage, &session.jail);
    else if (stage->output[0] < 0 && stage->output[1] < 0)
        stage_finish(stage, &session.peer);
}

static void serve_once(void)
{
    struct pollfd waits[WAITS];
    struct timespec time;
    fill_waits(waits);
    if (ppoll(waits, WAITS, waiting_time(&time), NULL) < 0 && errno != EINTR)
        fail("poll", "session");
    if (waits[WAIT_INIT].revents != 0)
        read_init();
    if (session.stage.running && !session.stage.waits)
        serve_stage(waits);
    if (waits[WAIT_PEER].revents != 0)
        read_peer();
    if (!peer_flush(&session.peer))
        end_session();
    if (session.stage.running)
        stage_tell_taken(&session.stage, &session.peer);
}

static void become_session(pid_t server)
{
    sigset_t none;
    sigemptyset(&none);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 || sigprocmask(SIG_SETMASK, &none, NULL) < 0)
        fail("set up", "session");
    if (getppid() != server)
        exit(1); /* it died before we asked to die with it */
}

void session_run(const struct session_plan *plan)
{
    become_session(plan->server);
    failure_handler_set(fail_session);
    peer_open(&session.peer, plan->connection);
    session.stage.pending = malloc(DATA_MAX);
    if (session.stage.pending == NULL)
        fail("allocate", "stdin");
    session.stage.gate = -1;
    session.prepared = plan->prepared;
    session.starts = plan->starts;
    session.jail = (struct jail){.options = plan->options, .groups = plan->groups, .slot = plan->slot, .channel = -1, .network = plan->network,
                                 .uid = plan->options->runner_uid_min + plan->slot, .gid = plan->options->runner_gid_min + plan->slot};
    cgroup_slot_open(plan->groups, plan->slot, &session.jail.slot_group);
    for (;;)
        serve_once();
}
