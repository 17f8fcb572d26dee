#include "jailer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What this process does when it cannot go on. Set once by each process after its fork. */
static failure_handler *handler;

void failure_handler_set(failure_handler *new_handler)
{
    handler = new_handler;
}

void log_line(const char *format, ...)
{
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    fprintf(stderr, "crankcase-jailer: %s\n", line);
}

void fail_with(const struct failure *failure)
{
    failure_handler *current = handler;
    handler = NULL; /* a failure while failing ends the process */
    if (current != NULL)
        current(failure);
    log_line("%s: %s%s%s", failure->step, failure->path, failure->path[0] != '\0' ? ": " : "",
             failure->number != 0 ? strerror(failure->number) : "refused");
    exit(1);
}

NORETURN static void end(uint32_t code, const char *step, const char *path, int number)
{
    struct failure failure = {.code = code, .number = number};
    snprintf(failure.step, sizeof(failure.step), "%s", step);
    snprintf(failure.path, sizeof(failure.path), "%s", path);
    fail_with(&failure);
}

void fail(const char *step, const char *path)
{
    end(FAILURE_FAILED, step, path, errno);
}

void refuse(const char *step, const char *path)
{
    end(FAILURE_REFUSED, step, path, errno);
}

void protocol_error(const char *step)
{
    end(FAILURE_PROTOCOL, step, "", 0);
}
