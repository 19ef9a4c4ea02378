// SPDX-License-Identifier: Apache-2.0
// Whether a run knows what it cannot know: what it decides up to a moment must not depend on what follows. The run is
// played again over other data and its decisions (targets, orders, cancels, replacements) are held against the first's:
//
//   again    the same data: a strategy that remembers between runs, or draws lots, differs
//   cut      the data ends at a moment
//   changed  another future follows it: prices half as high again or a third lower, bar by bar in turn
//   moved    all times are 52 weeks later: weekdays and hours stay. Who differs reads the date, which is a seasonal
//            rule or a table of what is known to have happened
//
// Moments are instants at which something was decided: where a decision peeks, it shows there.
#ifndef FULMAR_RESEARCH_OVERFIT_LOOKAHEAD_H
#define FULMAR_RESEARCH_OVERFIT_LOOKAHEAD_H

#include "research/sweep/trial.h"

enum lookahead_kind {
    LOOKAHEAD_AGAIN,
    LOOKAHEAD_CUT,
    LOOKAHEAD_CHANGED,
    LOOKAHEAD_MOVED,
    LOOKAHEAD_KINDS
};
enum { LOOKAHEAD_MOMENTS_MAX = 1000, LOOKAHEAD_MOMENTS = 20 };

// A decision, by what it says.
struct lookahead_word {
    int64_t ts_ns;
    uint64_t hash; // of all of it but its time
    double weight; // of a target, else NaN
    uint32_t kind; // enum event_kind
    uint32_t instrument;
};

struct lookahead_finding {
    uint32_t runs;
    uint32_t differ;
    int64_t moment_ns; // of the first run that differs
    bool has_first, has_then;
    struct lookahead_word
        first;                  // what was said first, where it differs; not there: it said no more
    struct lookahead_word then; // and what was said then
};

struct lookahead {
    uint64_t words; // that the first run said
    uint32_t moments;
    uint32_t reserved;
    struct lookahead_finding findings[LOOKAHEAD_KINDS];
};

const char *lookahead_name(enum lookahead_kind kind);

// Plays the configuration (its strategies as they are) over its log. moments: at most; fewer where less was decided.
// trial_run's errors, ERR_NOMEM; ERR_FULL with a story: more decisions than are kept.
int lookahead_of(const struct trial_config *config, struct trial *trial, uint32_t moments,
                 struct arena *arena, struct lookahead *ret_lookahead) MUST_USE;

#endif
