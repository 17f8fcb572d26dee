/* What the jailer's processes keep of root's powers. The server gives up at its start what no process of ours needs; a
 * session and an init give up more as soon as they have made what they make; a job's stages have none. A bounding set can
 * be given up only while CAP_SETPCAP is there, and nobody gets anything back by execve (no_new_privs). */
#include "jailer.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Who keeps a power. The server keeps them all: it is what the others are made of. */
enum holder {
    SERVER = 0,
    JOB_SESSION = 1 << 0, /* from when its jail's first process is there */
    JOB_INIT = 1 << 1,    /* from when its own mounts are laid out */
    BUILD = 1 << 2,       /* both of a build's */
    BUILD_STAGE = 1 << 3, /* what a distribution's installer needs: to own, write and hand over files, to become the users it makes */
};

static const struct power {
    int capability;
    unsigned holders;
} powers[] = {
    {CAP_CHOWN, JOB_SESSION | JOB_INIT | BUILD | BUILD_STAGE}, /* pipes, files and terminals become the runner's */
    {CAP_DAC_OVERRIDE, JOB_INIT | BUILD | BUILD_STAGE},        /* /box is the runner's, a build's submission the daemon's */
    {CAP_FOWNER, BUILD | BUILD_STAGE},                         /* what lies in a build's /tmp is removed with it */
    {CAP_FSETID, BUILD | BUILD_STAGE},
    {CAP_KILL, JOB_SESSION | JOB_INIT | BUILD | BUILD_STAGE},   /* the runner's processes */
    {CAP_SETGID, JOB_INIT | BUILD | BUILD_STAGE},               /* becoming the runner */
    {CAP_SETUID, JOB_INIT | BUILD | BUILD_STAGE},
    {CAP_SETPCAP, SERVER},                                      /* bounding sets */
    {CAP_NET_ADMIN, SERVER},                                    /* a jail's loopback */
    {CAP_SYS_CHROOT, JOB_INIT | BUILD | BUILD_STAGE},           /* entering mount namespaces, and the jail's root */
    {CAP_SYS_ADMIN, JOB_SESSION | JOB_INIT | BUILD},            /* mounts and namespaces, fanotify, others' IPC objects */
    {CAP_SYS_RESOURCE, JOB_INIT | BUILD},                       /* limits above the jailer's own; a container may lack it */
    {CAP_MKNOD, SERVER},                                        /* a jail's /dev */
    {CAP_SETFCAP, BUILD | BUILD_STAGE},                         /* programs with capabilities of their own */
};

/* What this process holds of them. */
static uint64_t held;

static uint64_t kept_by(unsigned holder)
{
    uint64_t kept = 0;
    for (size_t i = 0; i < sizeof(powers) / sizeof(powers[0]); i++)
        if (holder == SERVER || (powers[i].holders & holder) != 0)
            kept |= 1ull << powers[i].capability;
    return kept;
}

/* Nothing is inheritable, and so nothing ambient (capabilities(7)). 0, or -1 with errno. */
static int set(uint64_t kept)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    memset(data, 0, sizeof(data));
    for (int i = 0; i < 2; i++)
        data[i].effective = data[i].permitted = (uint32_t)(kept >> (32 * i));
    return (int)syscall(SYS_capset, &header, data);
}

static void keep(unsigned holder)
{
    held &= kept_by(holder);
    if (set(held) < 0)
        fail("give up", "capabilities");
}

static uint64_t given(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    if (syscall(SYS_capget, &header, data) < 0)
        fail("look at", "capabilities");
    return data[0].permitted | (uint64_t)data[1].permitted << 32;
}

static void give_up_bounding(uint64_t kept)
{
    for (unsigned capability = 0; prctl(PR_CAPBSET_READ, (unsigned long)capability, 0, 0, 0) >= 0; capability++)
        if ((kept >> capability & 1) == 0 && prctl(PR_CAPBSET_DROP, (unsigned long)capability, 0, 0, 0) < 0)
            fail("drop capability", "bounding set");
}

/* The server, at its start. Whatever starts us with more than a unit would, in a container or by hand, has it here. No core
 * file of ours is written, which would hold jobs' files, and no other process of root's without CAP_SYS_PTRACE looks into
 * ours (PR_SET_DUMPABLE). All of this is inherited by what the server forks. */
void capabilities_keep_own(void)
{
    if (setgroups(0, NULL) < 0)
        fail("leave", "supplementary groups");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        fail("set", "no_new_privs and dumpable");
    give_up_bounding(kept_by(BUILD_STAGE));
    held = given();
    keep(SERVER);
}

/* A session, whose jail's first process is there. */
void capabilities_keep_session(enum jail_kind kind)
{
    keep(kind == JAIL_JOB ? JOB_SESSION : BUILD);
}

/* A jail's first process, when it has laid out its mounts. What its stages can come to have is bounded first: a job's, nothing. */
void capabilities_keep_init(enum jail_kind kind)
{
    uint64_t of_builds = kept_by(BUILD_STAGE);
    for (unsigned long capability = 0; kind == JAIL_JOB && of_builds >> capability != 0; capability++)
        if ((of_builds >> capability & 1) != 0 && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0)
            fail("drop capability", "bounding set");
    keep(kind == JAIL_JOB ? JOB_INIT : BUILD);
}

/* For a stage that stays root: only what a build needs. It may share its memory with the jail's first process: nothing is
 * written to that. 0, or -1 with errno. */
int capabilities_confine_root(void)
{
    return set(held & kept_by(BUILD_STAGE));
}
