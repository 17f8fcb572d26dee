/* A stage from the session's side: its limits in time, memory and output, and what is reported of it. */
#include "jailer.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A stage whose processes do not die on SIGKILL in this time hangs in the kernel: the jail is given up. */
static const uint64_t death_patience_ns = 5 * NSEC_PER_SEC;
/* v1 tells that memory ran out somewhere just before it ends a process: so long is waited for it to be one of ours. */
static const uint64_t suspicion_ns = 50 * NSEC_PER_MSEC, suspicion_step_ns = NSEC_PER_MSEC;
/* CPU time is looked at no more often than this, so that a limit is overrun by no more either. */
static const uint64_t cpu_check_least_ns = 2 * NSEC_PER_MSEC;

static void send_request(const struct stage *stage, const struct jail *jail, struct reader payload, const int child[3], bool terminal)
{
    struct channel_message message = {.type = CHANNEL_STAGE, .length = (uint32_t)payload.left + STAGE_PREFIX};
    for (int i = 0; i < 3 && !terminal; i++)
        message.fds[message.fd_count++] = child[i];
    for (int i = 0; i < stage->group.tree_count; i++)
        message.fds[message.fd_count++] = stage->group.unified ? stage->group.tree[i] : stage->group.tasks[i];
    uint8_t *framed = malloc(payload.left + STAGE_PREFIX);
    if (framed == NULL)
        fail("allocate", "stage");
    framed[0] = stage->group.unified;
    framed[1] = stage->ahead;
    memcpy(framed + STAGE_PREFIX, payload.at, payload.left);
    jail_tell(jail, &message, framed);
    free(framed);
}

static void take_terminal(struct stage *stage, const struct channel_message *started)
{
    stage->output[0] = started->fds[0];
    stage->input = dup(started->fds[0]);
    if (stage->input < 0)
        fail("dup", "terminal");
}

/* From here its time counts. Until init has said so, what it had to do before counts with it. */
static void begin(struct stage *stage, uint64_t now)
{
    stage->started_ns = now;
    stage->next_cpu_check_ns = now + cpu_check_least_ns;
}

/* Init lives in the jail: it may say so once, and of no other time than that which has passed. */
void stage_take_started(struct stage *stage, const struct channel_message *message, const struct started_message *started)
{
    bool in_time = (stage->ahead || started->started_ns >= stage->started_ns) && started->started_ns <= monotonic_ns();
    if (stage->started || !in_time || message->fd_count != (stage->terminal || stage->ahead ? 1 : 0))
        protocol_error("start of init");
    stage->started = true;
    if (stage->terminal)
        take_terminal(stage, message);
    else if (stage->ahead)
        stage->gate = message->fds[0];
    if (!stage->ahead)
        begin(stage, started->started_ns);
}

/* Init says that nothing of it is left. */
void stage_take_ended(struct stage *stage, const struct ended_message *end)
{
    static const struct failure ended_early = {.code = FAILURE_FAILED, .step = "a program started ahead has ended before its job came"};
    /* GO may be on its way to it: what died without it is nothing of the job's. */
    if (end->early != 0 || stage->waits)
        fail_with(&ended_early);
    if (stage->ended || end->ended_ns < stage->started_ns || end->ended_ns > monotonic_ns())
        protocol_error("end of init");
    stage->end = *end;
    stage->ended = true;
}

/* Before the peer's next frame, which may be meant for the terminal. */
static void wait_for_terminal(struct stage *stage, const struct jail *jail)
{
    struct channel_message message;
    union init_payload payload;
    jail_receive(jail, &message, &payload);
    if (message.type != CHANNEL_STARTED)
        protocol_error("answer of init");
    stage_take_started(stage, &message, &payload.started);
}

static void open_groups(struct stage *stage, struct jail *jail)
{
    if (jail->first_stage_waits)
        stage->group = jail->first_stage;
    else
        cgroup_stage_open(jail->groups, &jail->slot_group, stage->number, &stage->group);
    jail->first_stage_waits = false;
}

void stage_start(struct stage *stage, struct jail *jail, uint16_t number, struct reader payload, bool ahead)
{
    struct stage_request request;
    int child[3];
    stage_request_read(payload, ahead, &request);
    *stage = (struct stage){.running = true, .ahead = ahead, .waits = ahead, .number = number, .limits = request.limits, .pending = stage->pending, .gate = stage->gate,
                            .terminal = request.input == STDIN_TERMINAL, .takes_input = request.input >= STDIN_STREAM, .cause = CAUSE_EXITED};
    open_groups(stage, jail);
    cgroup_stage_limit(&jail->slot_group, &request.limits, jail->box, &stage->group);
    stage_io_open(stage, &request, jail->uid, jail->gid, child);
    begin(stage, monotonic_ns());
    send_request(stage, jail, payload, child, stage->terminal);
    for (int i = 0; i < 3; i++)
        close_and_forget(&child[i]);
    stage_request_free(&request);
    if (stage->terminal)
        wait_for_terminal(stage, jail);
}

/* It has started up and is held back at a file of its job. */
void stage_tell_waiting(const struct stage *stage, struct peer *peer)
{
    uint8_t payload[8];
    struct writer writer = {.at = payload, .left = sizeof(payload)};
    if (!stage->waits)
        return; /* its job has come meanwhile */
    write_u64(&writer, cgroup_stage_memory_now(&stage->group));
    peer_send(peer, FRAME_WAITING, stage->number, payload, sizeof(payload));
}

/* Its job has come: time counts from now, and memory as in any other run. */
void stage_go(struct stage *stage, const struct jail *jail)
{
    struct channel_message message = {.type = CHANNEL_GO};
    stage->waits = false;
    stage->cpu_before_ns = cgroup_stage_cpu_ns(&stage->group);
    begin(stage, monotonic_ns());
    jail_tell(jail, &message, NULL);
}

static uint64_t cpu_ns(const struct stage *stage)
{
    return cgroup_stage_cpu_ns(&stage->group) - stage->cpu_before_ns;
}

void stage_signal(const struct stage *stage, const struct jail *jail, uint32_t number)
{
    struct channel_message message = {.type = CHANNEL_SIGNAL, .length = sizeof(number)};
    if (!stage->ended)
        jail_tell(jail, &message, &number);
}

/* The first cause is the one that counts. A stage that has ended by itself may still turn out to have written too much. */
void stage_kill(struct stage *stage, const struct jail *jail, uint8_t cause)
{
    struct channel_message message = {.type = CHANNEL_KILL};
    if (stage->killed_ns != 0)
        return;
    stage->cause = cause;
    stage->killed_ns = monotonic_ns();
    if (!stage->ended)
        jail_tell(jail, &message, NULL);
}

static void check_cpu_time(struct stage *stage, const struct jail *jail, uint64_t now)
{
    uint64_t used = cpu_ns(stage), limit = stage->limits.cpu_ms * NSEC_PER_MSEC;
    if (used >= limit) {
        stage_kill(stage, jail, CAUSE_CPU_TIME);
        return;
    }
    /* The soonest the limit can be reached is with every processor of the machine in use. */
    uint64_t soonest = (limit - used) / jail->groups->processors;
    stage->next_cpu_check_ns = now + (soonest > cpu_check_least_ns ? soonest : cpu_check_least_ns);
}

/* v1: some limit above or of the stage was met. Whose processes pay for it will show. */
void stage_suspect_memory(struct stage *stage)
{
    uint64_t count;
    if (read(stage->group.oom_event, &count, sizeof(count)) == (ssize_t)sizeof(count))
        stage->suspected_until_ns = monotonic_ns() + suspicion_ns;
}

void stage_check_limits(struct stage *stage, const struct jail *jail)
{
    uint64_t now = monotonic_ns();
    if (stage->killed_ns != 0) {
        errno = ETIMEDOUT;
        if (now - stage->killed_ns > death_patience_ns)
            fail("kill", "stage");
        return;
    }
    if (now < stage->suspected_until_ns && cgroup_stage_was_oom_killed(&stage->group))
        stage_kill(stage, jail, CAUSE_MEMORY);
    else if (now - stage->started_ns >= stage->limits.wall_ms * NSEC_PER_MSEC)
        stage_kill(stage, jail, CAUSE_WALL_TIME);
    else if (now >= stage->next_cpu_check_ns)
        check_cpu_time(stage, jail, now);
}

/* When stage_check_limits has something to do next. */
uint64_t stage_next_deadline(const struct stage *stage)
{
    if (stage->killed_ns != 0)
        return stage->killed_ns + death_patience_ns;
    uint64_t now = monotonic_ns();
    if (now < stage->suspected_until_ns)
        return now + suspicion_step_ns;
    uint64_t wall = stage->started_ns + stage->limits.wall_ms * NSEC_PER_MSEC;
    return wall < stage->next_cpu_check_ns ? wall : stage->next_cpu_check_ns;
}

struct figures {
    uint64_t wall_ns, cpu_ns, memory;
    bool oom_killed, fork_refused;
};

/* The stage kept its own limit and paid for what all jobs together took: no verdict on its program, which may run later. */
static const struct failure crowded_out = {.code = FAILURE_BUSY, .step = "all jobs together are out of memory"};

/* What the limits say counts before what the program did: one that was over a limit when it ended was over it. */
static uint8_t final_cause(const struct stage *stage, const struct figures *figures, int wait_status)
{
    if (figures->oom_killed)
        return CAUSE_MEMORY;
    if (stage->cause == CAUSE_STDOUT || stage->cause == CAUSE_STDERR)
        return stage->cause;
    if (figures->wall_ns >= stage->limits.wall_ms * NSEC_PER_MSEC)
        return CAUSE_WALL_TIME;
    if (figures->cpu_ns >= stage->limits.cpu_ms * NSEC_PER_MSEC)
        return CAUSE_CPU_TIME;
    if (stage->killed_ns != 0 && !WIFEXITED(wait_status))
        return stage->cause;
    return WIFEXITED(wait_status) ? CAUSE_EXITED : CAUSE_SIGNALED;
}

static void send_report(const struct stage *stage, struct peer *peer, const struct figures *figures, int wait_status)
{
    uint8_t payload[64], cause = final_cause(stage, figures, wait_status);
    struct writer writer = {.at = payload, .left = sizeof(payload)};
    int32_t signal_number = WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0;
    write_u8(&writer, cause);
    write_u8(&writer, figures->fork_refused);
    write_u16(&writer, 0);
    write_u32(&writer, cause == CAUSE_EXITED ? (uint32_t)WEXITSTATUS(wait_status) : UINT32_MAX);
    write_u32(&writer, (uint32_t)(cause == CAUSE_EXITED || cause == CAUSE_SIGNALED ? signal_number : SIGKILL));
    write_u64(&writer, figures->wall_ns);
    write_u64(&writer, figures->cpu_ns);
    write_u64(&writer, figures->memory);
    write_u64(&writer, stage->sent[0]);
    write_u64(&writer, stage->sent[1]);
    peer_send(peer, FRAME_REPORT, stage->number, payload, sizeof(payload) - writer.left);
}

/* Init has said that nothing of the stage is left; its output has been sent. */
void stage_finish(struct stage *stage, struct peer *peer)
{
    struct figures figures = {
        .wall_ns = stage->end.ended_ns - stage->started_ns,
        .cpu_ns = cpu_ns(stage),
        .memory = cgroup_stage_memory_peak(&stage->group),
        .oom_killed = cgroup_stage_was_oom_killed(&stage->group),
        .fork_refused = cgroup_stage_fork_refused(&stage->group),
    };
    if (figures.oom_killed && !cgroup_stage_met_memory_limit(&stage->group))
        fail_with(&crowded_out);
    if (figures.memory == 0)
        figures.memory = stage->end.largest_process;
    send_report(stage, peer, &figures, stage->end.wait_status);
    stage_io_close(stage);
    cgroup_stage_close(&stage->group, figures.oom_killed || figures.fork_refused);
    stage->running = false;
}
