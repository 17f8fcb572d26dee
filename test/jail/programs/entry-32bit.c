/* entry-32bit CALL ARGUMENT: makes a system call by the 32-bit entry and prints what it returned. For `socketcall` the
 * argument is the address family of the socket. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { SOCKETCALL = 102, SYS_SOCKET = 1 };

static long call(long number, long first, long second)
{
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(first), "c"(second), "d"(0), "S"(0) : "memory");
    return (int32_t)result;
}

int main(int count, char **arguments)
{
    if (count != 3)
        return 2;
    long argument = strtol(arguments[2], NULL, 0);
    if (strcmp(arguments[1], "socketcall") != 0) {
        printf("%ld\n", call(strtol(arguments[1], NULL, 0), argument, 2));
        return 0;
    }
    uint32_t *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    low[0] = (uint32_t)argument;
    low[1] = 2; /* SOCK_DGRAM */
    printf("%ld\n", call(SOCKETCALL, SYS_SOCKET, (long)(uintptr_t)low));
    return 0;
}
