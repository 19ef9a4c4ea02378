// SPDX-License-Identifier: Apache-2.0
#include "market/action_source.h"

#include "base/check.h"

static int64_t item_ts_ns(const struct actions *actions, uint32_t index);
static int action_fill(void *self, union event *ret_events, int max);
static int64_t action_remaining(void *self);
static int event_write(const struct action_source *source, uint32_t index, union event *ret_event);

void action_source_init(struct action_source *source, const struct actions *actions,
                        uint32_t instrument, int32_t price_decimals, int64_t from_ns,
                        int64_t to_ns) {
    CHECK(price_decimals >= 0 && price_decimals <= DECIMALS_MAX);
    int32_t last;
    uint32_t end = actions->item_count + (actions_delisted(actions, &last) ? 1 : 0);
    uint32_t next = 0;
    while (next < end && item_ts_ns(actions, next) < from_ns) next++;
    while (end > next && item_ts_ns(actions, end - 1) >= to_ns) end--;
    *source = (struct action_source){.actions = actions,
                                     .instrument = instrument,
                                     .price_decimals = price_decimals,
                                     .next = next,
                                     .end = end};
}

struct event_source action_source_port(struct action_source *source) {
    return (struct event_source){
        .fill = action_fill, .remaining = action_remaining, .self = source};
}

static int64_t item_ts_ns(const struct actions *actions, uint32_t index) {
    enum calendar_id calendar = (enum calendar_id)actions->calendar;
    struct session session;
    int32_t last = 0;
    if (index < actions->item_count)
        CHECK(calendar_session(calendar, actions->items[index].date, &session));
    else {
        CHECK(actions_delisted(actions, &last));
        calendar_next_session(calendar, last, &session);
    }
    return session.open_ns;
}

static int action_fill(void *self, union event *ret_events, int max) {
    struct action_source *source = self;
    int count = 0;
    while (count < max && source->next < source->end) {
        int rc = event_write(source, source->next, &ret_events[count]);
        if (rc < 0) return count > 0 ? count : rc;
        source->next++;
        count++;
    }
    return count;
}

static int64_t action_remaining(void *self) {
    const struct action_source *source = self;
    return source->end - source->next;
}

static int event_write(const struct action_source *source, uint32_t index, union event *ret_event) {
    const struct actions *actions = source->actions;
    int64_t ts_ns = item_ts_ns(actions, index);
    if (index == actions->item_count) {
        event_init(ret_event, EVENT_DELIST, source->instrument, ts_ns);
        return 0;
    }
    const struct action *item = &actions->items[index];
    if (item->kind == ACTION_DIVIDEND) {
        event_init(ret_event, EVENT_DIVIDEND, source->instrument, ts_ns);
        ret_event->dividend.amount = item->amount;
        ret_event->dividend.decimals = ACTION_DECIMALS;
        return 0;
    }
    int128_t close;
    int64_t price;
    if (decimal_rescale(item->previous_close, ACTION_DECIMALS, source->price_decimals,
                        ROUND_HALF_EVEN, &close) < 0 ||
        decimal_narrow(close, &price) < 0)
        return ERR_SET(ERR_RANGE, "a split's closing price does not fit %d decimals",
                       source->price_decimals);
    event_init(ret_event, EVENT_SPLIT, source->instrument, ts_ns);
    ret_event->split.numerator = item->numerator;
    ret_event->split.denominator = item->denominator;
    ret_event->split.price = PRICE(price);
    return 0;
}
