// SPDX-License-Identifier: Apache-2.0
// fulmar match: a file of orders through the matching engine.
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/match/match_input.h"
#include "app/match/match_output.h"
#include "base/decimal.h"
#include "sim/matching_flow.h"

enum { EVENTS = 4096, LEVELS = 20, LEVELS_MAX = 5000, PERCENT = 100 };
// Orders of the flow at once, prices to each side of its start, and bytes.
enum { FLOW_ORDERS = 1 << 16, FLOW_TICKS = 5000, FLOW_MEMORY = 64 * FLOW_ORDERS };
#define FLOW_FIRST_ID (UINT64_C(1) << 40)

static int run(const struct args *args);

static const struct option OPTIONS[] = {
    {"print", "WHAT", "events|trades|book",
     "events as they come, the trades among them, or the book in the end; default events"},
    {"algorithm", "NAME", "fifo|pro_rata", "who trades first at a price; default fifo"},
    {"stp", "MODE", "none|newest|oldest|both|decrement",
     "what happens when an owner meets his own order; default none"},
    {"tick", "PRICE", NULL, "the smallest step of prices; default 0.01"},
    {"lot", "QTY", NULL, "the smallest step of quantities; default 1"},
    {"min-price", "PRICE", NULL, "the lowest price taken; default: the lowest in the file"},
    {"max-price", "PRICE", NULL, "the highest price taken; default: the highest in the file"},
    {"reference", "PRICE", NULL, "what auctions refer to until there is a trade; default none"},
    {"phase", "PHASE", "closed|pre_open|opening_call|continuous|halted|reopening_call|closing_call",
     "the phase at the start; default continuous"},
    {"top-percent", "N", NULL, "pro_rata: share of the order that set the best price; default 0"},
    {"top-max", "QTY", NULL, "pro_rata: the most that it gets; default: no such limit"},
    {"fifo-percent", "N", NULL,
     "pro_rata: what goes by time before the rest does by size; default 0"},
    {"min-allocation", "QTY", NULL, "pro_rata: smaller shares go by time instead; default 0"},
    {"collar", "PRICE", NULL,
     "trading stops for an auction before a trade this far from the last; default: never"},
    {"levels", "N", NULL, "levels a side of the book that is printed; default 20"},
    {"flow", "DURATION", NULL,
     "let orders come at random for so long, from the time of the first line, around --reference"},
    {"seed", "N", NULL, "of the orders that come at random; default 1"},
    {"depth", NULL, NULL, "tell changed levels and indicative auction prices as events too"},
};

const struct command command_match = {
    .name = "match",
    .summary = "run a file of orders through a matching engine",
    .operands = "[FILE]",
    .details =
        "FILE (- is standard input) is CSV with named columns, one command a line: time, action "
        "(new, "
        "cancel, replace, mass_cancel, phase, clock), id, owner, side, type, tif, qty, price, "
        "stop, "
        "trail, display, min_qty, expire, post_only, hidden, stp, phase. Only those that are "
        "needed have "
        "to "
        "be there. With --flow orders come at random beside those of the file, or without one. "
        "Events come out as CSV, with --json as an object a line. docs/matching.md has "
        "the rules.",
    .example = "fulmar match orders.csv --tick 0.05 --stp newest --print book\n"
               "fulmar match --flow 60s --seed 7 --reference 100 --print trades",
    .options = OPTIONS,
    .option_count = sizeof OPTIONS / sizeof OPTIONS[0],
    .run = run,
};

struct session {
    const struct args *args;
    struct match_input input;
    struct match_output output;
    struct matching_config config;
    struct matching matching;
    struct matching_flow flow;
    int64_t flow_ns; // how long; 0: none
    struct arena arena;
    bool book;
    long levels;
};

static int decimals_of(const struct args *args, const char *name, const char *fallback,
                       int *ret_decimals) {
    const char *value = args_get(args, name, fallback);
    int decimals = decimal_text_decimals(value, strlen(value));
    if (decimals < 0 || decimals > DECIMALS_MAX)
        return ERR_SET(ERR_ARGUMENT, "--%s: '%.40s' is not a decimal of at most 18 digits", name,
                       value);
    *ret_decimals = decimals;
    return 0;
}

static int read_decimal(const struct args *args, const char *name, int decimals, int64_t *ret) {
    const char *value = args_get(args, name, NULL);
    if (value == NULL || decimal_parse(value, strlen(value), decimals, ret) == 0) return 0;
    return ERR_SET(ERR_ARGUMENT, "--%s: '%.40s' is not a decimal of at most %d digits", name, value,
                   decimals);
}

static int read_choice(const struct args *args, const char *name, const char *(*names)(uint32_t),
                       uint32_t first, uint32_t *ret) {
    const char *value = args_get(args, name, NULL), *word;
    if (value == NULL) return 0;
    for (uint32_t i = first; (word = names(i)) != NULL; i++) {
        if (strcmp(word, value) != 0) continue;
        *ret = i;
        return 0;
    }
    return ERR_SET(ERR_ARGUMENT, "--%s: there is no '%.40s'; --help lists what there is", name,
                   value);
}

static int read_print(struct session *session) {
    const char *print = args_get(session->args, "print", "events");
    session->book = strcmp(print, "book") == 0;
    session->output.trades_only = strcmp(print, "trades") == 0;
    if (!session->book && !session->output.trades_only && strcmp(print, "events") != 0)
        return ERR_SET(ERR_ARGUMENT, "--print: '%.40s' is not events, trades or book", print);
    session->levels = LEVELS;
    return args_int(session->args, "levels", 1, LEVELS_MAX, &session->levels);
}

// Of the options all but the range of prices, which the file may tell.
static int read_options(struct session *session) {
    const struct args *args = session->args;
    struct matching_config *config = &session->config;
    int price, qty;
    long top = 0, fifo = 0;
    *config = (struct matching_config){.stp = MATCHING_STP_NONE, .phase = MATCHING_CONTINUOUS};
    TRY(args_duration(args, "flow", &session->flow_ns));
    if (args->operand_count > 1 || (args->operand_count == 0 && session->flow_ns == 0))
        return ERR_SET(ERR_ARGUMENT,
                       "give one CSV file of orders, - for standard input, or --flow");
    TRY(read_print(session));
    TRY(decimals_of(args, "tick", "0.01", &price));
    TRY(decimals_of(args, "lot", "1", &qty));
    session->input.price_decimals = price;
    session->input.qty_decimals = qty;
    config->tick = 1;
    config->lot = 1;
    TRY(read_decimal(args, "tick", price, &config->tick));
    TRY(read_decimal(args, "lot", qty, &config->lot));
    TRY(read_decimal(args, "reference", price, &config->reference_price));
    TRY(read_decimal(args, "collar", price, &config->collar));
    TRY(read_decimal(args, "top-max", qty, &config->top_max));
    TRY(read_decimal(args, "min-allocation", qty, &config->min_allocation));
    TRY(read_choice(args, "algorithm", matching_algorithm_name, 0, &config->algorithm));
    TRY(read_choice(args, "stp", matching_stp_name, MATCHING_STP_NONE, &config->stp));
    TRY(read_choice(args, "phase", matching_phase_name, 0, &config->phase));
    TRY(args_int(args, "top-percent", 0, PERCENT, &top));
    TRY(args_int(args, "fifo-percent", 0, PERCENT, &fifo));
    config->top_percent = (uint32_t)top;
    config->fifo_percent = (uint32_t)fifo;
    if (session->flow_ns > 0 && config->reference_price == 0)
        return ERR_SET(ERR_ARGUMENT, "--flow needs --reference PRICE, where its prices begin");
    if (args_has(args, "depth"))
        config->report = MATCHING_REPORT_LEVELS | MATCHING_REPORT_INDICATIVE;
    return 0;
}

static void range_from_file(struct session *session) {
    struct matching_config *config = &session->config;
    int64_t low = session->input.price_low, high = session->input.price_high;
    int64_t reference = config->reference_price, tick = config->tick > 0 ? config->tick : 1;
    bool none = low > high;
    if (reference != 0 && (none || reference < low)) low = reference;
    if (reference != 0 && (none || reference > high)) high = reference;
    if (low > high) low = high = tick;
    config->price_min = low - ((low % tick) + tick) % tick;
    config->price_max = high - high % tick;
}

// The flow's prices have room around the start.
static void range_for_flow(struct session *session) {
    struct matching_config *config = &session->config;
    int64_t room = FLOW_TICKS * config->tick, start = config->reference_price;
    if (session->flow_ns == 0 || start <= 0 || start > INT64_MAX / 4) return;
    int64_t low = start - room > config->tick ? start - room : config->tick;
    if (low < config->price_min) config->price_min = low;
    if (start + room > config->price_max) config->price_max = start + room;
}

static int read_file(struct session *session) {
    static const char *nobody[] = {""};
    struct match_input *input = &session->input;
    if (session->args->operand_count > 0)
        return match_input_read(input, session->args->operands[0], input->price_decimals,
                                input->qty_decimals);
    input->owners = calloc(1, sizeof *input->owners);
    if (input->owners == NULL) return ERR_SET(ERR_NOMEM, "no memory for the owners");
    input->owners[0] = nobody[0];
    input->owner_count = 1;
    input->price_low = INT64_MAX;
    input->price_high = INT64_MIN;
    return 0;
}

static int flow_start(struct session *session) {
    struct matching_flow_config flow;
    long seed = 1;
    if (session->flow_ns == 0) return 0;
    TRY(args_int(session->args, "seed", 0, LONG_MAX, &seed));
    matching_flow_defaults(&flow);
    flow.seed = (uint64_t)seed;
    flow.first_id = FLOW_FIRST_ID;
    flow.start_price = session->config.reference_price;
    flow.start_ns = session->input.count > 0 ? session->input.commands[0].time_ns : 0;
    session->flow_ns += flow.start_ns;
    return matching_flow_init(&session->flow, &session->arena, &flow, FLOW_ORDERS);
}

static int session_start(struct session *session) {
    struct matching_config *config = &session->config;
    int price = session->input.price_decimals;
    TRY(read_file(session));
    range_from_file(session);
    range_for_flow(session);
    TRY(read_decimal(session->args, "min-price", price, &config->price_min));
    TRY(read_decimal(session->args, "max-price", price, &config->price_max));
    size_t orders = session->input.count + (session->flow_ns > 0 ? FLOW_ORDERS : 1);
    config->order_max = orders > MATCHING_ORDERS_MAX ? MATCHING_ORDERS_MAX : (uint32_t)orders;
    config->owner_max = session->input.owner_count;
    TRY(arena_init(&session->arena, matching_size(config) + FLOW_MEMORY));
    TRY(matching_init(&session->matching, &session->arena, config));
    TRY(flow_start(session));
    arena_seal(&session->arena);
    return 0;
}

static void hear(void *self, const struct matching_event *events, uint32_t count) {
    struct session *session = self;
    for (uint32_t i = 0; i < count; i++) {
        if (session->flow_ns > 0) matching_flow_hear(&session->flow, &events[i]);
        if (!session->book) match_output_event(&session->output, &events[i]);
    }
}

// A replace without a price keeps that of its order.
static struct matching_command whole(const struct session *session, size_t at) {
    struct matching_command command = session->input.commands[at];
    struct matching_order order;
    if (command.kind != MATCHING_REPLACE || command.price != 0) return command;
    if (!matching_order_find(&session->matching, command.order_id, &order)) return command;
    command.price = order.type == ORDER_STOP ? order.stop_price : order.price;
    return command;
}

// The next command of the file or the flow; the file's first at one instant. False: there is none.
static bool next_command(struct session *session, size_t *at, struct matching_command *ret) {
    bool file = *at < session->input.count;
    bool flow = session->flow_ns > 0 && matching_flow_next_ns(&session->flow) <= session->flow_ns;
    if (file && flow)
        flow = matching_flow_next_ns(&session->flow) < session->input.commands[*at].time_ns;
    if (flow)
        matching_flow_make(&session->flow, &session->matching, ret);
    else if (file)
        *ret = whole(session, (*at)++);
    return flow || file;
}

static void play(struct session *session) {
    static struct matching_event events[EVENTS];
    struct matching_sink sink = {.events = events, .max = EVENTS, .flush = hear, .self = session};
    struct matching_command command;
    session->output.input = &session->input;
    session->output.stream = stdout;
    session->output.json = session->args->json;
    session->output.time_ns = INT64_MIN;
    if (!session->book && !session->output.json) match_output_header(&session->output);
    for (size_t at = 0; next_command(session, &at, &command);) {
        if (command.time_ns > session->output.time_ns) session->output.time_ns = command.time_ns;
        matching_apply(&session->matching, &command, &sink);
        hear(session, events, sink.count);
        sink.count = 0;
    }
    if (session->book)
        match_output_book(&session->output, &session->matching, (uint32_t)session->levels);
}

static int run(const struct args *args) {
    struct session session = {.args = args};
    if (read_options(&session) < 0) return STATUS_USAGE;
    int rc = session_start(&session);
    if (rc == 0) play(&session);
    match_input_free(&session.input);
    if (session.arena.base != NULL) arena_fini(&session.arena);
    return rc < 0 ? STATUS_FAILED : STATUS_DONE;
}
