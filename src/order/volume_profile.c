// SPDX-License-Identifier: Apache-2.0
#include "order/volume_profile.h"

#include <string.h>

#include "base/decimal.h"
#include "base/timestamp.h"
#include "order/algo.h"

#define BUCKET_NS (NS_PER_DAY / VOLUME_BUCKETS)

static int64_t midnight(int64_t ts_ns) {
    int64_t rest = ts_ns % NS_PER_DAY;
    return ts_ns - (rest < 0 ? rest + NS_PER_DAY : rest);
}

// Today is over: its shares enter the mean.
static void close_day(struct volume_profile *profile) {
    int128_t sum = 0;
    for (int b = 0; b < VOLUME_BUCKETS; b++) sum += profile->today[b];
    if (sum > 0) {
        if (profile->days < VOLUME_DAYS_MAX) profile->days++;
        for (int b = 0; b < VOLUME_BUCKETS; b++) {
            int64_t share = (int64_t)((int128_t)profile->today[b] * ALGO_WHOLE / sum);
            profile->past[b] += (share - profile->past[b]) / profile->days;
        }
    }
    memset(profile->today, 0, sizeof profile->today);
}

void volume_profile_add(struct volume_profile *profile, int64_t ts_ns, int64_t volume) {
    int64_t day_ns = midnight(ts_ns);
    if (day_ns != profile->day_ns) {
        close_day(profile);
        profile->day_ns = day_ns;
    }
    int64_t *bucket = &profile->today[(ts_ns - day_ns) / BUCKET_NS];
    if (volume > 0 && __builtin_add_overflow(*bucket, volume, bucket)) *bucket = INT64_MAX;
}

// What is expected from midnight of the epoch to an instant, in parts of a nanosecond's worth: shares x BUCKET_NS.
static int128_t expected(const struct volume_profile *profile, int64_t ts_ns) {
    int128_t day = 0, before = 0;
    int64_t rest = ts_ns - midnight(ts_ns);
    int64_t bucket = rest / BUCKET_NS;
    for (int b = 0; b < VOLUME_BUCKETS; b++) {
        if (b < bucket) before += profile->past[b];
        day += profile->past[b];
    }
    return (day * (midnight(ts_ns) / NS_PER_DAY) + before) * BUCKET_NS +
           (int128_t)profile->past[bucket] * (rest % BUCKET_NS);
}

void volume_profile_curve(const struct volume_profile *profile, int64_t start_ns, int64_t end_ns,
                          uint32_t slices, uint32_t *ret_curve) {
    int128_t first = expected(profile, start_ns), all = expected(profile, end_ns) - first;
    if (all <= 0) {
        algo_curve_even(slices, ret_curve);
        return;
    }
    for (uint32_t k = 0; k < slices; k++) {
        int64_t end = start_ns + (int64_t)((int128_t)(end_ns - start_ns) * (k + 1) / slices);
        ret_curve[k] = (uint32_t)((expected(profile, end) - first) * ALGO_WHOLE / all);
    }
}

// The density's integral: x / 2 + 2 (x - 1/2)^3 + 1/4, with y = 2 k - n over 2 n for x - 1/2.
void volume_profile_u_shape(uint32_t slices, uint32_t *ret_curve) {
    int128_t n = slices, cube = 4 * n * n * n;
    for (uint32_t k = 1; k <= slices; k++) {
        int128_t y = 2 * (int128_t)k - n;
        int128_t parts = 2 * k * n * n + y * y * y + n * n * n; // of 4 n^3
        ret_curve[k - 1] = (uint32_t)(parts * ALGO_WHOLE / cube);
    }
}
