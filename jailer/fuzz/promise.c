#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Ends the process: the input that led here is kept by libFuzzer. */
void broken(const char *sentence)
{
    dprintf(STDERR_FILENO, "BROKEN PROMISE: %s\n", sentence);
    abort();
}

void promise(bool kept, const char *sentence)
{
    if (!kept)
        broken(sentence);
}
