/* keep-port: holds a listening socket while the program that serves it comes and goes.
 *
 * Theory of operation. The socket is made once and never closed: what connects while nobody serves waits in the kernel's
 * queue, and is answered by whichever program accepts next. The command gets the socket as descriptor 3 and runs until
 * it ends; then it is started again, after a pause that grows while its lives are short, for ever: the port outlives a
 * program that fails. SIGHUP asks the command to end and starts it again, from the same path, which may lead to newer
 * code by then; SIGTERM asks it to end and ends this program too. There is one loop, and it waits in one place, for a
 * signal or for the next thing that is due; every signal is blocked outside of it, so none comes at a bad time.
 *
 * The pid file is locked while this program lives. Its number is to be trusted only while the lock is held.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <grp.h>
#include <linux/capability.h>
#include <netdb.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char usage[] =
    "usage: keep-port --pid-file FILE --address ADDRESS --port PORT [--grace SECONDS] -- COMMAND [ARGS...]\n"
    "Listens, and keeps COMMAND running with the listening socket as its descriptor 3.\n"
    "  --pid-file FILE    holds this program's id, and is locked: a second one refuses to start\n"
    "  --address ADDRESS  a numeric IPv4 or IPv6 address, or localhost (127.0.0.1)\n"
    "  --port PORT        0 takes a free one, and says which\n"
    "  --grace SECONDS    COMMAND may take so long to end when asked to; then it is killed (60)\n"
    "SIGHUP: COMMAND gets SIGTERM and is started again once it has ended; nobody who connects is refused.\n"
    "SIGTERM, SIGINT: COMMAND gets SIGTERM, and this program ends with it.\n"
    "Exit status: 0 after SIGTERM, 2 for bad usage, 3 where another one holds the pid file, else 1.\n"
    "Example: keep-port --pid-file /run/it.pid --address 127.0.0.1 --port 2000 -- crankcase serve --listen-fd 3\n";

enum { EXIT_USAGE = 2, EXIT_HELD = 3, EXIT_NOT_STARTED = 127 };
enum { COMMAND_SOCKET = 3, BACKLOG = 4096 };

static const int64_t first_pause_ms = 100, longest_pause_ms = 5000;
/* A command that lived this long was no failed start. */
static const int64_t long_life_ms = 10000;
static const int64_t never = INT64_MAX;

struct options {
    const char *pid_file, *address, *port;
    int64_t grace_ms;
    char **command;
};

/* What the loop knows; times are of the monotonic clock. */
struct keeper {
    int socket;
    pid_t child; /* 0 while none runs */
    bool ending, restarting;
    int64_t started_at, start_at, kill_at, pause_ms;
};

__attribute__((format(printf, 1, 2))) static void log_line(const char *format, ...)
{
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    fprintf(stderr, "keep-port: %s\n", line);
}

_Noreturn static void fail(const char *step, const char *path)
{
    log_line("%s: %s: %s", step, path, strerror(errno));
    exit(EXIT_FAILURE);
}

_Noreturn static void bad_usage(const char *what)
{
    fprintf(stderr, "keep-port: %s\n%s", what, usage);
    exit(EXIT_USAGE);
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t number(const char *text, int64_t most, const char *complaint)
{
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < 0 || value > most)
        bad_usage(complaint);
    return value;
}

static struct options options_parse(int argc, char **argv)
{
    static const struct option known[] = {
        {"pid-file", required_argument, NULL, 'f'}, {"address", required_argument, NULL, 'a'}, {"port", required_argument, NULL, 'p'},
        {"grace", required_argument, NULL, 'g'},    {"help", no_argument, NULL, 'h'},          {NULL, 0, NULL, 0},
    };
    struct options options = {.grace_ms = 60000};
    int id;
    /* The plus sign: what follows the first word that is no option belongs to the command. */
    while ((id = getopt_long(argc, argv, "+", known, NULL)) != -1) {
        switch (id) {
        case 'f': options.pid_file = optarg; break;
        case 'a': options.address = strcmp(optarg, "localhost") == 0 ? "127.0.0.1" : optarg; break;
        case 'p': options.port = optarg; break;
        case 'g': options.grace_ms = 1000 * number(optarg, 86400, "--grace takes a number of seconds, 0 to 86400"); break;
        case 'h': fputs(usage, stdout); exit(EXIT_SUCCESS);
        default: bad_usage("unknown option, or one without its value");
        }
    }
    if (options.pid_file == NULL || options.address == NULL || options.port == NULL || argv[optind] == NULL)
        bad_usage("--pid-file, --address, --port and a command must be given");
    number(options.port, UINT16_MAX, "--port takes a number, 0 to 65535");
    options.command = argv + optind;
    return options;
}

/* What the starter left open or ignored is neither ours nor the command's. */
static void forget_starter(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd < 0)
        fail("open", "/dev/null");
    if (close_range(STDERR_FILENO + 1, ~0u, 0) < 0)
        fail("close what was inherited", "close_range");
    for (int signal_number = 1; signal_number < NSIG; signal_number++)
        signal(signal_number, SIG_DFL); /* refused for SIGKILL, SIGSTOP and the C library's own */
}

static void require_lock(int fd, const char *path)
{
    char holder[32] = "";
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return;
    if (errno != EWOULDBLOCK)
        fail("lock", path);
    ssize_t length = pread(fd, holder, sizeof(holder) - 1, 0);
    holder[length > 0 ? strcspn(holder, "\n") : 0] = '\0';
    log_line("another keep-port (process %s) holds %s: end it first, with kill %s", holder, path, holder);
    exit(EXIT_HELD);
}

/* Stays open, and so locked, until the process ends. */
static void pid_file_take(const char *path)
{
    struct stat held, named;
    for (;;) {
        int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
        if (fd < 0)
            fail("open pid file", path);
        require_lock(fd, path);
        if (fstat(fd, &held) < 0)
            fail("look at pid file", path);
        /* One that ends removes its file: who opened it just before holds a file without a name, and tries again. */
        if (lstat(path, &named) == 0 && held.st_ino == named.st_ino && held.st_dev == named.st_dev) {
            if (ftruncate(fd, 0) < 0 || dprintf(fd, "%d\n", (int)getpid()) < 0)
                fail("write pid file", path);
            return;
        }
        close(fd);
    }
}

static void bind_and_listen(int fd, const struct addrinfo *at, const char *where)
{
    static const int on = 1, off = 0;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0)
        fail("set SO_REUSEADDR", where);
    if (at->ai_family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) < 0)
        fail("clear IPV6_V6ONLY", where);
    if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return;
    if (errno == EADDRINUSE)
        log_line("another program has the port; this tells which: ss -ltnp");
    fail("listen", where);
}

static uint16_t bound_port(int fd)
{
    struct sockaddr_storage at = {0};
    socklen_t length = sizeof(at);
    if (getsockname(fd, (struct sockaddr *)&at, &length) < 0)
        fail("ask for the address of", "the socket");
    return ntohs(at.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&at)->sin6_port : ((struct sockaddr_in *)&at)->sin_port);
}

static int socket_make(const struct options *options)
{
    char where[128];
    struct addrinfo *at, hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM};
    if (getaddrinfo(options->address, options->port, &hints, &at) != 0)
        bad_usage("--address takes a numeric IPv4 or IPv6 address, or localhost");
    snprintf(where, sizeof(where), "%.80s port %.8s", options->address, options->port);
    int fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        fail("make a socket", where);
    bind_and_listen(fd, at, where);
    freeaddrinfo(at);
    log_line("process %d listens on %s, port %u", (int)getpid(), options->address, (unsigned)bound_port(fd));
    return fd;
}

/* What the server and its jailer need of root's powers (systemd/crankcase-jailer.service): the command is given no more. */
static const int powers[] = {
    CAP_CHOWN,     CAP_DAC_OVERRIDE, CAP_FOWNER,    CAP_FSETID,       CAP_KILL,  CAP_SETGID,  CAP_SETUID,
    CAP_SETPCAP,   CAP_NET_ADMIN,    CAP_SYS_CHROOT, CAP_SYS_ADMIN,   CAP_SYS_RESOURCE, CAP_MKNOD, CAP_SETFCAP,
};

static void drop_bounding(uint64_t kept)
{
    for (unsigned capability = 0; prctl(PR_CAPBSET_READ, (unsigned long)capability, 0, 0, 0) >= 0; capability++)
        if ((kept >> capability & 1) == 0 && prctl(PR_CAPBSET_DROP, (unsigned long)capability, 0, 0, 0) < 0)
            fail("give up powers", "bounding set");
}

/* The socket is there: from here on neither this process nor what it starts is more than the server has to be
 * (capabilities(7)), and none of them gets anything back by execve. Nobody else looks into its memory. */
static void powers_drop(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    uint64_t kept = 0;
    for (size_t i = 0; i < sizeof(powers) / sizeof(powers[0]); i++)
        kept |= 1ull << powers[i];
    if (syscall(SYS_capget, &header, data) < 0)
        fail("look at", "powers");
    if ((data[0].effective >> CAP_SETPCAP & 1) != 0)
        drop_bounding(kept);
    if ((data[0].effective >> CAP_SETGID & 1) != 0 && setgroups(0, NULL) < 0)
        fail("leave", "supplementary groups");
    for (int i = 0; i < 2; i++) {
        data[i].permitted &= (uint32_t)(kept >> (32 * i));
        data[i].effective = data[i].permitted;
        data[i].inheritable = 0;
    }
    if (syscall(SYS_capset, &header, data) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        fail("give up", "powers");
}

/* In the child. Its session is its own: Ctrl-C reaches the keeper alone, which then asks the command to end. */
_Noreturn static void run_command(int listening, char **command, pid_t keeper)
{
    sigset_t none;
    sigemptyset(&none);
    signal(SIGPIPE, SIG_DFL);
    setsid();
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0)
        fail("die with the keeper", command[0]);
    if (getppid() != keeper)
        exit(EXIT_FAILURE); /* it died before it was asked for */
    int null = open("/dev/null", O_RDONLY);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0)
        fail("open as standard input", "/dev/null");
    if (listening == COMMAND_SOCKET ? fcntl(listening, F_SETFD, 0) < 0 : dup2(listening, COMMAND_SOCKET) < 0)
        fail("pass the socket to", command[0]);
    if (close_range(COMMAND_SOCKET + 1, ~0u, 0) < 0)
        fail("close the rest for", command[0]);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execvp(command[0], command);
    log_line("start the command: %s: %s", command[0], strerror(errno));
    _exit(EXIT_NOT_STARTED);
}

static void start(struct keeper *keeper, const struct options *options)
{
    pid_t self = getpid(), child = fork();
    if (child == 0)
        run_command(keeper->socket, options->command, self);
    keeper->started_at = now_ms();
    keeper->start_at = keeper->kill_at = never;
    if (child > 0) {
        keeper->child = child;
        log_line("started %s as process %d", options->command[0], (int)child);
        return;
    }
    log_line("fork: %s", strerror(errno)); /* which passes: the port is kept, and it is tried again */
    keeper->start_at = keeper->started_at + longest_pause_ms;
}

static void ask_to_end(struct keeper *keeper, int64_t grace_ms)
{
    if (keeper->child == 0 || keeper->kill_at != never)
        return;
    kill(keeper->child, SIGTERM);
    keeper->kill_at = now_ms() + grace_ms;
}

static void on_hangup(struct keeper *keeper, int64_t grace_ms)
{
    keeper->restarting = keeper->child != 0;
    ask_to_end(keeper, grace_ms);
    if (keeper->child == 0)
        keeper->start_at = now_ms();
}

static void on_end(struct keeper *keeper, int status)
{
    bool by_signal = WIFSIGNALED(status);
    int64_t now = now_ms();
    bool lived = keeper->restarting || now - keeper->started_at >= long_life_ms;
    keeper->pause_ms = lived || keeper->pause_ms == 0 ? first_pause_ms : 2 * keeper->pause_ms;
    if (keeper->pause_ms > longest_pause_ms)
        keeper->pause_ms = longest_pause_ms;
    int64_t pause = keeper->restarting ? 0 : keeper->pause_ms;
    log_line("process %d ended with %s %d%s", (int)keeper->child, by_signal ? "signal" : "exit code",
             by_signal ? WTERMSIG(status) : WEXITSTATUS(status), keeper->ending ? "" : "; the port is kept, it is started again");
    keeper->child = 0;
    keeper->restarting = false;
    keeper->kill_at = never;
    keeper->start_at = now + pause;
}

static void reap(struct keeper *keeper)
{
    int status;
    pid_t ended;
    while ((ended = waitpid(-1, &status, WNOHANG)) > 0)
        if (ended == keeper->child)
            on_end(keeper, status);
}

static void kill_late(struct keeper *keeper)
{
    log_line("process %d does not end, and is killed", (int)keeper->child);
    kill(keeper->child, SIGKILL);
    keeper->kill_at = never;
}

/* One of the blocked signals, or 0 when something is due. */
static int wait_until(int64_t due, const sigset_t *signals)
{
    int64_t left = due == never ? 3600000 : due - now_ms();
    if (left < 0)
        left = 0;
    struct timespec timeout = {.tv_sec = left / 1000, .tv_nsec = left % 1000 * 1000000};
    int got = sigtimedwait(signals, NULL, &timeout);
    return got > 0 ? got : 0;
}

static void keep(struct keeper *keeper, const struct options *options, const sigset_t *signals)
{
    while (!keeper->ending || keeper->child != 0) {
        if (keeper->child == 0 && now_ms() >= keeper->start_at)
            start(keeper, options);
        if (keeper->child != 0 && now_ms() >= keeper->kill_at)
            kill_late(keeper);
        switch (wait_until(keeper->child == 0 ? keeper->start_at : keeper->kill_at, signals)) {
        case SIGTERM:
        case SIGINT:
            keeper->ending = true;
            ask_to_end(keeper, options->grace_ms);
            break;
        case SIGHUP:
            if (!keeper->ending)
                on_hangup(keeper, options->grace_ms);
            break;
        case SIGCHLD: reap(keeper); break;
        default: break;
        }
    }
}

int main(int argc, char **argv)
{
    struct options options = options_parse(argc, argv);
    forget_starter();
    sigset_t signals;
    sigemptyset(&signals);
    for (size_t i = 0; i < 4; i++)
        sigaddset(&signals, (const int[]){SIGTERM, SIGINT, SIGHUP, SIGCHLD}[i]);
    if (sigprocmask(SIG_SETMASK, &signals, NULL) < 0)
        fail("block signals", "sigprocmask");
    signal(SIGPIPE, SIG_IGN); /* whoever reads the log may go */
    pid_file_take(options.pid_file);
    struct keeper keeper = {.socket = socket_make(&options), .kill_at = never};
    powers_drop();
    keep(&keeper, &options, &signals);
    unlink(options.pid_file);
    return EXIT_SUCCESS;
}
