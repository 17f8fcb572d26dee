/* Recurses without end; prints a dot for every mebibyte of stack. */
#include <unistd.h>

static int descend(volatile char *above, unsigned depth)
{
    volatile char room[1024];
    room[0] = above[0];
    if (depth % 1024 == 0)
        write(1, ".", 1);
    return descend(room, depth + 1) + room[0];
}

int main(void)
{
    volatile char first[1] = {0};
    return descend(first, 1);
}
