/* A session whose peer says whatever the input says, and whose init keeps to the book. session.c is included, so that each
 * run begins with a state of its own. */
#include "fuzz.h"

#include <string.h>

#include "../src/session.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    memset(&session, 0, sizeof(session));
    world_play(data, size, false, &session.stage);
    return 0;
}
