// SPDX-License-Identifier: Apache-2.0
#include "market/renko.h"

#include <stdbool.h>

#include "base/check.h"

// Differences of prices above 0 do not overflow; sums could.
static bool rises(const struct renko *renko) {
    return renko->price.m - renko->top.m >= renko->size.m;
}

static bool falls(const struct renko *renko) {
    return renko->bottom.m - renko->price.m >= renko->size.m;
}

int renko_init(struct renko *renko, price_t size) {
    if (size.m <= 0) return ERR_SET(ERR_ARGUMENT, "the size of a brick must be above 0");
    *renko = (struct renko){.size = size, .ts_ns = INT64_MIN};
    return 0;
}

int renko_price(struct renko *renko, int64_t ts_ns, price_t price, qty_t volume) {
    CHECK(renko->bottom.m == 0 || (!rises(renko) && !falls(renko)));
    if (price.m <= 0 || volume.m < 0)
        return ERR_SET(ERR_ARGUMENT, "a price must be above 0, and a volume 0 or above");
    if (ts_ns < renko->ts_ns)
        return ERR_SET(ERR_ARGUMENT, "a price at %lld ns comes before the one before, %lld",
                       (long long)ts_ns, (long long)renko->ts_ns);
    int64_t sum;
    if (__builtin_add_overflow(renko->volume.m, volume.m, &sum))
        return ERR_SET(ERR_RANGE, "the volume of a brick overflows");
    if (renko->bottom.m == 0) renko->top = renko->bottom = price;
    renko->price = price;
    renko->ts_ns = ts_ns;
    renko->volume.m = sum;
    return 0;
}

int renko_next(struct renko *renko, struct renko_brick *ret_brick) {
    if (renko->bottom.m == 0) return 0;
    bool up = rises(renko);
    if (!up && !falls(renko)) return 0;
    int64_t open = up ? renko->top.m : renko->bottom.m;
    int64_t close = up ? open + renko->size.m : open - renko->size.m;
    *ret_brick = (struct renko_brick){
        .ts_ns = renko->ts_ns, .open = {open}, .close = {close}, .volume = renko->volume};
    renko->top.m = up ? close : open;
    renko->bottom.m = up ? open : close;
    renko->volume.m = 0;
    return 1;
}
