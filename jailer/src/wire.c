#include "jailer.h"

#include <stdlib.h>
#include <string.h>

static const uint8_t *take(struct reader *reader, size_t count)
{
    if (reader->left < count)
        protocol_error("payload too short");
    const uint8_t *at = reader->at;
    reader->at += count;
    reader->left -= count;
    return at;
}

static uint64_t read_number(struct reader *reader, size_t size)
{
    const uint8_t *bytes = take(reader, size);
    uint64_t value = 0;
    for (size_t i = size; i-- > 0;)
        value = value << 8 | bytes[i];
    return value;
}

uint8_t read_u8(struct reader *reader)
{
    return (uint8_t)read_number(reader, 1);
}

uint16_t read_u16(struct reader *reader)
{
    return (uint16_t)read_number(reader, 2);
}

uint32_t read_u32(struct reader *reader)
{
    return (uint32_t)read_number(reader, 4);
}

uint64_t read_u64(struct reader *reader)
{
    return read_number(reader, 8);
}

struct reader read_bytes(struct reader *reader)
{
    uint32_t length = read_u32(reader);
    return (struct reader){.at = take(reader, length), .left = length};
}

const char *read_string(struct reader *reader)
{
    struct reader bytes = read_bytes(reader);
    if (bytes.left == 0 || memchr(bytes.at, '\0', bytes.left) != bytes.at + bytes.left - 1)
        protocol_error("string without its one NUL at the end");
    return (const char *)bytes.at;
}

/* The strings stay in the payload; the array, NULL at its end, is the caller's to free. */
const char **read_list(struct reader *reader, uint32_t *count)
{
    *count = read_u32(reader);
    if (*count > reader->left / 5) /* the shortest string takes five bytes */
        protocol_error("list longer than its payload");
    const char **list = calloc((size_t)*count + 1, sizeof(*list));
    if (list == NULL)
        fail("allocate", "list");
    for (uint32_t i = 0; i < *count; i++)
        list[i] = read_string(reader);
    return list;
}

void read_end(const struct reader *reader)
{
    if (reader->left != 0)
        protocol_error("bytes after the payload's end");
}

static uint8_t *room(struct writer *writer, size_t count)
{
    if (writer->left < count)
        fail("write frame", "no room");
    uint8_t *at = writer->at;
    writer->at += count;
    writer->left -= count;
    return at;
}

static void write_number(struct writer *writer, uint64_t value, size_t size)
{
    uint8_t *at = room(writer, size);
    for (size_t i = 0; i < size; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

void write_u8(struct writer *writer, uint8_t value)
{
    write_number(writer, value, 1);
}

void write_u16(struct writer *writer, uint16_t value)
{
    write_number(writer, value, 2);
}

void write_u32(struct writer *writer, uint32_t value)
{
    write_number(writer, value, 4);
}

void write_u64(struct writer *writer, uint64_t value)
{
    write_number(writer, value, 8);
}

void write_string(struct writer *writer, const char *text)
{
    size_t length = strlen(text) + 1;
    write_u32(writer, (uint32_t)length);
    memcpy(room(writer, length), text, length);
}
