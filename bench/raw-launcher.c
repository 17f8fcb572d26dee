/*
 * raw-launcher LOWERDIRS ROOT FOLDER|- PROGRAM [ARG...]: the raw side of the bench: plain fork, exec and wait.
 *
 * Mounts the package's read-only root (an overlay of LOWERDIRS, as the jailer makes it) at ROOT, in a mount namespace
 * of its own, so that both sides run the same files from the same page cache. With a FOLDER, which it binds to /box, it
 * changes its own root to ROOT; with "-" it stays outside, for a launcher under test that makes its own root from ROOT.
 *
 * Then, for every byte on stdin, it runs PROGRAM once with /dev/null as its input and a pipe as its output, and answers
 * with one line: nanoseconds from before the fork to after the wait, wait status, bytes of output.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char *const environment[] = { "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/tmp", "LANG=C.UTF-8", NULL };

static void fail(const char *step, const char *path)
{
    fprintf(stderr, "raw-launcher: %s %s: %s\n", step, path, strerror(errno));
    exit(1);
}

static void require(int result, const char *step, const char *path)
{
    if (result < 0)
        fail(step, path);
}

static void mount_in(const char *root, const char *name, const char *source, const char *type, unsigned long flags)
{
    char path[4096];
    snprintf(path, sizeof path, "%s%s", root, name);
    require(mount(source, path, type, flags, NULL), "mount", path);
}

static void make_root(const char *lowerdirs, const char *root)
{
    char options[8192];
    snprintf(options, sizeof options, "lowerdir=%s", lowerdirs);
    require(unshare(CLONE_NEWNS), "unshare", "mount namespace");
    require(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "make private", "/");
    require(mount("overlay", root, "overlay", MS_RDONLY, options), "mount overlay", root);
}

static void enter_root(const char *root, const char *folder)
{
    mount_in(root, "/proc", "proc", "proc", 0);
    mount_in(root, "/dev", "/dev", NULL, MS_BIND);
    mount_in(root, "/box", folder, NULL, MS_BIND);
    require(chroot(root), "chroot", root);
    require(chdir("/box"), "chdir", "/box");
}

static long long now(void)
{
    struct timespec time;
    require(clock_gettime(CLOCK_MONOTONIC, &time), "clock_gettime", "CLOCK_MONOTONIC");
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void start_program(char **argv, int input, int output)
{
    require(dup2(input, STDIN_FILENO), "dup2", "stdin");
    require(dup2(output, STDOUT_FILENO), "dup2", "stdout");
    execve(argv[0], argv, environment);
    fail("exec", argv[0]);
}

static size_t drain(int output)
{
    char buffer[65536];
    size_t bytes = 0;
    for (;;) {
        ssize_t got = read(output, buffer, sizeof buffer);
        require((int)got, "read", "the program's output");
        if (got == 0)
            return bytes;
        bytes += (size_t)got;
    }
}

static void run_once(char **argv, int input)
{
    int output[2];
    int status;
    long long start = now();
    require(pipe2(output, O_CLOEXEC), "pipe2", "");
    pid_t child = fork();
    require(child, "fork", "");
    if (child == 0)
        start_program(argv, input, output[1]);
    close(output[1]);
    size_t bytes = drain(output[0]);
    require(waitpid(child, &status, 0), "waitpid", argv[0]);
    close(output[0]);
    printf("%lld %d %zu\n", now() - start, status, bytes);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "usage: raw-launcher LOWERDIRS ROOT FOLDER|- PROGRAM [ARG...]\n");
        return 2;
    }
    int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
    require(input, "open", "/dev/null");
    make_root(argv[1], argv[2]);
    if (strcmp(argv[3], "-") != 0)
        enter_root(argv[2], argv[3]);
    char go;
    while (read(STDIN_FILENO, &go, 1) == 1)
        run_once(argv + 4, input);
    return 0;
}
