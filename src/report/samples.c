// SPDX-License-Identifier: Apache-2.0
#include "report/samples.h"

#include <stdlib.h>

#include "base/check.h"

void samples_fini(struct samples *samples) {
    free(samples->items);
    *samples = (struct samples){0};
}

static void halve(struct samples *samples) {
    for (size_t i = 0; i < SAMPLES_MAX / 2; i++) samples->items[i] = samples->items[2 * i];
    samples->kept = SAMPLES_MAX / 2;
    samples->stride *= 2;
}

int samples_add(struct samples *samples, int64_t value) {
    if (samples->items == NULL) {
        samples->items = calloc(SAMPLES_MAX, sizeof *samples->items);
        if (samples->items == NULL) return ERR_SET(ERR_NOMEM, "no memory for lengths of time");
        samples->stride = 1;
        samples->least = samples->greatest = value;
    }
    if (samples->count % samples->stride == 0) {
        if (samples->kept == SAMPLES_MAX) halve(samples);
        if (samples->count % samples->stride == 0) samples->items[samples->kept++] = value;
    }
    samples->count++;
    samples->sum += value;
    if (value < samples->least) samples->least = value;
    if (value > samples->greatest) samples->greatest = value;
    return 0;
}

static int by_value(const void *left, const void *right) {
    const int64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

void samples_end(struct samples *samples) {
    if (samples->kept > 0) qsort(samples->items, samples->kept, sizeof *samples->items, by_value);
}

int64_t samples_rank(const struct samples *samples, int per_mille) {
    CHECK(samples->kept > 0 && per_mille >= 0 && per_mille <= 1000);
    size_t rank = (samples->kept * (size_t)per_mille + 999) / 1000;
    return samples->items[rank > 0 ? rank - 1 : 0];
}

int64_t samples_mean(const struct samples *samples) {
    CHECK(samples->count > 0);
    return (int64_t)decimal_div_round(samples->sum, (int128_t)samples->count, ROUND_HALF_EVEN);
}
