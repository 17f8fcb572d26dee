/* A mutator that knows where frames begin: half of its changes leave every frame but one whole. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

enum { HEADER = 8, FRAMES_MAX = 256, LARGE = 4096 };

struct frames {
    size_t start[FRAMES_MAX + 1];
    size_t count;
};

static void find(const uint8_t *data, size_t size, struct frames *frames)
{
    struct reader script = {.at = data, .left = size};
    struct piece piece;
    frames->count = 0;
    while (frames->count < FRAMES_MAX && script_next(&script, &piece)) {
        frames->start[frames->count++] = (size_t)(piece.whole - data);
        frames->start[frames->count] = (size_t)(piece.whole - data) + piece.size;
    }
}

static void write_length(uint8_t *frame, size_t length)
{
    for (size_t i = 0; i < 4; i++)
        frame[i] = (uint8_t)(length >> (8 * i));
}

/* Puts bytes in the place of others; returns the new size, or the old one where there is no room. */
static size_t replace(uint8_t *data, size_t size, size_t max, size_t at, size_t length, const uint8_t *with, size_t with_length)
{
    if (size - length + with_length > max)
        return size;
    memmove(data + at + with_length, data + at + length, size - at - length);
    if (with_length > 0)
        memcpy(data + at, with, with_length);
    return size - length + with_length;
}

static size_t change_payload(uint8_t *data, size_t size, size_t max, size_t at, size_t whole)
{
    static uint8_t frame[HEADER + LARGE];
    if (whole < HEADER || whole > sizeof(frame))
        return size;
    memcpy(frame, data + at, whole);
    size_t length = LLVMFuzzerMutate(frame + HEADER, whole - HEADER, LARGE);
    write_length(frame, length);
    return replace(data, size, max, at, whole, frame, HEADER + length);
}

static size_t change_header(uint8_t *data, size_t size, size_t at, size_t whole)
{
    if (whole >= HEADER) {
        bool direction = data[at + 7] != 0;
        if (rand() % 2 == 0)
            data[at + 4] = (uint8_t)(rand() % 5);
        else
            data[at + 6] = (uint8_t)(direction ? DIRECT_ENDS + rand() % 16 : rand() % 16);
    }
    return size;
}

static size_t add_direction(uint8_t *data, size_t size, size_t max, size_t at)
{
    uint8_t frame[HEADER + 16] = {0};
    size_t length = (size_t)rand() % 16;
    write_length(frame, length);
    frame[4] = (uint8_t)(rand() % 3);
    frame[6] = (uint8_t)(DIRECT_ENDS + rand() % 16);
    frame[7] = 0xFF;
    for (size_t i = 0; i < length; i++)
        frame[HEADER + i] = (uint8_t)(rand() % 3 == 0 ? rand() : 0);
    return replace(data, size, max, at, 0, frame, HEADER + length);
}

static size_t copy_to(uint8_t *data, size_t size, size_t max, const struct frames *frames, size_t at, size_t whole)
{
    static uint8_t frame[HEADER + LARGE];
    if (whole > sizeof(frame))
        return size;
    memcpy(frame, data + at, whole);
    return replace(data, size, max, frames->start[(size_t)rand() % (frames->count + 1)], 0, frame, whole);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
    static struct frames frames;
    srand(seed);
    find(data, size, &frames);
    if (frames.count == 0 || rand() % 2 == 0)
        return LLVMFuzzerMutate(data, size, max_size);
    size_t which = (size_t)rand() % frames.count, at = frames.start[which], whole = frames.start[which + 1] - at;
    switch (rand() % 8) {
    case 0: return replace(data, size, max_size, at, whole, NULL, 0);
    case 1: return copy_to(data, size, max_size, &frames, at, whole);
    case 2: return change_header(data, size, at, whole);
    case 3: return add_direction(data, size, max_size, at);
    default: return change_payload(data, size, max_size, at, whole);
    }
}
