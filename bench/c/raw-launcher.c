/*
 * raw-launcher [-o] [-i INPUT] [-d FOLDER] [-b FROM:TO]... LOWERDIRS ROOT PROGRAM [ARG...]: the raw side of the bench:
 * plain fork, exec and wait.
 *
 * Mounts the package's read-only root (an overlay of LOWERDIRS, as the jailer makes it) at ROOT, in a mount namespace
 * of its own, so that both sides run the same files from the same page cache. It binds each FROM to TO in it, changes its
 * own root to it and goes to FOLDER; with -o it stays outside, for a launcher under test that makes its own root of ROOT.
 *
 * Then, for every line "COUNT" on stdin, it runs PROGRAM so many times, one after another, with INPUT (otherwise
 * /dev/null) as its input, a pipe as its output and this process's environment, and answers with a line for each:
 * nanoseconds from before the fork to after the wait, wait status, bytes of output; and at last with one of "done", the
 * nanoseconds that all took, 0 (nothing here is the client's own cost), and COUNT.
 */
#define _GNU_SOURCE
#include "measure.h"

#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_BINDS 8

struct setup {
    bool outside;
    const char *input;
    const char *folder;
    char *binds[MOST_BINDS];
    int bind_count;
    const char *lowerdirs;
    const char *root;
    char **argv;
};

static void mount_in(const char *root, const char *name, const char *source, const char *type, unsigned long flags)
{
    char path[4096];
    snprintf(path, sizeof path, "%s%s", root, name);
    require(mount(source, path, type, flags, NULL), "mount", path);
}

static void make_root(const struct setup *setup)
{
    char options[8192];
    snprintf(options, sizeof options, "lowerdir=%s", setup->lowerdirs);
    require(unshare(CLONE_NEWNS), "unshare", "mount namespace");
    require(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "make private", "/");
    require(mount("overlay", setup->root, "overlay", MS_RDONLY, options), "mount overlay", setup->root);
}

static void enter_root(const struct setup *setup)
{
    mount_in(setup->root, "/proc", "proc", "proc", 0);
    mount_in(setup->root, "/dev", "/dev", NULL, MS_BIND);
    mount_in(setup->root, "/tmp", "tmpfs", "tmpfs", 0);
    for (int index = 0; index < setup->bind_count; index += 1) {
        char *to = strchr(setup->binds[index], ':');
        if (to == NULL)
            fail("bind", setup->binds[index]);
        *to = '\0';
        mount_in(setup->root, to + 1, setup->binds[index], NULL, MS_BIND);
    }
    require(chroot(setup->root), "chroot", setup->root);
    require(chdir(setup->folder), "chdir", setup->folder);
}

static void start_program(const struct setup *setup, int output)
{
    int input = (int)require(open(setup->input, O_RDONLY | O_CLOEXEC), "open", setup->input);
    require(dup2(input, STDIN_FILENO), "dup2", "stdin");
    require(dup2(output, STDOUT_FILENO), "dup2", "stdout");
    execve(setup->argv[0], setup->argv, environ);
    fail("exec", setup->argv[0]);
}

static size_t drain(int output)
{
    char buffer[65536];
    size_t bytes = 0;
    for (;;) {
        ssize_t got = require(read(output, buffer, sizeof buffer), "read", "the program's output");
        if (got == 0)
            return bytes;
        bytes += (size_t)got;
    }
}

static void run_once(const struct setup *setup)
{
    int output[2];
    int status;
    long long start = now();
    require(pipe2(output, O_CLOEXEC), "make", "a pipe");
    pid_t child = (pid_t)require(fork(), "fork", "");
    if (child == 0)
        start_program(setup, output[1]);
    close(output[1]);
    size_t bytes = drain(output[0]);
    require(waitpid(child, &status, 0), "wait for", setup->argv[0]);
    long long end = now();
    close(output[0]);
    printf("%lld %d %zu\n", end - start, status, bytes);
}

static struct setup read_arguments(int argc, char **argv)
{
    struct setup setup = { .input = "/dev/null", .folder = "/" };
    int option;
    while ((option = getopt(argc, argv, "+oi:d:b:")) != -1) {
        if (option == 'o')
            setup.outside = true;
        else if (option == 'i')
            setup.input = optarg;
        else if (option == 'd')
            setup.folder = optarg;
        else if (option == 'b' && setup.bind_count < MOST_BINDS)
            setup.binds[setup.bind_count++] = optarg;
        else
            optind = argc;
    }
    if (argc - optind < 3) {
        fprintf(stderr, "usage: raw-launcher [-o] [-i INPUT] [-d FOLDER] [-b FROM:TO]... LOWERDIRS ROOT PROGRAM [ARG...]\n");
        exit(2);
    }
    setup.lowerdirs = argv[optind];
    setup.root = argv[optind + 1];
    setup.argv = argv + optind + 2;
    return setup;
}

int main(int argc, char **argv)
{
    struct setup setup = read_arguments(argc, argv);
    make_root(&setup);
    if (!setup.outside)
        enter_root(&setup);
    char line[64];
    while (fgets(line, sizeof line, stdin) != NULL) {
        long count = strtol(line, NULL, 10);
        long long start = now();
        for (long run = 0; run < count; run += 1)
            run_once(&setup);
        printf("done %lld 0 %ld\n", now() - start, count);
        fflush(stdout);
    }
    return 0;
}
