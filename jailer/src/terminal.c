#include "jailer.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TTY_GROUP = 5 };

/* A pair of the jail's own devpts; the slave belongs to the runner. Returns the master, which never blocks its session:
 * a program need not read what is typed. */
int terminal_open(uid_t uid, uint16_t rows, uint16_t columns, int *slave)
{
    int master = open("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    int unlocked = 0;
    if (master < 0 || ioctl(master, TIOCSPTLCK, &unlocked) < 0)
        fail("open terminal", "/dev/pts/ptmx");
    *slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (*slave < 0 || fchown(*slave, uid, TTY_GROUP) < 0)
        fail("open terminal", "slave");
    terminal_resize(master, rows, columns);
    return master;
}

/* Makes it the controlling terminal of the calling session leader. */
int terminal_control(int slave)
{
    return ioctl(slave, TIOCSCTTY, 0);
}

void terminal_resize(int master, uint16_t rows, uint16_t columns)
{
    struct winsize size = {.ws_row = rows, .ws_col = columns};
    if (ioctl(master, TIOCSWINSZ, &size) < 0)
        fail("resize", "terminal");
}
