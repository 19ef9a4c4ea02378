// SPDX-License-Identifier: Apache-2.0
// Long work: backtests and sweeps that a client asked for, each a child process of
// this same program, so that one that fails, eats memory or is canceled takes nothing along. A few run at once with
// less priority; the rest wait in turn, each tenant's next after every other tenant's next.
//
// The child is called with words, never through a shell. What it writes to stdout is the job's result; how far it is
// comes by a pipe as lines of JSON (app/terminal.h). Files of jobs stand in a folder of their own that goes with the
// process; runs that a job kept stay where runs are kept.
//
// One thread: jobs_poll does what is due, and is called a few times a second.
#ifndef FULMAR_EDGE_API_JOBS_H
#define FULMAR_EDGE_API_JOBS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/text.h"
#include "edge/store/run_store.h"

enum {
    JOBS_MAX = 512,        // that are known; the oldest that ended makes room
    JOBS_WAITING_MAX = 32, // of one tenant
    JOBS_WORDS_MAX = 256,  // of a call
    JOBS_RESULT_MAX = 32 << 20,
    JOBS_STORY_SIZE = 512
};

enum job_state { JOB_WAITING, JOB_RUNNING, JOB_DONE, JOB_FAILED, JOB_CANCELED, JOB_STATE_COUNT };
const char *job_state_name(enum job_state state); // "waiting", "running", ...

struct job {
    uint64_t number; // 1, 2, ...; 0: an empty place
    int64_t tenant_id;
    int64_t user_id;
    char user[72];
    char kind[16];                    // "backtest", "sweep"
    char run[RUN_STORE_NAME_MAX + 1]; // that it keeps; "": none
    enum job_state state;
    bool canceling;
    int64_t asked_ns, began_ns, ended_ns; // wall time; 0: not yet
    double progress;                      // 0 to 1; negative: not known
    double rate;                          // units in a second
    char unit[16];                        // "bars", "trials"
    char story[JOBS_STORY_SIZE];          // why it failed
    uint64_t version;                     // changes with every change
    // The child.
    pid_t pid;
    int progress_fd;
    int64_t cancel_ns; // when it was told to stop
    bool is_fat;       // it was killed for its memory
    char *words;       // of the call, each ending in NUL
    size_t words_size;
    char line[256]; // of the pipe, not yet whole
    size_t line_size;
};

struct jobs_options {
    const char *program;
    uint32_t running_max; // 0: 1
    uint64_t memory_max;  // of one job's own, looked at with every poll; 0: no limit
    int64_t cpu_s;        // of processor time of one job; 0: no limit
    // Called when a job changed, with it.
    void (*changed)(void *self, const struct job *job);
    void *self;
};

struct jobs;

int jobs_open(const struct jobs_options *options, struct jobs **ret_jobs) MUST_USE;
// Kills what runs and removes the jobs' files. NULL is fine.
void jobs_close(struct jobs *jobs);

// The call: words without the program's name. `job` gives tenant, user, kind and run. ERR_FULL: the tenant has enough
// waiting; ERR_ARGUMENT: too many words.
struct jobs_call {
    struct text words; // each ends in NUL
};
void jobs_word(struct jobs_call *call, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
int jobs_submit(struct jobs *jobs, const struct job *job, struct jobs_call *call,
                const struct job **ret_job) MUST_USE;
void jobs_call_init(struct jobs_call *call);
void jobs_call_fini(struct jobs_call *call);

// ERR_NOT_FOUND for a number that the tenant has not; ERR_STATE when it has ended.
const struct job *jobs_find(const struct jobs *jobs, int64_t tenant_id, uint64_t number); // NULL
int jobs_cancel(struct jobs *jobs, int64_t tenant_id, uint64_t number) MUST_USE;
// The index-th place, 0 to JOBS_MAX - 1; NULL: empty.
const struct job *jobs_at(const struct jobs *jobs, size_t index);
// What the job wrote. ERR_STATE: it is not done. ERR_NOT_FOUND: it wrote nothing.
int jobs_result(const struct jobs *jobs, const struct job *job, struct text *out) MUST_USE;

void jobs_poll(struct jobs *jobs, int64_t wall_ns, int64_t now_ns);

#endif
