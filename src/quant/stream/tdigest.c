// SPDX-License-Identifier: Apache-2.0
#include "quant/stream/tdigest.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/check.h"

enum { SPARE = 8 };

// Where the parts of the slots begin. The scratch has room for clusters and buffer, means then weights.
static size_t capacity_of(uint32_t compression) {
    return (size_t)compression + SPARE;
}

static double *means_of(struct tdigest *digest) {
    return digest->slots;
}

static double *weights_of(struct tdigest *digest) {
    return digest->slots + capacity_of(digest->compression);
}

static double *buffer_of(struct tdigest *digest) {
    return digest->slots + 2 * capacity_of(digest->compression);
}

static double *scratch_of(struct tdigest *digest) {
    return digest->slots + 3 * capacity_of(digest->compression);
}

// Clusters from two ascending lists.
struct source {
    const double *means;
    const double *weights; // NULL: 1 each
    size_t count;
    size_t at;
};

static double source_weight(const struct source *source) {
    return source->weights != NULL ? source->weights[source->at] : 1;
}

static bool next_of_two(struct source *a, struct source *b, double *ret_mean, double *ret_weight) {
    struct source *first = a;
    if (a->at == a->count || (b->at < b->count && b->means[b->at] < a->means[a->at])) first = b;
    if (first->at == first->count) return false;
    *ret_mean = first->means[first->at];
    *ret_weight = source_weight(first);
    first->at++;
    return true;
}

static void fold(struct tdigest *digest, struct source *a, struct source *b, double total);

size_t tdigest_size(uint32_t compression) {
    return sizeof(struct tdigest) + 5 * capacity_of(compression) * sizeof(double);
}

void tdigest_init(struct tdigest *digest, uint32_t compression) {
    CHECK(compression >= TDIGEST_COMPRESSION_MIN && compression <= TDIGEST_COMPRESSION_MAX);
    memset(digest, 0, tdigest_size(compression));
    digest->compression = compression;
    digest->least = INFINITY;
    digest->most = -INFINITY;
    // The angle is below 0.32: nine terms of the series are exact.
    double angle = 6.283185307179586477 / (double)compression, term = 1;
    for (int k = 0; k < 18; k++) {
        *(k % 2 == 0 ? &digest->cosine : &digest->sine) += k % 4 < 2 ? term : -term;
        term *= angle / (double)(k + 1);
    }
}

static void flush(struct tdigest *digest) {
    struct source clusters = {means_of(digest), weights_of(digest), digest->clusters, 0};
    struct source buffer = {buffer_of(digest), NULL, digest->buffered, 0};
    digest->buffered = 0;
    fold(digest, &clusters, &buffer, digest->total);
}

void tdigest_add(struct tdigest *digest, double x) {
    double *buffer = buffer_of(digest);
    size_t low = 0, high = digest->buffered;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (buffer[middle] <= x)
            low = middle + 1;
        else
            high = middle;
    }
    memmove(buffer + low + 1, buffer + low, (digest->buffered - low) * sizeof *buffer);
    buffer[low] = x;
    digest->buffered++;
    digest->total++;
    digest->least = fmin(digest->least, x);
    digest->most = fmax(digest->most, x);
    if (digest->buffered == digest->compression) flush(digest);
}

void tdigest_merge(struct tdigest *digest, const struct tdigest *other) {
    CHECK(digest != other);
    size_t capacity = capacity_of(other->compression);
    const double *slots = other->slots;
    for (uint32_t i = 0; i < other->buffered; i++) tdigest_add(digest, slots[2 * capacity + i]);
    flush(digest);
    digest->total += other->total - (double)other->buffered;
    digest->least = fmin(digest->least, other->least);
    digest->most = fmax(digest->most, other->most);
    // The other's clusters may be many more than there is room for: they come in pieces of what folds.
    for (size_t from = 0; from < other->clusters;) {
        size_t count = other->clusters - from;
        if (count > digest->compression) count = digest->compression;
        struct source clusters = {means_of(digest), weights_of(digest), digest->clusters, 0};
        struct source more = {slots + from, slots + capacity + from, count, 0};
        double total = 0;
        for (size_t i = 0; i < digest->clusters; i++) total += clusters.weights[i];
        for (size_t i = 0; i < count; i++) total += more.weights[i];
        fold(digest, &clusters, &more, total);
        from += count;
    }
}

// The share at which a cluster that begins at share q has to end: k1 grows by 1 within it.
static double share_limit(const struct tdigest *digest, double q) {
    double s = 2 * q - 1;
    if (s >= digest->cosine) return 1; // the angle would pass a quarter turn
    double c = 2 * sqrt(fmax(q * (1 - q), 0));
    return 0.5 * (1 + s * digest->cosine + c * digest->sine);
}

static void fold(struct tdigest *digest, struct source *a, struct source *b, double total) {
    size_t capacity = capacity_of(digest->compression), count = 0;
    double *means = scratch_of(digest), *weights = means + capacity;
    double mean, weight, before = 0, limit = total * share_limit(digest, 0);
    while (next_of_two(a, b, &mean, &weight)) {
        if (count > 0 && before + weights[count - 1] + weight <= limit) {
            weights[count - 1] += weight;
            means[count - 1] += (mean - means[count - 1]) * (weight / weights[count - 1]);
            continue;
        }
        if (count > 0) {
            before += weights[count - 1];
            limit = total * share_limit(digest, before / total);
        }
        CHECK(count < capacity);
        means[count] = mean;
        weights[count] = weight;
        count++;
    }
    memcpy(means_of(digest), means, count * sizeof *means);
    memcpy(weights_of(digest), weights, count * sizeof *weights);
    digest->clusters = (uint32_t)count;
}

// The points through which the distribution goes: a cluster's mean at the middle of its ranks, single
// values at theirs, the extremes half a rank from the ends.
struct walk {
    struct source clusters;
    struct source buffer;
    double before;
    double rank; // of the latest point
    double value;
};

static struct walk walk_make(const struct tdigest *digest) {
    size_t capacity = capacity_of(digest->compression);
    const double *slots = digest->slots;
    return (struct walk){.clusters = {slots, slots + capacity, digest->clusters, 0},
                         .buffer = {slots + 2 * capacity, NULL, digest->buffered, 0},
                         .rank = 0.5,
                         .value = digest->least};
}

static bool walk_next(struct walk *walk) {
    double mean, weight;
    if (!next_of_two(&walk->clusters, &walk->buffer, &mean, &weight)) return false;
    walk->rank = walk->before + 0.5 * weight;
    walk->value = mean;
    walk->before += weight;
    return true;
}

// Between two points: `at` of the way from one of x0 to one of x1, y likewise.
static double between(double x0, double y0, double x1, double y1, double x) {
    return x1 > x0 ? y0 + (y1 - y0) * ((x - x0) / (x1 - x0)) : y1;
}

double tdigest_quantile(const struct tdigest *digest, double q) {
    if (!(digest->total > 0) || !(q >= 0 && q <= 1)) return NAN;
    double rank = q * digest->total;
    if (rank <= 0.5) return digest->least;
    if (rank >= digest->total - 0.5) return digest->most;
    struct walk walk = walk_make(digest);
    double from_rank = walk.rank, from_value = walk.value;
    while (walk_next(&walk)) {
        if (walk.rank >= rank) return between(from_rank, from_value, walk.rank, walk.value, rank);
        from_rank = walk.rank;
        from_value = walk.value;
    }
    return between(from_rank, from_value, digest->total - 0.5, digest->most, rank);
}

double tdigest_share(const struct tdigest *digest, double x) {
    if (!(digest->total > 0) || isnan(x)) return NAN;
    if (x < digest->least) return 0;
    if (x > digest->most) return 1;
    struct walk walk = walk_make(digest);
    double from_rank = walk.rank, from_value = walk.value;
    while (walk_next(&walk)) {
        if (walk.value >= x)
            return between(from_value, from_rank, walk.value, walk.rank, x) / digest->total;
        from_rank = walk.rank;
        from_value = walk.value;
    }
    return between(from_value, from_rank, digest->most, digest->total - 0.5, x) / digest->total;
}
