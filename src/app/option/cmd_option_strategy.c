// SPDX-License-Identifier: Apache-2.0
// fulmar option strategy: a position of several options and shares, at expiry and before.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "app/commands.h"
#include "app/plot/plot.h"
#include "base/params.h"
#include "quant/option/margin.h"
#include "quant/option/payoff.h"

enum { OUTPUT_MAX = 1 << 20, LIST_MAX = 256, PLOT_POINTS = 401, GREEKS = 13 };
enum { SCENARIOS_MAX = 7 }; // columns of a table that fits a terminal

// A what-if: where, when and at which volatility.
struct scenario {
    double later; // days
    double change;
    struct payoff_market market;
};

struct strategy {
    const struct args *args;
    struct payoff position;
    struct payoff_market now;
    struct scenario scenarios[SCENARIOS_MAX];
    size_t scenario_count;
    double spots[LIST_MAX];
    size_t spot_count;
    struct payoff_summary summary;
};

static const struct param number = {.type = PARAM_REAL};
static const char *const greek_names[GREEKS] = {"value", "delta",        "gamma", "vega",  "theta",
                                                "rho",   "rho_dividend", "vanna", "volga", "charm",
                                                "speed", "zomma",        "color"};

static void add_number(struct text *out, double value, const char *otherwise) {
    if (isfinite(value))
        params_print_value(&number, value, out);
    else
        text_add(out, otherwise);
}

// Numbers joined by commas. ERR_ARGUMENT names the option.
static int read_list(const struct args *args, const char *name, double *ret_list,
                     size_t *ret_count) {
    const char *at = args_get(args, name, NULL);
    *ret_count = 0;
    while (at != NULL) {
        char *end;
        double value = strtod(at, &end);
        if (end == at || (*end != '\0' && *end != ',') || !isfinite(value))
            return ERR_SET(ERR_ARGUMENT, "--%s takes numbers joined by commas, not '%s'", name, at);
        if (*ret_count == LIST_MAX)
            return ERR_SET(ERR_ARGUMENT, "--%s takes %d numbers at most", name, LIST_MAX);
        ret_list[(*ret_count)++] = value;
        at = *end == ',' ? end + 1 : NULL;
    }
    return 0;
}

static int read_kind(const char *text, enum payoff_kind *ret_kind) {
    static const struct {
        const char *word;
        enum payoff_kind kind;
    } words[] = {{"call", PAYOFF_CALL}, {"C", PAYOFF_CALL},      {"put", PAYOFF_PUT},
                 {"P", PAYOFF_PUT},     {"share", PAYOFF_SHARE}, {"shares", PAYOFF_SHARE}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcasecmp(words[i].word, text) != 0) continue;
        *ret_kind = words[i].kind;
        return 0;
    }
    return ERR_SET(ERR_ARGUMENT, "'%s' is neither call, put nor share", text);
}

// QTY:KIND:STRIKE[:PREMIUM[:VOL[:DAYS]]], of shares QTY:share[:COST]. A cost that is not given stays NaN.
static int read_leg(const char *text, struct payoff_leg *ret_leg) {
    char buf[128], *parts[6], *rest = buf;
    size_t count = 0;
    double numbers[6] = {NAN, NAN, NAN, NAN, NAN, 0};
    struct payoff_leg leg = {.vol = NAN, .cost = NAN};
    snprintf(buf, sizeof buf, "%s", text);
    while (rest != NULL && count < 6) parts[count++] = strsep(&rest, ":");
    if (rest != NULL || count < 2)
        return ERR_SET(ERR_ARGUMENT, "--leg '%s' is not of the form QTY:KIND:STRIKE:PREMIUM", text);
    int rc = read_kind(parts[1], &leg.kind);
    if (rc < 0) return ERR_APPEND(rc, "in --leg '%s'", text);
    for (size_t i = 0; i < count; i++) {
        char *end;
        if (i == 1 || (*parts[i] == '\0' && i > 2)) continue; // an empty one is not given
        numbers[i] = strtod(parts[i], &end);
        if (end == parts[i] || *end != '\0')
            return ERR_SET(ERR_ARGUMENT, "--leg '%s': '%s' is not a number", text, parts[i]);
    }
    leg.quantity = numbers[0];
    if (leg.kind == PAYOFF_SHARE) {
        leg.cost = numbers[2];
        if (count > 3) return ERR_SET(ERR_ARGUMENT, "--leg '%s': shares are QTY:share:COST", text);
    } else {
        leg.strike = numbers[2];
        leg.cost = numbers[3];
        leg.vol = numbers[4];
        leg.later = numbers[5] / 365;
    }
    *ret_leg = leg;
    return 0;
}

static int read_position(struct strategy *strategy) {
    const struct args *args = strategy->args;
    const char *name = args_get(args, "name", NULL), *leg;
    double list[LIST_MAX];
    size_t count;
    if ((name != NULL) == args_has(args, "leg"))
        return ERR_SET(ERR_ARGUMENT, "give --leg once a leg, or --name with --strikes");
    for (size_t i = 0; (leg = args_nth(args, "leg", i)) != NULL; i++) {
        if (i == PAYOFF_LEGS_MAX)
            return ERR_SET(ERR_ARGUMENT, "a position has %d legs at most", PAYOFF_LEGS_MAX);
        TRY(read_leg(leg, &strategy->position.legs[i]));
        strategy->position.count = i + 1;
    }
    if (name == NULL) return 0;
    TRY(read_list(args, "strikes", list, &count));
    double apart = 0;
    TRY(args_real(args, "apart", 0, 1e6, &apart));
    TRY(payoff_from_name(name, list, count, apart / 365, &strategy->position));
    TRY(read_list(args, "premiums", list, &count));
    if (count > 0 && count != strategy->position.count)
        return ERR_SET(ERR_ARGUMENT, "%s has %zu legs, so --premiums takes as many numbers", name,
                       strategy->position.count);
    for (size_t i = 0; i < strategy->position.count; i++)
        strategy->position.legs[i].cost = count > 0 ? list[i] : NAN;
    return 0;
}

static int read_market(struct strategy *strategy) {
    const struct args *args = strategy->args;
    struct payoff_market *now = &strategy->now;
    double days = NAN;
    *now = (struct payoff_market){.spot = NAN, .years = NAN, .vol = NAN};
    TRY(args_real(args, "spot", 1e-300, 1e300, &now->spot));
    TRY(args_real(args, "days", 0, 1e6, &days));
    if (!isnan(days)) now->years = days / 365;
    TRY(args_real(args, "years", 0, 1e6, &now->years));
    TRY(args_real(args, "rate", -100, 100, &now->rate));
    TRY(args_real(args, "yield", -100, 100, &now->yield));
    return args_real(args, "vol", 1e-6, 1e6, &now->vol);
}

// Every one of --later with every one of --vol-change, at the spot moved by --spot-change.
static int read_scenarios(struct strategy *strategy) {
    const struct args *args = strategy->args;
    double later[LIST_MAX] = {0}, change[LIST_MAX] = {0}, move = 0;
    size_t dates, changes;
    TRY(read_list(args, "later", later, &dates));
    TRY(read_list(args, "vol-change", change, &changes));
    TRY(args_real(args, "spot-change", -1e300, 1e300, &move));
    dates = dates > 0 ? dates : 1;
    changes = changes > 0 ? changes : 1;
    if (dates * changes > SCENARIOS_MAX)
        return ERR_SET(ERR_ARGUMENT, "--later and --vol-change make %zu what-ifs, of %d at most",
                       dates * changes, SCENARIOS_MAX);
    for (size_t i = 0; i < dates * changes; i++) {
        struct scenario *one = &strategy->scenarios[i];
        *one = (struct scenario){later[i / changes], change[i % changes], strategy->now};
        one->market.spot += move;
        one->market.years -= one->later / 365;
        one->market.vol += one->change;
        if (one->later < 0)
            return ERR_SET(ERR_ARGUMENT, "--later takes days from 0 on, not %g", one->later);
        if (one->market.years < 0) one->market.years = 0;
        if (one->market.vol <= 0 || one->market.spot <= 0)
            return ERR_SET(ERR_ARGUMENT, "after the change spot and volatility are above 0");
    }
    strategy->scenario_count = dates * changes;
    return 0;
}

// "+10d", "vol+0.05" or both; "now" where nothing changes.
static const char *scenario_name(const struct scenario *scenario, char *buf, size_t size) {
    char day[32] = "", vol[32] = "";
    if (scenario->later > 0) snprintf(day, sizeof day, "+%gd", scenario->later);
    if (scenario->change != 0) snprintf(vol, sizeof vol, "vol%+g", scenario->change);
    bool both = *day != '\0' && *vol != '\0';
    snprintf(buf, size, "%s%s%s", day, both ? " " : "", vol);
    return *buf != '\0' ? buf : "now";
}

static bool has_market(const struct strategy *strategy) {
    const struct payoff_market *now = &strategy->now;
    return now->spot > 0 && now->years > 0 && now->vol > 0;
}

// What a leg cost where the call does not say: its value now, a share the spot.
static int fill_costs(struct strategy *strategy) {
    for (size_t i = 0; i < strategy->position.count; i++) {
        struct payoff_leg *leg = &strategy->position.legs[i];
        if (!isnan(leg->cost)) continue;
        bool known = leg->kind == PAYOFF_SHARE ? strategy->now.spot > 0 : has_market(strategy);
        if (!known)
            return ERR_SET(ERR_ARGUMENT,
                           "leg %zu has no premium: give it, or --spot, --days and --vol to work "
                           "it out",
                           i + 1);
        struct payoff one = {.legs = {*leg}, .count = 1};
        struct option_greeks greeks;
        one.legs[0].cost = 0;
        one.legs[0].quantity = 1;
        payoff_greeks(&one, &strategy->now, &greeks);
        leg->cost = greeks.price;
    }
    strategy->position.rest = strategy->now;
    return payoff_check(&strategy->position);
}

// The spots of the table.
static int read_spots(struct strategy *strategy) {
    TRY(read_list(strategy->args, "spots", strategy->spots, &strategy->spot_count));
    for (size_t i = 0; i < strategy->spot_count; i++)
        if (strategy->spots[i] < 0)
            return ERR_SET(ERR_ARGUMENT, "a spot of --spots is a number from 0 on");
    return 0;
}

static void range_of(const struct strategy *strategy, double *ret_low, double *ret_high) {
    double low = INFINITY, high = 0;
    for (size_t i = 0; i < strategy->position.count; i++) {
        const struct payoff_leg *leg = &strategy->position.legs[i];
        double level = leg->kind == PAYOFF_SHARE ? leg->cost : leg->strike;
        low = fmin(low, level);
        high = fmax(high, level);
    }
    for (size_t i = 0; i < strategy->summary.root_count; i++) {
        low = fmin(low, strategy->summary.roots[i]);
        high = fmax(high, strategy->summary.roots[i]);
    }
    double margin = fmax(0.25 * (high - low), 0.1 * high);
    *ret_low = fmax(low - margin, 0);
    *ret_high = high + margin;
}

static double profit_in(const struct strategy *strategy, const struct scenario *scenario,
                        double spot) {
    struct payoff_market market = scenario->market;
    market.spot = spot;
    return payoff_profit_before(&strategy->position, &market);
}

// One number where there is one what-if, else a list in their order.
static void add_profits_json(const struct strategy *strategy, double spot, struct text *out) {
    size_t count = strategy->scenario_count;
    text_add(out, count > 1 ? ",\"profit_then\":[" : ",\"profit_then\":");
    for (size_t i = 0; i < count; i++) {
        const struct scenario *one = &strategy->scenarios[i];
        if (i > 0) text_add_char(out, ',');
        add_number(out, profit_in(strategy, one, isnan(spot) ? one->market.spot : spot), "null");
    }
    if (count > 1) text_add_char(out, ']');
}

static void add_scenarios_json(const struct strategy *strategy, struct text *out) {
    text_add(out, ",\"scenarios\":[");
    for (size_t i = 0; i < strategy->scenario_count; i++) {
        const struct scenario *one = &strategy->scenarios[i];
        text_printf(out, "%s{\"later\":", i > 0 ? "," : "");
        add_number(out, one->later, "null");
        text_add(out, ",\"vol_change\":");
        add_number(out, one->change, "null");
        text_add_char(out, '}');
    }
    text_add_char(out, ']');
}

static void add_margin_json(const struct strategy *strategy, struct text *out) {
    struct margin margin;
    margin_estimate(&strategy->position, strategy->now.spot, &margin);
    text_add(out, ",\"margin\":{\"shares\":");
    add_number(out, margin.shares, "null");
    text_add(out, ",\"options\":");
    add_number(out, margin.options, "null");
    text_add(out, ",\"deposit\":");
    add_number(out, margin.deposit, "null");
    text_add_char(out, '}');
}

static void add_market_json(const struct strategy *strategy, struct text *out) {
    struct option_greeks greeks;
    payoff_greeks(&strategy->position, &strategy->now, &greeks);
    text_add(out, ",\"probability_of_profit\":");
    add_number(out, payoff_probability(&strategy->position, &strategy->now), "null");
    for (size_t i = 0; i < GREEKS; i++) {
        text_printf(out, ",\"%s\":", greek_names[i]);
        add_number(out, ((const double *)&greeks)[i], "null");
    }
    if (strategy->scenario_count > 1) add_scenarios_json(strategy, out);
    add_profits_json(strategy, NAN, out);
}

static void add_json(const struct strategy *strategy, struct text *out) {
    const struct payoff_summary *summary = &strategy->summary;
    text_add(out, "{\"net_debit\":");
    add_number(out, summary->net_debit, "null");
    text_add(out, ",\"max_profit\":");
    add_number(out, summary->max_profit, "\"unlimited\"");
    text_add(out, ",\"max_loss\":");
    add_number(out, summary->max_loss, "\"unlimited\"");
    text_add(out, ",\"breakevens\":[");
    for (size_t i = 0; i < summary->root_count; i++) {
        if (i > 0) text_add_char(out, ',');
        add_number(out, summary->roots[i], "null");
    }
    text_add_char(out, ']');
    if (strategy->now.spot > 0) add_margin_json(strategy, out);
    if (has_market(strategy)) add_market_json(strategy, out);
    text_add(out, ",\"payoff\":[");
    for (size_t i = 0; i < strategy->spot_count; i++) {
        text_printf(out, "%s{\"spot\":", i > 0 ? "," : "");
        add_number(out, strategy->spots[i], "null");
        text_add(out, ",\"profit\":");
        add_number(out, payoff_profit(&strategy->position, strategy->spots[i]), "null");
        if (has_market(strategy) && strategy->spots[i] > 0)
            add_profits_json(strategy, strategy->spots[i], out);
        text_add_char(out, '}');
    }
    text_add(out, "]}\n");
}

static void add_line(struct text *out, const char *name, double value) {
    text_printf(out, "%-22s ", name);
    add_number(out, value, "unlimited");
    text_add_char(out, '\n');
}

static void add_market(const struct strategy *strategy, struct text *out) {
    struct option_greeks greeks;
    char name[64], line[96];
    payoff_greeks(&strategy->position, &strategy->now, &greeks);
    add_line(out, "probability_of_profit", payoff_probability(&strategy->position, &strategy->now));
    for (size_t i = 0; i < GREEKS; i++) add_line(out, greek_names[i], ((const double *)&greeks)[i]);
    for (size_t i = 0; i < strategy->scenario_count; i++) {
        const struct scenario *one = &strategy->scenarios[i];
        snprintf(line, sizeof line, "profit %s", scenario_name(one, name, sizeof name));
        add_line(out, line, profit_in(strategy, one, one->market.spot));
    }
}

static void add_table(const struct strategy *strategy, struct text *out) {
    size_t count = has_market(strategy) ? strategy->scenario_count : 0;
    char name[64];
    text_printf(out, "\n%12s %14s", "spot", "at expiry");
    for (size_t i = 0; i < count; i++)
        text_printf(out, " %14s", scenario_name(&strategy->scenarios[i], name, sizeof name));
    text_add_char(out, '\n');
    for (size_t i = 0; i < strategy->spot_count; i++) {
        double spot = strategy->spots[i];
        text_printf(out, "%12.6g %14.6f", spot, payoff_profit(&strategy->position, spot));
        for (size_t k = 0; k < count && spot > 0; k++)
            text_printf(out, " %14.6f", profit_in(strategy, &strategy->scenarios[k], spot));
        text_add_char(out, '\n');
    }
}

static void add_text(const struct strategy *strategy, struct text *out) {
    const struct payoff_summary *summary = &strategy->summary;
    add_line(out, "net_debit", summary->net_debit);
    add_line(out, "max_profit", summary->max_profit);
    add_line(out, "max_loss", summary->max_loss);
    for (size_t i = 0; i < summary->root_count; i++) add_line(out, "breakeven", summary->roots[i]);
    if (strategy->now.spot > 0) {
        struct margin margin;
        margin_estimate(&strategy->position, strategy->now.spot, &margin);
        add_line(out, "margin_shares", margin.shares);
        add_line(out, "margin_options", margin.options);
        add_line(out, "margin_deposit", margin.deposit);
    }
    if (has_market(strategy)) add_market(strategy, out);
    if (strategy->spot_count > 0) add_table(strategy, out);
}

static int draw(const struct strategy *strategy, const char *path) {
    static double spots[PLOT_POINTS], expiry[PLOT_POINTS], profits[SCENARIOS_MAX][PLOT_POINTS];
    static char names[SCENARIOS_MAX][64];
    size_t count = has_market(strategy) ? strategy->scenario_count : 0;
    double low, high;
    range_of(strategy, &low, &high);
    struct plot plot = {.title = args_get(strategy->args, "name", "position"),
                        .subtitle = "profit over the price of the underlying",
                        .count = PLOT_POINTS,
                        .xs = spots,
                        .x_name = "spot",
                        .panel_count = 1};
    plot.panels[0].lines[0] = (struct plot_line){.name = "at expiry", .values = expiry};
    plot.panels[0].line_count = count + 1;
    plot.panels[0].level_count = 1; // no profit and no loss
    for (size_t k = 0; k < count; k++)
        plot.panels[0].lines[k + 1] = (struct plot_line){
            .name = scenario_name(&strategy->scenarios[k], names[k], sizeof names[k]),
            .values = profits[k]};
    for (size_t i = 0; i < PLOT_POINTS; i++) {
        double spot = spots[i] = low + (high - low) * (double)i / (PLOT_POINTS - 1);
        expiry[i] = payoff_profit(&strategy->position, spot);
        for (size_t k = 0; k < count; k++)
            profits[k][i] = spot > 0 ? profit_in(strategy, &strategy->scenarios[k], spot) : NAN;
    }
    return plot_write(&plot, path);
}

static int read_call(struct strategy *strategy) {
    TRY(read_market(strategy));
    TRY(read_scenarios(strategy));
    TRY(read_position(strategy));
    TRY(fill_costs(strategy));
    return read_spots(strategy);
}

static int run(const struct args *args) {
    struct strategy strategy = {.args = args};
    struct text text;
    if (read_call(&strategy) < 0) return STATUS_USAGE;
    payoff_summarise(&strategy.position, &strategy.summary);
    const char *path = args_get(args, "plot", NULL);
    if (path != NULL && draw(&strategy, path) < 0) return STATUS_FAILED;
    text_init(&text, OUTPUT_MAX);
    if (args->json)
        add_json(&strategy, &text);
    else
        add_text(&strategy, &text);
    int rc = text_error(&text);
    if (rc == 0) fwrite(text_string(&text), 1, text.len, stdout);
    text_fini(&text);
    return rc < 0 ? STATUS_FAILED : STATUS_DONE;
}

static const struct option options[] = {
    {"leg", "LEG", NULL,
     "QTY:call|put:STRIKE[:PREMIUM[:VOL[:DAYS]]] or QTY:share[:COST], once a leg; sold is below 0; "
     "DAYS: it expires that much later"},
    {"name", "NAME", NULL, "a named position instead, with --strikes: iron-condor, collar, ..."},
    {"strikes", "K,...", NULL, "its strikes, ascending"},
    {"apart", "N", NULL, "days between the two expiries of a calendar, diagonal or jelly roll"},
    {"premiums", "P,...", NULL,
     "what its legs cost, in the order of the legs; of a share its cost"},
    {"spots", "S,...", NULL, "spots of the pay-off table"},
    {"spot", "S", NULL, "price of the underlying now"},
    {"years", "T", NULL, "time to expiry in years"},
    {"days", "N", NULL, "the same in days of a year of 365"},
    {"rate", "R", NULL, "interest a year, continuous: 0.05 is 5 %; default 0"},
    {"yield", "Q", NULL, "dividends a year, continuous; default 0"},
    {"vol", "V", NULL, "volatility of legs that name none: 0.2 is 20 %"},
    {"later", "N,...", NULL, "what if: N days later, one or several; default 0"},
    {"vol-change", "V,...", NULL, "what if: --vol higher by V, one or several; default 0"},
    {"spot-change", "S", NULL, "what if: --spot higher by S; default 0"},
    {"plot", "FILE", NULL, "draw the profit into a .svg or .png file"},
};

const struct command command_option_strategy = {
    .name = "option strategy",
    .summary = "what a position of several options pays, risks and is worth",
    .operands = "",
    .details =
        "At expiry: net debit of the options, greatest profit and loss, break-evens, per "
        "unit of the underlying. With --spot, --days and --vol also the value and its "
        "sensitivities, the probability of a profit under the lognormal law, and the profit "
        "after each what-if: every --later with every --vol-change. With --spot also what a broker "
        "asks to be deposited, estimated by the strategy-based rules of Cboe and Regulation T: "
        "half of the shares' worth, sold options that others cover by what both can lose, others "
        "by premium and 20 % of the spot. A leg without a premium costs its value. Legs with a "
        "volatility of "
        "their own keep it in the what-if.",
    .example = "fulmar option strategy --leg 1:call:100:5 --leg -1:call:110:2 --spots 90,100,110\n"
               "fulmar option strategy --name iron-condor --strikes 85,90,110,115 --spot 100 "
               "--days 30 --vol 0.25 --later 0,10,20 --vol-change 0.05 "
               "--spots 80,90,100,110,120 --plot condor.svg",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
