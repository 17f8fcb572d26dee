/* The filters of all jails, compiled once, in a process of their own: what the library leaves in the heap would be a part
 * of every session, to be copied as soon as its memory is touched (200 pages, measured). */
#include "jailer.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NATIVE, WITH_32BIT, BUILD, FILTERS };

struct compiled {
    off_t ends[FILTERS]; /* bytes, in the file that begins with this; each filter begins where the one before it ends */
};

/* Runs in the process of its own. */
static void compile_all(int file)
{
    static const struct { enum jail_kind kind; bool with_32bit; } filters[FILTERS] = {
        [NATIVE] = {JAIL_JOB, false}, [WITH_32BIT] = {JAIL_JOB, true}, [BUILD] = {JAIL_BUILD, false},
    };
    struct compiled compiled;
    if (lseek(file, (off_t)sizeof(compiled), SEEK_SET) < 0)
        fail("seek", "seccomp");
    for (int i = 0; i < FILTERS; i++) {
        seccomp_program_write(filters[i].kind, filters[i].with_32bit, file);
        compiled.ends[i] = lseek(file, 0, SEEK_CUR);
    }
    if (pwrite(file, &compiled, sizeof(compiled), 0) != (ssize_t)sizeof(compiled))
        fail("write", "seccomp");
}

static void compile_apart(int file)
{
    int status;
    pid_t pid = fork();
    if (pid < 0)
        fail("start", "seccomp");
    if (pid == 0) {
        compile_all(file);
        _exit(0);
    }
    if (waitpid(pid, &status, 0) != pid)
        fail("wait for", "seccomp");
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        exit(EXIT_FAILURE); /* it has said why */
}

static struct sock_fprog *part_of(uint8_t *map, off_t start, off_t end)
{
    struct sock_fprog *program = malloc(sizeof(*program));
    if (program == NULL)
        fail("allocate", "seccomp");
    program->len = (unsigned short)((size_t)(end - start) / sizeof(struct sock_filter));
    program->filter = (struct sock_filter *)(void *)(map + start);
    return program;
}

void seccomp_filters_compile(struct seccomp_filters *filters)
{
    struct stat about;
    CLEANUP_FD int file = memfd_create("seccomp", MFD_CLOEXEC);
    if (file < 0)
        fail("memfd_create", "seccomp");
    compile_apart(file);
    if (fstat(file, &about) < 0)
        fail("stat", "seccomp");
    uint8_t *map = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    if (map == MAP_FAILED)
        fail("map", "seccomp");
    const struct compiled *compiled = (const struct compiled *)(const void *)map;
    filters->native = part_of(map, (off_t)sizeof(*compiled), compiled->ends[NATIVE]);
    filters->with_32bit = part_of(map, compiled->ends[NATIVE], compiled->ends[WITH_32BIT]);
    filters->build = part_of(map, compiled->ends[WITH_32BIT], compiled->ends[BUILD]);
}

int seccomp_filter_install(const struct sock_fprog *filter)
{
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, filter);
}
