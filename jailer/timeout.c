/*
 * timeout -s KILL SECONDS COMMAND [ARG...]: as coreutils' timeout, for executioners: every run of a program passes through
 * it, and half of what the C library's start costs was for nothing. No library, no interpreter, no memory but the stack: the
 * kernel loads two pages.
 *
 * The command is a child in the process group of this program, which ends as the command did, or by SIGKILL with all of
 * its group once the seconds are over (0: never) or by SIGALRM. SIGINT, SIGQUIT, SIGHUP and SIGTERM are passed on, each once.
 */
#include <asm/unistd.h>
#include <errno.h>
#include <limits.h>
#include <linux/time_types.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <time.h>

enum { EXIT_OF_TIMEOUT = 125, CANNOT_RUN = 126, NOT_FOUND = 127, OF_SIGNAL = 128, SIGNALS = 64 };

#if defined(__x86_64__)
static long call(long number, long a, long b, long c, long d)
{
    long result;
    register long fourth __asm__("r10") = d;
    register long fifth __asm__("r8") = 0;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth) : "rcx", "r11", "memory");
    return result;
}
/* The kernel leaves argc, argv and the environment on the stack (the System V ABI, Process Initialization). */
__asm__(".globl _start\n_start: xor %ebp, %ebp\n mov %rsp, %rdi\n and $-16, %rsp\n call start\n");
#elif defined(__aarch64__)
static long call(long number, long a, long b, long c, long d)
{
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = 0;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
    return x0;
}
__asm__(".globl _start\n_start: mov x29, #0\n mov x30, #0\n mov x0, sp\n bl start\n");
#else
#error "executioners use coreutils' timeout on other machines"
#endif

void start(long *stack);

static long address(const void *pointer)
{
    return (long)(intptr_t)pointer;
}

__attribute__((noreturn)) static void leave(int status)
{
    for (;;)
        call(__NR_exit_group, status, 0, 0, 0);
}

static size_t length_of(const char *text)
{
    size_t length = 0;
    while (text[length] != '\0')
        length++;
    return length;
}

static void say(const char *text)
{
    call(__NR_write, 2, address(text), (long)length_of(text), 0);
}

static uint64_t bit(int number)
{
    return 1ull << (number - 1);
}

static const int passed_on[] = {SIGALRM, SIGINT, SIGQUIT, SIGHUP, SIGTERM};
enum { PASSED_ON = sizeof(passed_on) / sizeof(passed_on[0]) };

/* sigaction's shape in the kernel. */
static void dispose(int number, long disposition)
{
    struct { long handler; unsigned long flags; long restorer; uint64_t mask; } action = {.handler = disposition};
    call(__NR_rt_sigaction, number, address(&action), 0, sizeof(action.mask));
}

static uint64_t block(uint64_t set)
{
    uint64_t before = 0;
    call(__NR_rt_sigprocmask, SIG_BLOCK, address(&set), address(&before), sizeof(set));
    return before;
}

static void set_mask(uint64_t set)
{
    call(__NR_rt_sigprocmask, SIG_SETMASK, address(&set), 0, sizeof(set));
}

static const char *search_path(char **environment)
{
    static const char name[] = "PATH=";
    for (; *environment != NULL; environment++) {
        size_t i = 0;
        while (i < sizeof(name) - 1 && (*environment)[i] == name[i])
            i++;
        if (i == sizeof(name) - 1)
            return *environment + i;
    }
    return "/bin:/usr/bin";
}

/* What the kernel takes for no program is a script of the shell's (execvp(3)). */
static long execute(const char *path, char **arguments, char **environment)
{
    long error = call(__NR_execve, address(path), address(arguments), address(environment), 0);
    if (error != -ENOEXEC)
        return error;
    static char shell[] = "/bin/sh";
    char *name = arguments[0];
    arguments[-1] = shell; /* the seconds' place */
    arguments[0] = (char *)address(path);
    error = call(__NR_execve, address(shell), address(arguments - 1), address(environment), 0);
    arguments[0] = name; /* there is no shell: the path is the caller's, and other folders are looked into */
    return error;
}

static long execute_in(const char *folder, size_t folder_length, char **arguments, char **environment)
{
    char path[PATH_MAX];
    size_t used = 0, length = length_of(arguments[0]);
    if (folder_length + length + 2 > sizeof(path))
        return -ENAMETOOLONG;
    for (size_t i = 0; i < folder_length; i++)
        path[used++] = folder[i];
    if (folder_length > 0)
        path[used++] = '/';
    for (size_t i = 0; i <= length; i++)
        path[used++] = arguments[0][i];
    return execute(path, arguments, environment);
}

/* Looks for the command as a shell does; returns why it could not be run. */
static long search(char **arguments, char **environment)
{
    const char *name = arguments[0], *part = search_path(environment);
    long answer = -ENOENT;
    for (size_t i = 0; name[i] != '\0'; i++)
        if (name[i] == '/')
            return execute(name, arguments, environment);
    for (;;) {
        size_t length = 0;
        while (part[length] != ':' && part[length] != '\0')
            length++;
        long error = name[0] == '\0' ? -ENOENT : execute_in(part, length, arguments, environment);
        if (error != -ENOENT && error != -ENOTDIR && error != -EACCES)
            return error;
        if (error == -EACCES)
            answer = error; /* another folder may have one that may be run */
        if (part[length] == '\0')
            return answer;
        part += length + 1;
    }
}

__attribute__((noreturn)) static void become(char **arguments, char **environment)
{
    long error = search(arguments, environment);
    say("timeout: failed to run command ‘");
    say(arguments[0]);
    say(error == -ENOENT ? "’: No such file or directory\n" : error == -EACCES ? "’: Permission denied\n" : "’: it cannot be executed\n");
    leave(error == -ENOENT ? NOT_FOUND : CANNOT_RUN);
}

static struct __kernel_timespec now(void)
{
    struct __kernel_timespec time;
    call(__NR_clock_gettime, CLOCK_MONOTONIC, address(&time), 0, 0);
    return time;
}

/* To the command and to the rest of the group. */
static void pass_on(long child, int number)
{
    call(__NR_kill, child, number, 0, 0);
    call(__NR_kill, 0, number, 0, 0);
    if (number == SIGKILL)
        return;
    call(__NR_kill, child, SIGCONT, 0, 0);
    call(__NR_kill, 0, SIGCONT, 0, 0);
}

/* Ends as the command has ended. */
__attribute__((noreturn)) static void follow(int status)
{
    int number = status & 0x7f;
    if (number == 0)
        leave(status >> 8 & 0xff);
    call(__NR_prctl, PR_SET_DUMPABLE, 0, 0, 0);
    dispose(number, 0);
    set_mask(0);
    call(__NR_kill, call(__NR_getpid, 0, 0, 0, 0), number, 0, 0);
    leave(OF_SIGNAL + number);
}

/* Waits for the command's end, for signals to pass on, and for the last second. */
__attribute__((noreturn)) static void watch(long child, long seconds, uint64_t signals)
{
    struct __kernel_timespec end = now(), left = {.tv_sec = seconds};
    end.tv_sec += seconds;
    for (;;) {
        int status;
        if (call(__NR_wait4, child, address(&status), 1 /* WNOHANG */, 0) == child)
            follow(status);
        long number = call(__NR_rt_sigtimedwait, address(&signals), 0, seconds == 0 ? 0 : address(&left), sizeof(signals));
        if (number == -EAGAIN)
            pass_on(child, SIGKILL);
        else if (number > 0 && number != SIGCHLD)
            pass_on(child, number == SIGALRM ? SIGKILL : (int)number);
        if (number > 0 && number != SIGCHLD)
            signals &= ~bit((int)number); /* this process has sent it to itself as well */
        struct __kernel_timespec time = now();
        left.tv_sec = end.tv_sec - time.tv_sec - (time.tv_nsec > end.tv_nsec ? 1 : 0);
        left.tv_nsec = end.tv_nsec - time.tv_nsec + (time.tv_nsec > end.tv_nsec ? 1000000000 : 0);
        if (left.tv_sec < 0)
            left = (struct __kernel_timespec){0};
    }
}

/* -1: not a number of seconds. */
static long number_of(const char *text)
{
    long value = 0;
    size_t i = 0;
    for (; text[i] >= '0' && text[i] <= '9' && value < 100000000; i++)
        value = 10 * value + (text[i] - '0');
    return i == 0 || text[i] != '\0' ? -1 : value;
}

void start(long *stack)
{
    long count = stack[0];
    char **arguments = (char **)(stack + 1), **environment = arguments + count + 1;
    long seconds = count < 5 ? -1 : number_of(arguments[3]);
    if (seconds < 0) {
        say("usage: timeout -s KILL SECONDS COMMAND [ARG...]\n");
        leave(EXIT_OF_TIMEOUT);
    }
    uint64_t signals = bit(SIGCHLD);
    for (int i = 0; i < PASSED_ON; i++)
        signals |= bit(passed_on[i]);
    call(__NR_setpgid, 0, 0, 0, 0); /* refused to a session's leader, whose group is its own already */
    uint64_t before = block(signals);
    dispose(SIGCHLD, 0);
    long child = call(__NR_clone, SIGCHLD, 0, 0, 0); /* as fork */
    if (child < 0) {
        say("timeout: cannot start a process\n");
        leave(EXIT_OF_TIMEOUT);
    }
    if (child == 0) {
        set_mask(before);
        become(arguments + 4, environment);
    }
    dispose(SIGTTIN, (long)(intptr_t)SIG_IGN);
    dispose(SIGTTOU, (long)(intptr_t)SIG_IGN);
    watch(child, seconds, signals);
}
