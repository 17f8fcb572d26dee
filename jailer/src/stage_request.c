#include "jailer.h"

#include <signal.h>
#include <stdlib.h>

static void read_limits(struct reader *reader, struct stage_limits *limits)
{
    uint64_t *const in_order[] = {
        &limits->wall_ms, &limits->cpu_ms, &limits->memory, &limits->processes, &limits->open_files,
        &limits->file_size, &limits->stack, &limits->output[0], &limits->output[1],
    };
    for (size_t i = 0; i < sizeof(in_order) / sizeof(in_order[0]); i++) {
        *in_order[i] = read_u64(reader);
        if (*in_order[i] == 0 || *in_order[i] > INT64_MAX / NSEC_PER_MSEC)
            protocol_error("limit out of its range");
    }
}

/* The strings stay in the payload, which must outlive the request. AHEAD is STAGE with its gate in front. */
void stage_request_read(struct reader payload, bool ahead, struct stage_request *request)
{
    uint32_t argument_count, variable_count;
    uint8_t gate = ahead ? read_u8(&payload) : GATE_NONE;
    request->argv = read_list(&payload, &argument_count);
    request->environment = read_list(&payload, &variable_count);
    request->folder = read_string(&payload);
    request->input = read_u8(&payload);
    uint8_t reserved = read_u8(&payload);
    request->rows = read_u16(&payload);
    request->columns = read_u16(&payload);
    uint16_t reserved_too = read_u16(&payload);
    read_limits(&payload, &request->limits);
    read_end(&payload);
    if (argument_count == 0 || request->argv[0][0] != '/' || request->folder[0] != '/')
        protocol_error("a stage needs the absolute path of its program and of its folder");
    if (request->input > STDIN_TERMINAL || reserved != 0 || reserved_too != 0)
        protocol_error("stage stdin");
    if (ahead && (gate < GATE_OPEN || gate > GATE_READ || request->input > STDIN_FILE))
        protocol_error("gate");
    request->gate = (enum gate)gate;
}

void stage_request_free(struct stage_request *request)
{
    free(request->argv);
    free(request->environment);
}
