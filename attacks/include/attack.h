/* What attackers in C share. Each attempt that gives the attacker something prints a line that begins with BROKEN; a
 * program all of whose attempts failed ends with `return held();`. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static int attempts_made, attempts_won;

/* Says that the attempt NAME was made, and whether it got the attacker anything. */
__attribute__((format(printf, 2, 3), unused)) static void attempt(int won, const char *name, ...)
{
    va_list arguments;
    attempts_made++;
    if (!won)
        return;
    attempts_won++;
    va_start(arguments, name);
    printf("BROKEN: ");
    vprintf(name, arguments);
    printf(" (errno %s)\n", strerrorname_np(errno));
    va_end(arguments);
    fflush(stdout);
}

/* The same of a call that is won when it does not fail: ATTEMPT(mount(...)). */
#define ATTEMPT(call) attempt((call) >= 0, "%s", #call)

/* The same of a system call by its name: ATTEMPT_CALL(bpf, 0, 0, 0). */
#define ATTEMPT_CALL(name, ...) attempt(syscall(SYS_##name __VA_OPT__(, ) __VA_ARGS__) >= 0, "%s", #name)

/* The program's last words; its exit code. */
__attribute__((unused)) static int held(void)
{
    if (attempts_made == 0)
        printf("nothing was attempted\n");
    else if (attempts_won == 0)
        printf("held\n");
    return attempts_made == 0 || attempts_won > 0;
}
