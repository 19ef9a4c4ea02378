// SPDX-License-Identifier: Apache-2.0
#include "app/option/option_plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/plot/plot.h"
#include "base/timestamp.h"
#include "quant/math/mathfn.h"

enum { POINTS = 161, POINTS_SLOW = 61 }; // the latter of American Greeks: each is a dozen prices

struct curves {
    size_t count;
    double xs[POINTS];
    double fields[OPTION_FIELDS][POINTS];
    double expiry[POINTS];
};

static double payoff(const struct option_terms *option, double spot) {
    return fmax(option->side == OPTION_CALL ? spot - option->strike : option->strike - spot, 0);
}

static void describe(const struct option_call *call, const char *what, char *text, size_t size) {
    snprintf(text, size, "%s %s at %.6g, %.4g years: %s",
             call->kind == OPTION_AMERICAN ? "American" : "European",
             call->option.side == OPTION_CALL ? "call" : "put", call->option.strike,
             call->option.years, what);
}

// Four deviations of the spot at expiry to either side, the strike and the spot among them.
static void set_spots(const struct option_call *call, struct curves *curves) {
    const struct option_terms *option = &call->option;
    double reach = 4 * call->vol * sqrt(option->years), low, high;
    if (option->model == OPTION_BACHELIER) {
        low = option->spot - reach;
        high = option->spot + reach;
    } else {
        reach = fmin(fmax(reach, 0.02), 2);
        low = option->spot * mathfn_exp(-reach);
        high = option->spot * mathfn_exp(reach);
    }
    low = fmin(low, option->strike);
    high = fmax(high, option->strike);
    for (size_t i = 0; i < curves->count; i++)
        curves->xs[i] = low + (high - low) * (double)i / (double)(curves->count - 1);
}

static int draw_over_spot(const struct option_call *call, struct curves *curves, const char *path) {
    static const size_t shown[] = {0, 1, 2, 3, 4, 5, 7, 8};
    bool greeks = call->question == OPTION_ASK_GREEKS, plain = call->kind <= OPTION_AMERICAN;
    char subtitle[128];
    curves->count = greeks && call->kind == OPTION_AMERICAN ? POINTS_SLOW : POINTS;
    describe(call, "over the price of the underlying", subtitle, sizeof subtitle);
    struct plot plot = {.title = greeks ? "Greeks" : "value",
                        .subtitle = subtitle,
                        .count = curves->count,
                        .xs = curves->xs,
                        .x_name = "spot"};
    set_spots(call, curves);
    for (size_t i = 0; i < curves->count; i++) {
        struct option_call one = *call;
        struct option_answer answer;
        one.option.spot = curves->xs[i];
        curves->expiry[i] = payoff(&call->option, curves->xs[i]);
        int rc = option_call_answer(&one, &answer);
        if (rc == ERR_NOMEM) return rc;
        for (size_t f = 0; f < OPTION_FIELDS; f++)
            curves->fields[f][i] = rc == 0 ? ((const double *)&answer.greeks)[f] : NAN;
    }
    for (size_t k = 0; k < (greeks ? sizeof shown / sizeof *shown : 1); k++) {
        struct plot_panel *panel = &plot.panels[plot.panel_count];
        const double *values = curves->fields[shown[k]];
        bool any = false;
        for (size_t i = 0; i < curves->count; i++) any |= isfinite(values[i]);
        if (!any) continue;
        plot.panel_count++;
        panel->lines[panel->line_count++] =
            (struct plot_line){.name = option_fields[shown[k]], .values = values};
        if (shown[k] == 0 && plain)
            panel->lines[panel->line_count++] = (struct plot_line){
                .name = "at expiry", .values = curves->expiry, .style = PLOT_DASHED};
    }
    return plot_write(&plot, path);
}

// From a quarter of the volatility to twice it.
static int draw_over_vol(const struct option_call *call, double vol, struct curves *curves,
                         const char *path) {
    double low = vol > 0 ? 0.25 * vol : 0.01, high = vol > 0 ? 2 * vol : 1;
    char subtitle[128];
    describe(call, "value over the volatility; the line is the price", subtitle, sizeof subtitle);
    struct plot plot = {.title = "implied volatility",
                        .subtitle = subtitle,
                        .count = POINTS,
                        .xs = curves->xs,
                        .x_name = "volatility",
                        .panel_count = 1,
                        .panels = {{.lines = {{.name = "value", .values = curves->fields[0]}},
                                    .line_count = 1,
                                    .levels = {call->price},
                                    .level_count = 1}}};
    for (size_t i = 0; i < POINTS; i++) {
        struct option_call one = *call;
        struct option_answer answer;
        one.question = OPTION_ASK_PRICE;
        one.vol = curves->xs[i] = low + (high - low) * (double)i / (POINTS - 1);
        int rc = option_call_answer(&one, &answer);
        if (rc == ERR_NOMEM) return rc;
        curves->fields[0][i] = rc == 0 ? answer.greeks.price : NAN;
    }
    return plot_write(&plot, path);
}

int option_plot_call(const struct option_call *call, const struct option_answer *answer,
                     const char *path) {
    struct curves *curves = calloc(1, sizeof *curves);
    if (curves == NULL) return ERR_SET(ERR_NOMEM, "no memory for the curves");
    int rc = call->question == OPTION_ASK_IV ? draw_over_vol(call, answer->vol, curves, path)
                                             : draw_over_spot(call, curves, path);
    free(curves);
    return rc;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static bool is_drawn(const struct chain_quote *quote) {
    return quote->fault == CHAIN_SOUND && isfinite(quote->vol);
}

// The expiries that have volatilities, `only` that day's.
static size_t choose(const struct option_chain *chain, int32_t only, size_t *ret_places) {
    size_t count = 0;
    for (size_t i = 0; i < chain->expiry_count; i++) {
        const struct chain_expiry *expiry = &chain->expiries[i];
        bool any = false;
        for (size_t j = 0; j < expiry->count; j++)
            any |= is_drawn(&chain->quotes[expiry->first + j]);
        if (any && (only == 0 || chain->dates[i] == only)) ret_places[count++] = i;
    }
    return count;
}

static size_t list_strikes(const struct option_chain *chain, const size_t *places, size_t panels,
                           double *strikes) {
    size_t count = 0, distinct = 0;
    for (size_t p = 0; p < panels; p++) {
        const struct chain_expiry *expiry = &chain->expiries[places[p]];
        for (size_t j = 0; j < expiry->count; j++)
            if (is_drawn(&chain->quotes[expiry->first + j]))
                strikes[count++] = chain->quotes[expiry->first + j].strike;
    }
    qsort(strikes, count, sizeof *strikes, ascending);
    for (size_t i = 0; i < count; i++)
        if (distinct == 0 || strikes[i] != strikes[distinct - 1]) strikes[distinct++] = strikes[i];
    return distinct;
}

static void add_expiry(const struct option_chain *chain, size_t place, const double *strikes,
                       size_t count, double *values, char *name, struct plot *plot) {
    const struct chain_expiry *expiry = &chain->expiries[place];
    struct plot_panel *panel = &plot->panels[plot->panel_count++];
    date_print(name, DATE_TEXT_SIZE, chain->dates[place]);
    for (size_t i = 0; i < 2 * count; i++) values[i] = NAN;
    for (size_t j = 0; j < expiry->count; j++) {
        const struct chain_quote *quote = &chain->quotes[expiry->first + j];
        if (!is_drawn(quote)) continue;
        const double *at = bsearch(&quote->strike, strikes, count, sizeof *strikes, ascending);
        values[(quote->side == OPTION_CALL ? 0 : count) + (size_t)(at - strikes)] = quote->vol;
    }
    panel->unit = name;
    panel->lines[0] = (struct plot_line){.name = "calls", .values = values, .style = PLOT_DOTS};
    panel->lines[1] =
        (struct plot_line){.name = "puts", .values = values + count, .style = PLOT_DOTS};
    panel->line_count = 2;
}

int option_plot_chain(const struct option_chain *chain, int32_t only, const char *path) {
    size_t places[CHAIN_EXPIRIES_MAX], found = choose(chain, only, places), panels = found;
    char names[PLOT_PANELS_MAX][DATE_TEXT_SIZE], title[64];
    if (found == 0) return ERR_SET(ERR_NOT_FOUND, "no quote has a volatility to draw");
    if (panels > PLOT_PANELS_MAX) panels = PLOT_PANELS_MAX;
    for (size_t p = 1; p < panels; p++) places[p] = places[p * (found - 1) / (panels - 1)];
    double *strikes = calloc((2 * PLOT_PANELS_MAX + 1) * (chain->count + 1), sizeof *strikes);
    if (strikes == NULL) return ERR_SET(ERR_NOMEM, "no memory for the volatilities");
    size_t count = list_strikes(chain, places, panels, strikes);
    snprintf(title, sizeof title, "%s%simplied volatility", chain->symbol,
             chain->symbol[0] != '\0' ? ": " : "");
    struct plot plot = {.title = title,
                        .subtitle = "of middle prices by strike, an expiry a panel",
                        .count = count,
                        .xs = strikes,
                        .x_name = "strike"};
    for (size_t p = 0; p < panels; p++)
        add_expiry(chain, places[p], strikes, count, strikes + (2 * p + 1) * (chain->count + 1),
                   names[p], &plot);
    int rc = plot_write(&plot, path);
    free(strikes);
    return rc;
}
