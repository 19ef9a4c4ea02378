// SPDX-License-Identifier: Apache-2.0
// A scalper that follows large orders at the prices where most was traded.
//
// Idea: who has much to do leaves prints too large to be chance, and works where volume is: at the point of control and
// the edges of the value area. A large print there, or aggression that is absorbed there, is joined in its
// direction when the book (50 levels), the flow of orders at the touch and a stacked imbalance of the footprint agree,
// for a few ticks and a few seconds.
// Sources: Steidlmayer and Hawkins, "Steidlmayer on Markets" (2003) for the levels; Cont, Kukanov and Stoikov, "The
// price impact of order book events" (2014) for the flow; Cartea, Jaimungal and Penalva, "Algorithmic and
// High-Frequency Trading" (2015), chapter 12, for imbalance. Absorption and stacked imbalances are conventions of
// charting programs (docs/footprint.md): nobody has shown that they foretell anything.
// Where it fails: it crosses the spread and pays to take, twice where the target is not reached, which a move of a few
// ticks has to earn first. Large prints are also the end of something: liquidations, or the last buyer.
#include <math.h>

#include "strategy/tape_reader.h"

enum {
    WHALE,
    MEMORY,
    LEVELS,
    IMBALANCE,
    FLOW,
    HALF_LIFE,
    PROFILE,
    AREA,
    NEAR,
    ROW,
    BAR,
    RATIO,
    STACK,
    STACK_AGE,
    ABSORPTION,
    SPREAD,
    QTY_ORDER,
    TAKE,
    STOP,
    HOLD,
    PAUSE,
    WARMUP,
    ENTRY,
    ENTRY_WAIT,
};
enum { ENTRY_TAKE, ENTRY_JOIN };

static const struct param params[] = {
    [WHALE] = {.name = "whale",
               .type = PARAM_REAL,
               .unit = "price x quantity",
               .def = 50000,
               .min = 1e-9,
               .max = 1e15,
               .help = "A print of this value or more is a large one."},
    [MEMORY] = {.name = "memory",
                .type = PARAM_DURATION,
                .unit = "s",
                .def = 5,
                .min = 0.001,
                .max = 86400,
                .help = "How long a large print or an absorption counts."},
    [LEVELS] = {.name = "levels",
                .type = PARAM_INT,
                .unit = "levels",
                .def = 50,
                .min = 1,
                .max = TAPE_READER_LEVELS_MAX,
                .help = "Of the book a side, for its imbalance."},
    [IMBALANCE] = {.name = "imbalance",
                   .type = PARAM_REAL,
                   .unit = "fraction",
                   .def = 0.05,
                   .min = -1,
                   .max = 1,
                   .help =
                       "Bids less asks over their sum, on the trade's side, at least; -1: any."},
    [FLOW] = {.name = "flow",
              .type = PARAM_REAL,
              .unit = "touches",
              .def = 0.2,
              .min = -1e6,
              .max = 1e6,
              .help = "Order-flow imbalance on the trade's side, at least, in quantities of the "
                      "touch."},
    [HALF_LIFE] = {.name = "half_life",
                   .type = PARAM_DURATION,
                   .unit = "s",
                   .def = 2,
                   .min = 0.001,
                   .max = 86400,
                   .help = "After which order flow counts half."},
    [PROFILE] = {.name = "profile",
                 .type = PARAM_DURATION,
                 .unit = "s",
                 .def = 300,
                 .min = 1,
                 .max = 86400,
                 .help = "Time that the volume profile looks back."},
    [AREA] = {.name = "area",
              .type = PARAM_REAL,
              .unit = "fraction",
              .def = 0.7,
              .min = 0.01,
              .max = 1,
              .help = "Share of the volume in the value area."},
    [NEAR] = {.name = "near",
              .type = PARAM_INT,
              .unit = "ticks",
              .def = 50,
              .min = 0,
              .max = 1e9,
              .help = "From the point of control or an edge of the value area, at most."},
    [ROW] = {.name = "row",
             .type = PARAM_INT,
             .unit = "ticks",
             .def = 20,
             .min = 1,
             .max = 1e6,
             .help = "Height of the rows of profile and footprint."},
    [BAR] = {.name = "bar",
             .type = PARAM_INT,
             .unit = "s",
             .def = 10,
             .min = 1,
             .max = 86400,
             .help = "Length of a footprint bar."},
    [RATIO] = {.name = "ratio",
               .type = PARAM_REAL,
               .unit = "",
               .def = 3,
               .min = 1,
               .max = 10000,
               .help = "Of an imbalance on the footprint's diagonal."},
    [STACK] = {.name = "stack",
               .type = PARAM_INT,
               .unit = "rows",
               .def = 2,
               .min = 2,
               .max = 1000,
               .help = "Imbalances in a row that are a stack."},
    [STACK_AGE] = {.name = "stack_age",
                   .type = PARAM_DURATION,
                   .unit = "s",
                   .def = 30,
                   .min = 0,
                   .max = 86400,
                   .help = "A stack of the trade's side is this young at most; 0: none is asked "
                           "for."},
    [ABSORPTION] = {.name = "absorption",
                    .type = PARAM_REAL,
                    .unit = "fraction",
                    .def = 0.4,
                    .min = 1e-6,
                    .max = 1,
                    .help = "Share of a bar's aggression at its end that is absorbed there."},
    [SPREAD] = {.name = "max_spread",
                .type = PARAM_INT,
                .unit = "ticks",
                .def = 10,
                .min = 1,
                .max = 1e9,
                .help = "Nothing is begun at a wider spread."},
    [QTY_ORDER] = {.name = "qty",
                   .type = PARAM_REAL,
                   .unit = "quantity",
                   .def = 0.01,
                   .min = 1e-9,
                   .max = 1e12,
                   .help = "Quantity of a position."},
    [TAKE] = {.name = "take",
              .type = PARAM_INT,
              .unit = "ticks",
              .def = 150,
              .min = 1,
              .max = 1e9,
              .help = "Profit at which a resting order leaves."},
    [STOP] = {.name = "stop",
              .type = PARAM_INT,
              .unit = "ticks",
              .def = 100,
              .min = 1,
              .max = 1e9,
              .help = "Loss, by the touch that one leaves at, at which it leaves at once."},
    [HOLD] = {.name = "hold",
              .type = PARAM_DURATION,
              .unit = "s",
              .def = 30,
              .min = 0.001,
              .max = 86400,
              .help = "Longest time in a position."},
    [PAUSE] = {.name = "pause",
               .type = PARAM_DURATION,
               .unit = "s",
               .def = 2,
               .min = 0,
               .max = 86400,
               .help = "After a position, before the next."},
    [WARMUP] = {.name = "warmup",
                .type = PARAM_DURATION,
                .unit = "s",
                .def = 60,
                .min = 0,
                .max = 86400,
                .help = "From the first trade, before the profile is trusted."},
    [ENTRY] = {.name = "entry",
               .type = PARAM_ENUM,
               .unit = "",
               .choices = "take|join",
               .help = "Takes the other side's best price, or joins the queue at its own."},
    [ENTRY_WAIT] = {.name = "entry_wait",
                    .type = PARAM_DURATION,
                    .unit = "s",
                    .def = 2,
                    .min = 0.001,
                    .max = 86400,
                    .help = "How long a joining order waits."},
};

struct scalper {  // plain bytes
    int64_t side; // of the position at the decision before
    int64_t entered_ns;
    int64_t left_ns;
    int64_t asked_ns; // the entry was sent
    int64_t leaving;  // 1: it leaves at once
    struct tape_reader reader;
};

static int64_t ns_of(double seconds) {
    return llround(seconds * 1e9);
}

static int64_t ppm_of(double share) {
    return llround(share * 1e6);
}

static struct tape_reader_config reader_config(const double *values) {
    struct tape_reader_config config = {.row_ticks = (int64_t)values[ROW],
                                        .profile_ns = ns_of(values[PROFILE]),
                                        .bar_s = (int64_t)values[BAR],
                                        .whale = values[WHALE],
                                        .half_life_s = values[HALF_LIFE],
                                        .share_ppm = ppm_of(values[AREA]),
                                        .rules = footprint_rules_default};
    config.rules.ratio_pct = llround(values[RATIO] * 100);
    config.rules.stack_rows = (uint32_t)values[STACK];
    config.rules.absorption_ppm = ppm_of(values[ABSORPTION]);
    config.rules.absorption_rows = 2;
    return config;
}

static bool is_young(const struct tape_reader_mark *mark, int64_t now_ns, double seconds) {
    return mark->ns != 0 && now_ns - mark->ns <= ns_of(seconds);
}

// A large print or an absorption that still counts and is near a level: its side. 0: none, or two against each other.
static int trigger_of(const struct strategy_view *view, const struct tape_reader *reader) {
    const struct tape_reader_mark *marks[2] = {&reader->whale, &reader->absorbed};
    int sides = 0;
    for (int i = 0; i < 2; i++) {
        if (!is_young(marks[i], view->now_ns, view->params[MEMORY])) continue;
        if ((double)marks[i]->distance <= view->params[NEAR]) sides += (int)marks[i]->side;
    }
    return (sides > 0) - (sides < 0);
}

static bool is_confirmed(const struct strategy_view *view, const struct tape_reader *reader,
                         int side) {
    const double *values = view->params;
    const struct tape_reader_mark *stack = &reader->stack[side > 0 ? 0 : 1];
    if (values[STACK_AGE] > 0 && !is_young(stack, view->now_ns, values[STACK_AGE])) return false;
    if (side * tape_reader_flow(reader) < values[FLOW]) return false;
    return side * tape_reader_imbalance(view->book, (uint32_t)values[LEVELS]) >= values[IMBALANCE];
}

static bool may_enter(const struct strategy_view *view, const struct scalper *state) {
    const double *values = view->params;
    int64_t spread = book_l2_best_ask(view->book) - book_l2_best_bid(view->book);
    if ((double)spread > values[SPREAD] || view->working_count > 0) return false;
    if (state->left_ns != 0 && view->now_ns - state->left_ns < ns_of(values[PAUSE])) return false;
    return state->reader.first_ns != 0 &&
           view->now_ns - state->reader.first_ns >= ns_of(values[WARMUP]);
}

static void order_send(struct strategy_out *ret_out, int side, double qty, double price,
                       enum order_type type, enum order_tif tif, uint32_t flags) {
    ret_out->orders[ret_out->order_count++] = (struct strategy_order){.side = side,
                                                                      .type = (uint16_t)type,
                                                                      .tif = (uint16_t)tif,
                                                                      .flags = flags,
                                                                      .qty = qty,
                                                                      .limit_price = price};
}

// Each mark is used once: whatever becomes of the order, it needs another.
static void enter(const struct strategy_view *view, struct scalper *state, int side,
                  struct strategy_out *ret_out) {
    bool join = view->params[ENTRY] == ENTRY_JOIN;
    bool bid = (side > 0) == join;
    int64_t tick = bid ? book_l2_best_bid(view->book) : book_l2_best_ask(view->book);
    order_send(ret_out, side, view->params[QTY_ORDER], (double)tick * view->tick, ORDER_LIMIT,
               join ? TIF_GTC : TIF_IOC, join ? ORDER_POST_ONLY : 0);
    state->asked_ns = view->now_ns;
    state->reader.whale.ns = state->reader.absorbed.ns = 0;
}

static bool is_idle(const struct strategy_working *order) {
    return order->state == ORDER_WORKING || order->state == ORDER_PARTIALLY_FILLED;
}

// Cancels what rests of a side, of both where it is 0.
static void cancel_side(const struct strategy_view *view, int side, struct strategy_out *ret_out) {
    for (uint32_t i = 0; i < view->working_count; i++) {
        const struct strategy_working *order = &view->working[i];
        if (is_idle(order) && (side == 0 || order->side == side))
            ret_out->cancels[ret_out->cancel_count++] = order->id;
    }
}

// Flat: an entry that waits too long is taken back, else a new one is looked for.
static void wait_or_enter(const struct strategy_view *view, struct scalper *state,
                          struct strategy_out *ret_out) {
    state->leaving = 0;
    if (view->now_ns - state->asked_ns >= ns_of(view->params[ENTRY_WAIT]))
        cancel_side(view, 0, ret_out);
    if (!may_enter(view, state)) return;
    int side = trigger_of(view, &state->reader);
    if (side != 0 && is_confirmed(view, &state->reader, side)) enter(view, state, side, ret_out);
}

static bool must_leave(const struct strategy_view *view, const struct scalper *state, int side) {
    int64_t touch = side > 0 ? book_l2_best_bid(view->book) : book_l2_best_ask(view->book);
    double gain = side * ((double)touch - view->entry_price[0] / view->tick);
    // A tick's fraction of rounding in the average entry is not a loss.
    return gain <= -view->params[STOP] + 1e-6 ||
           view->now_ns - state->entered_ns >= ns_of(view->params[HOLD]);
}

// What leaves at the target: one order for what no working order covers yet.
static void rest_target(const struct strategy_view *view, int side, struct strategy_out *ret_out) {
    double left = fabs(view->position[0]);
    for (uint32_t i = 0; i < view->working_count; i++)
        if (view->working[i].side == -side) left -= view->working[i].leaves;
    if (left < view->lot / 2) return;
    double entry = view->entry_price[0] / view->tick, target = entry + side * view->params[TAKE];
    int64_t tick = (int64_t)(side > 0 ? ceil(target - 1e-6) : floor(target + 1e-6));
    if (tick < 1) return;
    order_send(ret_out, -side, left, (double)tick * view->tick, ORDER_LIMIT, TIF_GTC,
               ORDER_REDUCE_ONLY);
}

// In a position: what rests of the entry is taken back, the target rests until one must leave; then all that works is
// canceled and a market order leaves, sent again when nothing works and something is still held.
static void hold_or_leave(const struct strategy_view *view, struct scalper *state, int side,
                          struct strategy_out *ret_out) {
    bool leave = state->leaving || must_leave(view, state, side);
    cancel_side(view, leave ? 0 : side, ret_out);
    if (!leave) {
        rest_target(view, side, ret_out);
        return;
    }
    if (!state->leaving || view->working_count == 0)
        order_send(ret_out, -side, fabs(view->position[0]), 0, ORDER_MARKET, TIF_IOC,
                   ORDER_REDUCE_ONLY);
    state->leaving = 1;
}

static void decide(const struct strategy_view *view, void *memory, struct strategy_out *ret_out) {
    struct scalper *state = memory;
    const struct tape_reader_config config = reader_config(view->params);
    tape_reader_look(&state->reader, &config, view);
    int side = (view->position[0] > 0) - (view->position[0] < 0);
    if (side != state->side) {
        state->leaving = 0;
        *(side == 0 ? &state->left_ns : &state->entered_ns) = view->now_ns;
    }
    state->side = side;
    if (book_l2_best_bid(view->book) == BOOK_L2_NO_BID ||
        book_l2_best_ask(view->book) == BOOK_L2_NO_ASK)
        return;
    if (side == 0)
        wait_or_enter(view, state, ret_out);
    else
        hold_or_leave(view, state, side, ret_out);
}

const struct strategy strategy_volume_scalper = {
    .name = "volume_scalper",
    .summary = "Joins large prints and absorption at the levels of the volume profile, confirmed "
               "by book, order flow and footprint.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .scope = SCOPE_BOOK,
    .reads_trades = true,
    .state_size = sizeof(struct scalper),
    .decide = decide,
};
