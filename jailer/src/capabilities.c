#include "jailer.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What a distribution's installer needs as root of a build jail: to own, to write and to hand over files, to become
 * the users it makes. Nothing that reaches outside the jail: no mounts, devices, network, tracing. */
static const int build_capabilities[] = {
    CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_FSETID, CAP_SETUID, CAP_SETGID, CAP_SETFCAP, CAP_KILL, CAP_SYS_CHROOT,
};

enum { BUILD_CAPABILITIES = sizeof(build_capabilities) / sizeof(build_capabilities[0]) };

static uint64_t kept_by_builds(void)
{
    uint64_t kept = 0;
    for (size_t i = 0; i < BUILD_CAPABILITIES; i++)
        kept |= 1ull << build_capabilities[i];
    return kept;
}

/* From here on no execve of this process or of its children gains a capability that no build needs (capabilities(7)).
 * The jailer, which starts no program itself, keeps those that it has. */
void capabilities_bound_all(void)
{
    for (unsigned long capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
        if ((kept_by_builds() >> capability & 1) == 0 && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0)
            fail("drop capability", "bounding set");
}

/* The same for a jail: a job's stages gain none at all. */
void capabilities_bound_stages(enum jail_kind kind)
{
    for (size_t i = 0; kind == JAIL_JOB && i < BUILD_CAPABILITIES; i++)
        if (prctl(PR_CAPBSET_DROP, build_capabilities[i], 0, 0, 0) < 0)
            fail("drop capability", "bounding set");
}

/* For a stage that stays root: only what a build needs. 0, or -1 with errno. */
int capabilities_confine_root(void)
{
    uint64_t kept = kept_by_builds();
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    memset(data, 0, sizeof(data));
    for (int i = 0; i < 2; i++)
        data[i].effective = data[i].permitted = (uint32_t)(kept >> (32 * i));
    return (int)syscall(SYS_capset, &header, data);
}
