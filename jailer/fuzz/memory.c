#include "fuzz.h"

#include <stdlib.h>

/* In a play a failure ends the process, which frees everything; here it only jumps back. */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void __real_free(void *block);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void __wrap_free(void *block);

enum { BLOCKS_MAX = 64 };

static void *blocks[BLOCKS_MAX];
static bool tracking;

void memory_track(bool on)
{
    tracking = on;
}

static void *track(void *block)
{
    for (size_t i = 0; tracking && block != NULL; i++) {
        promise(i < BLOCKS_MAX, "a session holds a bounded number of blocks");
        if (blocks[i] == NULL) {
            blocks[i] = block;
            break;
        }
    }
    return block;
}

void *__wrap_malloc(size_t size)
{
    return track(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return track(__real_calloc(count, size));
}

void __wrap_free(void *block)
{
    for (size_t i = 0; tracking && block != NULL && i < BLOCKS_MAX; i++)
        if (blocks[i] == block)
            blocks[i] = NULL;
    __real_free(block);
}

void memory_release(void)
{
    for (size_t i = 0; i < BLOCKS_MAX; i++) {
        __real_free(blocks[i]);
        blocks[i] = NULL;
    }
}
