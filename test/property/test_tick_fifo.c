// SPDX-License-Identifier: Apache-2.0
// First come, first served, against the plainest twin: every price a list of orders, ours among them where they stand.
// On a recorded day order by order, and on made feeds with moves, orders out of turn and books that are cleared.
#include "sim/tick_state.h"
#include "unit/market/shared_file.h" // next_line

#define CAPTURE "data/mbo/lobster_AMZN_2012-06-21_5.zip"

enum { SEEN_MAX = 1 << 14, OURS_MAX = 1 << 14, FILLS_MAX = 1 << 16, ROWS_MAX = 160000 };

struct seat {
    uint64_t id;
    int64_t price, qty;
    int side;
    bool ours;
};

struct fill {
    uint64_t id;
    int64_t price, qty;
};

// The seats of all prices in order of arrival: who comes first at his price stands first in the list.
struct twin {
    struct seat seats[SEEN_MAX];
    int count;
    struct fill fills[FILLS_MAX];
    int fill_count;
    bool cleared, forgot[2]; // bids, asks
};

struct rows {
    int64_t venue_ns[ROWS_MAX], price[ROWS_MAX], qty[ROWS_MAX], what[ROWS_MAX];
    uint64_t id[ROWS_MAX];
    struct feed_rows view;
};

static void remove_seat(struct twin *twin, int at) {
    memmove(&twin->seats[at], &twin->seats[at + 1],
            (size_t)(--twin->count - at) * sizeof *twin->seats);
}

static int find_seat(const struct twin *twin, uint64_t id, bool ours) {
    for (int i = 0; i < twin->count; i++)
        if (twin->seats[i].id == id && twin->seats[i].ours == ours) return i;
    return -1;
}

static void take_seat(struct twin *twin, struct seat seat) {
    assert_true(twin->count < SEEN_MAX);
    twin->seats[twin->count++] = seat;
}

static void fill_ours(struct twin *twin, int at, int64_t *available) {
    struct seat *seat = &twin->seats[at];
    int64_t qty = seat->qty < *available ? seat->qty : *available;
    *available -= qty;
    assert_true(twin->fill_count < FILLS_MAX);
    twin->fills[twin->fill_count++] = (struct fill){seat->id, seat->price, qty};
    seat->qty -= qty;
    if (seat->qty == 0) remove_seat(twin, at);
}

// Ours of a side at prices better than `price` (by `inclusive`: or at it), the best first, each price in its order.
static void fill_better(struct twin *twin, int side, int64_t price, bool inclusive,
                        int64_t *available) {
    while (*available > 0) {
        int best = -1;
        for (int i = 0; i < twin->count; i++) {
            const struct seat *seat = &twin->seats[i];
            int64_t better = side * (seat->price - price);
            if (!seat->ours || seat->side != side || better < 0 || (better == 0 && !inclusive))
                continue;
            if (best < 0 || side * (seat->price - twin->seats[best].price) > 0) best = i;
        }
        if (best < 0) return;
        fill_ours(twin, best, available);
    }
}

static void twin_execute(struct twin *twin, int at, int side, int64_t price, int64_t qty) {
    int64_t available = qty;
    uint64_t id = at >= 0 ? twin->seats[at].id : 0;
    if (at >= 0) price = twin->seats[at].price;
    fill_better(twin, side, price, false, &available);
    for (int i = 0; at >= 0 && available > 0; i++) { // those seated before it
        if (twin->seats[i].id == id && !twin->seats[i].ours) break;
        const struct seat seat = twin->seats[i];
        if (!seat.ours || seat.side != side || seat.price != price) continue;
        fill_ours(twin, i, &available);
        i -= i >= twin->count || twin->seats[i].id != seat.id || !twin->seats[i].ours;
    }
    at = id != 0 ? find_seat(twin, id, false) : -1;
    if (at >= 0 && (twin->seats[at].qty -= qty) <= 0) remove_seat(twin, at);
}

static void twin_add(struct twin *twin, uint64_t id, int side, int64_t price, int64_t qty) {
    int64_t available = qty;
    take_seat(twin, (struct seat){id, price, qty, side, false});
    fill_better(twin, -side, price, true, &available);
}

static void twin_clear(struct twin *twin, int side) {
    for (int i = 0; i < twin->count;)
        if (!twin->seats[i].ours && (side == 0 || twin->seats[i].side == side))
            remove_seat(twin, i);
        else
            i++;
    twin->cleared = true;
    twin->forgot[0] |= side >= 0;
    twin->forgot[1] |= side <= 0;
}

// Ours of the sides that were forgotten, in their order, get up and stand behind the picture.
static void twin_settle(struct twin *twin) {
    static struct seat kept[SEEN_MAX];
    int ours = 0, others = 0;
    for (int i = 0; i < twin->count; i++)
        if (twin->seats[i].ours && twin->forgot[twin->seats[i].side < 0])
            kept[ours++] = twin->seats[i];
        else
            twin->seats[others++] = twin->seats[i];
    memcpy(&twin->seats[others], kept, (size_t)ours * sizeof *kept);
    twin->cleared = twin->forgot[0] = twin->forgot[1] = false;
}

static void twin_row(struct twin *twin, const struct rows *rows, uint64_t i) {
    enum feed_kind kind = feed_kind_of(rows->what[i]);
    int side = feed_side_of(rows->what[i]);
    int64_t price = rows->price[i], qty = rows->qty[i];
    if (kind == FEED_CLEAR) twin_clear(twin, side);
    if (kind == FEED_TRADE && feed_flags_of(rows->what[i]) & FEED_HIDDEN)
        fill_better(twin, -side, price, true, &qty);
    if (kind < FEED_ADD || kind > FEED_EXECUTE) return;
    int at = find_seat(twin, rows->id[i], false);
    if (twin->cleared && kind != FEED_ADD) {
        twin_settle(twin);
        at = find_seat(twin, rows->id[i], false);
    }
    if (kind == FEED_ADD) {
        if (at < 0 && qty > 0) twin_add(twin, rows->id[i], side, price, qty);
        return;
    }
    if (at >= 0 && twin->seats[at].side != side) at = -1;
    if (kind == FEED_EXECUTE) twin_execute(twin, at, side, price, qty);
    if (at < 0 || kind == FEED_EXECUTE) return;
    struct seat *seat = &twin->seats[at];
    if (kind == FEED_REDUCE && (seat->qty -= qty) <= 0) remove_seat(twin, at);
    if (kind == FEED_DELETE) remove_seat(twin, at);
    if (kind != FEED_MODIFY) return;
    bool stays = price == seat->price && qty <= seat->qty;
    if (stays && qty > 0) seat->qty = qty;
    if (!stays || qty == 0) remove_seat(twin, at);
    if (!stays && qty > 0) twin_add(twin, rows->id[i], side, price, qty);
}

static int64_t twin_best(const struct twin *twin, int side) {
    int64_t best = side > 0 ? INT64_MIN : INT64_MAX;
    for (int i = 0; i < twin->count; i++) {
        const struct seat *seat = &twin->seats[i];
        if (!seat->ours && seat->side == side && side * (seat->price > best ? 1 : -1) > 0)
            best = seat->price;
    }
    return best;
}

struct match {
    struct arena wiring, state;
    struct instruments instruments;
    struct tick_config config;
    struct tick_exchange *exchange;
    struct venue venue;
    struct twin twin;
    struct prng prng;
    uint64_t ids;
    struct seat sent; // the latest: sits down when it is accepted
    int fills;        // compared
};

static void match_open(struct match *match, uint64_t seed) {
    memset(match, 0, sizeof *match);
    assert_ok(arena_init(&match->wiring, 1 << 20));
    assert_ok(arena_init(&match->state, 64 << 20));
    assert_ok(instruments_init(&match->instruments, &match->wiring, 1, 1));
    assert_ok(instruments_add_currency(&match->instruments, "USD", 4));
    struct instrument instrument;
    instrument_defaults(&instrument, ASSET_EQUITY, "X", 0);
    instrument.price_decimals = 4;
    instrument.qty_decimals = 0;
    instrument.tick = PRICE(1);
    instrument.lot = instrument.qty_min = QTY(1);
    assert_ok(instruments_add(&match->instruments, &instrument));
    tick_config_defaults(&match->config);
    assert_ok(tick_config_set_queue(&match->config, "fifo"));
    match->config.instruments = &match->instruments;
    match->config.order_max = 256;
    match->config.other_max = SEEN_MAX;
    match->config.executions = true;
    match->config.book = (struct book_l2_config){.window = 1 << 15, .level_max = 1 << 14};
    match->exchange = tick_exchange_new(&match->wiring, &match->state, &match->config);
    if (!match->exchange) fail_msg("%s", err_story());
    match->venue = tick_exchange_port(match->exchange);
    prng_seed(&match->prng, seed);
}

static void match_close(struct match *match) {
    tick_exchange_check(match->exchange);
    arena_fini(&match->wiring);
    arena_fini(&match->state);
}

// The fills of the exchange are the twin's, one by one.
static void compare_fills(struct match *match) {
    union event events[16];
    int count;
    while ((count = match->venue.poll(match->venue.self, INT64_MAX, events, 16)) > 0)
        for (int i = 0; i < count; i++) {
            const struct order_event *report = &events[i].order;
            if (report->header.kind == EVENT_ORDER_ACCEPTED) take_seat(&match->twin, match->sent);
            if (report->header.kind != EVENT_ORDER_FILLED) continue;
            assert_true(match->fills < match->twin.fill_count);
            const struct fill *fill = &match->twin.fills[match->fills++];
            assert_int_equal(report->order_id, fill->id);
            assert_int_equal(report->price.m, fill->price);
            assert_int_equal(report->qty.m, fill->qty);
        }
    assert_int_equal(match->fills, match->twin.fill_count);
}

// And what stands before each of ours.
static void compare_places(const struct match *match) {
    const struct tick_exchange *x = match->exchange;
    for (uint32_t slot = 0; slot < x->config.order_max; slot++) {
        const struct tick_order *order = &x->orders[slot];
        if (order->use != TICK_RESTING || order->turn == 0) continue;
        int64_t ahead = 0;
        int at = find_seat(&match->twin, order->id, true);
        assert_true(at >= 0);
        for (int i = 0; i < at; i++) {
            const struct seat *seat = &match->twin.seats[i];
            if (!seat->ours && seat->side == order->spec.side &&
                seat->price == order->spec.limit_price.m)
                ahead += seat->qty;
        }
        assert_int_equal(order->ahead, ahead);
        assert_int_equal(order->leaves, match->twin.seats[at].qty);
    }
}

static void arrive(struct match *match, int64_t now_ns) {
    const struct feed_rows none = {.count = 0};
    uint64_t row = 0;
    (void)!tick_exchange_play(match->exchange, &none, &row, now_ns);
    compare_fills(match);
}

static void send(struct match *match, int64_t now_ns, int64_t step) {
    struct twin *twin = &match->twin;
    int side = prng_below(&match->prng, 2) ? 1 : -1;
    int64_t best = twin_best(twin, side);
    if (best == INT64_MIN || best == INT64_MAX || match->ids + 1 == OURS_MAX) return;
    if (tick_exchange_resting(match->exchange) > 100) return;
    int64_t price = best - side * step * ((int64_t)prng_below(&match->prng, 5) - 1);
    int64_t qty = 1 + (int64_t)prng_below(&match->prng, 60);
    struct submit_event intent = {.header = {.ts_ns = now_ns},
                                  .order_id = ++match->ids,
                                  .spec = {.side = side,
                                           .type = ORDER_LIMIT,
                                           .flags = ORDER_POST_ONLY,
                                           .qty = QTY(qty),
                                           .limit_price = PRICE(price)}};
    assert_ok(match->venue.submit(match->venue.self, &intent));
    match->sent = (struct seat){match->ids, price, qty, side, true};
    arrive(match, now_ns);
}

static void cancel(struct match *match, int64_t now_ns) {
    if (match->ids == 0) return;
    uint64_t near = match->ids < 40 ? match->ids : 40;
    uint64_t id = match->ids - prng_below(&match->prng, near);
    struct cancel_event intent = {.header = {.ts_ns = now_ns}, .order_id = id};
    assert_ok(match->venue.cancel(match->venue.self, &intent));
    int at = find_seat(&match->twin, id, true);
    if (at >= 0) remove_seat(&match->twin, at);
    arrive(match, now_ns);
}

static void run_match(struct match *match, const struct rows *rows, int64_t step) {
    uint64_t row = 0;
    for (uint64_t i = 0; i < rows->view.count; i++) {
        struct feed_rows one = rows->view;
        one.count = i + 1;
        twin_row(&match->twin, rows, i);
        (void)!tick_exchange_play(match->exchange, &one, &row, rows->venue_ns[i]);
        assert_int_equal(row, i + 1);
        compare_fills(match);
        if (match->twin.cleared) continue; // no orders while nothing is known
        if (prng_below(&match->prng, 20) == 0) send(match, rows->venue_ns[i], step);
        if (prng_below(&match->prng, 40) == 0) cancel(match, rows->venue_ns[i]);
        if (i % 64 == 0) compare_places(match);
    }
}

static void put(struct rows *rows, int64_t ns, enum feed_kind kind, int side, int flags,
                int64_t price, int64_t qty, uint64_t id) {
    uint64_t at = rows->view.count++;
    assert_true(at < ROWS_MAX);
    rows->venue_ns[at] = ns;
    rows->price[at] = price;
    rows->qty[at] = qty;
    rows->id[at] = id;
    rows->what[at] = feed_what(kind, side, flags);
}

static struct rows *rows_new(void) {
    struct rows *rows = calloc(1, sizeof *rows);
    rows->view = (struct feed_rows){.venue_ns = rows->venue_ns,
                                    .price = rows->price,
                                    .qty = rows->qty,
                                    .id = rows->id,
                                    .what = rows->what};
    return rows;
}

// The capture holds the messages and a book beside them.
static char *messages(void) {
    const char *path = harness_shared(CAPTURE);
    struct archive *archive = archive_read_new();
    struct archive_entry *entry;
    archive_read_support_filter_all(archive);
    archive_read_support_format_zip(archive);
    assert_int_equal(archive_read_open_filename(archive, path, 1 << 16), ARCHIVE_OK);
    do assert_int_equal(archive_read_next_header(archive, &entry), ARCHIVE_OK);
    while (strstr(archive_entry_pathname(entry), "message") == NULL);
    size_t size = (size_t)archive_entry_size(entry);
    char *text = calloc(1, size + 1);
    assert_int_equal(archive_read_data(archive, text, size), size);
    archive_read_free(archive);
    return text;
}

static void a_recorded_day_fills_as_the_twin(void **state) {
    static const enum feed_kind kinds[] = {0,           FEED_ADD,     FEED_REDUCE,
                                           FEED_DELETE, FEED_EXECUTE, FEED_TRADE};
    char *text = messages();
    struct rows *rows = rows_new();
    for (const char *line = text; line && rows->view.count < 60000; line = next_line(line)) {
        double seconds;
        int type, side;
        long long id, qty, price;
        if (sscanf(line, "%lf,%d,%lld,%lld,%lld,%d", &seconds, &type, &id, &qty, &price, &side) !=
                6 ||
            type < 1 || type > 5)
            continue;
        bool hidden = type == 5, priced = type == 1 || type >= 4;
        put(rows, (int64_t)(seconds * 1e6) * 1000, kinds[type], hidden ? -side : side,
            hidden ? FEED_HIDDEN : FEED_LAST, priced ? price : 0, qty, (uint64_t)id);
    }
    free(text);
    assert_int_equal(rows->view.count, 60000);
    struct match *match = calloc(1, sizeof *match);
    match_open(match, 3);
    run_match(match, rows, 100);
    assert_true(match->fills > 300);
    match_close(match);
    free(match);
    free(rows);
}

// Half of the changes concern orders near the front of their queue, as executions do.
// One random change; half concern orders that are long there, as executions do.
static void put_made(struct rows *rows, struct prng *prng, int64_t ns, int64_t mid) {
    int side = prng_below(prng, 2) ? 1 : -1;
    uint64_t die = prng_below(prng, 100), latest = rows->view.count;
    int64_t price = mid - side * (1 + (int64_t)prng_below(prng, 5));
    int64_t qty = 1 + (int64_t)prng_below(prng, 40);
    uint64_t id = 1 + (latest > 200 ? latest - 200 : 0) + prng_below(prng, 200);
    if (die == 99 && prng_below(prng, 30) == 0) {
        put(rows, ns, FEED_CLEAR, (int)prng_below(prng, 3) - 1, 0, 0, 0, 0);
        return;
    }
    enum feed_kind kind = die < 45   ? FEED_ADD
                          : die < 60 ? FEED_EXECUTE
                          : die < 75 ? FEED_DELETE
                          : die < 85 ? FEED_REDUCE
                          : die < 97 ? FEED_MODIFY
                                     : FEED_TRADE;
    put(rows, ns, kind, side, kind == FEED_TRADE ? FEED_HIDDEN : 0, price, qty,
        kind == FEED_ADD ? latest + 1 : id);
}

static void made_feeds_fill_as_the_twin(void **state) {
    struct match *match = calloc(1, sizeof *match);
    for (uint64_t seed = 1; seed <= 4; seed++) {
        struct rows *rows = rows_new();
        struct prng prng;
        prng_seed(&prng, seed);
        int64_t mid = 1000;
        for (int i = 0; i < 20000; i++) {
            if (prng_below(&prng, 20) == 0) mid += (int64_t)prng_below(&prng, 3) - 1;
            put_made(rows, &prng, 1000 * i, mid);
        }
        match_open(match, seed);
        run_match(match, rows, 1);
        assert_true(match->fills > 300);
        match_close(match);
        free(rows);
    }
    free(match);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_recorded_day_fills_as_the_twin),
        cmocka_unit_test(made_feeds_fill_as_the_twin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
