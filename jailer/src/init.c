/* The jail's first process. It lays out the jail, then does what its session says: attach the root, copy the
 * submission or write the files, start a stage. While a stage runs it reaps whatever ends; when the stage's main process has ended it
 * kills everything left, and only when nothing is left it says so. In its process namespace nothing can outlive it. */
#include "jailer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The sanitizers know of one stack. */
#ifdef __SANITIZE_ADDRESS__
enum { BORROWING = false };
#else
enum { BORROWING = true };
#endif

struct init {
    const struct init_plan *plan;
    const struct sock_fprog *filter;
    struct exec_failure *exec_failure; /* shared with the stage until its execve */
    int channel;
    int children; /* signalfd of SIGCHLD */
    pid_t main_process;
    int gate; /* readable when somebody is held up at a file whose content comes later; -1: no stage was started ahead */
    bool waits; /* the stage's job has not come */
    bool told;  /* that the stage is held up */
    int terminal; /* kept open while the stage runs, so that a terminal that it leaves for a moment does not hang up */
    uint64_t largest_process;
    uint8_t payload[PAYLOAD_MAX + STAGE_PREFIX];
};

static struct init init = {.gate = -1, .terminal = -1};

NORETURN static void tell_session(const struct failure *failure)
{
    struct channel_message message = {.type = CHANNEL_FAILED, .length = sizeof(*failure)};
    channel_send(init.channel, &message, failure);
    _exit(1);
}

static void answer(uint32_t type, const void *payload, uint32_t length)
{
    struct channel_message message = {.type = type, .length = length};
    if (!channel_send(init.channel, &message, payload))
        _exit(0); /* the session is gone: so is the jail */
}

static void close_all_but(int channel)
{
    if (dup2(channel, 3) < 0 || system_close_from(4) < 0)
        fail("keep descriptor", "channel");
    init.channel = 3;
}

static void set_up(void)
{
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 || sigprocmask(SIG_SETMASK, &child, NULL) < 0)
        fail("set up", "signals");
    init.children = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    init.exec_failure = mmap(NULL, sizeof(*init.exec_failure), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (init.children < 0 || init.exec_failure == MAP_FAILED)
        fail("set up", "init");
    /* A session keyring of the jail's own: the jailer's must not be found in a job's process (keyrings(7)). */
    if (syscall(SYS_keyctl, 1L /* KEYCTL_JOIN_SESSION_KEYRING */, NULL) < 0 && errno != ENOSYS && errno != EPERM)
        fail("join", "session keyring");
    if (!init.plan->loopback_is_up)
        network_loopback_up();
    mounts_prepare(&init.plan->prepared->masks, init.plan->kind, init.plan->uid, init.plan->gid);
    capabilities_keep_init(init.plan->kind);
}

/* A build's root owns what lies in /proc, whose entries are the same in every mount of it: without this its chmod would
 * change the host's. */
static void protect_proc(void)
{
    if (mount(NULL, "/proc", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
        fail("make read-only", "/proc");
}

static void attach(const struct channel_message *message)
{
    struct attach_message what;
    memcpy(&what, init.payload, sizeof(what));
    const struct seccomp_filters *filters = &init.plan->prepared->filters;
    init.filter = init.plan->kind == JAIL_BUILD ? filters->build : what.allow_32bit != 0 ? filters->with_32bit : filters->native;
    mounts_attach(init.plan->kind, message->fds[0], message->fds[1], what.disk, what.inodes);
    close(message->fds[0]);
    close(message->fds[1]);
    if (init.plan->kind == JAIL_BUILD)
        protect_proc();
    else
        box_open(init.plan->uid, init.plan->gid);
}

/* Descriptors that came with STAGE: stdin, stdout, stderr (none for a terminal), then the cgroups'. */
static void plan_descriptors(const struct channel_message *message, struct exec_plan *plan, int *terminal_master)
{
    int next = 0;
    *terminal_master = -1;
    plan->terminal = plan->request->input == STDIN_TERMINAL;
    if (plan->terminal) {
        *terminal_master = terminal_open(plan->uid, plan->request->rows, plan->request->columns, &plan->stdio[0]);
        plan->stdio[1] = plan->stdio[2] = plan->stdio[0];
    } else {
        for (int i = 0; i < 3; i++)
            plan->stdio[i] = message->fds[next++];
    }
    plan->cgroup_count = 0;
    while (next < message->fd_count)
        plan->cgroups[plan->cgroup_count++] = message->fds[next++];
}

/* The submission's input; -1 where an earlier stage has removed it or put something else in its place: a fifo would hold
 * us up for ever. */
static int open_stdin_file(void)
{
    struct stat about;
    int fd = open("/box/stdin.stdin", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd >= 0 && fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && fcntl(fd, F_SETFL, 0) == 0)
        return fd;
    close_and_forget(&fd);
    return -1;
}

/* What a job did to its own input is no failure of ours: it then has none. */
static int stdin_of(const struct stage_request *request)
{
    int fd = request->input == STDIN_FILE ? open_stdin_file() : -1;
    if (fd < 0)
        fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        fail("open stdin", "/dev/null");
    return fd;
}

static void close_descriptors(const struct channel_message *message, const struct exec_plan *plan)
{
    for (int i = 0; i < message->fd_count; i++)
        close(message->fds[i]);
    init.terminal = plan->terminal ? plan->stdio[0] : -1;
}

static int run_exec_stage(void *plan)
{
    exec_stage(plan);
}

static pid_t fork_stage(const struct exec_plan *plan, int cgroup)
{
    pid_t pid = system_fork_with(0, cgroup);
    if (pid == 0)
        exec_stage(plan);
    return pid;
}

/* v2's group arrives as a folder, into which the stage is born, which only clone3 does; v1's as files, which the stage
 * writes itself into. A stage that is started ahead may be held back at its very program, and this process lets it go. */
static void start(const struct exec_plan *plan, bool unified, bool ahead)
{
    static _Alignas(16) uint8_t stack[128 * 1024];
    struct exec_plan own = *plan;
    own.cgroup_count = unified ? 0 : plan->cgroup_count;
    if (unified || ahead || !BORROWING)
        init.main_process = fork_stage(&own, unified ? plan->cgroups[0] : -1);
    else
        init.main_process = system_borrow_memory(run_exec_stage, &own, stack, sizeof(stack));
    if (init.main_process < 0)
        fail("start", "stage");
}

static void start_stage(struct channel_message *message)
{
    struct stage_request request;
    bool unified = init.payload[0] != 0, ahead = init.payload[1] != 0;
    stage_request_read((struct reader){.at = init.payload + STAGE_PREFIX, .left = message->length - STAGE_PREFIX}, ahead, &request);
    if (request.input == STDIN_NONE || request.input == STDIN_FILE) {
        close(message->fds[0]);
        message->fds[0] = stdin_of(&request);
    }
    struct exec_plan plan = {.request = &request, .filter = init.filter, .failure = init.exec_failure, .kind = init.plan->kind,
                             .uid = init.plan->uid, .gid = init.plan->gid};
    int terminal_master;
    plan_descriptors(message, &plan, &terminal_master);
    memset(init.exec_failure, 0, sizeof(*init.exec_failure));
    init.largest_process = 0;
    init.waits = ahead;
    if (ahead)
        init.gate = box_watch(request.gate);
    else
        box_close();
    struct started_message now = {.started_ns = monotonic_ns()};
    start(&plan, unified, ahead);
    int given = ahead ? init.gate : terminal_master;
    struct channel_message started = {.type = CHANNEL_STARTED, .length = sizeof(now), .fd_count = given >= 0 ? 1 : 0, .fds = {given}};
    if (!channel_send(init.channel, &started, &now))
        _exit(0);
    close_and_forget(&terminal_master);
    close_descriptors(message, &plan);
    stage_request_free(&request);
}

/* Everything in the process namespace but this process: kill(2) sends to them all in one step, which no fork outruns. */
static void kill_everything(void)
{
    if (kill(-1, SIGKILL) < 0 && errno != ESRCH)
        fail("kill", "everything");
}

static void note_size(const struct rusage *usage)
{
    uint64_t bytes = (uint64_t)usage->ru_maxrss * 1024; /* getrusage(2): kilobytes */
    if (bytes > init.largest_process)
        init.largest_process = bytes;
}

/* Reaps what has ended. Whether anything is left: every process of the namespace is a child of this one, or of its children. */
static bool something_is_left(void)
{
    struct rusage usage;
    pid_t pid;
    while ((pid = wait4(-1, NULL, WNOHANG | __WALL, &usage)) > 0)
        note_size(&usage);
    return pid == 0;
}

static void reap_the_rest(void)
{
    struct rusage usage;
    if (!something_is_left())
        return; /* as mostly: the kernel looks at every process of the machine for those it is to kill */
    kill_everything();
    while (wait4(-1, NULL, __WALL, &usage) > 0 || errno == EINTR)
        note_size(&usage);
    if (errno != ECHILD)
        fail("reap", "stage");
}

static void end_stage(int wait_status)
{
    struct ended_message ended = {.wait_status = wait_status, .ended_ns = monotonic_ns(), .early = init.waits};
    reap_the_rest();
    ipc_remove_all();
    init.main_process = 0;
    close_and_forget(&init.terminal);
    ended.largest_process = init.largest_process;
    if (init.exec_failure->step[0] != '\0') {
        errno = init.exec_failure->number;
        fail("start stage", init.exec_failure->step);
    }
    answer(CHANNEL_ENDED, &ended, sizeof(ended));
}

static void reap(void)
{
    struct signalfd_siginfo ignored;
    struct rusage usage;
    int status;
    pid_t pid;
    while (read(init.children, &ignored, sizeof(ignored)) > 0)
        ;
    while ((pid = wait4(-1, &status, WNOHANG | __WALL, &usage)) > 0) {
        note_size(&usage);
        if (pid == init.main_process) {
            end_stage(status);
            return;
        }
    }
}

static void send_signal(void)
{
    uint32_t number;
    memcpy(&number, init.payload, sizeof(number));
    if (init.main_process > 0)
        kill(init.main_process, (int)number);
}

/* The job is there: its files are closed, then whoever waits for them goes on. */
static void let_go(void)
{
    init.waits = false;
    box_unwatch(init.gate);
}

/* Somebody has come to a file of the job: he waits for it, or came just before nobody had to any more. */
static void heed_gate(void)
{
    if (init.waits) {
        init.told = true;
        answer(CHANNEL_WAITING, NULL, 0);
    } else {
        box_let_pass(init.gate);
    }
}

static void take_file(const struct channel_message *message)
{
    box_take_file((struct reader){.at = init.payload, .left = message->length});
}

static void obey(void)
{
    struct channel_message message;
    if (!channel_receive(init.channel, &message, init.payload, sizeof(init.payload)))
        _exit(0);
    switch (message.type) {
    case CHANNEL_ATTACH: attach(&message); break;
    case CHANNEL_FILE: take_file(&message); break;
    case CHANNEL_SUBMISSION: submission_copy(message.fds[0]); break;
    case CHANNEL_STAGE: start_stage(&message); break;
    case CHANNEL_GO: let_go(); break;
    case CHANNEL_KILL: kill_everything(); break;
    case CHANNEL_SIGNAL: send_signal(); break;
    default: protocol_error("message to init");
    }
}

void init_run(const struct init_plan *plan)
{
    init.plan = plan;
    init.channel = plan->channel;
    failure_handler_set(tell_session);
    cgroup_slot_enter(plan->slot_group);
    close_all_but(plan->channel);
    set_up();
    answer(CHANNEL_READY, NULL, 0);
    for (;;) {
        struct pollfd waits[] = {{.fd = init.channel, .events = POLLIN}, {.fd = init.children, .events = POLLIN},
                                 {.fd = init.waits && init.told ? -1 : init.gate, .events = POLLIN}};
        if (poll(waits, 3, -1) < 0 && errno != EINTR)
            fail("poll", "init");
        if (waits[2].revents != 0)
            heed_gate();
        if (waits[1].revents != 0)
            reap();
        if (waits[0].revents != 0)
            obey();
    }
}
