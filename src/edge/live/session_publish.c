// SPDX-License-Identifier: Apache-2.0
// The read model: the core fills a draft and copies it, word by word, into the older of two shared copies; readers take
// the newer one and try again where it was written meanwhile. Nobody waits for a reader.
#include <stdlib.h>
#include <string.h>

#include "edge/live/session_state.h"

enum { SECTIONS = 8, RATE_LEAST_NS = 200000000 };

struct section { // of a view: an array and its count
    size_t array;
    size_t count;
    size_t size;
    uint32_t max;
};

static void sections_of(const struct session *session, struct section ret_sections[SECTIONS]) {
    uint64_t slots = (uint64_t)session->desk.strategy_count * session->desk.instruments->count;
    uint32_t most = session->positions_max;
    uint32_t positions = slots < most ? (uint32_t)slots : most;
#define SECTION(array_, count_, max_)                                                              \
    {                                                                                              \
        offsetof(struct session_view, array_), offsetof(struct session_view, count_),              \
            sizeof *((struct session_view *)0)->array_, (max_)                                     \
    }
    const struct section sections[SECTIONS] = {
        SECTION(positions, position_count, positions),
        SECTION(orders, order_count, session->desk.order_max),
        SECTION(ended, ended_count, SESSION_ENDED_ORDERS),
        SECTION(fills, fill_count, SESSION_FILLS),
        SECTION(strategies, strategy_count, session->desk.strategy_count),
        SECTION(quotes, instrument_count, session->desk.instruments->count),
        SECTION(rules, rule_count, (uint32_t)risk_rule_count()),
        SECTION(watches, watch_count, SESSION_WATCHES),
    };
#undef SECTION
    memcpy(ret_sections, sections, sizeof sections);
}

static void *array_of(const struct session_view *view, const struct section *section) {
    void *array;
    memcpy(&array, (const char *)view + section->array, sizeof array);
    return array;
}

static uint32_t count_of(const struct session_view *view, const struct section *section) {
    uint32_t count;
    memcpy(&count, (const char *)view + section->count, sizeof count);
    return count < section->max ? count
                                : section->max; // a copy that was overtaken may hold anything
}

static size_t words_of(size_t size) {
    return (size + sizeof(uint64_t) - 1) / sizeof(uint64_t);
}

static size_t aligned(size_t size) {
    return (size + 15) & ~(size_t)15;
}

struct session_view *session_view_new(const struct session *session) {
    struct section sections[SECTIONS];
    size_t size = aligned(sizeof(struct session_view));
    sections_of(session, sections);
    for (int i = 0; i < SECTIONS; i++) size += aligned(sections[i].size * sections[i].max);
    unsigned char *bytes = calloc(1, size);
    if (bytes == NULL) return NULL;
    size_t at = aligned(sizeof(struct session_view));
    for (int i = 0; i < SECTIONS; i++) {
        void *array = bytes + at;
        memcpy(bytes + sections[i].array, &array, sizeof array);
        at += aligned(sections[i].size * sections[i].max);
    }
    return (void *)bytes;
}

void session_view_free(struct session_view *view) {
    free(view);
}

int session_mirror_init(struct session *session) {
    struct section sections[SECTIONS];
    struct session_mirror *mirror = &session->mirror;
    size_t words = words_of(sizeof(struct session_view));
    sections_of(session, sections);
    for (int i = 0; i < SECTIONS; i++) words += words_of(sections[i].size * sections[i].max);
    for (int i = 0; i < 2; i++) {
        mirror->words[i] = ARENA_NEW(&session->arena, _Atomic uint64_t, words);
        if (mirror->words[i] == NULL) return ERR_APPEND(ERR_NOMEM, "for the session's read model");
    }
    mirror->draft = session_view_new(session);
    return mirror->draft != NULL ? 0 : ERR_SET(ERR_NOMEM, "no memory for the session's read model");
}

static void put_copy(const struct session *session, _Atomic uint64_t *words) {
    const struct session_view *draft = session->mirror.draft;
    struct section sections[SECTIONS];
    sections_of(session, sections);
    cells_store(words, draft, sizeof *draft);
    words += words_of(sizeof *draft);
    for (int i = 0; i < SECTIONS; i++) {
        cells_store(words, array_of(draft, &sections[i]),
                    sections[i].size * count_of(draft, &sections[i]));
        words += words_of(sections[i].size * sections[i].max);
    }
}

// Into the reader's view, whose arrays stay its own.
static void get_copy(const struct session *session, const _Atomic uint64_t *words,
                     struct session_view *view) {
    struct section sections[SECTIONS];
    struct session_view head;
    sections_of(session, sections);
    cells_load(&head, words, sizeof head);
    words += words_of(sizeof head);
    for (int i = 0; i < SECTIONS; i++) {
        void *array = array_of(view, &sections[i]);
        memcpy((char *)&head + sections[i].array, &array, sizeof array);
        cells_load(array, words, sections[i].size * count_of(&head, &sections[i]));
        words += words_of(sections[i].size * sections[i].max);
    }
    *view = head;
}

bool session_view_read(const struct session *session, struct session_view *view) {
    const struct session_mirror *mirror = &session->mirror;
    uint64_t before = view->version;
    while (true) {
        uint64_t version = atomic_load_explicit(&mirror->latest, memory_order_acquire);
        if (version == 0 || version == before) return false;
        const _Atomic uint64_t *mark = &mirror->marks[version & 1];
        if (atomic_load_explicit(mark, memory_order_acquire) != version) continue;
        get_copy(session, mirror->words[version & 1], view);
        if (atomic_load_explicit(mark, memory_order_relaxed) == version) return true;
        view->version = before; // a newer one is coming over it
    }
}

static void draw_account(const struct session *session, struct session_view *view) {
    const struct engine *engine = session->desk.engine;
    const struct ledger *ledger = engine_ledger(engine);
    const struct instruments *instruments = session->desk.instruments;
    struct engine_status status = engine_status(engine);
    view->halted = status.halted;
    view->reducing = status.reducing;
    view->until_ns = status.until_ns;
    view->equity = ledger_equity(ledger);
    view->equity_day = status.equity_day;
    view->equity_peak = status.equity_peak;
    view->gross = ledger_gross_value(ledger);
    view->cash = view->capital = MONEY(0);
    for (uint32_t c = 0; c < instruments->currency_count; c++) {
        money_t cash, capital;
        if (ledger_convert(ledger, ledger_balance(ledger, ACCOUNT_CASH, c), c, &cash) == 0)
            view->cash = money_add(view->cash, cash);
        if (ledger_convert(ledger, ledger_balance(ledger, ACCOUNT_CAPITAL, c), c, &capital) == 0)
            view->capital = money_sub(view->capital, capital);
    }
    view->net = money_sub(view->equity, view->cash);
    view->counts = *engine_counts(engine);
    view->rejected = engine_orders(engine)->counts->rejected;
    view->unknown = engine_orders(engine)->counts->unknown;
}

enum which { HELD = 1, FLAT = 2 };

static void draw_position(const struct session *session, uint32_t strategy, uint32_t instrument,
                          struct session_view *view, unsigned which, uint32_t max) {
    const struct engine *engine = session->desk.engine;
    const struct position *held = ledger_position(engine_ledger(engine), strategy, instrument);
    if (held->qty.m == 0 && held->bought.m == 0 && held->sold.m == 0) return;
    if ((which & (held->qty.m != 0 ? HELD : FLAT)) == 0) return;
    if (view->position_count == max) {
        view->positions_left_out++;
        return;
    }
    view->positions[view->position_count++] = (struct session_position){
        .strategy = strategy,
        .instrument = instrument,
        .qty = held->qty,
        .entry = held->entry,
        .last = engine_board(engine)->rows[instrument].last,
        .value = held->value,
        .cost = held->cost,
        .open = money_sub(held->value, held->cost),
        .realised = held->realised,
        .fees = held->fees,
        .income = held->income,
        .opened_ns = held->opened_ns,
    };
}

static void draw_those(const struct session *session, struct session_view *view, unsigned which,
                       uint32_t max) {
    for (uint32_t s = 0; s < session->desk.strategy_count; s++) {
        const struct engine_strategy_config *strategy = &session->desk.strategies[s];
        for (uint32_t i = 0; i < strategy->instrument_count; i++)
            draw_position(session, s, strategy->instruments[i], view, which, max);
    }
}

static void draw_positions(const struct session *session, struct session_view *view) {
    struct section sections[SECTIONS];
    sections_of(session, sections);
    view->position_count = view->positions_left_out = 0;
    draw_those(session, view, HELD | FLAT, sections[0].max);
    if (view->positions_left_out == 0) return;
    // Not all have room: those that hold something come first.
    view->position_count = view->positions_left_out = 0;
    draw_those(session, view, HELD, sections[0].max);
    draw_those(session, view, FLAT, sections[0].max);
}

static void draw_order(const struct session *session, const struct order *order,
                       struct session_order *ret_order) {
    const char *id = engine_manual_client_id(session->desk.engine, order->id);
    ret_order->order = *order;
    memset(ret_order->client_id, 0, sizeof ret_order->client_id);
    memcpy(ret_order->client_id, id, strlen(id));
}

static void draw_orders(const struct session *session, struct session_view *view) {
    const struct orders *orders = engine_orders(session->desk.engine);
    for (uint32_t s = 0; s < session->desk.strategy_count; s++) view->strategies[s].orders = 0;
    view->order_count = view->ended_count = 0;
    for (uint32_t i = 0; i < session->desk.instruments->count; i++) {
        uint32_t handle = orders->exposure[i].first;
        for (; handle != UINT32_MAX; handle = orders_next_live(orders, handle)) {
            const struct order *order = orders_get(orders, handle);
            draw_order(session, order, &view->orders[view->order_count++]);
            if (order->spec.strategy < session->desk.strategy_count)
                view->strategies[order->spec.strategy].orders++;
        }
    }
    const struct session_past *past = &session->past;
    uint64_t from =
        past->ended_count > SESSION_ENDED_ORDERS ? past->ended_count - SESSION_ENDED_ORDERS : 0;
    for (uint64_t k = from; k < past->ended_count; k++) {
        int handle = orders_find(orders, past->ended[k % SESSION_ENDED_ORDERS]);
        if (handle < 0 || order_is_live(orders_get(orders, (uint32_t)handle))) continue;
        draw_order(session, orders_get(orders, (uint32_t)handle),
                   &view->ended[view->ended_count++]);
    }
}

static void draw_strategies(const struct session *session, struct session_view *view) {
    const struct engine *engine = session->desk.engine;
    const struct ledger *ledger = engine_ledger(engine);
    view->strategy_count = session->desk.strategy_count;
    for (uint32_t s = 0; s < view->strategy_count; s++) {
        struct session_strategy *strategy = &view->strategies[s];
        struct strategy_account account = ledger_strategy_account(ledger, s);
        uint64_t orders = strategy->orders;
        *strategy = session->past.strategies[s];
        strategy->orders = orders;
        strategy->mode = engine_strategy_mode(engine, s);
        strategy->paused = engine_strategy_paused(engine, s);
        strategy->budget = account.budget;
        strategy->equity = ledger_strategy_equity(ledger, s);
        strategy->realised = account.realised;
        strategy->open = account.open;
        memcpy(strategy->params, engine_strategy_params(engine, s), sizeof strategy->params);
    }
}

static void draw_quotes(const struct session *session, struct session_view *view) {
    const struct engine *engine = session->desk.engine;
    const struct orders *orders = engine_orders(engine);
    view->instrument_count = session->desk.instruments->count;
    for (uint32_t i = 0; i < view->instrument_count; i++) {
        const struct board_row *row = &engine_board(engine)->rows[i];
        view->quotes[i] = (struct session_quote){
            .last = row->last,
            .last_ns = row->ts_ns,
            .bid = row->bid,
            .ask = row->ask,
            .bar = row->bar,
            .position = ledger_quantity(engine_ledger(engine), i),
            .buying = orders->exposure[i].buy,
            .selling = orders->exposure[i].sell,
            .halted = engine_instrument_halted(engine, i),
            .delisted = row->delisted,
        };
    }
}

static void draw_rules(const struct session *session, struct session_view *view) {
    const struct risk_gate *gate = engine_risk_gate(session->desk.engine);
    view->rule_count = (uint32_t)risk_rule_count();
    for (uint32_t i = 0; i < view->rule_count; i++) {
        struct session_rule *rule = &view->rules[i];
        *rule = session->past.rules[i];
        rule->enabled = gate->config->enabled[i];
        rule->verdict = gate->trips[i].verdict;
        rule->until_ns = gate->trips[i].until_ns;
        memcpy(rule->params, gate->config->params[i], sizeof rule->params);
    }
}

// The latest of a ring, oldest first; how many.
static uint32_t unroll(void *to, const void *ring, uint64_t count, uint32_t max, size_t size) {
    uint64_t from = count > max ? count - max : 0;
    for (uint64_t k = from; k < count; k++)
        memcpy((char *)to + (k - from) * size, (const char *)ring + k % max * size, size);
    return (uint32_t)(count - from);
}

static void draw_past(const struct session *session, struct session_view *view) {
    const struct session_past *past = &session->past;
    view->fill_count =
        unroll(view->fills, past->fills, past->fill_count, SESSION_FILLS, sizeof *past->fills);
    view->watch_count = unroll(view->watches, past->watches, past->watch_count, SESSION_WATCHES,
                               sizeof *past->watches);
    view->commands = past->commands;
}

static void draw_clock(struct session *session, struct session_view *view, int64_t now_ns) {
    struct session_mirror *mirror = &session->mirror;
    int64_t next_ns = 0, passed = now_ns - mirror->rate_ns;
    view->seq = session_data_seq(session);
    view->now_ns = session_data_now_ns(session);
    view->market = session_data_market(session);
    if (session->error == 0 && session_data_next(session, &next_ns) <= 0) next_ns = 0;
    view->next_ns = next_ns;
    view->clock_ns = session_clock_at(session, now_ns);
    view->lag_ns = next_ns > 0 && view->clock_ns > next_ns ? view->clock_ns - next_ns : 0;
    view->wall_ns = session_wall_ns();
    view->timing = session_timing_of(&session->timing);
    view->pace = session->clock.pace;
    view->state = session->started ? session->state : (uint32_t)SESSION_STOPPED;
    view->state_hash = session->hash;
    view->hash_seq = session->hash_seq;
    view->tap_seq = atomic_load_explicit(&session->tap_tail, memory_order_relaxed) + 1;
    view->durable_seq = session->has_journal
                            ? atomic_load_explicit(&session->keeper.synced, memory_order_relaxed)
                            : UINT64_MAX;
    memcpy(view->story, session->story, sizeof view->story);
    if (passed < RATE_LEAST_NS) return;
    view->rate = (double)(view->market - mirror->rate_market) * 1e9 / (double)passed;
    mirror->rate_ns = now_ns;
    mirror->rate_market = view->market;
}

int session_publish(struct session *session, int64_t now_ns) {
    struct session_mirror *mirror = &session->mirror;
    struct session_view *view = mirror->draft;
    if (!mirror->due && now_ns - mirror->published_ns < session->publish_ns) return 0;
    mirror->due = mirror->dirty = false;
    mirror->published_ns = now_ns;
    view->version++;
    draw_account(session, view);
    draw_positions(session, view);
    draw_orders(session, view);
    draw_strategies(session, view);
    draw_quotes(session, view);
    draw_rules(session, view);
    draw_past(session, view);
    draw_clock(session, view, now_ns);
    _Atomic uint64_t *mark = &mirror->marks[view->version & 1];
    atomic_store_explicit(mark, 0, memory_order_relaxed);
    put_copy(session, mirror->words[view->version & 1]);
    atomic_store_explicit(mark, view->version, memory_order_release);
    atomic_store_explicit(&mirror->latest, view->version, memory_order_release);
    session_notify(session);
    return 1;
}
