/* Prints the real and the effective user, and whether it may become root. */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
    printf("%u %u %s\n", getuid(), geteuid(), setuid(0) == 0 ? "root" : "no root");
    return 0;
}
