// SPDX-License-Identifier: Apache-2.0
// Pairs: of a universe, the pairs that wander together; sells the dear one of a pair and buys the cheap one.
//
// Idea: two prices with one cause keep a distance; what is further apart than usual was pushed there by haste.
// Formation, every `reform` decisions, over the last `formation` closes: of every pair, the logarithm of the first
// in the universe is regressed on that of the second, and the residual tested for a unit root with one lag (Engle
// and Granger). Kept are the first `pairs` by p-value that have p <= p_max, a slope above 0 and a half-life of the
// residual of at most half_life_max. An open pair that is not found again is closed.
// Trading: z is the residual in its deviations over the formation; with hedge = kalman it is the error of a random-
// walk regression that goes on after the formation, in deviations as the filter expects them. |z| >= entry opens
// the pair against the residual, 1 against the slope in money, 1 / pairs of the equity in both legs together; it is
// closed within `exit`, and given up beyond `stop` or after hold_half_lives half-lives; it must then come within
// `exit` once.
// Instruments without a bar for more than five decisions are in no new pair. Needs a venue that allows short
// positions.
// Source: Engle and Granger, "Co-Integration and Error Correction", Econometrica 55 (1987); Gatev, Goetzmann and
// Rouwenhorst, "Pairs Trading: Performance of a Relative-Value Arbitrage Rule", Review of Financial Studies 19
// (2006), for formation of a year and trading of half a year; Chan, "Algorithmic Trading" (2013), for the filter
// and half-lives.
// Where it fails: of many pairs tested one in twenty passes by luck; a merger or a lost product ends a relation for
// good, and the stop is the price. Since 2002 the plain rule has earned less than its costs (Do and Faff, 2010).
#include <math.h>

#include "quant/math/mathfn.h"
#include "quant/series/cointegration.h"
#include "quant/series/hedge.h"
#include "quant/series/reversion.h"
#include "strategy/strategy.h"

enum { FORMATION, REFORM, PAIRS, P_MAX, HALF_LIFE, ENTRY, EXIT, STOP, HOLD, HEDGE, DRIFT };
enum { HEDGE_FIXED, HEDGE_KALMAN };
enum { WHY_PAIR = 1, WHY_CLOSED = 2 };
static const char *const reasons[] = {[WHY_PAIR] = "pair", [WHY_CLOSED] = "closed"};
enum { HISTORY = 512, PAIRS_MAX = 16, MISSED_MAX = 5, SCRATCH = 192 << 10 };

struct pair {
    uint64_t y; // places in the universe, y < x
    uint64_t x;
    double p;
    double alpha;
    double beta;
    double spread; // deviation of the residual over the formation
    double half_life;
    int64_t side;    // +1: y is held and x sold; 0: nothing
    int64_t blocked; // given up: waits for z within exit
    uint64_t bars;   // decisions since the entry
    double weight_y;
    double weight_x;
    struct hedge hedge;
};
_Static_assert(sizeof(struct pair) == 96 + sizeof(struct hedge), "no padding");

struct state {
    uint64_t wait;  // decisions until the next formation
    uint64_t holds; // 1 once anything was held
    uint64_t count;
    struct pair pairs[PAIRS_MAX];
};
_Static_assert(sizeof(struct state) == 24 + PAIRS_MAX * sizeof(struct pair), "no padding");

struct row { // one an instrument, after the state
    uint64_t count;
    uint64_t missed;
    double weight;        // as last answered
    double logs[HISTORY]; // the latest at (count - 1) % HISTORY
};
_Static_assert(sizeof(struct row) == 24 + HISTORY * sizeof(double), "no padding");

#define REAL(name_, unit_, def_, min_, max_, help_)                                                \
    {                                                                                              \
        .name = (name_), .type = PARAM_REAL, .unit = (unit_), .def = (def_), .min = (min_),        \
        .max = (max_), .help = (help_)                                                             \
    }
#define INT(name_, unit_, def_, min_, max_, help_)                                                 \
    {                                                                                              \
        .name = (name_), .type = PARAM_INT, .unit = (unit_), .def = (def_), .min = (min_),         \
        .max = (max_), .help = (help_)                                                             \
    }

static const struct param params[] = {
    [FORMATION] = INT("formation", "bars", 252, 30, HISTORY, "Closes over which pairs are found."),
    [REFORM] =
        INT("reform", "decisions", 126, 1, 100000, "Decisions from one formation to the next."),
    [PAIRS] = INT("pairs", "", 5, 1, PAIRS_MAX,
                  "Pairs that are traded at most; each has its part of the equity."),
    [P_MAX] = REAL("p_max", "", 0.05, 0, 1, "Largest p-value of the residual's unit-root test."),
    [HALF_LIFE] =
        REAL("half_life_max", "bars", 63, 0.1, 10000, "Largest half-life of the residual."),
    [ENTRY] =
        REAL("entry", "standard deviations", 2, 0.1, 20, "Distance of the residual to enter at."),
    [EXIT] = REAL("exit", "standard deviations", 0.5, 0, 20, "Distance to leave at."),
    [STOP] = REAL("stop", "standard deviations", 4, 0.1, 100, "Distance to give up at."),
    [HOLD] = REAL("hold_half_lives", "half-lives", 5, 0, 1000,
                  "Time to wait for the residual; 0 waits on."),
    [HEDGE] = {.name = "hedge",
               .type = PARAM_ENUM,
               .unit = "",
               .choices = "fixed|kalman",
               .help = "The slope of the formation, or one that moves on by Kalman's filter."},
    [DRIFT] = REAL("drift", "", 1e-6, 1e-15, 1,
                   "Variance a bar of the moving slope and level, with hedge = kalman."),
};

static int check(const double *values) {
    if (values[EXIT] < values[ENTRY] && values[ENTRY] < values[STOP]) return 0;
    return ERR_SET(ERR_ARGUMENT, "want exit (%g) < entry (%g) < stop (%g)", values[EXIT],
                   values[ENTRY], values[STOP]);
}

// Every instrument takes a value a decision, its last one where it has no bar: rows of all are of the same times.
static void remember(const struct strategy_view *view, struct row *rows) {
    for (uint32_t i = 0; i < view->instrument_count; i++) {
        struct row *row = &rows[i];
        row->missed = view->fresh[i] ? 0 : row->missed + 1;
        double last = row->count > 0 ? row->logs[(row->count - 1) % HISTORY] : 0;
        bool fresh = view->fresh[i] && view->bars[i].close > 0;
        if (row->count == 0 && !fresh) continue;
        row->logs[row->count++ % HISTORY] = fresh ? mathfn_log(view->bars[i].close) : last;
    }
}

static double latest(const struct row *row) {
    return row->logs[(row->count - 1) % HISTORY];
}

static bool ready(const struct row *row, size_t formation) {
    return row->count >= formation && row->missed <= MISSED_MAX;
}

static void copy_logs(const struct row *row, size_t formation, double *ret_logs) {
    for (size_t k = 0; k < formation; k++)
        ret_logs[k] = row->logs[(row->count - formation + k) % HISTORY];
}

// The slope that moves, run over the formation.
static struct hedge follow(const double *values, const struct pair *pair, const double *y,
                           const double *x, size_t rows) {
    struct hedge hedge = hedge_make(values[DRIFT], pair->spread * pair->spread, 1);
    for (size_t k = 0; k < rows; k++) hedge_update(&hedge, y[k], x[k]);
    return hedge;
}

// Tests a pair; false where it does not pass.
static bool test(const double *values, const double *y, const double *x, struct arena *arena,
                 struct pair *ret_pair) {
    static const struct unitroot_options options = {MACKINNON_CONSTANT, UNITROOT_FIXED, 1};
    size_t rows = (size_t)values[FORMATION];
    double residual[HISTORY], square = 0;
    struct cointegration_pair found;
    arena_rewind(arena, 0);
    if (cointegration_engle_granger(y, &x, 1, rows, &options, arena, &found) < 0) return false;
    ret_pair->p = found.test.p;
    ret_pair->alpha = found.fit.coefficients[0];
    ret_pair->beta = found.fit.coefficients[1];
    if (!(ret_pair->p <= values[P_MAX]) || !(ret_pair->beta > 0)) return false;
    for (size_t k = 0; k < rows; k++) {
        residual[k] = y[k] - ret_pair->alpha - ret_pair->beta * x[k];
        square += residual[k] * residual[k];
    }
    ret_pair->spread = sqrt(square / ((double)rows - 2));
    ret_pair->half_life = reversion_half_life(residual, rows).value;
    if (!(ret_pair->spread > 0) || !(ret_pair->half_life <= values[HALF_LIFE])) return false;
    ret_pair->hedge = follow(values, ret_pair, y, x, rows);
    return true;
}

// Puts a pair among the best; the first found of equals is before.
static void insert(struct state *found, uint64_t most, const struct pair *pair) {
    uint64_t at = found->count;
    while (at > 0 && found->pairs[at - 1].p > pair->p) at--;
    if (at >= most) return;
    if (found->count < most) found->count++;
    for (uint64_t i = found->count - 1; i > at; i--) found->pairs[i] = found->pairs[i - 1];
    found->pairs[at] = *pair;
}

// What an open pair holds goes on where the pair is found again.
static void carry(const struct state *old, struct state *found) {
    for (uint64_t i = 0; i < found->count; i++)
        for (uint64_t k = 0; k < old->count; k++) {
            const struct pair *from = &old->pairs[k];
            struct pair *to = &found->pairs[i];
            if (from->y != to->y || from->x != to->x) continue;
            to->side = from->side;
            to->blocked = from->blocked;
            to->bars = from->bars;
            to->weight_y = from->weight_y;
            to->weight_x = from->weight_x;
        }
}

// False, and nothing changed, while no two instruments have enough history.
static bool form(const struct strategy_view *view, struct state *state, const struct row *rows) {
    _Alignas(64) unsigned char scratch[SCRATCH] = {0};
    struct arena arena = {.base = scratch, .size = sizeof scratch};
    struct state found = {.holds = state->holds};
    size_t formation = (size_t)view->params[FORMATION];
    double y[HISTORY], x[HISTORY];
    uint32_t tested = 0;
    for (uint32_t i = 0; i + 1 < view->instrument_count; i++) {
        if (!ready(&rows[i], formation)) continue;
        copy_logs(&rows[i], formation, y);
        for (uint32_t k = i + 1; k < view->instrument_count; k++) {
            if (!ready(&rows[k], formation)) continue;
            struct pair pair = {.y = i, .x = k};
            copy_logs(&rows[k], formation, x);
            tested++;
            if (test(view->params, y, x, &arena, &pair))
                insert(&found, (uint64_t)view->params[PAIRS], &pair);
        }
    }
    if (tested == 0) return false;
    carry(state, &found);
    found.wait = (uint64_t)view->params[REFORM];
    *state = found;
    return true;
}

static double score(const struct strategy_view *view, struct pair *pair, double y, double x) {
    if (view->params[HEDGE] == HEDGE_FIXED)
        return (y - pair->alpha - pair->beta * x) / pair->spread;
    struct hedge_row row = hedge_update(&pair->hedge, y, x);
    return row.error / row.deviation;
}

static void open_pair(const struct strategy_view *view, struct pair *pair, double z) {
    double beta = view->params[HEDGE] == HEDGE_FIXED ? pair->beta : pair->hedge.beta;
    if (!(beta > 0)) return;
    double part = 1 / view->params[PAIRS] / (1 + beta);
    pair->side = z < 0 ? 1 : -1;
    pair->bars = 0;
    pair->weight_y = (double)pair->side * part;
    pair->weight_x = (double)-pair->side * part * beta;
}

static void trade(const struct strategy_view *view, struct pair *pair, const struct row *rows) {
    double z = score(view, pair, latest(&rows[pair->y]), latest(&rows[pair->x]));
    const double *values = view->params;
    if (isnan(z)) return;
    if (pair->side != 0) {
        double distance = -z * (double)pair->side, hold = values[HOLD] * pair->half_life;
        pair->bars++;
        pair->blocked = distance >= values[STOP] || (hold > 0 && (double)pair->bars >= hold);
        if (distance <= values[EXIT] || pair->blocked) pair->side = 0;
        if (pair->side == 0) pair->weight_y = pair->weight_x = 0;
    }
    if (fabs(z) <= values[EXIT]) pair->blocked = 0;
    if (pair->side == 0 && !pair->blocked && fabs(z) >= values[ENTRY] && fabs(z) < values[STOP])
        open_pair(view, pair, z);
}

static void answer(const struct strategy_view *view, const struct state *state, struct row *rows,
                   struct strategy_out *ret_out) {
    for (uint32_t i = 0; i < view->instrument_count; i++) {
        double weight = 0;
        for (uint64_t k = 0; k < state->count; k++) {
            if (state->pairs[k].y == i) weight += state->pairs[k].weight_y;
            if (state->pairs[k].x == i) weight += state->pairs[k].weight_x;
        }
        if (weight == 0 && rows[i].weight == 0 && view->position[i] == 0) continue;
        rows[i].weight = weight;
        ret_out->targets[i].kind = TARGET_SET;
        ret_out->targets[i].weight = weight;
        ret_out->targets[i].reason = weight != 0 ? WHY_PAIR : WHY_CLOSED;
    }
}

static void decide(const struct strategy_view *view, void *memory, struct strategy_out *ret_out) {
    struct state *state = memory;
    struct row *rows = (struct row *)(state + 1);
    remember(view, rows);
    if (state->wait > 0) state->wait--;
    if (state->wait == 0 && form(view, state, rows)) state->holds = 1;
    for (uint64_t i = 0; i < state->count; i++) trade(view, &state->pairs[i], rows);
    if (state->holds) answer(view, state, rows, ret_out);
}

const struct strategy strategy_pairs = {
    .name = "pairs",
    .summary = "Of a universe, trades the distance of pairs whose prices wander together.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .reasons = reasons,
    .reason_count = sizeof reasons / sizeof *reasons,
    .scope = SCOPE_UNIVERSE,
    .state_size = sizeof(struct state),
    .state_size_per_instrument = sizeof(struct row),
    .check = check,
    .decide = decide,
};
