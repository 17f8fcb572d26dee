/* The jailer's one header: what its files offer each other, in the order in which a jail's life meets them.
 *
 * Theory of operation
 *
 *   main        reads the options, takes the instance's lock, prepares what all jails share, serves.
 *   server      accepts a connection, gives it a slot, forks a session for it; takes the slot back when the
 *               session is gone and the slot's cgroup is empty.
 *   session     one process a connection: reads the peer's frames, makes the jail's first process, relays
 *               output and input, enforces the limits, reports.
 *   init        the jail's first process: lays out the mounts, copies the submission, starts stages, reaps,
 *               kills what a stage left.
 *   exec_stage  the last steps before a program of the job's runs: each takes a power away.
 *
 * Every process is the child of the one above it and asks for SIGKILL when that one dies, so no jail outlives
 * its connection, its session or the jailer.
 *
 * A failure in any of them goes through fail() or one of its siblings (error.c): a session tells its peer, an
 * init tells its session, and the process ends. Nothing is mended half-way.
 */
#ifndef JAILER_H
#define JAILER_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#define PROTOCOL_VERSION 1u
#define PAYLOAD_MAX 1048576u /* docs/jailer-protocol.md: no frame is larger */
#define DATA_MAX 65536u      /* nor the data of one STDIN, STDOUT or STDERR */
#define HEADER_SIZE 8u
#define NSEC_PER_MSEC 1000000ull
#define NSEC_PER_SEC 1000000000ull

#define CLEANUP_FD __attribute__((cleanup(close_at_scope_end)))
#define NORETURN __attribute__((noreturn))
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))

/* options.c: the command line. */

struct options {
    const char *instance;
    const char *run_dir;
    const char *data_dir;
    const char *builds_dir;
    const char *executioners_dir;
    const char *own_executioners_dir; /* NULL: there are none */
    const char *cgroup_root; /* NULL: found by cgroup.c */
    const char *starts; /* the log of starts; NULL: none is kept */
    uid_t socket_uid;        /* the peer that may connect, besides root */
    uid_t runner_uid_min;
    gid_t runner_gid_min;
    unsigned slots;
    uint64_t memory_total; /* bytes, all jobs together */
};

struct options options_parse(int argc, char **argv);

enum jail_kind { JAIL_JOB = 0, JAIL_BUILD = 1 };

/* error.c: failures, and the one place per process that hears of them. */

enum { EXIT_FAILED = 5 }; /* of a session that ended in order after it told of a failure */
enum { EXIT_NETWORK_USED = 4 }; /* of a session that ended in order: its slot's network is not to be used again */
enum { EXIT_HELD = 3 }; /* of the jailer: another one holds its lock or its uids; trying again does not help */

enum failure_code { FAILURE_PROTOCOL = 1, FAILURE_BUSY = 2, FAILURE_REFUSED = 3, FAILURE_FAILED = 4 };

struct failure {
    uint32_t code;
    int32_t number; /* errno, 0 where none applies */
    char step[64];
    char path[192];
};

typedef void failure_handler(const struct failure *failure);

void failure_handler_set(failure_handler *handler);
NORETURN void fail(const char *step, const char *path);
NORETURN void fail_with(const struct failure *failure);
NORETURN void refuse(const char *step, const char *path);
NORETURN void protocol_error(const char *step);
void log_line(const char *format, ...) PRINTF_LIKE(1, 2);

/* system.c: system calls that the C library lacks or that need a loop. */

/* Of linux/mount.h, which the C library's own header clashes with or lacks. */
#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE 1u
#endif
#ifndef MOVE_MOUNT_F_EMPTY_PATH
#define MOVE_MOUNT_F_EMPTY_PATH 0x04u
#endif

int system_openat2(int dir, const char *path, uint64_t flags, uint64_t resolve);
int system_open_beneath(int dir, const char *path, uint64_t flags);
int system_create_beneath(int dir, const char *path, mode_t mode);
int system_append_beneath(int dir, const char *path, mode_t mode);
int system_open_tree(int dir, const char *path, unsigned flags);
int system_move_mount(int from_dir, const char *from, int to_dir, const char *to, unsigned flags);
int system_fsopen(const char *type);
int system_fsconfig_set(int fs, const char *key, const char *value);
int system_fsconfig_create(int fs);
int system_fsmount(int fs, bool writable);
int system_pivot_root(const char *new_root, const char *put_old);
int system_close_from(unsigned first);
pid_t system_borrow_memory(int (*function)(void *), void *argument, uint8_t *stack, size_t size);
pid_t system_fork_with(uint64_t clone_flags, int cgroup_dir);
void close_at_scope_end(const int *fd);
void close_and_forget(int *fd);
uint64_t monotonic_ns(void);
void write_file_at(int dir, const char *name, const char *text);
bool try_write_file_at(int dir, const char *name, const char *text);
size_t read_file_at(int dir, const char *name, char *buffer, size_t size);

/* wire.c: numbers, strings and lists in payloads. */

struct reader {
    const uint8_t *at;
    size_t left;
};

struct writer {
    uint8_t *at;
    size_t left;
};

uint8_t read_u8(struct reader *reader);
uint16_t read_u16(struct reader *reader);
uint32_t read_u32(struct reader *reader);
uint64_t read_u64(struct reader *reader);
const char *read_string(struct reader *reader);
const char **read_list(struct reader *reader, uint32_t *count);
struct reader read_bytes(struct reader *reader);
void read_end(const struct reader *reader);
void write_u8(struct writer *writer, uint8_t value);
void write_u16(struct writer *writer, uint16_t value);
void write_u32(struct writer *writer, uint32_t value);
void write_u64(struct writer *writer, uint64_t value);
void write_string(struct writer *writer, const char *text);

/* peer.c: the connection: frames in, frames out, bounded both ways. */

enum frame_type {
    FRAME_OPEN = 1,
    FRAME_ATTACH = 2,
    FRAME_SUBMISSION = 3,
    FRAME_STAGE = 4,
    FRAME_STDIN = 5,
    FRAME_STDIN_END = 6,
    FRAME_SIGNAL = 7,
    FRAME_RESIZE = 8,
    FRAME_COMMIT = 9,
    FRAME_REMOVE = 10,
    FRAME_FILE = 11,
    FRAME_AHEAD = 12,
    FRAME_GO = 13,
    FRAME_NAME = 14,
    FRAME_READY = 64,
    FRAME_STDOUT = 65,
    FRAME_STDERR = 66,
    FRAME_TAKEN = 67,
    FRAME_REPORT = 68,
    FRAME_ERROR = 69,
    FRAME_COMMITTED = 70,
    FRAME_REMOVED = 71,
    FRAME_WAITING = 72,
};

struct frame {
    uint16_t stage;
    uint8_t type;
    struct reader payload;
};

struct peer {
    int fd;
    uint8_t *in;
    size_t in_start, in_end;
    uint8_t *out;
    size_t out_start, out_end;
};

void peer_open(struct peer *peer, int fd);
bool peer_fill(struct peer *peer);
bool peer_next(struct peer *peer, struct frame *frame);
bool peer_has_room(const struct peer *peer);
uint8_t *peer_data_space(struct peer *peer);
void peer_send_data(struct peer *peer, uint8_t type, uint16_t stage, size_t length);
void peer_send(struct peer *peer, uint8_t type, uint16_t stage, const void *payload, size_t length);
void peer_send_failure(int fd, const struct failure *failure);
bool peer_flush(struct peer *peer);

/* names.c: names that come from the peer. */

bool name_is_valid(const char *name);
int name_open_layer(const char *data_dir, const char *package);
int name_open_base(const char *data_dir, const char *base);

/* instance.c: the lock, the uid range, the folders of one jailer. */

struct instance_locks {
    int run_folder, uids;
};

void instance_lock(const struct options *options, struct instance_locks *locks);
bool instance_is_there(const struct options *options, const struct instance_locks *locks);
void instance_layout(const struct options *options);
void instance_remove(const struct options *options, const struct instance_locks *locks);

/* seccomp.c: what jobs may ask of the kernel; seccomp_program.c: as a filter; seccomp_filters.c: compiled once. */

enum verdict {
    VERDICT_ENOSYS,
    VERDICT_ALLOW,
    VERDICT_EPERM,
    VERDICT_EOPNOTSUPP,
    /* by their arguments */
    VERDICT_CLONE,
    VERDICT_SOCKET,
    VERDICT_SOCKETPAIR,
    VERDICT_SOCKETCALL,
    VERDICT_IOCTL,
    VERDICT_SETRLIMIT,
    VERDICT_PRLIMIT,
    VERDICT_PRCTL,
    VERDICT_SETSOCKOPT,
    VERDICT_PERSONALITY,
};

enum { SYSCALL_RULES_MAX = 600 };

struct syscall_rule {
    uint32_t number;
    enum verdict verdict;
};

struct syscall_rules {
    struct syscall_rule rule[SYSCALL_RULES_MAX];
    size_t count;
};

void seccomp_rules(uint32_t architecture, enum jail_kind kind, struct syscall_rules *rules);
void seccomp_program_write(enum jail_kind kind, bool with_32bit, int file);

struct sock_fprog;

struct seccomp_filters {
    struct sock_fprog *native;
    struct sock_fprog *with_32bit; /* equal to native where there is no 32-bit entry */
    struct sock_fprog *build;
};

void seccomp_filters_compile(struct seccomp_filters *filters);
int seccomp_filter_install(const struct sock_fprog *filter);

/* proc_masks.c: what a jail's /proc hides */

struct proc_masks {
    uint32_t files_of_root; /* a bit for each that only root may use */
};

void proc_masks_find(struct proc_masks *masks);
void proc_masks_lay(const struct proc_masks *masks, enum jail_kind kind, const char *empty_file, const char *empty_folder);

/* cradle.c: where jails are born */

struct cradle {
    int jails;           /* the mount namespace that jails are born from */
    int home, home_root; /* the jailer's own, and its root folder there */
};

void cradle_make(const struct options *options, struct cradle *cradle);
void cradle_enter(const struct cradle *cradle);
void cradle_leave(const struct cradle *cradle);

/* network.c: a jail's loopback */

struct network_counters {
    char text[12288]; /* some 6,000 bytes on Linux 6.18 */
    size_t length;
};

void network_loopback_up(void);
int network_make(struct network_counters *counters);
void network_enter(int network);
bool network_is_as_new(const struct network_counters *fresh);
void network_await_sockets(const struct network_counters *fresh);

/* What all jails share, prepared once. */

struct prepared {
    struct seccomp_filters filters;
    struct proc_masks masks;
    struct cradle cradle;
    struct network_counters fresh_network;
    int starts; /* the log of starts, which the server takes over; -1: no starts are noted */
};

/* cgroup.c, cgroup_kept.c, cgroup_layout.c: one interface over v1, v2 and the hybrid of both. */

enum { CGROUP_TREES_MAX = 3 };

struct cgroups {
    bool unified; /* v2 */
    int tree_count;
    int tree[CGROUP_TREES_MAX]; /* folders of this instance; v1: memory, pids, cpuacct; v2: the only one */
    int base[CGROUP_TREES_MAX]; /* their parents */
    bool base_is_ours;          /* v2: delegated to us, or our cgroup namespace's root: its processes may be moved */
    int home;                   /* v2: the group that this process was started in, -1 where it is not to be seen */
    unsigned processors;        /* of the machine */
    int cpu_base;               /* v1: the cpu controller's root, -1 where absent */
    char name[64];              /* of the instance's folder */
};

struct stage_limits {
    uint64_t wall_ms, cpu_ms, memory, processes, open_files, file_size, stack, output[2];
};

struct cgroup_stage {
    int tree[CGROUP_TREES_MAX]; /* folders of the stage */
    int tasks[CGROUP_TREES_MAX]; /* v1: where the stage writes itself into; -1 in v2, whose stages are born there */
    int slot[CGROUP_TREES_MAX];
    int cpu_usage;
    uint64_t memory_limit;
    int oom_event; /* v1: an eventfd, readable when the limit was hit; -1 in v2, whose kernel kills the group */
    bool unified;
    int tree_count;
    uint16_t number;
    char name[16];
};

struct cgroup_slot {
    int tree[CGROUP_TREES_MAX];
    int init; /* v2: the group that the jail's first process is born into; -1 in v1 */
};

/* Bytes that may be charged to a kept group; mostly it is nothing. Memory is charged in batches of this, of which a processor
 * may still hold one that nobody uses (MEMCG_CHARGE_BATCH): no group's figures are finer. */
#define CGROUP_LEFT_MAX (64ull * 4096)

#define CGROUP_PATIENCE_NS (2 * NSEC_PER_SEC) /* for who was killed to be gone, and for the kernel to let a group go */

void cgroups_open(struct cgroups *groups, const struct options *options);
void cgroups_sweep(const struct cgroups *groups, const struct options *options);
void cgroups_start(struct cgroups *groups, const struct options *options);
void cgroups_mend(struct cgroups *groups, const struct options *options);
void cgroups_stop(const struct cgroups *groups, const struct options *options);
void cgroup_slot_open(const struct cgroups *groups, unsigned slot, struct cgroup_slot *opened);
void cgroup_slot_enter(const struct cgroup_slot *slot);
bool cgroup_slot_clear(const struct cgroups *groups, unsigned slot, uint64_t patience_ns);
void cgroup_stage_open(const struct cgroups *groups, const struct cgroup_slot *slot, uint16_t number, struct cgroup_stage *stage);
void cgroup_stage_limit(const struct cgroup_slot *slot, const struct stage_limits *limits, uint64_t box, struct cgroup_stage *stage);
uint64_t cgroup_stage_cpu_ns(const struct cgroup_stage *stage);
uint64_t cgroup_stage_memory_now(const struct cgroup_stage *stage);
uint64_t cgroup_stage_memory_peak(const struct cgroup_stage *stage);
bool cgroup_stage_was_oom_killed(const struct cgroup_stage *stage);
bool cgroup_stage_met_memory_limit(const struct cgroup_stage *stage);
bool cgroup_stage_fork_refused(const struct cgroup_stage *stage);
void cgroup_stage_close(struct cgroup_stage *stage, bool eventful);
bool cgroup_kept_take(const struct cgroup_slot *slot, struct cgroup_stage *stage);
bool cgroup_kept_may_stay(const struct cgroup_stage *stage);
int cgroup_open(int parent, const char *name);
int cgroup_make(int parent, const char *name);
bool cgroup_remove(int parent, const char *name, uint64_t patience_ns);

/* cgroup_neighbours.c: whoever else is in our base group */

#define CGROUP_NEIGHBOURS "crankcase.neighbours" /* no instance's folder has a dot there */

void cgroup_neighbours_enable(int base, bool ours);
bool cgroup_neighbours_join(int home, int base);
bool cgroup_neighbours_return(int base);

/* root.c: the read-only root of a runtime, the writable root of a build. All give a mount that is attached to nothing. */

struct own_executioners { /* which folder the operator's was; all 0: none */
    dev_t device;
    ino_t inode;
    struct timespec changed;
};

int root_open_runtime(const struct options *options, const char *base, const char **layers, uint32_t count);
int root_open_build(const struct options *options, unsigned slot, const char *base, const char **layers, uint32_t count);
int root_open_executioners(const struct options *options, struct own_executioners *seen);
bool root_own_executioners_are(const struct options *options, const struct own_executioners *seen);

/* tree.c */

bool tree_remove(int parent, const char *name);

/* package.c: what a build jail leaves behind. */

void package_staging_sweep(const struct options *options);
void package_staging_make(const struct options *options, unsigned slot);
int package_staging_open(const struct options *options, unsigned slot, const char *leaf);
void package_staging_remove(const struct options *options, unsigned slot);
void package_commit(const struct options *options, unsigned slot, const char *package, struct reader manifest);
void package_remove(const struct options *options, unsigned slot, const char *package);

/* skeleton.c: the topmost layer of every job's root. */

void skeleton_make(const struct options *options);

/* mounts.c: a jail's own mounts, first without, then with its root. */

void mounts_prepare(const struct proc_masks *masks, enum jail_kind kind, uid_t uid, gid_t gid);
void mounts_attach(enum jail_kind kind, int root, int executioners, uint64_t disk, uint64_t inodes);

/* ipc.c: what outlives the processes of a stage. */

void ipc_remove_all(void);

/* submission.c: what a build reads, copied into /box. */

void submission_copy(int source);

/* What holds back a stage that was started ahead of its job: its opening, or reading, the first of the job's files. */
enum gate { GATE_NONE = 0, GATE_OPEN = 1, GATE_READ = 2 };

/* box.c: a job's files, from frames into /box. */

void box_open(uid_t uid, gid_t gid);
void box_take_file(struct reader payload);
void box_close(void);
int box_watch(enum gate gate);
void box_unwatch(int group);
void box_let_pass(int group);

/* channel.c: between a session and its init. */

enum channel_type {
    CHANNEL_READY = 1,
    CHANNEL_ATTACH = 2,
    CHANNEL_FILE = 3,
    CHANNEL_SUBMISSION = 4,
    CHANNEL_STAGE = 5,
    CHANNEL_GO = 6,
    CHANNEL_KILL = 7,
    CHANNEL_SIGNAL = 8,
    CHANNEL_STARTED = 9,
    CHANNEL_WAITING = 10,
    CHANNEL_ENDED = 11,
    CHANNEL_FAILED = 12,
};

enum { CHANNEL_FDS_MAX = 8 };

struct channel_message {
    uint32_t type;
    uint32_t length;
    int fd_count;
    int fds[CHANNEL_FDS_MAX];
};

bool channel_send(int channel, const struct channel_message *message, const void *payload);
bool channel_receive(int channel, struct channel_message *message, void *payload, size_t size);

/* stage_request.c: the payload of STAGE and AHEAD, read alike by session and init. */

enum stage_stdin { STDIN_NONE = 0, STDIN_FILE = 1, STDIN_STREAM = 2, STDIN_TERMINAL = 3 };

struct stage_request {
    const char **argv;
    const char **environment;
    const char *folder;
    uint8_t input;
    uint16_t rows, columns;
    struct stage_limits limits;
    enum gate gate;
};

/* What the session puts in front of the payload for init: the cgroups' version, and the gate. */
enum { STAGE_PREFIX = 2 };

void stage_request_read(struct reader payload, bool ahead, struct stage_request *request);
void stage_request_free(struct stage_request *request);

/* capabilities.c */

void capabilities_keep_own(void);
void capabilities_keep_session(enum jail_kind kind);
void capabilities_keep_init(enum jail_kind kind);
int capabilities_confine_root(void);

/* terminal.c */

int terminal_open(uid_t uid, uint16_t rows, uint16_t columns, int *slave);
int terminal_control(int slave);
void terminal_resize(int master, uint16_t rows, uint16_t columns);

/* exec_stage.c: the irreversible steps. */

struct exec_failure {
    char step[32];
    int32_t number;
};

struct exec_plan {
    const struct stage_request *request;
    const struct sock_fprog *filter;
    struct exec_failure *failure; /* shared with init; not mapped any more after execve */
    enum jail_kind kind;
    uid_t uid;
    gid_t gid;
    int stdio[3];
    int cgroups[CGROUP_TREES_MAX]; /* v2: the group's folder; v1: files that the stage writes itself into */
    int cgroup_count;
    bool terminal;
};

NORETURN void exec_stage(const struct exec_plan *plan);

/* init.c: the jail's first process. */

struct init_plan {
    const struct options *options;
    const struct cgroup_slot *slot_group;
    const struct prepared *prepared;
    enum jail_kind kind;
    uid_t uid;
    gid_t gid;
    int channel;
    bool loopback_is_up; /* the network was there before the jail */
};

struct attach_message {
    uint64_t disk, inodes;
    uint32_t allow_32bit;
};

struct started_message {
    uint64_t started_ns;
};

struct ended_message {
    int32_t wait_status;
    uint64_t ended_ns;
    uint64_t largest_process; /* bytes: the peak where the cgroup keeps none */
    uint8_t early; /* not 0: started ahead, and its job had not come. No bool: any byte may come from a jail */
};

union init_payload { /* of the messages that init sends */
    struct failure failure;
    struct started_message started;
    struct ended_message ended;
};

NORETURN void init_run(const struct init_plan *plan);

/* jail.c: the session's end of a jail. */

struct jail {
    const struct options *options;
    const struct cgroups *groups;
    struct cgroup_slot slot_group;
    unsigned slot;
    enum jail_kind kind;
    uid_t uid;
    gid_t gid;
    pid_t pid; /* 0: none */
    int channel;
    bool attached;
    struct cgroup_stage first_stage; /* its groups wait for it */
    bool first_stage_waits;
    int executioners; /* their mount, until ATTACH; -1: taken */
    struct own_executioners executioners_seen;
    int network; /* the slot's, which a job's jail is born into; -1: none */
    bool network_entered;
    uint64_t box; /* bytes of memory that its private tmpfs can take */
};

void jail_make(struct jail *jail, const struct prepared *prepared);
void jail_attach(struct jail *jail, struct reader payload);
void jail_take_file(const struct jail *jail, struct reader payload);
void jail_submit(const struct jail *jail, const char *folder);
void jail_end(struct jail *jail);
void jail_tell(const struct jail *jail, const struct channel_message *message, const void *payload);
void jail_receive(const struct jail *jail, struct channel_message *message, union init_payload *payload);

/* stage.c: a running stage, seen from the session. */

enum stage_cause {
    CAUSE_EXITED = 0,
    CAUSE_SIGNALED = 1,
    CAUSE_WALL_TIME = 2,
    CAUSE_CPU_TIME = 3,
    CAUSE_MEMORY = 4,
    CAUSE_STDOUT = 5,
    CAUSE_STDERR = 6,
};

struct stage {
    bool running;
    bool started; /* init has said so */
    bool ahead; /* it was started before its job */
    bool waits; /* its job has not come: it is, or will be, held back at the first of the job's files that it opens */
    bool ended; /* nothing of it is left but, maybe, output that waits to be sent */
    struct ended_message end;
    uint16_t number;
    struct stage_limits limits;
    struct cgroup_stage group;
    int output[2]; /* read ends; a terminal's master in the first */
    int input;     /* write end, -1: none or closed */
    int gate;      /* a copy of what holds the program up, the last to be closed; -1: none */
    bool terminal, takes_input;
    uint64_t sent[2]; /* bytes of output passed on */
    uint8_t *pending; /* input that waits for the program, DATA_MAX bytes of room */
    size_t pending_start, pending_end;
    size_t untold; /* bytes of input that are taken, which the peer was not told yet */
    bool input_ends;
    uint64_t started_ns, killed_ns, next_cpu_check_ns;
    uint64_t cpu_before_ns; /* of its CPU time, what it took before its job came */
    uint64_t suspected_until_ns; /* v1: until then its memory is looked at closely */
    uint8_t cause; /* CAUSE_EXITED: not killed by us */
};

void stage_start(struct stage *stage, struct jail *jail, uint16_t number, struct reader payload, bool ahead);
void stage_take_started(struct stage *stage, const struct channel_message *message, const struct started_message *started);
void stage_take_ended(struct stage *stage, const struct ended_message *end);
void stage_tell_waiting(const struct stage *stage, struct peer *peer);
void stage_go(struct stage *stage, const struct jail *jail);
void stage_signal(const struct stage *stage, const struct jail *jail, uint32_t signal_number);
void stage_kill(struct stage *stage, const struct jail *jail, uint8_t cause);
void stage_suspect_memory(struct stage *stage);
void stage_check_limits(struct stage *stage, const struct jail *jail);
uint64_t stage_next_deadline(const struct stage *stage);
void stage_finish(struct stage *stage, struct peer *peer);

/* stage_io.c: its input and output. */

void stage_io_open(struct stage *stage, const struct stage_request *request, uid_t uid, gid_t gid, int child[3]);
void stage_io_close(struct stage *stage);
bool stage_read_output(struct stage *stage, struct peer *peer, int stream);
void stage_tell_taken(struct stage *stage, struct peer *peer);
void stage_take_input(struct stage *stage, struct reader data);
bool stage_has_input(const struct stage *stage);
void stage_write_input(struct stage *stage);

/* starts.c: the log of jobs' starts. */

bool starts_path_is_valid(const char *path);
int starts_open(const struct options *options);
void starts_look(const struct options *options, int *log);
bool starts_name_is_valid(const char *name);
void starts_note(const struct options *options, int log, const char *name, unsigned slot);

/* session.c: one connection. */

struct session_plan {
    const struct options *options;
    const struct cgroups *groups;
    const struct prepared *prepared;
    int connection;
    int network; /* the slot's; -1: the jail makes its own */
    int starts;  /* the log of starts; -1: none */
    unsigned slot;
    pid_t server;
};

NORETURN void session_run(const struct session_plan *plan);

/* server.c: the listening socket, the slots. */

void server_run(const struct options *options, const struct instance_locks *locks, struct cgroups *groups, const struct prepared *prepared);

#endif
