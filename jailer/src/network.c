/* The networks of jails: namespaces with a loopback interface and nothing else. Making one and taking it down is the
 * largest part of a jail's cost, so a slot's is used again, if its kernel counters say that it carried nothing: not one
 * packet, and no socket is left. Nothing else of a job can stay in it: its settings are read-only to jobs, and what
 * processes bind, join or listen to ends with their sockets. A build always has a new one. */
#include "jailer.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* A new network namespace has a loopback interface, which is down (network_namespaces(7)). */
static bool bring_loopback_up(void)
{
    CLEANUP_FD int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct ifreq request = {.ifr_flags = IFF_UP};
    strcpy(request.ifr_name, "lo");
    return fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &request) == 0;
}

void network_loopback_up(void)
{
    if (!bring_loopback_up())
        fail("bring up", "lo");
}

static int open_own(void)
{
    return open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
}

void network_enter(int network)
{
    if (setns(network, CLONE_NEWNET) < 0)
        fail("enter", "network namespace");
}

/* Appends what a file of /proc/net says, or its first line alone; kernels without the file say nothing. */
static size_t append(int dir, const char *name, bool first_line_only, char *text, size_t room)
{
    CLEANUP_FD int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
    size_t length = 0;
    ssize_t got;
    while (fd >= 0 && length < room && (got = read(fd, text + length, room - length)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            fail("read", name);
        length += (size_t)got;
    }
    const char *end = first_line_only ? memchr(text, '\n', length) : NULL;
    return end != NULL ? (size_t)(end - text) : length;
}

/* What the kernel has counted in this process's network namespace: traffic of every protocol, sockets, and the one thing
 * that outlives its socket, the labels of IPv6's flows. */
static void take_stock(struct network_counters *counters)
{
    /* Below the first line, sockstat counts those of the whole machine. */
    static const char *const names[] = {"dev", "snmp", "netstat", "snmp6", "ip6_flowlabel", "sockstat"};
    enum { NAMES = sizeof(names) / sizeof(names[0]) };
    CLEANUP_FD int dir = open("/proc/self/net", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        fail("open", "/proc/self/net");
    counters->length = 0;
    for (size_t i = 0; i < NAMES; i++)
        counters->length += append(dir, names[i], i + 1 == NAMES, counters->text + counters->length, sizeof(counters->text) - counters->length);
}

/* Whether this process's network namespace is as a new one. One that says more than we can hold is not. */
bool network_is_as_new(const struct network_counters *fresh)
{
    struct network_counters now;
    take_stock(&now);
    return now.length == fresh->length && now.length < sizeof(now.text) && memcmp(now.text, fresh->text, now.length) == 0;
}

/* The first line of sockstat, which take_stock puts last: how many sockets there are. */
static bool sockets_are_as_new(const struct network_counters *fresh)
{
    char line[256];
    CLEANUP_FD int dir = open("/proc/self/net", O_PATH | O_DIRECTORY | O_CLOEXEC);
    size_t length = append(dir, "sockstat", true, line, sizeof(line));
    return length <= fresh->length && memcmp(fresh->text + fresh->length - length, line, length) == 0;
}

/* Sockets that nobody has any more but messages in one another are the kernel's to collect, a while after their last process
 * has ended (unix(7), SCM_RIGHTS). Until then they, and whatever else is in such messages, count for the runner's user, who
 * would have none for the slot's next job. */
void network_await_sockets(const struct network_counters *fresh)
{
    enum { NAPS = 200 };
    for (int naps = 0; naps < NAPS && !sockets_are_as_new(fresh); naps++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

/* A new one, with what the kernel counts in it. -1: none can be made now; a jail that makes its own will say why. The
 * caller stays in its own. */
int network_make(struct network_counters *counters)
{
    CLEANUP_FD int home = open_own();
    if (home < 0 || unshare(CLONE_NEWNET) < 0)
        return -1;
    int network = bring_loopback_up() ? open_own() : -1;
    if (network >= 0 && counters != NULL)
        take_stock(counters);
    network_enter(home);
    return network;
}
