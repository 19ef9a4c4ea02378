// SPDX-License-Identifier: Apache-2.0
#include "sim/history.h"

#include <math.h>

#include "base/timestamp.h"

static void push_day(struct sim_exchange *x, uint32_t instrument);

int sim_history_init(struct sim_exchange *x, struct arena *state) {
    const struct slip_model *slip = x->config.slip;
    if (slip->history == NULL) return 0;
    x->history_days = slip->history(x->config.slip_params);
    uint32_t count = x->config.instruments->count;
    x->histories = ARENA_NEW(state, struct sim_history, count);
    x->days = ARENA_NEW(state, struct sim_history_day, (size_t)count * x->history_days);
    if (x->histories == NULL || x->days == NULL)
        return ERR_APPEND(ERR_NOMEM, "while making the history of slippage model %s", slip->name);
    return 0;
}

void sim_history_add(struct sim_exchange *x, uint32_t instrument, int64_t ts_ns, price_t close,
                     qty_t volume) {
    if (x->histories == NULL) return;
    struct sim_history *history = &x->histories[instrument];
    // A daily bar may end at midnight: the last instant before its end is of its day.
    int32_t day = date_of_ns(ts_ns - 1);
    if (history->close > 0 && day != history->day) push_day(x, instrument);
    history->day = day;
    history->close = (double)close.m;
    history->volume += (double)volume.m;
}

void sim_history_split(struct sim_exchange *x, uint32_t instrument, int64_t numerator,
                       int64_t denominator) {
    if (x->histories == NULL) return;
    struct sim_history *history = &x->histories[instrument];
    double ratio = (double)numerator / (double)denominator;
    history->day_close /= ratio;
    history->close /= ratio;
    history->volume *= ratio;
    struct sim_history_day *days = &x->days[(size_t)instrument * x->history_days];
    for (uint32_t i = 0; i < history->count; i++) days[i].volume *= ratio;
}

void sim_history_read(const struct sim_exchange *x, uint32_t instrument, double *ret_sigma,
                      double *ret_volume) {
    *ret_sigma = 0;
    *ret_volume = 0;
    if (x->histories == NULL || x->histories[instrument].count == 0) return;
    uint32_t count = x->histories[instrument].count;
    const struct sim_history_day *days = &x->days[(size_t)instrument * x->history_days];
    double mean = 0;
    for (uint32_t i = 0; i < count; i++) {
        *ret_volume += days[i].volume / count;
        mean += days[i].change / count;
    }
    if (count < 2) return;
    double sum = 0;
    for (uint32_t i = 0; i < count; i++) sum += (days[i].change - mean) * (days[i].change - mean);
    *ret_sigma = sqrt(sum / (count - 1));
}

static void push_day(struct sim_exchange *x, uint32_t instrument) {
    struct sim_history *history = &x->histories[instrument];
    if (history->day_close > 0) {
        struct sim_history_day *days = &x->days[(size_t)instrument * x->history_days];
        days[history->next] = (struct sim_history_day){
            .change = history->close / history->day_close - 1, .volume = history->volume};
        history->next = (history->next + 1) % x->history_days;
        if (history->count < x->history_days) history->count++;
    }
    history->day_close = history->close;
    history->volume = 0;
}
