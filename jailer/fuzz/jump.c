#include "fuzz.h"

#include <setjmp.h>

static jmp_buf after;

NORETURN static void end_attempt(const struct failure *failure)
{
    (void)failure;
    longjmp(after, 1);
}

/* Does something of which a failure would end the process. False: it failed. */
bool attempt(void (*action)(void *), void *argument)
{
    failure_handler_set(end_attempt);
    if (setjmp(after) != 0)
        return false;
    action(argument);
    return true;
}
