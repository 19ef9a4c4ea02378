// SPDX-License-Identifier: Apache-2.0
// What a feed took from the venue to its recorder, as a series of latencies of orders: latency model feed.
#include <string.h>

#include "app/run/run_parts.h"
#include "base/timestamp.h"

// A row a second: the first record of each that was sent as it happened.
struct sampling {
    int64_t *sent, *arrived, *answered;
    uint64_t count;
    int64_t next_ns;
    int64_t least_ns, most_ns; // what the feed took
    double factors[2];
};

static int64_t later(int64_t a, int64_t b) {
    return a > b ? a : b;
}

// Nothing arrives before what was sent before it: no time goes back.
static void sample(struct sampling *s, int64_t venue_ns, int64_t receipt_ns) {
    int64_t took_ns = later(receipt_ns - venue_ns, 0);
    uint64_t at = s->count++;
    s->sent[at] = receipt_ns;
    s->arrived[at] = receipt_ns + (int64_t)((double)took_ns * s->factors[0] + 0.5);
    if (at > 0) s->arrived[at] = later(s->arrived[at], s->arrived[at - 1]);
    s->answered[at] = s->arrived[at] + (int64_t)((double)took_ns * s->factors[1] + 0.5);
    if (at > 0) s->answered[at] = later(s->answered[at], s->answered[at - 1]);
    if (at == 0 || took_ns < s->least_ns) s->least_ns = took_ns;
    if (at == 0 || took_ns > s->most_ns) s->most_ns = took_ns;
    s->next_ns = receipt_ns + NS_PER_S;
}

static void sample_rows(struct sampling *s, const struct feed_rows *rows) {
    for (uint64_t i = 0; i < rows->count; i++) {
        enum feed_kind kind = feed_kind_of(rows->what[i]);
        if (kind == FEED_SNAPSHOT || kind == FEED_CLEAR || kind == FEED_FAULT) continue;
        if (rows->receipt_ns[i] < s->next_ns) continue;
        sample(s, rows->venue_ns[i], rows->receipt_ns[i]);
    }
}

// Seconds that the feed has records in, and one: what sample_rows finds at most.
static uint64_t seconds_of(const struct run_feed *feed) {
    uint64_t count = 1;
    int64_t next_ns = INT64_MIN;
    for (uint32_t part = 0; part < feed->count; part++)
        for (uint64_t i = 0; i < feed->heard[part].count; i++) {
            if (feed->heard[part].receipt_ns[i] < next_ns) continue;
            next_ns = feed->heard[part].receipt_ns[i] + NS_PER_S;
            count++;
        }
    return count;
}

int run_measure_feed(struct run *run, struct run_feed *feed) {
    uint64_t room = seconds_of(feed);
    const double *factors = feed->config.latency_params;
    struct sampling s = {.sent = ARENA_NEW(&run->wiring, int64_t, 2 * room),
                         .arrived = ARENA_NEW(&run->wiring, int64_t, 2 * room),
                         .answered = ARENA_NEW(&run->wiring, int64_t, 2 * room),
                         .next_ns = INT64_MIN,
                         .factors = {factors[0], factors[1]}};
    if (!s.sent || !s.arrived || !s.answered) return ERR_NOMEM;
    for (uint32_t part = 0; part < feed->count; part++) sample_rows(&s, &feed->heard[part]);
    const char *symbol = run->instruments.items[feed->instrument].symbol;
    if (s.count == 0 || s.most_ns == 0)
        return ERR_SET(ERR_ARGUMENT,
                       "latency feed: %s was received no later than it was sent: it has no times "
                       "of receipt, or its recorder's clock was behind; use another model",
                       symbol);
    feed->lags = (struct lag_series){s.sent, s.arrived, s.answered, s.count};
    return lag_series_check(&feed->lags);
}
