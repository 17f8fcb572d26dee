/* The peer's ears: everything that a session says must be frames of the protocol, in an order that it allows. */
#include "fuzz.h"

#include <string.h>

enum { OUTPUT_BYTE = 'o', REPORT_SIZE = 52, RECORDS = 4096 };

static struct {
    uint8_t frame[HEADER_SIZE + DATA_MAX];
    size_t length;
    bool ready, failed;
    uint64_t taken;
    unsigned epoch;
} ears;

/* Of stages by their number: many may be reported before the peer hears of the first. */
static struct stage_record records[RECORDS];

void ears_reset(void)
{
    ears.length = 0;
    ears.ready = ears.failed = false;
    ears.taken = 0;
    ears.epoch++;
}

void ears_expect(uint16_t stage, const struct stage_request *request)
{
    play.record = &records[stage % RECORDS];
    *play.record = (struct stage_record){.epoch = ears.epoch, .number = stage, .ahead = request->gate != GATE_NONE};
    memcpy(play.record->limits, request->limits.output, sizeof(play.record->limits));
}

static struct stage_record *find(uint16_t stage)
{
    struct stage_record *record = &records[stage % RECORDS];
    promise(record->epoch == ears.epoch && record->number == stage && !record->reported, "a frame is about a stage that was started and not reported");
    return record;
}

static void check_output(const uint8_t *data, size_t length)
{
    for (size_t i = 0; i < length; i++)
        promise(data[i] == OUTPUT_BYTE, "output is what the program wrote, and nothing else");
}

static void hear_output(struct stage_record *stage, const uint8_t *data, size_t length, int stream)
{
    promise(length > 0, "output is never empty");
    check_output(data, length);
    stage->output[stream] += length;
    promise(stage->output[stream] <= stage->limits[stream], "no more output is sent than the limit allows");
}

static void hear_report(struct stage_record *stage, struct reader payload)
{
    enum { BEFORE_OUTPUT = 3 + 4 + 4 + 3 * 8 };
    promise(payload.left == REPORT_SIZE, "a report has its size");
    promise(stage->ended || play.hostile, "a stage is reported when it has ended");
    promise(script_number(&payload, 1) <= CAUSE_STDERR, "a report names a known cause");
    payload.at += BEFORE_OUTPUT;
    payload.left -= BEFORE_OUTPUT;
    for (int stream = 0; stream < 2; stream++)
        promise(script_number(&payload, 8) == stage->output[stream], "a report counts the output that was sent");
    stage->reported = true;
}

static void hear_string(struct reader *payload, size_t most)
{
    size_t length = script_number(payload, 4);
    promise(length > 0 && length <= most && length <= payload->left && memchr(payload->at, '\0', length) == payload->at + length - 1, "a failure's texts end in their one NUL");
    payload->at += length;
    payload->left -= length;
}

static void hear_failure(struct reader payload)
{
    uint64_t code = script_number(&payload, 1);
    promise(code >= FAILURE_PROTOCOL && code <= FAILURE_FAILED, "a failure has a known code");
    const char *step = (const char *)payload.at + 4;
    hear_string(&payload, sizeof(((struct failure *)0)->step));
    promise(play.hostile || strstr(step, "of init") == NULL, "an init that keeps to the book is not blamed");
    hear_string(&payload, sizeof(((struct failure *)0)->path));
    promise(payload.left == 4, "a failure ends in its errno");
    ears.failed = true;
}

static void hear_taken(struct reader payload)
{
    promise(payload.left == 4, "TAKEN has its size");
    ears.taken += script_number(&payload, 4);
    promise(ears.taken <= play.stdin_said, "no more input is taken than was said");
}

static void hear_frame(uint8_t type, uint16_t stage, struct reader payload)
{
    promise(!ears.failed, "nothing follows a failure");
    promise(ears.ready || type == FRAME_READY || type == FRAME_ERROR, "READY comes first");
    bool of_stage = type == FRAME_STDOUT || type == FRAME_STDERR || type == FRAME_TAKEN || type == FRAME_REPORT || type == FRAME_WAITING;
    promise(of_stage || stage == 0, "what is about no stage names none");
    struct stage_record *record = of_stage ? find(stage) : NULL;
    switch (type) {
    case FRAME_READY: promise(!ears.ready && payload.left == 12, "READY comes once"); ears.ready = true; break;
    case FRAME_STDOUT:
    case FRAME_STDERR: hear_output(record, payload.at, payload.left, type == FRAME_STDERR); break;
    case FRAME_TAKEN: hear_taken(payload); break;
    case FRAME_REPORT: hear_report(record, payload); break;
    case FRAME_WAITING: promise(record->ahead && payload.left == 8, "only what was started ahead waits"); break;
    case FRAME_ERROR: hear_failure(payload); break;
    case FRAME_COMMITTED:
    case FRAME_REMOVED: promise(payload.left == 0, "COMMITTED and REMOVED are empty"); break;
    default: broken("the peer hears frames of known types only");
    }
}

void ears_hear(const uint8_t *bytes, size_t length)
{
    while (length > 0) {
        ears.frame[ears.length++] = *bytes++;
        length--;
        if (ears.length < HEADER_SIZE)
            continue;
        struct reader header = {.at = ears.frame, .left = HEADER_SIZE};
        uint64_t size = script_number(&header, 4);
        uint16_t stage = (uint16_t)script_number(&header, 2);
        uint8_t type = (uint8_t)script_number(&header, 1);
        promise(size <= DATA_MAX && script_number(&header, 1) == 0, "a header is a header");
        if (ears.length < HEADER_SIZE + size)
            continue;
        ears.length = 0;
        hear_frame(type, stage, (struct reader){.at = ears.frame + HEADER_SIZE, .left = size});
    }
}

/* A frame may be cut off by the connection's end, but is what it is until then. */
void ears_check_end(void)
{
    enum { TYPE_AT = 6 };
    if (ears.length > HEADER_SIZE && (ears.frame[TYPE_AT] == FRAME_STDOUT || ears.frame[TYPE_AT] == FRAME_STDERR))
        check_output(ears.frame + HEADER_SIZE, ears.length - HEADER_SIZE);
}
