// SPDX-License-Identifier: Apache-2.0
#include "market/activity_bar.h"

#include <stdbool.h>

#include "base/check.h"

#define LIMIT_MAX ((int128_t)1 << 126)

static int take(struct activity *activity, const struct bar *row);
static int64_t share_of_row(const struct activity *activity);
static void bar_add(struct activity_bar *bar, const struct bar *row, int64_t volume);

int activity_init(struct activity *activity, enum activity_kind kind, int128_t limit,
                  uint32_t flags) {
    if ((unsigned)kind >= ACTIVITY_KIND_COUNT)
        return ERR_SET(ERR_ARGUMENT, "kind %d of bars does not exist", (int)kind);
    if (limit < 1 || limit > LIMIT_MAX)
        return ERR_SET(ERR_ARGUMENT, "a bar's limit must be above 0 and at most 2^126");
    *activity = (struct activity){.limit = limit, .kind = kind, .flags = flags};
    activity->row.close_ns = INT64_MIN;
    return 0;
}

int activity_row(struct activity *activity, const struct bar *row) {
    enum bar_fault fault = bar_check(row);
    if (fault != BAR_OK) return ERR_SET(ERR_ARGUMENT, "a row is faulty: %s", bar_fault_name(fault));
    return take(activity, row);
}

int activity_trade(struct activity *activity, int64_t ts_ns, price_t price, qty_t qty) {
    if (price.m <= 0 || qty.m <= 0)
        return ERR_SET(ERR_ARGUMENT, "a trade's price and quantity must be above 0");
    return take(activity, &(struct bar){.open_ns = ts_ns,
                                        .close_ns = ts_ns,
                                        .open = price,
                                        .high = price,
                                        .low = price,
                                        .close = price,
                                        .volume = qty});
}

int activity_next(struct activity *activity, struct activity_bar *ret_bar) {
    if (!activity->taken) return 0;
    struct activity_bar *bar = &activity->bar;
    struct bar *row = &activity->row;
    int64_t volume = share_of_row(activity);
    bar_add(bar, row, volume);
    row->volume.m -= volume;
    row->open = row->high = row->low = row->close;
    row->open_ns = row->close_ns;
    activity->taken = row->volume.m > 0;
    int128_t reached = activity->kind == ACTIVITY_ROWS     ? (int128_t)bar->rows
                       : activity->kind == ACTIVITY_VOLUME ? (int128_t)bar->volume.m
                                                           : bar->value;
    if (reached < activity->limit) {
        activity->taken = 0;
        return 0;
    }
    *ret_bar = *bar;
    *bar = (struct activity_bar){0};
    return 1;
}

int activity_flush(struct activity *activity, struct activity_bar *ret_bar) {
    CHECK(!activity->taken);
    if (activity->bar.rows == 0) return 0;
    *ret_bar = activity->bar;
    activity->bar = (struct activity_bar){0};
    return 1;
}

static int take(struct activity *activity, const struct bar *row) {
    CHECK(!activity->taken);
    if (row->close_ns < activity->row.close_ns)
        return ERR_SET(ERR_ARGUMENT, "a row known at %lld ns comes before the one before, %lld",
                       (long long)row->close_ns, (long long)activity->row.close_ns);
    int64_t volume;
    if (__builtin_add_overflow(activity->bar.volume.m, row->volume.m, &volume))
        return ERR_SET(ERR_RANGE, "the volume of a bar overflows");
    activity->row = *row;
    activity->taken = 1;
    return 0;
}

// How much of the row's volume goes into the unfinished bar.
static int64_t share_of_row(const struct activity *activity) {
    const struct activity_bar *bar = &activity->bar;
    int64_t volume = activity->row.volume.m, price = activity->row.close.m;
    if (activity->kind == ACTIVITY_ROWS || activity->flags & ACTIVITY_WHOLE) return volume;
    int128_t lack = activity->kind == ACTIVITY_VOLUME
                        ? activity->limit - bar->volume.m
                        : (activity->limit - bar->value + price - 1) / price;
    return lack < volume ? (int64_t)lack : volume;
}

static void bar_add(struct activity_bar *bar, const struct bar *row, int64_t volume) {
    if (bar->rows == 0) {
        bar->open_ns = row->open_ns;
        bar->open = row->open;
        bar->high = row->high;
        bar->low = row->low;
    }
    if (row->high.m > bar->high.m) bar->high = row->high;
    if (row->low.m < bar->low.m) bar->low = row->low;
    bar->close = row->close;
    bar->close_ns = row->close_ns;
    bar->volume.m += volume;
    bar->value += (int128_t)row->close.m * volume;
    bar->rows++;
}
