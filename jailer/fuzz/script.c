#include "fuzz.h"

enum { DIRECTION_MARK = 0xFF };

/* Little-endian; what is not there any more reads as 0. */
uint64_t script_number(struct reader *payload, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size && payload->left > 0; i++) {
        value |= (uint64_t)*payload->at++ << (8 * i);
        payload->left--;
    }
    return value;
}

/* The next frame or direction; the last may be cut off. False: the script is over. */
bool script_next(struct reader *script, struct piece *piece)
{
    struct reader header = *script;
    if (script->left == 0)
        return false;
    size_t length = script_number(&header, 4);
    piece->stage = (uint16_t)script_number(&header, 2);
    piece->type = (uint8_t)script_number(&header, 1);
    piece->direction = script_number(&header, 1) == DIRECTION_MARK && piece->type >= DIRECT_ENDS;
    size_t there = length < header.left ? length : header.left;
    piece->payload = (struct reader){.at = header.at, .left = there};
    piece->whole = script->at;
    piece->size = (size_t)(header.at - script->at) + there;
    script->at += piece->size;
    script->left -= piece->size;
    return true;
}
