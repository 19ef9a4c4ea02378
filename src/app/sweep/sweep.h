// SPDX-License-Identifier: Apache-2.0
// A search made real: the command line's words looked up, data decoded, trials worked through by threads.
#ifndef FULMAR_APP_SWEEP_SWEEP_H
#define FULMAR_APP_SWEEP_SWEEP_H

#include <signal.h>

#include "app/command.h"
#include "app/run/run.h"
#include "app/sweep/sweep_file.h"
#include "research/sweep/lanes.h"
#include "research/sweep/plan.h"
#include "research/sweep/trial.h"

enum { SWEEP_THREADS_MAX = 256 };

struct sweep {
    const struct args *args;
    struct run *run; // the configuration that the trials vary
    struct arena arena;
    struct arena data; // of the log alone
    struct log log;
    struct space space;
    struct expression where;   // of parameters; has_where
    struct expression require; // of results; has_require
    bool has_where;
    bool has_require;
    struct plan plan;
    struct plan_config plan_config;
    struct trial_config trial;
    const char *refusal; // why trials need the event engine; NULL: lanes try first
    size_t memory;       // bytes that may be used
    uint32_t threads;    // after what memory allows
    uint32_t unit;       // trials of a block
    uint32_t objective;  // measure
    int better;          // +1: more of it is better
    uint64_t top;
    struct sweep_row *rows; // [plan.count], in order of the plan
    struct returns returns; // of the rows, where they are kept: tiles is not NULL
    uint64_t done;          // rows that are there
    uint64_t resumed;       // of them, read from a file
    double seconds;
    bool interrupted;
    uint32_t *ranking; // [ranked]: rows that meet the conditions, best first
    uint64_t ranked;
};

// Builds everything but the results. ERR_ARGUMENT where the call was wrong.
int sweep_open(const struct args *args, struct sweep *ret_sweep) MUST_USE;
void sweep_close(struct sweep *sweep);
size_t sweep_thread_memory(const struct sweep *sweep); // bytes that a thread may take

// Works through the plan; results go to `file` as well where it is not NULL. `stop` ends it early.
int sweep_work(struct sweep *sweep, struct sweep_file *file, const volatile sig_atomic_t *stop,
               bool quiet) MUST_USE;

// What identifies the search: configuration, space, plan, data.
int sweep_describe(const struct sweep *sweep, struct text *out) MUST_USE;

int sweep_rank(struct sweep *sweep) MUST_USE;
double sweep_objective(const struct sweep *sweep, const struct score_result *result);
int sweep_money_decimals(const struct sweep *sweep);

// sweep_output.c
struct sweep_doubt;
void sweep_print(const struct sweep *sweep, const struct sweep_doubt *doubt);
int sweep_json(const struct sweep *sweep, const struct sweep_doubt *doubt) MUST_USE;
int sweep_heatmap(const struct sweep *sweep, const char *path) MUST_USE;
// "fast=10 slow=50"
void sweep_point_print(const struct sweep *sweep, uint64_t point, struct text *out);

#endif
