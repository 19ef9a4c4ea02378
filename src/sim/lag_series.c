// SPDX-License-Identifier: Apache-2.0
#include "sim/lag_series.h"

#include "base/decimal.h"

int lag_series_check(const struct lag_series *series) {
    if (series->count == 0) return ERR_SET(ERR_ARGUMENT, "there is no recorded latency");
    for (size_t i = 0; i < series->count; i++) {
        int64_t sent = series->sent_ns[i], arrived = series->arrived_ns[i],
                answered = series->answered_ns[i];
        if (sent < 0 || arrived < sent || answered < arrived)
            return ERR_SET(ERR_ARGUMENT,
                           "row %zu: an order is sent, arrives and is answered in this order",
                           i + 1);
        if (i > 0 && (sent < series->sent_ns[i - 1] || arrived < series->arrived_ns[i - 1] ||
                      answered < series->answered_ns[i - 1]))
            return ERR_SET(ERR_ARGUMENT, "row %zu: a time is before that of the row above", i + 1);
    }
    return 0;
}

// `to` less `from` at t_ns of `from`, along the straight line between the rows around it.
static int64_t interpolate(const int64_t *from, const int64_t *to, size_t count, int64_t t_ns) {
    size_t low = 0, high = count; // the first row that is later than t_ns
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (from[middle] <= t_ns)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0) return to[0] - from[0];
    if (low == count) return to[count - 1] - from[count - 1];
    int64_t before = to[low - 1] - from[low - 1], after = to[low] - from[low];
    int128_t part = (int128_t)(after - before) * (t_ns - from[low - 1]);
    return before + (int64_t)decimal_div_round(part, from[low] - from[low - 1], ROUND_FLOOR);
}

int64_t lag_series_entry_ns(const struct lag_series *series, int64_t t_ns) {
    return interpolate(series->sent_ns, series->arrived_ns, series->count, t_ns);
}

int64_t lag_series_report_ns(const struct lag_series *series, int64_t t_ns) {
    return interpolate(series->arrived_ns, series->answered_ns, series->count, t_ns);
}
