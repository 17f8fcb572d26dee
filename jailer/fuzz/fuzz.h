/* Fuzzing of the jailer: the one header of its targets.
 *
 * A target is a file with LLVMFuzzerTestOneInput (llvm.org/docs/LibFuzzer.html), linked with the jailer's own files as they
 * are and, where these would need a kernel that makes jails, with stand-ins: the linker gives them the calls (--wrap).
 *
 *   conversation  a peer's bytes into session.c, jail.c, stage.c, peer.c, wire.c; init and the program are played by the book
 *   init          the same with an init that says whatever the input says: it lives in the jail
 *   files         FILE frames into box.c, in a real folder with a canary beside it
 *   figures       what the kernel says, in files of cgroups, mount tables and network counters
 *   arguments     the command lines of jailer and timeout
 *
 * The input of the first three is a script: frames as docs/jailer-protocol.md has them, which the peer says, and between them
 * directions, which are frames with 0xFF in their reserved byte: what the others do. So a corpus is made of frames, and the
 * mutator knows where one begins. A promise that breaks ends the process by broken(), with a sentence.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include "../src/jailer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* promise.c: what must hold. */

NORETURN void broken(const char *promise);
void promise(bool kept, const char *promise);

/* jump.c: failures that the target outlives. */

bool attempt(void (*action)(void *), void *argument);

/* script.c: frames and directions of an input. */

enum direction {
    DIRECT_ENDS = 0xF0,   /* the program ends: i32 wait status */
    DIRECT_WAITS,         /* it is held up at a file of its job */
    DIRECT_WRITES,        /* as many bytes as the payload has; to stderr where the stage's number is odd */
    DIRECT_READS,         /* takes u16 bytes of its input */
    DIRECT_TIME,          /* u32 ms pass */
    DIRECT_ROOM,          /* the peer reads u32 bytes more, and u32 after each time it was full */
    DIRECT_CHUNK,         /* what the peer says arrives in pieces of u16 bytes */
    DIRECT_FIGURES,       /* u32 ms of CPU time, u8: bit 0 killed for memory, 1 its own limit, 2 fork refused */
    DIRECT_FAILS,         /* init fails and ends */
    DIRECT_SAYS,          /* a hostile init says these bytes, with as many descriptors as the stage's number */
    DIRECT_ANSWERS,       /* the same as its answer to the next STAGE */
    DIRECT_CLOSES,        /* the program closes its descriptor: stage's number */
    DIRECT_FILLS,         /* the peer says a frame of the type u8 about the stage, of u32 bytes */
    DIRECT_PLANTS = 0xFC, /* files: a link, as a program that runs could make one: name NUL target */
    DIRECT_WATCHES,       /* files: a stage is started ahead */
    DIRECT_LETS_GO,       /* files: its job has come */
    DIRECT_STARTS,        /* files: a stage is started */
};

struct piece {
    const uint8_t *whole; /* with its header, as it goes over the wire */
    size_t size;
    struct reader payload;
    uint16_t stage;
    uint8_t type;
    bool direction;
};

bool script_next(struct reader *script, struct piece *piece);
uint64_t script_number(struct reader *payload, size_t size);

/* memory.c: what a play allocated and did not free, since it ended by a jump. */

void memory_track(bool on);
void memory_release(void);

/* world.c: everything around a session: clock, peer, init, program. */

/* What the peer may hear of a stage. */
struct stage_record {
    unsigned epoch;
    uint16_t number;
    uint64_t limits[2], output[2];
    bool ahead, ended, reported;
};

enum { STAGES_SAID = 256 };

struct play {
    bool playing;
    bool hostile;                /* init says what the script says */
    struct reader script, heard; /* heard: of what the peer says, what the session has yet to take */
    size_t chunk;
    bool closed;
    unsigned polls_after_close, polls_over_limit;
    uint64_t now, cpu_ns;
    uint8_t figures;
    int connection, channel;
    size_t room, room_again; /* bytes that the peer takes */
    pid_t init;              /* 0: none */
    bool init_gone, attached;
    bool noted;              /* the start of the job */
    int child[3];            /* the program's ends */
    int groups_open, staging;
    uint16_t said[STAGES_SAID], stage; /* said: numbers of the STAGE and AHEAD frames that the session has yet to do */
    unsigned said_count, done_count;
    const struct stage *seen; /* as the session sees it */
    struct stage_record *record; /* of the last stage */
    uint64_t wall_ms;
    bool stage_runs, stage_ended, stage_waits, stage_told, stage_killed;
    uint64_t stage_begun_ns;
    uint64_t stdin_said;     /* bytes of STDIN frames of the stage that runs */
};

extern struct play play;

void world_play(const uint8_t *data, size_t size, bool hostile, const struct stage *seen);

/* fake_init.c: the other end of the channel. */

void init_hears(const struct channel_message *message, const uint8_t *payload, const int *fds);
void init_is_directed(const struct piece *piece);
void init_queue(const void *bytes, size_t length, unsigned descriptors);
void init_say(uint32_t type, const void *payload, uint32_t length, unsigned descriptors);
size_t init_queued(void);
size_t init_take(void *into, size_t size, int *fds, int *fd_count);
void init_reset(void);

/* ears.c: the peer's, which know the protocol. */

void ears_reset(void);
void ears_expect(uint16_t stage, const struct stage_request *request);
void ears_hear(const uint8_t *bytes, size_t length);
void ears_check_end(void);

#endif
