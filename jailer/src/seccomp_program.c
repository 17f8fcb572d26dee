/* The filter's program. What it costs to install one is the kernel's reading and compiling of it, in every stage: so it is
 * a third of what libseccomp makes of the same rules, by ranges of numbers instead of each number. Only loads of the
 * number and of the architecture, jumps and returns lead to a verdict: those the kernel can follow ahead, and keeps what it
 * found for each system call (kernel/seccomp.c, seccomp_is_const_allow).
 *
 *   for each architecture       is it this one?
 *     for each group of ranges    is the number below the next group's?
 *       for each range              is the number below the next range's? then this is the verdict
 */
#include "jailer.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CODE_MAX = 4096, GROUP = 10 /* ranges */ };

struct program {
    struct sock_filter code[CODE_MAX];
    size_t length;
};

/* unshare(2)'s flags for namespaces, also taken by clone; CLONE_NEWTIME shares its bit with clone's exit signal. */
#define NAMESPACE_FLAGS                                                                                                \
    (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

#define ERRNO(number) (SECCOMP_RET_ERRNO | (number))
#define NO_JUMP 0

static void emit(struct program *program, uint16_t code, uint32_t value, size_t if_true, size_t if_false)
{
    if (program->length == CODE_MAX || if_true > UINT8_MAX || if_false > UINT8_MAX)
        fail("seccomp", "program too long");
    program->code[program->length++] = (struct sock_filter){.code = code, .jt = (uint8_t)if_true, .jf = (uint8_t)if_false, .k = value};
}

static void load(struct program *program, size_t offset)
{
    emit(program, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, NO_JUMP, NO_JUMP);
}

/* The low half of an argument, and the high one. */
static void load_low(struct program *program, unsigned argument)
{
    load(program, offsetof(struct seccomp_data, args[argument]) + (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0));
}

static void load_high(struct program *program, unsigned argument)
{
    load(program, offsetof(struct seccomp_data, args[argument]) + (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 0 : 4));
}

static void answer(struct program *program, uint32_t action)
{
    emit(program, BPF_RET | BPF_K, action, NO_JUMP, NO_JUMP);
}

/* The answer for one value; what follows is for the others. */
static void answer_if(struct program *program, uint32_t value, uint32_t action)
{
    emit(program, BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
    answer(program, action);
}

static void decide_clone(struct program *program)
{
#ifdef __s390__
    const unsigned flags = 1;
#else
    const unsigned flags = 0;
#endif
    load_low(program, flags);
    emit(program, BPF_JMP | BPF_JSET | BPF_K, NAMESPACE_FLAGS, 0, 1);
    answer(program, ERRNO(EPERM));
    answer(program, SECCOMP_RET_ALLOW);
}

static void keep_bits(struct program *program, uint32_t bits)
{
    emit(program, BPF_ALU | BPF_AND | BPF_K, bits, NO_JUMP, NO_JUMP);
}

/* The answer for all values but these two; what follows is for them. */
static void answer_unless(struct program *program, uint32_t one, uint32_t other, uint32_t action)
{
    emit(program, BPF_JMP | BPF_JEQ | BPF_K, one, 2, 0);
    emit(program, BPF_JMP | BPF_JEQ | BPF_K, other, 1, 0);
    answer(program, action);
}

/* vsock reaches the machine's own host; packet, alg and the rest are there to be attacked. What a netlink socket holds no
 * cgroup counts: 31 processes took 1.5 GiB of the kernel's memory with it inside a limit of 256 MiB. Of IP only TCP and UDP:
 * for any other type or protocol the kernel loads a module (net/ipv4/af_inet.c, inet_create), be it SCTP, DCCP or L2TP. */
static void decide_socket(struct program *program)
{
    load_low(program, 0);
    answer_if(program, AF_UNIX, SECCOMP_RET_ALLOW);
    answer_unless(program, AF_INET, AF_INET6, ERRNO(EAFNOSUPPORT));
    load_low(program, 1);
    keep_bits(program, 0xf /* SOCK_TYPE_MASK of linux/net.h */);
    answer_unless(program, SOCK_STREAM, SOCK_DGRAM, ERRNO(ESOCKTNOSUPPORT));
    load_low(program, 2);
    answer_if(program, 0, SECCOMP_RET_ALLOW);
    answer_unless(program, IPPROTO_TCP, IPPROTO_UDP, ERRNO(EPROTONOSUPPORT));
    answer(program, SECCOMP_RET_ALLOW);
}

/* A filter of a job's own, for packets here and for system calls below, becomes machine code in memory that no cgroup counts
 * and of which the machine has half a gigabyte (net.core.bpf_jit_limit). When that is full no jail's filter can be
 * installed: no other job starts. 300 sockets with one each took 27 MiB of it, in a third of a second. */
static void decide_setsockopt(struct program *program)
{
    load_low(program, 1);
    emit(program, BPF_JMP | BPF_JEQ | BPF_K, SOL_SOCKET, 1, 0);
    answer(program, SECCOMP_RET_ALLOW);
    load_low(program, 2);
    answer_if(program, SO_ATTACH_FILTER, ERRNO(EPERM));
    answer_if(program, SO_ATTACH_REUSEPORT_CBPF, ERRNO(EPERM));
    answer(program, SECCOMP_RET_ALLOW);
}

/* The older way to a filter for system calls; the answer is that of a kernel without them (prctl(2)). */
static void decide_prctl(struct program *program)
{
    load_low(program, 0);
    answer_if(program, PR_SET_SECCOMP, ERRNO(EINVAL));
    answer(program, SECCOMP_RET_ALLOW);
}

/* socketpair makes its two sockets, and loads their module, before it finds that most families have no pairs
 * (net/socket.c); TIPC has. */
static void decide_socketpair(struct program *program)
{
    load_low(program, 0);
    answer_if(program, AF_UNIX, SECCOMP_RET_ALLOW);
    answer(program, ERRNO(EOPNOTSUPP));
}

/* i386 can make sockets and pairs by this as well, and set options: family and option lie in memory, out of a filter's sight. */
static void decide_socketcall(struct program *program)
{
    load_low(program, 0);
    answer_if(program, 1 /* SYS_SOCKET of linux/net.h */, ERRNO(EAFNOSUPPORT));
    answer_if(program, 8 /* SYS_SOCKETPAIR */, ERRNO(EAFNOSUPPORT));
    answer_if(program, 14 /* SYS_SETSOCKOPT */, ERRNO(ENOPROTOOPT));
    answer(program, SECCOMP_RET_ALLOW);
}

/* TIOCSTI pushes input into a terminal as if it had been typed. TIOCSETD puts any of the kernel's line disciplines onto a
 * terminal, and the last three ask for bridges and VLANs on any socket: for them the kernel loads modules. It reads the
 * request's low 32 bits only. */
static void decide_ioctl(struct program *program)
{
    load_low(program, 1);
    answer_if(program, TIOCSTI, ERRNO(ENOSYS));
    answer_if(program, TIOCSETD, ERRNO(EPERM));
    keep_bits(program, ~1u);
    answer_if(program, SIOCGIFBR, ERRNO(EPERM)); /* and SIOCSIFBR */
    answer_if(program, SIOCGIFVLAN, ERRNO(EPERM)); /* and SIOCSIFVLAN */
    answer_if(program, SIOCBRADDBR, ERRNO(EPERM)); /* and SIOCBRDELBR */
    answer(program, SECCOMP_RET_ALLOW);
}

/* Resource limits may be changed, but for that of core dumps: exec_stage.c sets the one value that keeps the host's
 * core dump handler from being started, and 0 would not. */
static void decide_setrlimit(struct program *program)
{
    load_low(program, 0);
    answer_if(program, RLIMIT_CORE, ERRNO(EPERM));
    answer(program, SECCOMP_RET_ALLOW);
}

/* The same; without a new limit, at address 0, it only asks. */
static void decide_prlimit(struct program *program)
{
    load_low(program, 1);
    emit(program, BPF_JMP | BPF_JEQ | BPF_K, RLIMIT_CORE, 1, 0);
    answer(program, SECCOMP_RET_ALLOW);
    load_low(program, 2);
    emit(program, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0);
    answer(program, ERRNO(EPERM));
    load_high(program, 2);
    answer_if(program, 0, SECCOMP_RET_ALLOW);
    answer(program, ERRNO(EPERM));
}

static void decide_personality(struct program *program)
{
    /* personality(2): Linux, its 32-bit look, and without address randomisation (debuggers, Lisp images); and the question. */
    static const uint32_t personas[] = {0x0, 0x8, 0x20000, 0x20008, 0x40000, 0x0040008, 0xffffffff};
    load_low(program, 0);
    for (size_t i = 0; i < sizeof(personas) / sizeof(personas[0]); i++)
        answer_if(program, personas[i], SECCOMP_RET_ALLOW);
    answer(program, ERRNO(ENOSYS));
}

static void decide(struct program *program, enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_ENOSYS: answer(program, ERRNO(ENOSYS)); break;
    case VERDICT_ALLOW: answer(program, SECCOMP_RET_ALLOW); break;
    case VERDICT_EPERM: answer(program, ERRNO(EPERM)); break;
    case VERDICT_EOPNOTSUPP: answer(program, ERRNO(EOPNOTSUPP)); break;
    case VERDICT_CLONE: decide_clone(program); break;
    case VERDICT_SOCKET: decide_socket(program); break;
    case VERDICT_SOCKETPAIR: decide_socketpair(program); break;
    case VERDICT_SOCKETCALL: decide_socketcall(program); break;
    case VERDICT_IOCTL: decide_ioctl(program); break;
    case VERDICT_SETRLIMIT: decide_setrlimit(program); break;
    case VERDICT_PRLIMIT: decide_prlimit(program); break;
    case VERDICT_PRCTL: decide_prctl(program); break;
    case VERDICT_SETSOCKOPT: decide_setsockopt(program); break;
    case VERDICT_PERSONALITY: decide_personality(program); break;
    }
}

/* From `first` to the next range's first they all have this verdict. */
struct ranges {
    struct { uint32_t first; enum verdict verdict; } range[2 * SYSCALL_RULES_MAX + 1];
    size_t count;
};

static void add_range(struct ranges *ranges, uint32_t first, enum verdict verdict)
{
    if (ranges->count > 0 && ranges->range[ranges->count - 1].verdict == verdict)
        return;
    ranges->range[ranges->count].first = first;
    ranges->range[ranges->count++].verdict = verdict;
}

static void find_ranges(const struct syscall_rules *rules, struct ranges *ranges)
{
    uint32_t next = 0;
    ranges->count = 0;
    for (size_t i = 0; i < rules->count; i++) {
        const struct syscall_rule *rule = &rules->rule[i];
        if (rule->number < next)
            fail("seccomp", "two rules for a system call");
        if (rule->number > next)
            add_range(ranges, next, VERDICT_ENOSYS);
        add_range(ranges, rule->number, rule->verdict);
        next = rule->number + 1;
    }
    add_range(ranges, next, VERDICT_ENOSYS);
}

/* Makes the jump at `at` go on behind all that was added since. */
static void skip_to_here(struct program *program, size_t at, bool if_true)
{
    size_t distance = program->length - at - 1;
    if (distance > UINT8_MAX)
        fail("seccomp", "jump too far");
    if (if_true)
        program->code[at].jt = (uint8_t)distance;
    else
        program->code[at].jf = (uint8_t)distance;
}

static void add_group(struct program *program, const struct ranges *ranges, size_t start)
{
    size_t end = start + GROUP < ranges->count ? start + GROUP : ranges->count;
    for (size_t i = start; i < end; i++) {
        size_t jump = program->length;
        if (i + 1 < end)
            emit(program, BPF_JMP | BPF_JGE | BPF_K, ranges->range[i + 1].first, NO_JUMP, NO_JUMP);
        decide(program, ranges->range[i].verdict);
        if (i + 1 < end)
            skip_to_here(program, jump, true);
    }
}

static void add_numbers(struct program *program, const struct ranges *ranges)
{
    for (size_t start = 0; start < ranges->count; start += GROUP) {
        size_t jump = program->length;
        bool last = start + GROUP >= ranges->count;
        if (!last)
            emit(program, BPF_JMP | BPF_JGE | BPF_K, ranges->range[start + GROUP].first, NO_JUMP, NO_JUMP);
        add_group(program, ranges, start);
        if (!last)
            skip_to_here(program, jump, true);
    }
}

/* The x32 entry has its numbers from here up (asm/unistd.h, __X32_SYSCALL_BIT); -1 is what a tracer puts in the place of
 * a call that is not to be made. */
static void refuse_x32(struct program *program)
{
    emit(program, BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 2);
    emit(program, BPF_JMP | BPF_JEQ | BPF_K, UINT32_MAX, 1, 0);
    answer(program, SECCOMP_RET_KILL_PROCESS);
}

/* libseccomp's names of architectures are the kernel's numbers for them (seccomp.h). */
static void add_architecture(struct program *program, uint32_t architecture, enum jail_kind kind)
{
    static struct syscall_rules rules;
    static struct ranges ranges;
    seccomp_rules(architecture, kind, &rules);
    find_ranges(&rules, &ranges);
    emit(program, BPF_JMP | BPF_JEQ | BPF_K, architecture, 1, 0);
    size_t jump = program->length;
    emit(program, BPF_JMP | BPF_JA, 0, NO_JUMP, NO_JUMP);
    load(program, offsetof(struct seccomp_data, nr));
    if (architecture == SCMP_ARCH_X86_64)
        refuse_x32(program);
    add_numbers(program, &ranges);
    program->code[jump].k = (uint32_t)(program->length - jump - 1);
}

/* Writes the filter of a kind of jail: for the machine's own calling convention, and its 32-bit one where it is asked for.
 * Any other ends the program. */
void seccomp_program_write(enum jail_kind kind, bool with_32bit, int file)
{
    static struct program program;
    uint32_t native = seccomp_arch_native();
    program.length = 0;
    load(&program, offsetof(struct seccomp_data, arch));
    add_architecture(&program, native, kind);
    if (with_32bit && native == SCMP_ARCH_X86_64)
        add_architecture(&program, SCMP_ARCH_X86, kind);
    if (with_32bit && native == SCMP_ARCH_AARCH64)
        add_architecture(&program, SCMP_ARCH_ARM, kind);
    answer(&program, SECCOMP_RET_KILL_PROCESS);
    size_t size = program.length * sizeof(program.code[0]);
    if (write(file, program.code, size) != (ssize_t)size)
        fail("write", "seccomp");
}
