// SPDX-License-Identifier: Apache-2.0
#include "quant/stream/order_window.h"

#include <string.h>

#include "base/check.h"

// The caller's slots. Blocks are numbered in order of size; where block b stands is places[b], and behind the
// places in use are those that are free.
struct measure {
    double count; // of values; 0: the others have no meaning
    double first; // the smallest value
    double above; // sum of (value - first)
};

struct order {
    double *ring;   // the values in order of time
    double *values; // of places, `capacity` each
    double *firsts; // of blocks: the smallest value
    uint32_t *places;
    uint32_t *counts;
    uint32_t *sums; // binary indexed tree over counts: sums[i - 1] covers i & -i blocks up to i
    uint32_t capacity;
    uint32_t blocks_max;
    uint32_t leaves; // of the tree: a power of 2
    struct measure *
        tree; // NULL of a window that is not measured; the root is 1, the children of k are 2 k and 2 k + 1
    double *above; // of places
};

// Four values side by side: sums are taken in four lanes on every processor, so that they have the same bits.
typedef double lanes __attribute__((vector_size(32), aligned(8), may_alias));
enum { LANES = 4 };

static uint32_t capacity_of(uint32_t period);
static uint32_t blocks_of(uint32_t period);
static uint32_t leaves_of(uint32_t period) {
    uint32_t blocks = blocks_of(period);
    return blocks == 1 ? 1 : 2U << (31 - __builtin_clz(blocks - 1));
}

static struct order order_of(uint32_t period, const double *slots);
static struct order order_measured(uint32_t period, const double *slots);
static void push(struct order_window *window, const struct order *order, double x);
static double *block_of(const struct order *order, uint32_t block);
static uint32_t find_block(const struct order_window *window, const struct order *order, double x);
static uint32_t first_block(const struct order_window *window, const struct order *order, double x);
static uint32_t lower(const double *values, uint32_t count, double x);
static uint32_t upper(const double *values, uint32_t count, double x);
static void replace(double *values, uint32_t count, double old, double x);
static void insert(struct order_window *window, const struct order *order, double x);
static void erase(struct order_window *window, const struct order *order, double x);
static void cut(struct order_window *window, const struct order *order, uint32_t block);
static void join(struct order_window *window, const struct order *order, uint32_t block);
static void sums_add(const struct order_window *window, const struct order *order, uint32_t block,
                     uint32_t change);
static void sums_make(const struct order_window *window, const struct order *order);
static uint32_t sums_before(const struct order *order, uint32_t block);
static uint32_t leaves_of(uint32_t period);
static void measure(const struct order_window *window, const struct order *order, uint32_t block);
static void measure_path(const struct order_window *window, const struct order *order,
                         uint32_t block);
static void measure_all(const struct order_window *window, const struct order *order);
static double sum_above(const double *values, uint32_t count, double from);

size_t order_window_slots(uint32_t period) {
    size_t blocks = blocks_of(period);
    return period + capacity_of(period) * blocks + blocks + (3 * blocks + 1) / 2;
}

size_t order_window_measured_slots(uint32_t period) {
    return order_window_slots(period) + blocks_of(period) +
           2 * (size_t)leaves_of(period) * sizeof(struct measure) / sizeof(double);
}

struct order_window order_window_make(uint32_t period, double *slots) {
    struct order order = order_of(period, slots);
    for (uint32_t i = 0; i < order.blocks_max; i++) order.places[i] = i;
    return (struct order_window){.at = window_make(period), .blocks = 1};
}

void order_window_push(struct order_window *window, double *slots, double x) {
    struct order order = order_of(window->at.period, slots);
    push(window, &order, x);
}

void order_window_measured_push(struct order_window *window, double *slots, double x) {
    struct order order = order_measured(window->at.period, slots);
    push(window, &order, x);
}

static void push(struct order_window *window, const struct order *order, double x) {
    double *oldest = &order->ring[window->at.next];
    if (window->count < window->at.period) {
        insert(window, order, x);
    } else {
        uint32_t from = find_block(window, order, *oldest);
        uint32_t to = find_block(window, order, x);
        if (from == to) {
            double *values = block_of(order, to);
            replace(values, order->counts[to], *oldest, x);
            order->firsts[to] = values[0];
            measure(window, order, to);
        } else {
            erase(window, order, *oldest);
            insert(window, order, x);
        }
    }
    *oldest = x;
    (void)window_step(&window->at);
}

double order_window_at(const struct order_window *window, const double *slots, uint32_t k) {
    CHECK(k < window->count);
    struct order order = order_of(window->at.period, slots);
    uint32_t block = 0;
    uint32_t step = 1U << (31 - __builtin_clz(window->blocks));
    for (; step > 0; step /= 2)
        if (block + step <= window->blocks && order.sums[block + step - 1] <= k) {
            block += step;
            k -= order.sums[block - 1];
        }
    return block_of(&order, block)[k];
}

uint32_t order_window_below(const struct order_window *window, const double *slots, double x) {
    struct order order = order_of(window->at.period, slots);
    uint32_t block = first_block(window, &order, x);
    return sums_before(&order, block) + lower(block_of(&order, block), order.counts[block], x);
}

uint32_t order_window_up_to(const struct order_window *window, const double *slots, double x) {
    struct order order = order_of(window->at.period, slots);
    uint32_t block = find_block(window, &order, x);
    return sums_before(&order, block) + upper(block_of(&order, block), order.counts[block], x);
}

double order_window_quantile(const struct order_window *window, const double *slots, double share) {
    CHECK(window->count > 0);
    double place = share * (double)(window->count - 1);
    uint32_t k = (uint32_t)place;
    double low = order_window_at(window, slots, k);
    double rest = place - (double)k;
    if (!(rest > 0)) return low;
    return low + rest * (order_window_at(window, slots, k + 1) - low);
}

// Down to the block with the mean: what is right of the way is above it, what is left of it is not.
struct order_spread order_window_spread(const struct order_window *window, const double *slots,
                                        double x) {
    CHECK(window->count > 0);
    struct order order = order_measured(window->at.period, slots);
    struct measure all = order.tree[1];
    double mean = all.above / all.count, above = 0; // from the smallest value on
    uint32_t node = 1;
    while (node < order.leaves) {
        struct measure right = order.tree[2 * node + 1];
        double distance = (right.first - all.first) - mean;
        node = 2 * node + (right.count > 0 && distance <= 0);
        if (right.count > 0 && distance > 0) above += right.above + right.count * distance;
    }
    uint32_t block = node - order.leaves;
    const double *values = block_of(&order, block);
    uint32_t count = order.counts[block], low = upper(values, count, all.first + mean);
    while (low > 0 && (values[low - 1] - all.first) - mean > 0) low--;
    double distance = low < count ? (values[low] - all.first) - mean : 0;
    if (low < count && distance > 0)
        above += sum_above(values + low, count - low, values[low]) + (count - low) * distance;
    return (struct order_spread){.distance = (x - all.first) - mean,
                                 .deviation = 2 * above / all.count};
}

static uint32_t capacity_of(uint32_t period) {
    return period < ORDER_BLOCK ? period : ORDER_BLOCK;
}

// Any two neighbours fill more than half of a block.
static uint32_t blocks_of(uint32_t period) {
    return period <= ORDER_BLOCK ? 1 : 4 * period / ORDER_BLOCK + 2;
}

static struct order order_of(uint32_t period, const double *slots) {
    struct order order = {.capacity = capacity_of(period), .blocks_max = blocks_of(period)};
    order.ring = (double *)slots;
    order.values = order.ring + period;
    order.firsts = order.values + (size_t)order.capacity * order.blocks_max;
    order.places = (uint32_t *)(order.firsts + order.blocks_max);
    order.counts = order.places + order.blocks_max;
    order.sums = order.counts + order.blocks_max;
    return order;
}

static struct order order_measured(uint32_t period, const double *slots) {
    struct order order = order_of(period, slots);
    order.above = order.ring + order_window_slots(period);
    order.leaves = leaves_of(period);
    order.tree = (struct measure *)(order.above + order.blocks_max);
    return order;
}

static double *block_of(const struct order *order, uint32_t block) {
    return order->values + (size_t)order->capacity * order->places[block];
}

// The last block whose first value is <= x, or the first block: where x goes, and where it is if it is there.
static uint32_t find_block(const struct order_window *window, const struct order *order, double x) {
    uint32_t after = upper(order->firsts, window->blocks, x);
    return after > 0 ? after - 1 : 0;
}

// The last block whose first value is < x, or the first block.
static uint32_t first_block(const struct order_window *window, const struct order *order,
                            double x) {
    uint32_t after = lower(order->firsts, window->blocks, x);
    return after > 0 ? after - 1 : 0;
}

// How many of the sorted values are < x. The comparison becomes a mask: a branch would be guessed wrong every
// other time.
static uint32_t lower(const double *values, uint32_t count, double x) {
    uint32_t base = 0;
    for (uint32_t half; count > 0; count -= half) {
        half = (count + 1) / 2;
        base += half & -(uint32_t)(values[base + half - 1] < x);
    }
    return base;
}

// How many are <= x.
static uint32_t upper(const double *values, uint32_t count, double x) {
    uint32_t base = 0;
    for (uint32_t half; count > 0; count -= half) {
        half = (count + 1) / 2;
        base += half & -(uint32_t)(values[base + half - 1] <= x);
    }
    return base;
}

// Moves what stands between the value that goes and the place of the one that comes.
static void replace(double *values, uint32_t count, double old, double x) {
    uint32_t from = lower(values, count, old);
    uint32_t to = lower(values, count, x);
    if (to > from) {
        to--;
        memmove(&values[from], &values[from + 1], (to - from) * sizeof *values);
    } else {
        memmove(&values[to + 1], &values[to], (from - to) * sizeof *values);
    }
    values[to] = x;
}

static void insert(struct order_window *window, const struct order *order, double x) {
    uint32_t block = find_block(window, order, x);
    if (order->counts[block] == order->capacity) {
        cut(window, order, block);
        block = find_block(window, order, x);
    }
    double *values = block_of(order, block);
    uint32_t at = upper(values, order->counts[block], x);
    memmove(&values[at + 1], &values[at], (order->counts[block] - at) * sizeof *values);
    values[at] = x;
    order->firsts[block] = values[0];
    order->counts[block]++;
    sums_add(window, order, block, 1);
    measure(window, order, block);
    window->count++;
}

static void erase(struct order_window *window, const struct order *order, double x) {
    uint32_t block = find_block(window, order, x);
    double *values = block_of(order, block);
    uint32_t at = lower(values, order->counts[block], x);
    order->counts[block]--;
    memmove(&values[at], &values[at + 1], (order->counts[block] - at) * sizeof *values);
    order->firsts[block] = values[0];
    sums_add(window, order, block, UINT32_MAX);
    measure(window, order, block);
    window->count--;
    if (block + 1 < window->blocks) join(window, order, block);
    if (block > 0) join(window, order, block - 1);
}

// The upper half of a full block becomes a block behind it.
static void cut(struct order_window *window, const struct order *order, uint32_t block) {
    CHECK(window->blocks < order->blocks_max);
    uint32_t behind = window->blocks - block - 1, half = order->capacity / 2;
    uint32_t place = order->places[window->blocks];
    memmove(&order->places[block + 2], &order->places[block + 1], behind * sizeof *order->places);
    memmove(&order->counts[block + 2], &order->counts[block + 1], behind * sizeof *order->counts);
    memmove(&order->firsts[block + 2], &order->firsts[block + 1], behind * sizeof *order->firsts);
    order->places[block + 1] = place;
    order->counts[block + 1] = order->counts[block] - half;
    order->counts[block] = half;
    const double *values = block_of(order, block) + half;
    memcpy(block_of(order, block + 1), values, order->counts[block + 1] * sizeof *values);
    order->firsts[block + 1] = values[0];
    window->blocks++;
    sums_make(window, order);
    measure(window, order, block);
    measure(window, order, block + 1);
    measure_all(window, order);
}

// Joins a block and the next where one of them is empty or both fill no more than half of one.
static void join(struct order_window *window, const struct order *order, uint32_t block) {
    uint32_t next = block + 1, left = order->counts[block], right = order->counts[next];
    if (next >= window->blocks) return;
    if (left > 0 && right > 0 && left + right > order->capacity / 2) return;
    double *values = block_of(order, block);
    memcpy(values + left, block_of(order, next), right * sizeof *values);
    uint32_t behind = window->blocks - next - 1, place = order->places[next];
    memmove(&order->places[next], &order->places[next + 1], behind * sizeof *order->places);
    memmove(&order->counts[next], &order->counts[next + 1], behind * sizeof *order->counts);
    memmove(&order->firsts[next], &order->firsts[next + 1], behind * sizeof *order->firsts);
    window->blocks--;
    order->places[window->blocks] = place;
    order->counts[block] = left + right;
    order->firsts[block] = values[0];
    sums_make(window, order);
    measure(window, order, block);
    measure_all(window, order);
}

// Numbers wrap, so that UINT32_MAX takes one away.
static void sums_add(const struct order_window *window, const struct order *order, uint32_t block,
                     uint32_t change) {
    for (uint32_t i = block + 1; i <= window->blocks; i += i & -i) order->sums[i - 1] += change;
}

static void sums_make(const struct order_window *window, const struct order *order) {
    for (uint32_t i = 1; i <= window->blocks; i++) order->sums[i - 1] = 0;
    for (uint32_t i = 1; i <= window->blocks; i++) {
        order->sums[i - 1] += order->counts[i - 1];
        uint32_t parent = i + (i & -i);
        if (parent <= window->blocks) order->sums[parent - 1] += order->sums[i - 1];
    }
}

static uint32_t sums_before(const struct order *order, uint32_t block) {
    uint32_t sum = 0;
    for (uint32_t i = block; i > 0; i &= i - 1) sum += order->sums[i - 1];
    return sum;
}

// The sum of (value - from) of sorted values, none of which is below it.
static double sum_above(const double *values, uint32_t count, double from) {
    lanes sum = {0};
    uint32_t whole = count / LANES * LANES;
    for (uint32_t i = 0; i < whole; i += LANES) sum += *(const lanes *)(values + i) - from;
    double rest = 0;
    for (uint32_t i = whole; i < count; i++) rest += values[i] - from;
    return sum[0] + sum[2] + (sum[1] + sum[3]) + rest;
}

static struct measure measure_both(struct measure left, struct measure right) {
    if (right.count == 0) return left;
    if (left.count == 0) return right;
    return (struct measure){
        .count = left.count + right.count,
        .first = left.first,
        .above = left.above + (right.above + right.count * (right.first - left.first)),
    };
}

static struct measure measure_leaf(const struct order_window *window, const struct order *order,
                                   uint32_t block) {
    if (block >= window->blocks || order->counts[block] == 0) return (struct measure){0};
    return (struct measure){.count = order->counts[block],
                            .first = order->firsts[block],
                            .above = order->above[order->places[block]]};
}

// A block's values changed.
static void measure(const struct order_window *window, const struct order *order, uint32_t block) {
    if (order->tree == NULL) return;
    const double *values = block_of(order, block);
    order->above[order->places[block]] = sum_above(values, order->counts[block], values[0]);
    measure_path(window, order, block);
}

static void measure_path(const struct order_window *window, const struct order *order,
                         uint32_t block) {
    uint32_t node = order->leaves + block;
    order->tree[node] = measure_leaf(window, order, block);
    for (node /= 2; node > 0; node /= 2)
        order->tree[node] = measure_both(order->tree[2 * node], order->tree[2 * node + 1]);
}

// Blocks changed their numbers.
static void measure_all(const struct order_window *window, const struct order *order) {
    if (order->tree == NULL) return;
    for (uint32_t i = 0; i < order->leaves; i++)
        order->tree[order->leaves + i] = measure_leaf(window, order, i);
    for (uint32_t node = order->leaves - 1; node > 0; node--)
        order->tree[node] = measure_both(order->tree[2 * node], order->tree[2 * node + 1]);
}
