// SPDX-License-Identifier: Apache-2.0
// How an instrument's volume is spread over the day: the mean share of each quarter of an hour of the UTC day, in the
// days before today. Today's own volume changes nothing before the day is over, so that a curve knows nothing of what
// comes. Integers, plain bytes.
//
// The mean is over all days until there are VOLUME_DAYS_MAX, and leans to the latest ones from then on. Where a zone
// changes to summer time the profile is an hour off for a while.
#ifndef FULMAR_ORDER_VOLUME_PROFILE_H
#define FULMAR_ORDER_VOLUME_PROFILE_H

#include <stdint.h>

enum { VOLUME_BUCKETS = 96, VOLUME_DAYS_MAX = 20 };

struct volume_profile { // state
    int64_t day_ns;     // midnight of today
    int64_t days;       // in `past`
    int64_t today[VOLUME_BUCKETS];
    int64_t past
        [VOLUME_BUCKETS]; // shares of a day, parts per billion; all 0 before the first whole day
};
_Static_assert(sizeof(struct volume_profile) == 16 + 16 * VOLUME_BUCKETS, "no padding");

// Volume (> 0 counts) that was traded at ts_ns; times do not go back.
void volume_profile_add(struct volume_profile *profile, int64_t ts_ns, int64_t volume);

// curve[k]: the share of what is expected from start_ns to end_ns that is expected by the end of the k-th of `slices`
// equal parts, parts per billion, the last one all. Even where nothing is expected.
void volume_profile_curve(const struct volume_profile *profile, int64_t start_ns, int64_t end_ns,
                          uint32_t slices, uint32_t *ret_curve);

// The given U: density 1/2 + 6 (x - 1/2)^2 over the duration, x from 0 to 1: 2 at the ends, 1/2 in the middle.
void volume_profile_u_shape(uint32_t slices, uint32_t *ret_curve);

#endif
