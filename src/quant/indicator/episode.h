// SPDX-License-Identifier: Apache-2.0
// When an anomaly begins and when it is over: it begins where a score reaches `enter` and is over at the
// `calm`-th row in a row whose score is below `leave`, so that one is one and not many.
#ifndef FULMAR_QUANT_INDICATOR_EPISODE_H
#define FULMAR_QUANT_INDICATOR_EPISODE_H

#include <stdbool.h>
#include <stdint.h>

struct episode {
    double enter;
    double leave; // <= enter
    uint32_t calm;
    uint32_t quiet; // rows below `leave` in a row
    uint64_t active;
};
_Static_assert(sizeof(struct episode) == 32, "part of states that are hashed as bytes");

// ret_marks: 1 within an episode, its first row included, its last not; 1 at its first row; 1 at the
// row at which it is over.
static inline void episode_push(struct episode *episode, double score, double *ret_marks) {
    bool was = episode->active != 0;
    if (!was && score >= episode->enter) {
        episode->active = 1;
        episode->quiet = 0;
    } else if (was) {
        episode->quiet = score < episode->leave ? episode->quiet + 1 : 0;
        if (episode->quiet >= episode->calm) episode->active = 0;
    }
    bool is = episode->active != 0;
    ret_marks[0] = is;
    ret_marks[1] = is && !was;
    ret_marks[2] = was && !is;
}

#endif
