// SPDX-License-Identifier: Apache-2.0
// Walk-forward made real: a search in every window, and the account that lived by what they chose; or a search over all
// of the data, whose returns combinatorial cross-validation cuts up.
#ifndef FULMAR_APP_WALKFORWARD_WALKFORWARD_H
#define FULMAR_APP_WALKFORWARD_WALKFORWARD_H

#include "app/sweep/sweep.h"
#include "research/walkforward/account.h"
#include "research/walkforward/cpcv.h"
#include "research/walkforward/stability.h"
#include "research/walkforward/windows.h"

enum walkforward_method { WALKFORWARD_ROLLING, WALKFORWARD_ANCHORED, WALKFORWARD_COMBINATORIAL };

// What a window's search found.
struct walkforward_choice {
    struct window window;
    struct score_result in_sample;
    struct score_result out_of_sample; // from the account
    double in_objective;
    double out_objective;
    uint64_t point; // chosen
    uint64_t bars;  // of the train stretch
    uint64_t admitted;
    bool is_new; // false: no combination met the conditions, the parameters before it stay
};

struct walkforward_path {
    struct account account;
    struct engine_phase *phases; // [groups]
    uint64_t *points;            // [groups] chosen
    double objective;
};

struct walkforward {
    struct sweep sweep;
    enum walkforward_method method;
    struct arena arena;
    struct log log; // all of the data
    struct log_index index;
    struct window *windows;
    uint32_t window_count;
    uint64_t warmup; // bars before a train stretch that its inputs know
    int64_t purge_ns;
    int64_t embargo_ns;
    struct walkforward_choice *choices; // [window_count], those before first_choice chose nothing
    uint32_t first_choice;
    struct engine_phase *phases;
    uint32_t phase_count;
    struct account account;
    uint64_t trials; // of all windows
    double seconds;
    bool interrupted;
    double in_cagr; // mean over windows
    double in_objective;
    // combinatorial
    struct cpcv cpcv;
    uint64_t *split_points;         // [splits] chosen
    double *split_in, *split_out;   // [splits] objective on the train days and on the tested ones
    struct walkforward_path *paths; // [cpcv.paths]
};

// ERR_ARGUMENT where the call was wrong.
int walkforward_open(const struct args *args, struct walkforward *ret_walkforward) MUST_USE;
void walkforward_close(struct walkforward *walkforward);
int walkforward_work(struct walkforward *walkforward, const volatile sig_atomic_t *stop) MUST_USE;

// walkforward_cpcv.c
int walkforward_cpcv_open(struct walkforward *walkforward, const struct args *args) MUST_USE;
int walkforward_cpcv_work(struct walkforward *walkforward,
                          const volatile sig_atomic_t *stop) MUST_USE;

// walkforward_output.c
void walkforward_print(const struct walkforward *walkforward);
int walkforward_json(const struct walkforward *walkforward) MUST_USE;
// walkforward_page.c
int walkforward_page(const struct walkforward *walkforward, const char *path) MUST_USE;

#endif
