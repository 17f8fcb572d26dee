/* What the bench's C programs share: clocks, and an end that says which step failed. */
#ifndef MEASURE_H
#define MEASURE_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

__attribute__((noreturn)) static inline void fail(const char *step, const char *what)
{
    fprintf(stderr, "%s %s: %s\n", step, what, strerror(errno));
    exit(1);
}

static inline long require(long result, const char *step, const char *what)
{
    if (result < 0)
        fail(step, what);
    return result;
}

static inline long long read_clock(clockid_t clock)
{
    struct timespec time;
    require(clock_gettime(clock, &time), "read", "a clock");
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* Nanoseconds since some moment. */
static inline long long now(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

/* Nanoseconds of CPU that this process has had. */
static inline long long own_cpu(void)
{
    return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

/* A whole file; its length is left in *length. */
static inline char *read_whole(const char *path, size_t *length)
{
    FILE *file = fopen(path, "re");
    char *text = malloc(65536);
    if (file == NULL || text == NULL)
        fail("read", path);
    *length = fread(text, 1, 65535, file);
    text[*length] = '\0';
    if (ferror(file) || !feof(file))
        fail("read all of", path);
    fclose(file);
    return text;
}

#endif
