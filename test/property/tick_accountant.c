// SPDX-License-Identifier: Apache-2.0
#include "tick_accountant.h"

void accountant_init(struct tick_accountant *a, const struct tick_config *config,
                     int64_t tick_count, uint64_t order_max) {
    *a = (struct tick_accountant){.fills = config->fills,
                                  .risk_averse = config->queue->behind == NULL,
                                  .lot = config->instruments->items[config->instrument].lot.m,
                                  .tick_count = tick_count,
                                  .life_max = order_max,
                                  .venue_ns = INT64_MIN,
                                  .known_ns = INT64_MIN,
                                  .best = {-1, -1}};
    for (int s = 0; s < 2; s++) {
        a->shown[s] = calloc((size_t)tick_count, sizeof(int64_t));
        a->used[s] = calloc((size_t)tick_count, sizeof(int64_t));
    }
    a->lives = calloc(order_max, sizeof *a->lives);
    a->resting = calloc(order_max, sizeof *a->resting);
}

void accountant_free(struct tick_accountant *a) {
    for (int s = 0; s < 2; s++) {
        free(a->shown[s]);
        free(a->used[s]);
    }
    free(a->lives);
    free(a->resting);
}

void accountant_sent(struct tick_accountant *a, const struct submit_event *intent) {
    assert_true(intent->order_id < a->life_max);
    a->lives[intent->order_id] = (struct tick_life){
        .spec = intent->spec, .sent_ns = intent->header.ts_ns, .asked = intent->spec.qty.m};
}

static bool watched(const struct tick_accountant *a, int64_t price) {
    return price >= 0 && price < a->tick_count;
}

static bool is_limit(const struct tick_life *life) {
    return life->spec.type == ORDER_LIMIT || life->spec.type == ORDER_STOP_LIMIT;
}

// What the orders of ours at a level saw of a change that is no trade.
static void level_moves(struct tick_accountant *a, int s, int64_t price, int64_t from, int64_t to) {
    for (int i = 0; i < a->resting_count; i++) {
        struct tick_life *life = &a->lives[a->resting[i]];
        if ((life->spec.side < 0) != s || life->spec.limit_price.m != price) continue;
        if (to < from) life->gone += from - to;
        if (life->front > to) life->front = to;
    }
}

static void set_level(struct tick_accountant *a, int s, int64_t price, int64_t qty) {
    int64_t from = a->shown[s][price], *used = &a->used[s][price];
    a->before = from;
    a->shown[s][price] = qty;
    if (qty < from) *used = *used > from - qty ? *used - (from - qty) : 0;
    if (qty == 0) *used = 0;
    level_moves(a, s, price, from, qty);
}

static void trade_moves(struct tick_accountant *a, const struct feed_record *record) {
    int s = feed_side_of(record->what) > 0;
    for (int i = 0; i < a->resting_count; i++) {
        struct tick_life *life = &a->lives[a->resting[i]];
        if ((life->spec.side < 0) != s || life->spec.limit_price.m != record->price) continue;
        life->gone += record->qty;
        life->front -= record->qty;
    }
}

// What is not known any more may be gone.
static void forget_queues(struct tick_accountant *a, int s) {
    for (int i = 0; i < a->resting_count; i++) {
        struct tick_life *life = &a->lives[a->resting[i]];
        if ((life->spec.side < 0) == s && watched(a, life->spec.limit_price.m))
            life->gone += a->shown[s][life->spec.limit_price.m];
    }
}

void accountant_open(struct tick_accountant *a, const struct feed_record *record) {
    a->record = record;
    a->had[0] = a->had[1] = 0;
    a->touched_count = 0;
    if (record == NULL) return;
    int side = feed_side_of(record->what), s = side < 0;
    switch (feed_kind_of(record->what)) {
    case FEED_LEVEL:
    case FEED_SNAPSHOT:
        if (watched(a, record->price)) set_level(a, s, record->price, record->qty);
        break;
    case FEED_TRADE:
        if (side != 0) trade_moves(a, record);
        break;
    case FEED_CLEAR:
        for (int of = 0; of < 2; of++)
            if (side == 0 || of == s) {
                forget_queues(a, of);
                memset(a->shown[of], 0, (size_t)a->tick_count * sizeof(int64_t));
                memset(a->used[of], 0, (size_t)a->tick_count * sizeof(int64_t));
            }
        break;
    default:
        break;
    }
}

// Where the feed gives a resting order something: at most this much in all, of which it lies at its own price.
static void maker_fill(struct tick_accountant *a, struct tick_life *life, int64_t qty) {
    const struct feed_record *record = a->record;
    assert_non_null(record);
    assert_true(life->rests && !life->fresh && is_limit(life));
    int side = feed_side_of(record->what);
    int64_t price = life->spec.limit_price.m;
    int64_t beyond = side > 0 ? record->price - price : price - record->price;
    assert_int_equal(life->spec.side, -side);
    assert_true(beyond >= 0);
    int s = life->spec.side < 0;
    a->had[s] += qty;
    if (beyond > 0 ||
        feed_kind_of(record->what) != FEED_TRADE) { // nobody stands before it any more
        life->ahead = life->gone;
        if (life->front > 0) life->front = 0;
    }
    if (feed_kind_of(record->what) == FEED_TRADE) {
        if (a->fills == TICK_FILLS_SHARED) assert_true(a->had[s] <= record->qty);
        if (beyond > 0) return;
        // At our price: our turn has come. Half a lot is what the queue model rounds.
        assert_true(2 * (life->gone - life->ahead) >= a->lot);
        if (a->fills == TICK_FILLS_WHOLE) return;
        assert_true(2 * (life->in_step + qty - (life->gone - life->ahead)) <= a->lot);
        if (a->risk_averse) assert_true(2 * (life->in_step + qty + life->front) <= a->lot);
        return;
    }
    assert_true(feed_kind_of(record->what) == FEED_LEVEL ||
                feed_kind_of(record->what) == FEED_SNAPSHOT);
    assert_true(record->qty > a->before || a->fills != TICK_FILLS_SHARED);
    if (a->fills != TICK_FILLS_SHARED) return;
    assert_true(a->had[s] <= record->qty - a->before);
    a->used[!s][record->price] += qty;
    assert_true(a->used[!s][record->price] <= record->qty);
}

static void taker_fill(struct tick_accountant *a, struct tick_life *life, int64_t price,
                       int64_t qty) {
    assert_false(life->spec.flags & ORDER_POST_ONLY);
    assert_true(life->fresh);
    if (is_limit(life))
        assert_true(life->spec.side > 0 ? price <= life->spec.limit_price.m
                                        : price >= life->spec.limit_price.m);
    int s = life->spec.side > 0;
    assert_true(watched(a, price));
    a->used[s][price] += qty;
    assert_true(a->used[s][price] <= a->shown[s][price]);
}

static void take_fill(struct tick_accountant *a, const struct order_event *report,
                      struct tick_life *life) {
    assert_true(life->accepted && !life->ended && report->qty.m > 0);
    assert_true(life->spec.type != ORDER_STOP || life->triggered);
    assert_true(life->spec.type != ORDER_STOP_LIMIT || life->triggered);
    assert_int_equal(report->qty.m % a->lot, 0);
    if (report->liquidity == LIQUIDITY_MAKER) {
        assert_int_equal(report->price.m, life->spec.limit_price.m);
        maker_fill(a, life, report->qty.m);
        a->maker_count++;
    } else {
        taker_fill(a, life, report->price.m, report->qty.m);
        a->taker_count++;
    }
    life->filled += report->qty.m;
    life->in_step += report->qty.m;
    assert_true(life->filled <= life->asked);
    assert_int_equal(report->leaves_qty.m, life->asked - life->filled);
    if (life->filled == life->asked) life->ended = true;
    int64_t *held = &a->position[life->spec.strategy], before = *held;
    *held += life->spec.side * report->qty.m;
    if (life->spec.flags & ORDER_REDUCE_ONLY)
        assert_true(before != 0 && (*held == 0 || (before > 0) == (*held > 0)));
    life->reduced = life->spec.flags & ORDER_REDUCE_ONLY && *held == 0;
    a->cash -= (int128_t)life->spec.side * report->price.m * report->qty.m;
    a->fees += report->fee;
    a->fill_count++;
}

static void touch(struct tick_accountant *a, uint64_t id) {
    struct tick_life *life = &a->lives[id];
    for (int i = 0; i < a->touched_count; i++)
        if (a->touched[i] == id) return;
    assert_true(a->touched_count < 512);
    a->touched[a->touched_count++] = id;
    life->in_step = 0;
    life->began = life->asked - life->filled;
}

static void take_trigger(struct tick_accountant *a, struct tick_life *life) {
    assert_true(life->accepted && !life->ended && !life->triggered);
    assert_true(life->spec.type == ORDER_STOP || life->spec.type == ORDER_STOP_LIMIT);
    assert_non_null(a->record);
    assert_int_equal(feed_kind_of(a->record->what), FEED_TRADE);
    assert_true(life->spec.side > 0 ? a->record->price >= life->spec.stop_price.m
                                    : a->record->price <= life->spec.stop_price.m);
    life->triggered = life->fresh = true;
    a->triggers++;
}

static void take_replace(struct tick_life *life, const struct order_event *report) {
    assert_true(life->accepted && !life->ended && report->qty.m > life->filled);
    bool stop = life->spec.type == ORDER_STOP || life->spec.type == ORDER_STOP_LIMIT;
    bool waits = stop && !life->triggered;
    int64_t leaves = report->qty.m - life->filled;
    assert_int_equal(report->leaves_qty.m, leaves);
    bool stays = waits || (report->price.m == life->spec.limit_price.m &&
                           leaves <= life->asked - life->filled);
    life->asked = report->qty.m;
    if (waits)
        life->spec.stop_price = report->price;
    else
        life->spec.limit_price = report->price;
    life->began = leaves;
    life->fresh |= !stays;
}

static void take_time(struct tick_accountant *a, const struct order_event *report,
                      const struct tick_life *life) {
    const struct event_header *header = &report->header;
    assert_true(header->venue_ts_ns >= a->venue_ns && header->ts_ns >= a->known_ns);
    assert_true(header->ts_ns >= header->venue_ts_ns && header->venue_ts_ns >= life->sent_ns);
    if (a->record != NULL) assert_int_equal(header->venue_ts_ns, a->record->venue_ns);
    a->venue_ns = header->venue_ts_ns;
    a->known_ns = header->ts_ns;
}

void accountant_report(struct tick_accountant *a, const struct order_event *report) {
    struct tick_life *life = &a->lives[report->order_id];
    take_time(a, report, life);
    touch(a, report->order_id);
    switch (report->header.kind) {
    case EVENT_ORDER_ACCEPTED:
        assert_true(!life->accepted && !life->ended && a->record == NULL);
        life->accepted = life->fresh = true;
        break;
    case EVENT_ORDER_TRIGGERED:
        take_trigger(a, life);
        break;
    case EVENT_ORDER_FILLED:
        take_fill(a, report, life);
        break;
    case EVENT_ORDER_REPLACED:
        take_replace(life, report);
        break;
    case EVENT_ORDER_REJECTED:
        a->rejected_post += report->reason == REASON_POST_ONLY_WOULD_TAKE;
        assert_true(!life->ended && !life->accepted);
        life->ended = true;
        break;
    case EVENT_ORDER_CANCELED:
        assert_true(life->accepted && !life->ended);
        a->killed += life->spec.tif == TIF_FOK;
        life->ended = true;
        break;
    default:
        assert_true(report->header.kind == EVENT_ORDER_CANCEL_REJECTED ||
                    report->header.kind == EVENT_ORDER_REPLACE_REJECTED);
    }
}

// What the order leaves unfilled must not have been there for it.
static void check_walk(const struct tick_accountant *a, const struct tick_life *life) {
    if (life->ended && life->filled == life->asked) return;
    if (life->spec.tif == TIF_FOK && !life->reduced) assert_int_equal(life->in_step, 0);
}

void accountant_close(struct tick_accountant *a) {
    for (int i = 0; i < a->touched_count; i++) {
        struct tick_life *life = &a->lives[a->touched[i]];
        if (life->fresh) check_walk(a, life);
        bool stop = life->spec.type == ORDER_STOP || life->spec.type == ORDER_STOP_LIMIT;
        if (life->fresh && !life->ended && (!stop || life->triggered)) {
            assert_true(is_limit(life));
            assert_true(life->spec.tif != TIF_IOC && life->spec.tif != TIF_FOK);
            int s = life->spec.side < 0;
            int64_t price = life->spec.limit_price.m;
            if (!life->rests) a->resting[a->resting_count++] = a->touched[i];
            life->rests = true;
            life->ahead = life->front = watched(a, price) ? a->shown[s][price] : 0;
            life->gone = 0;
        }
        life->fresh = false;
        life->in_step = 0;
    }
    int kept = 0;
    for (int i = 0; i < a->resting_count; i++) {
        struct tick_life *life = &a->lives[a->resting[i]];
        life->rests = !life->ended;
        if (life->rests) a->resting[kept++] = a->resting[i];
    }
    a->resting_count = kept;
}
