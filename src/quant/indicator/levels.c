// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator/levels.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/check.h"

// The place of the first level that is not before (price, weight).
static uint64_t place_of(const struct levels *levels, double price, double weight) {
    uint64_t low = 0, high = levels->count;
    while (low < high) {
        uint64_t middle = (low + high) / 2;
        const struct level *level = &levels->items[middle];
        bool before = level->price < price || (level->price == price && level->weight < weight);
        if (before)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void levels_add(struct levels *levels, double price, double weight) {
    CHECK(levels->count < LEVELS_MAX);
    uint64_t at = place_of(levels, price, weight);
    memmove(levels->items + at + 1, levels->items + at,
            (levels->count - at) * sizeof *levels->items);
    levels->items[at] = (struct level){price, weight};
    levels->count++;
    levels->stale = 1;
}

void levels_remove(struct levels *levels, double price, double weight) {
    uint64_t at = place_of(levels, price, weight);
    CHECK(at < levels->count && levels->items[at].price == price);
    levels->count--;
    memmove(levels->items + at, levels->items + at + 1,
            (levels->count - at) * sizeof *levels->items);
    levels->items[levels->count] = (struct level){0};
    levels->stale = 1;
}

static void gather(struct levels *levels, double width) {
    uint64_t count = 0;
    double lowest = 0, value = 0;
    for (uint64_t i = 0; i < levels->count; i++) {
        const struct level *level = &levels->items[i];
        bool joins = count > 0 && level->price - lowest <= width;
        struct cluster *cluster = &levels->clusters[joins ? count - 1 : count];
        if (!joins) {
            *cluster = (struct cluster){0};
            lowest = level->price;
            value = 0;
            count++;
        }
        value += level->weight * (level->price - lowest);
        cluster->strength += level->weight;
        cluster->touches++;
        cluster->price = lowest + value / cluster->strength;
    }
    for (uint64_t i = count; i < levels->cluster_count; i++)
        levels->clusters[i] = (struct cluster){0};
    levels->cluster_count = count;
    levels->width = width;
    levels->stale = 0;
}

struct level_pair levels_around(struct levels *levels, double price, double width,
                                uint64_t touches) {
    struct level_pair pair = {NAN, NAN, NAN, NAN};
    if (levels->stale || width != levels->width) gather(levels, width);
    for (uint64_t i = 0; i < levels->cluster_count; i++) {
        const struct cluster *cluster = &levels->clusters[i];
        if (cluster->touches < touches) continue;
        if (cluster->price > price) {
            pair.resistance = cluster->price;
            pair.resistance_strength = cluster->strength;
            break;
        }
        pair.support = cluster->price;
        pair.support_strength = cluster->strength;
    }
    return pair;
}
