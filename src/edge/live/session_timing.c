// SPDX-License-Identifier: Apache-2.0
#include "edge/live/session_state.h"

// Below 8 ns each has its own; above, a power of two and the three bits that follow its first.
static uint32_t bucket_of(int64_t ns) {
    if (ns < TIMING_PARTS) return ns > 0 ? (uint32_t)ns : 0;
    uint32_t power = 63 - (uint32_t)__builtin_clzll((unsigned long long)ns);
    uint32_t part = (uint32_t)(ns >> (power - 3)) & (TIMING_PARTS - 1);
    return (power - 2) * TIMING_PARTS + part;
}

// The greatest duration that falls into it.
static int64_t end_of(uint32_t bucket) {
    if (bucket < TIMING_PARTS) return bucket;
    uint32_t power = bucket / TIMING_PARTS + 2;
    uint64_t part = bucket % TIMING_PARTS + TIMING_PARTS + 1;
    return (int64_t)((part << (power - 3)) - 1);
}

void session_timing_add(struct session_histogram *histogram, int64_t ns) {
    histogram->counts[bucket_of(ns)]++;
    histogram->count++;
    if (ns > histogram->most_ns) histogram->most_ns = ns;
}

static int64_t quantile(const struct session_histogram *histogram, double share) {
    uint64_t before = 0, wanted = (uint64_t)(share * (double)histogram->count);
    for (uint32_t i = 0; i < TIMING_BUCKETS; i++) {
        before += histogram->counts[i];
        if (before <= wanted) continue;
        return end_of(i) < histogram->most_ns ? end_of(i) : histogram->most_ns;
    }
    return histogram->most_ns;
}

struct session_timing session_timing_of(const struct session_histogram *histogram) {
    if (histogram->count == 0) return (struct session_timing){0};
    return (struct session_timing){.count = histogram->count,
                                   .p50_ns = quantile(histogram, 0.5),
                                   .p99_ns = quantile(histogram, 0.99),
                                   .p999_ns = quantile(histogram, 0.999),
                                   .most_ns = histogram->most_ns};
}
