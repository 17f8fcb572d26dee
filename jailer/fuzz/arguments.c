/* The command lines of jailer (options.c) and of timeout (timeout.c, without its way into the kernel). The first byte of the
 * input chooses; the rest are the arguments, with a NUL behind each. */
#include "fuzz.h"

#include <getopt.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <asm/unistd.h>

NORETURN void __real_exit(int status);
NORETURN void __wrap_exit(int status);

enum { ARGUMENTS_MAX = 40, LINE_MAX_HERE = 16384 };

static char line[LINE_MAX_HERE + 1];
static char *arguments_here[ARGUMENTS_MAX + 2];
static int argument_count;
static jmp_buf after;
static bool playing;
static struct reader answers; /* of the kernel, one byte each */
static unsigned calls;

void __wrap_exit(int status)
{
    if (!playing)
        __real_exit(status);
    longjmp(after, 1 + status);
}

static void check_path(const char *path)
{
    promise(path != NULL && strnlen(path, LINE_MAX_HERE + 16) < LINE_MAX_HERE + 16, "a path ends");
}

/* The kernel, for timeout.c: it answers what the input says, and ends every wait. */
static long call(long number, long a, long b, long c, long d)
{
    static const long errors[] = {-2 /* ENOENT */, -13 /* EACCES */, -20 /* ENOTDIR */, -8 /* ENOEXEC */, -36 /* ENAMETOOLONG */, -12 /* ENOMEM */};
    uint8_t answer = (uint8_t)script_number(&answers, 1);
    (void)c, (void)d;
    switch (number) {
    case __NR_exit_group: longjmp(after, 1);
    case __NR_execve:
        check_path((const char *)a);
        promise(b != 0 && ((char **)b)[0] != NULL, "a program has a name");
        return errors[answer % (sizeof(errors) / sizeof(errors[0]))];
    case __NR_clone: return answer % 8 == 0 ? -11 /* EAGAIN */ : answer % 2 == 0 ? 0 : 4242;
    case __NR_wait4:
        *(int *)b = answer % 2 == 0 ? answer << 8 : answer % 65; /* wait(2): ended, or by a signal */
        return answers.left == 0 || answer % 4 == 0 || ++calls > 1000 ? a : 0;
    case __NR_rt_sigtimedwait: return answer % 3 == 0 ? -11 : answer % 3 == 1 ? 17 /* SIGCHLD */ : (long)(answer % 65);
    case __NR_kill:
        promise(b >= 0 && b <= 64, "a signal is one that there is");
        promise(a == 0 || a == 4242, "nobody else is sent a signal");
        return 0;
    case __NR_getpid: return 4242;
    case __NR_clock_gettime: memset((void *)b, answer & 1, 16); return 0;
    default: return 0;
    }
}

#include "../build/fuzz/timeout-body.c"

static void run_timeout(void)
{
    static long stack[2 * ARGUMENTS_MAX + 8];
    int count = argument_count < 5 ? argument_count : argument_count - argument_count / 3, at = 0;
    stack[at++] = count;
    for (int i = 0; i < count; i++)
        stack[at++] = (long)(intptr_t)arguments_here[i];
    stack[at++] = 0;
    for (int i = count; i < argument_count; i++)
        stack[at++] = (long)(intptr_t)arguments_here[i];
    stack[at] = 0;
    calls = 0;
    start(stack);
}

static void run_options(void)
{
    optind = 0; /* getopt(3): begins anew */
    struct options options = options_parse(argument_count, arguments_here);
    const char *const folders[] = {options.run_dir, options.data_dir, options.builds_dir, options.executioners_dir};
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        promise(folders[i] != NULL && folders[i][0] == '/', "a folder is absolute");
    promise(options.slots >= 1 && options.slots <= 4096, "slots have a bound");
    promise(options.runner_uid_min > 1000 && options.runner_gid_min > 1000, "jobs run as no user of the host");
    promise(options.runner_uid_min + options.slots > options.runner_uid_min, "the runners' uids are numbers");
    promise(options.memory_total >= 1u << 26, "jobs have some memory");
    promise(name_is_valid(options.instance) && strchr(options.instance, '/') == NULL, "an instance's name is one part");
    promise(options.starts == NULL || (options.starts[0] == '/' && strlen(options.starts) < 2 * PATH_MAX), "the log of starts has a path that can be opened");
}

static void split(const uint8_t *data, size_t size)
{
    static char program[] = "jailer";
    size_t kept = size < LINE_MAX_HERE ? size : LINE_MAX_HERE;
    memcpy(line, data, kept);
    line[kept] = '\0';
    argument_count = 0;
    arguments_here[argument_count++] = program;
    for (size_t at = 0; at < kept && argument_count < ARGUMENTS_MAX; at += strlen(line + at) + 1)
        arguments_here[argument_count++] = line + at;
    arguments_here[argument_count] = NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static FILE *nowhere;
    FILE *out = stdout, *error = stderr;
    if (size == 0)
        return 0;
    if (nowhere == NULL)
        nowhere = fopen("/dev/null", "w");
    split(data + 1, size - 1);
    answers = (struct reader){.at = data, .left = size};
    stdout = stderr = nowhere; /* both say how they are used */
    playing = true;
    if (setjmp(after) == 0)
        data[0] % 2 == 0 ? run_options() : run_timeout();
    playing = false;
    stdout = out;
    stderr = error;
    return 0;
}
