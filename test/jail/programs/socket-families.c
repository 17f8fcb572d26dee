/* Prints the number of each address family in which it gets a socket, of whatever type. */
#include <stdio.h>
#include <sys/socket.h>

int main(void)
{
    for (int family = 0; family < 64; family++)
        for (int type = 1; type <= 10; type++)
            if (socket(family, type, 0) >= 0) {
                printf("%d\n", family);
                break;
            }
    return 0;
}
