// SPDX-License-Identifier: Apache-2.0
// Finite differences in the logarithm of what is lognormal, backwards from expiry: TR-BDF2 in time (Bank et al., IEEE
// Transactions on Electron Devices 32, 1985), exercise by policy iteration (Reisinger and Witte, SIAM Journal on
// Financial Mathematics 3, 2012), steps that begin short behind every kink, and two grids extrapolated.
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "quant/math/mathfn.h"
#include "quant/option/dividend.h"

enum {
    STEPS_LEAST = 8,  // of a stretch between dividends
    ARRAYS = 8,       // of a grid's points, in scratch
    ROUNDS_MAX = 200, // of policy iteration; two or three are usual
    NODES = 6         // of the polynomial through which the spot is read
};

#define DEVIATIONS 7.0 // of the logarithm at expiry, on both sides of the spot
#define WIDTH_MAX 30.0 // of the logarithm, on each side
#define GAMMA (2 - 1.4142135623730950488)

// Paid after now and not after expiry, in order of time.
struct schedule {
    double years[DIVIDENDS_MAX], amount[DIVIDENDS_MAX];
    size_t count;
};

// A grid of the logarithm: low + step i for i in 0 .. points. It does not move while terms are moved for differences.
struct grid {
    double low, step;
    size_t points;
};

struct solver {
    const struct dividend_option *option;
    struct schedule schedule;
    struct grid grid;
    size_t steps; // from now to expiry
    double sign;
    double up, middle, down; // the operator
    double vol;
    double *spots, *values, *half, *right, *now, *upper, *held, *worth; // of points + 1 each
};

struct answer {
    double price, delta, gamma, theta;
};

size_t dividend_grid_scratch(size_t steps) {
    return ARRAYS * (2 * steps + 1);
}

static struct schedule schedule_of(const struct dividend_option *option) {
    struct schedule schedule = {.count = 0};
    for (size_t i = 0; i < option->dividends->count; i++) {
        const struct dividend *d = &option->dividends->list[i];
        if (d->years <= 0 || d->years > option->terms.years) continue;
        size_t at = schedule.count++;
        for (; at > 0 && schedule.years[at - 1] > d->years; at--) {
            schedule.years[at] = schedule.years[at - 1];
            schedule.amount[at] = schedule.amount[at - 1];
        }
        schedule.years[at] = d->years;
        schedule.amount[at] = d->amount;
    }
    return schedule;
}

// What the dividends from the `first` on are worth at `at`.
static double paid_later(const struct solver *s, size_t first, double at) {
    double sum = 0;
    for (size_t i = first; i < s->schedule.count; i++)
        sum += s->schedule.amount[i] *
               mathfn_exp(-s->option->terms.rate * (s->schedule.years[i] - at));
    return sum;
}

// The same as what the spot at expiry lacks, at the worth of `at`: the share would have earned its yield.
static double lacks(const struct solver *s, size_t first, double at) {
    const struct option_terms *terms = &s->option->terms;
    double sum = 0;
    if (s->option->model == DIVIDEND_ESCROWED) return 0;
    for (size_t i = first; i < s->schedule.count; i++)
        sum += s->schedule.amount[i] *
               mathfn_exp(-terms->rate * (s->schedule.years[i] - at) -
                          terms->yield * (terms->years - s->schedule.years[i]));
    return sum;
}

// What exercise gives at a moment before the dividends from the `first` on.
static void fill_now(struct solver *s, size_t first, double at) {
    bool escrowed = s->option->model == DIVIDEND_ESCROWED;
    double more = escrowed ? paid_later(s, first, at) : 0;
    for (size_t i = 0; i <= s->grid.points; i++)
        s->now[i] = s->sign * (s->spots[i] + more - s->option->terms.strike);
}

// Far out the option is its forward exercise, exercise now, or nothing.
static double edge(const struct solver *s, size_t i, size_t first, double at) {
    const struct option_terms *terms = &s->option->terms;
    double left = terms->years - at, strike = terms->strike * mathfn_exp(-terms->rate * left);
    double spot = s->spots[i] * mathfn_exp(-terms->yield * left) - lacks(s, first, at);
    double value = s->sign * ((spot > 0 ? spot : 0) - strike);
    if (s->option->american && s->now[i] > value) value = s->now[i];
    return value > 0 ? value : 0;
}

// Where exercise gives more than waiting: there the value is that of exercise, elsewhere the equation holds.
static void solve_tridiagonal(struct solver *s, double down, double middle, double up,
                              double *values) {
    size_t n = s->grid.points;
    double factor = 0, value = values[0];
    s->upper[0] = 0;
    s->worth[0] = value;
    for (size_t i = 1; i < n; i++) {
        if (s->held[i] != 0) {
            factor = 0;
            value = s->now[i];
        } else {
            double pivot = 1 / (middle - down * factor);
            value = (s->right[i] - down * value) * pivot;
            factor = up * pivot;
        }
        s->upper[i] = factor;
        s->worth[i] = value;
    }
    for (size_t i = n - 1; i > 0; i--) values[i] = s->worth[i] - s->upper[i] * values[i + 1];
}

static bool policy_moves(struct solver *s, double down, double middle, double up,
                         const double *values) {
    bool moved = false;
    double rounding = 1e-13 * s->option->terms.strike;
    for (size_t i = 1; i < s->grid.points; i++) {
        double equation =
            down * values[i - 1] + middle * values[i] + up * values[i + 1] - s->right[i];
        bool hold = s->held[i] != 0 ? equation >= -rounding : values[i] < s->now[i] - rounding;
        if (hold == (s->held[i] != 0)) continue;
        s->held[i] = hold ? 1 : 0;
        moved = true;
    }
    return moved;
}

// (1 - weight L) values = right, values above exercise. The ends of `values` are set by the caller.
static int solve(struct solver *s, double weight, double *values) {
    double down = -weight * s->down, middle = 1 - weight * s->middle, up = -weight * s->up;
    for (int round = 0; round < ROUNDS_MAX; round++) {
        solve_tridiagonal(s, down, middle, up, values);
        if (!s->option->american || !policy_moves(s, down, middle, up, values)) return 0;
    }
    return ERR_SET(ERR_CONVERGE, "where to exercise was not found on the grid; use more steps");
}

// From the moment `from` to `to` before it; both lie behind the dividends before `first`.
static int step_back(struct solver *s, size_t first, double from, double to) {
    size_t n = s->grid.points;
    double years = from - to, weight = 0.5 * GAMMA * years, middle = from - GAMMA * years;
    for (size_t i = 1; i < n; i++)
        s->right[i] = s->values[i] + weight * (s->down * s->values[i - 1] +
                                               s->middle * s->values[i] + s->up * s->values[i + 1]);
    fill_now(s, first, middle);
    s->half[0] = edge(s, 0, first, middle);
    s->half[n] = edge(s, n, first, middle);
    TRY(solve(s, weight, s->half));
    for (size_t i = 1; i < n; i++)
        s->right[i] =
            (s->half[i] - (1 - GAMMA) * (1 - GAMMA) * s->values[i]) / (GAMMA * (2 - GAMMA));
    fill_now(s, first, to);
    s->values[0] = edge(s, 0, first, to);
    s->values[n] = edge(s, n, first, to);
    return solve(s, weight, s->values);
}

// Steps that grow with the distance from `from`, because a kink of the value lies there.
static int stretch(struct solver *s, size_t first, double from, double to) {
    double length = from - to, share = length / s->option->terms.years;
    size_t steps = (size_t)(share * (double)s->steps);
    if (length <= 0) return 0;
    if (steps < STEPS_LEAST) steps = STEPS_LEAST;
    double at = from;
    for (size_t i = 1; i <= steps; i++) {
        double part = (double)i / (double)steps,
               next = i < steps ? from - length * part * part : to;
        TRY(step_back(s, first, at, next));
        at = next;
    }
    return 0;
}

// The polynomial through NODES (or fewer) neighbours of y in `values`, with its first two derivatives.
static void read_at(const struct solver *s, const double *values, double y, size_t nodes,
                    double *ret_value, double *ret_first, double *ret_second) {
    double place = (y - s->grid.low) / s->grid.step, from = floor(place) - (double)(nodes / 2 - 1);
    double last = (double)(s->grid.points + 1 - nodes);
    from = from < 0 ? 0 : from > last ? last : from;
    const double *v = values + (size_t)from;
    double x = place - from, d[NODES], value, first = 0, second = 0;
    for (size_t i = 0; i < nodes; i++) d[i] = v[i];
    for (size_t k = 1; k < nodes; k++)
        for (size_t i = nodes - 1; i >= k; i--) d[i] = (d[i] - d[i - 1]) / (double)k;
    value = d[nodes - 1];
    for (size_t i = nodes - 1; i-- > 0;) { // Newton's form
        double at = x - (double)i;
        second = second * at + 2 * first;
        first = first * at + value;
        value = value * at + d[i];
    }
    *ret_value = value;
    *ret_first = first / s->grid.step;
    *ret_second = second / (s->grid.step * s->grid.step);
}

// What was worth `values` right after a dividend, right before it. A share that cannot pay goes to the grid's low end.
static void jump(struct solver *s, double amount) {
    double low = s->spots[0], first, second;
    for (size_t i = 0; i <= s->grid.points; i++) {
        double after = s->spots[i] - amount;
        if (after > low)
            read_at(s, s->values, mathfn_log(after), 4, &s->half[i], &first, &second);
        else
            s->half[i] = s->values[0];
    }
    memcpy(s->values, s->half, (s->grid.points + 1) * sizeof *s->values);
}

static void exercise(struct solver *s, size_t first, double at) {
    fill_now(s, first, at);
    for (size_t i = 0; i <= s->grid.points; i++)
        if (s->now[i] > s->values[i]) s->values[i] = s->now[i];
}

static void answer_at(struct solver *s, struct answer *ret) {
    const struct option_terms *terms = &s->option->terms;
    bool escrowed = s->option->model == DIVIDEND_ESCROWED;
    double later = escrowed ? paid_later(s, 0, 0) : 0, spot = terms->spot - later;
    double value, first, second, now = s->sign * (terms->spot - terms->strike);
    read_at(s, s->values, mathfn_log(spot), NODES, &value, &first, &second);
    bool exercised = s->option->american && value <= now + 1e-12 * terms->strike;
    // At a spot that stands still the escrowed part of it grows with the rate.
    double theta = terms->rate * value - s->vol * s->vol / 2 * (second - first) -
                   (terms->rate - terms->yield) * first - terms->rate * later * first / spot;
    *ret = (struct answer){.price = exercised ? now : value,
                           .delta = exercised ? s->sign : first / spot,
                           .gamma = exercised ? 0 : (second - first) / (spot * spot),
                           .theta = exercised ? 0 : theta};
}

// The strike is a node of every grid, so that the kink at expiry lies alike on all of them.
static int grid_of(const struct dividend_option *option, double spot, double vol, size_t points,
                   struct grid *ret) {
    const struct option_terms *terms = &option->terms;
    double sum = 0, part = terms->rate - terms->yield - 0.5 * vol * vol;
    struct schedule schedule = schedule_of(option);
    for (size_t i = 0; i < schedule.count; i++) sum += schedule.amount[i];
    double width = DEVIATIONS * vol * sqrt(terms->years) + fabs(part) * terms->years, down = width;
    if (option->model == DIVIDEND_JUMPS) down -= mathfn_log(fmax(1 - sum / terms->spot, 1e-3));
    // Farther out than that a price has reached its bound.
    width = fmin(width, WIDTH_MAX);
    down = fmin(down, WIDTH_MAX);
    double step = (down + width) / (double)points, low = mathfn_log(spot) - down;
    double strike = (mathfn_log(terms->strike) - low) / step;
    if (strike > 0 && strike < (double)points) low += (strike - floor(strike)) * step;
    if (!(fabs(part) * step <= vol * vol))
        return ERR_SET(ERR_UNSUPPORTED,
                       "on a grid of %zu points the carry is more than the deviation; use more "
                       "steps",
                       points);
    *ret = (struct grid){low, step, points};
    return 0;
}

// One grid from expiry to now.
static int fold(const struct dividend_option *option, const struct grid *grid, double vol,
                double *scratch, struct answer *ret) {
    const struct option_terms *terms = &option->terms;
    double drift = terms->rate - terms->yield - 0.5 * vol * vol;
    double diffusion = 0.5 * vol * vol / (grid->step * grid->step);
    size_t stride = grid->points + 1;
    struct solver s = {.option = option,
                       .schedule = schedule_of(option),
                       .grid = *grid,
                       .steps = grid->points / 2,
                       .sign = option->terms.side == OPTION_CALL ? 1 : -1,
                       .up = diffusion + 0.5 * drift / grid->step,
                       .down = diffusion - 0.5 * drift / grid->step,
                       .middle = -2 * diffusion - terms->rate,
                       .vol = vol};
    double **const arrays[ARRAYS] = {&s.spots, &s.values, &s.half, &s.right,
                                     &s.now,   &s.upper,  &s.held, &s.worth};
    for (size_t i = 0; i < ARRAYS; i++) *arrays[i] = scratch + i * stride;
    for (size_t i = 0; i < stride; i++) {
        s.spots[i] = mathfn_exp(grid->low + grid->step * (double)i);
        s.held[i] = 0;
    }
    size_t first = s.schedule.count;
    double at = terms->years;
    fill_now(&s, first, at);
    for (size_t i = 0; i < stride; i++) s.values[i] = s.now[i] > 0 ? s.now[i] : 0;
    for (; first > 0; first--) {
        TRY(stretch(&s, first, at, s.schedule.years[first - 1]));
        at = s.schedule.years[first - 1];
        if (option->model == DIVIDEND_JUMPS) jump(&s, s.schedule.amount[first - 1]);
        if (option->american) exercise(&s, first - 1, at);
    }
    TRY(stretch(&s, 0, at, 0));
    answer_at(&s, ret);
    return 0;
}

static int check(const struct dividend_option *option, double vol, size_t steps, double *ret_spot) {
    enum option_fault fault = option_fault(&option->terms);
    if (fault != OPTION_SOUND)
        return ERR_SET(ERR_ARGUMENT, "the option's terms are %s", option_fault_name(fault));
    if (option->terms.model != OPTION_BLACK_SCHOLES)
        return ERR_SET(ERR_ARGUMENT, "dividends are of Black-Scholes-Merton options");
    if (!(vol > 0 && isfinite(vol)))
        return ERR_SET(ERR_ARGUMENT, "a volatility must be positive, not %g", vol);
    if (steps < DIVIDEND_GRID_STEPS_MIN || steps > DIVIDEND_GRID_STEPS_MAX || steps % 2 != 0)
        return ERR_SET(ERR_ARGUMENT, "a grid has an even number of steps from %d to %d, not %zu",
                       DIVIDEND_GRID_STEPS_MIN, DIVIDEND_GRID_STEPS_MAX, steps);
    return dividend_spot(&option->terms, option->dividends, ret_spot);
}

struct grids {
    struct grid fine, coarse;
};

static int grids_of(const struct dividend_option *option, double vol, size_t steps,
                    struct grids *ret) {
    double spot = 0;
    TRY(check(option, vol, steps, &spot));
    if (option->model == DIVIDEND_JUMPS) spot = option->terms.spot;
    TRY(grid_of(option, spot, vol, 2 * steps, &ret->fine));
    return grid_of(option, spot, vol, steps, &ret->coarse);
}

// Errors of second order in both, so that their difference tells three quarters of the coarse one's.
static double better(double fine, double coarse) {
    return fine + (fine - coarse) / 3;
}

static int answer_of(const struct dividend_option *option, const struct grids *grids, double vol,
                     double *scratch, struct answer *ret) {
    struct answer fine, coarse;
    TRY(fold(option, &grids->fine, vol, scratch, &fine));
    TRY(fold(option, &grids->coarse, vol, scratch, &coarse));
    double now = option->terms.side == OPTION_CALL ? option->terms.spot - option->terms.strike
                                                   : option->terms.strike - option->terms.spot;
    *ret = (struct answer){.price = better(fine.price, coarse.price),
                           .delta = better(fine.delta, coarse.delta),
                           .gamma = better(fine.gamma, coarse.gamma),
                           .theta = better(fine.theta, coarse.theta)};
    if (option->american && ret->price < now) ret->price = now;
    if (!(ret->price > 0)) ret->price = 0;
    return 0;
}

int dividend_grid_price(const struct dividend_option *option, double vol, size_t steps,
                        double *scratch, double *ret_price) {
    struct grids grids;
    struct answer answer;
    TRY(grids_of(option, vol, steps, &grids));
    TRY(answer_of(option, &grids, vol, scratch, &answer));
    *ret_price = answer.price;
    return 0;
}

// (f(x + h) - f(x - h)) / 2 h in the number that `term` points at, on grids that stay.
static int slope(const struct dividend_option *moved, const struct grids *grids, const double *vol,
                 double *term, double h, double *scratch, double *ret_slope) {
    double middle = *term;
    struct answer high, low;
    *term = middle + h;
    int rc = answer_of(moved, grids, *vol, scratch, &high);
    *term = middle - h;
    if (rc == 0) rc = answer_of(moved, grids, *vol, scratch, &low);
    *term = middle;
    if (rc < 0) return rc;
    *ret_slope = (high.price - low.price) / (2 * h);
    return 0;
}

int dividend_grid_greeks(const struct dividend_option *option, double vol, size_t steps,
                         double *scratch, struct option_greeks *ret_greeks) {
    struct option_greeks g = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    struct dividend_option moved = *option;
    struct grids grids;
    struct answer answer;
    TRY(grids_of(option, vol, steps, &grids));
    TRY(answer_of(option, &grids, vol, scratch, &answer));
    g.price = answer.price;
    g.delta = answer.delta;
    g.gamma = answer.gamma;
    g.theta = answer.theta;
    TRY(slope(&moved, &grids, &vol, &vol, 1e-2 * vol, scratch, &g.vega));
    TRY(slope(&moved, &grids, &vol, &moved.terms.rate, 1e-3, scratch, &g.rho));
    TRY(slope(&moved, &grids, &vol, &moved.terms.yield, 1e-3, scratch, &g.rho_dividend));
    *ret_greeks = g;
    return 0;
}
