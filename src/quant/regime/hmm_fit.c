// SPDX-License-Identifier: Apache-2.0
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/prng.h"
#include "quant/math/mathfn.h"
#include "quant/regime/hmm.h"
#include "quant/regime/hmm_state.h"

enum {
    FINALISTS = 3,
    SCOUT_PASSES = 12, // of each start
    LLOYD_STEPS = 5,   // of k-means
    PULL_STEPS = 8,    // of the fixed point of a stationary start's transitions
    BACKTRACKS = 3
};

static const double pivot_least = 1e-12; // of the whole column's

struct search {
    const struct hmm_options *options;
    struct hmm_work work;
    double shift[HMM_COLUMNS_MAX];
    double scale[HMM_COLUMNS_MAX];
    double least[HMM_COLUMNS_MAX]; // pivots of covariances
    double *features;              // [row * (columns + 1)]: the row and its surroundings' spread
    double *keys;                  // of rows, for sorting
    uint8_t *labels;
    struct prng prng;
};

struct climb {
    struct hmm model;
    double loglik;
    size_t passes;
    double gain; // of the last pass
    bool proper; // nothing collapsed
    bool done;   // gains too little to go on
};

// Columns in units of their own deviation, their features and the smallest pivots. ERR_ARGUMENT where
// they are not fit for it.
static int standardise(struct search *search, const double *const *columns, size_t count);
static int look_at_rows(struct search *search, struct arena *arena);
static bool label(struct search *search, size_t start);
static bool begin(struct search *search, struct climb *climb);
static void go_on(struct search *search, struct climb *climb, size_t passes_max);
static void finish(const struct search *search, const struct climb *climb, struct hmm_fit *ret_fit);

static size_t parameter_count(const struct hmm_options *options, size_t columns) {
    size_t states = options->states;
    size_t covariance = options->diagonal ? columns : columns * (columns + 1) / 2;
    return states * columns + covariance * (options->tied ? 1 : states) + states * (states - 1) +
           (options->stationary ? 0 : states - 1);
}

static int prepare(struct search *search, const double *const *columns, size_t column_count,
                   size_t count, struct arena *arena) {
    const struct hmm_options *options = search->options;
    size_t least = parameter_count(options, column_count) + 1;
    if (count < least)
        return ERR_SET(ERR_ARGUMENT,
                       "a model of %zu states and %zu columns needs %zu rows, not %zu",
                       options->states, column_count, least, count);
    search->work.columns = column_count;
    TRY(standardise(search, columns, count));
    TRY(hmm_work_init(&search->work, columns, column_count, count, options->states, search->shift,
                      search->scale, arena));
    search->work.diagonal = options->diagonal;
    return look_at_rows(search, arena);
}

// Keeps the best FINALISTS, best first; the earlier start among equals.
static size_t keep(struct climb *finalists, size_t kept, const struct climb *climb) {
    size_t place = kept;
    while (place > 0 && climb->loglik > finalists[place - 1].loglik) place--;
    if (place == FINALISTS) return kept;
    if (kept < FINALISTS) kept++;
    for (size_t i = kept - 1; i > place; i--) finalists[i] = finalists[i - 1];
    finalists[place] = *climb;
    return kept;
}

int hmm_fit(const struct hmm_options *options, const double *const *columns, size_t column_count,
            size_t count, struct arena *arena, struct hmm_fit *ret_fit) {
    struct search search = {.options = options};
    CHECK(options->states >= HMM_STATES_MIN && options->states <= HMM_STATES_MAX);
    CHECK(column_count >= 1 && column_count <= HMM_COLUMNS_MAX && options->starts >= 1);
    TRY(prepare(&search, columns, column_count, count, arena));
    struct climb *finalists = ARENA_NEW(arena, struct climb, FINALISTS + 1);
    if (finalists == NULL) return ERR_APPEND(ERR_NOMEM, "hidden Markov model");
    struct climb *climb = &finalists[FINALISTS], *best = NULL, *slow = NULL;
    size_t kept = 0, collapsed = 0;
    prng_seed(&search.prng, options->seed);
    for (size_t start = 0; start < options->starts; start++) {
        bool sound = label(&search, start) && begin(&search, climb);
        if (sound) go_on(&search, climb, SCOUT_PASSES);
        if (sound && climb->proper)
            kept = keep(finalists, kept, climb);
        else
            collapsed++;
    }
    for (size_t i = 0; i < kept; i++) {
        climb = &finalists[i];
        go_on(&search, climb, options->iterations_max);
        if (!climb->proper) collapsed++;
        if (climb->proper && !climb->done && (slow == NULL || climb->loglik > slow->loglik))
            slow = climb;
        if (climb->proper && climb->done && (best == NULL || climb->loglik > best->loglik))
            best = climb;
    }
    if (slow != NULL && (best == NULL || slow->loglik > best->loglik))
        return ERR_SET(ERR_CONVERGE,
                       "after %zu passes the log-likelihood still rises by %.3g a pass; more "
                       "iterations, or fewer states",
                       slow->passes, slow->gain);
    if (best == NULL)
        return ERR_SET(ERR_CONVERGE,
                       "in each of %zu starts a state shrank onto a few rows or equal ones, where "
                       "the likelihood is infinite; fewer states, more rows, or tied covariances",
                       options->starts);
    finish(&search, best, ret_fit);
    ret_fit->collapsed = collapsed;
    ret_fit->parameters = parameter_count(options, column_count);
    return 0;
}

static int standardise(struct search *search, const double *const *columns, size_t count) {
    double covariance[HMM_COLUMNS_MAX][HMM_COLUMNS_MAX] = {{0}}, half_log;
    double factor[HMM_COLUMNS_MAX][HMM_COLUMNS_MAX] = {{0}}, whole[HMM_COLUMNS_MAX] = {0};
    size_t n = search->work.columns;
    for (size_t c = 0; c < n; c++) {
        double sum = 0, square = 0;
        for (size_t t = 0; t < count; t++) sum += columns[c][t] - columns[c][0];
        search->shift[c] = columns[c][0] + sum / (double)count;
        for (size_t t = 0; t < count; t++) {
            double d = columns[c][t] - search->shift[c];
            square += d * d;
        }
        search->scale[c] = sqrt(square / (double)count);
        // Equal values whose mean was rounded are equal still.
        if (!(search->scale[c] > 1e-13 * fabs(search->shift[c])) || !isfinite(search->scale[c]))
            return ERR_SET(ERR_ARGUMENT,
                           "the values of column %zu are all equal, or too far apart to be squared",
                           c + 1);
    }
    for (size_t t = 0; t < count; t++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j <= i; j++)
                covariance[i][j] += (columns[i][t] - search->shift[i]) / search->scale[i] *
                                    ((columns[j][t] - search->shift[j]) / search->scale[j]) /
                                    (double)count;
    for (size_t i = 0; i < n; i++) whole[i] = pivot_least;
    size_t rank =
        search->options->diagonal ? n : hmm_cholesky(covariance, n, whole, factor, &half_log);
    if (rank < n)
        return ERR_SET(ERR_ARGUMENT, "column %zu is a linear combination of those before it",
                       rank + 1);
    for (size_t i = 0; i < n; i++)
        search->least[i] =
            pivot_least * (search->options->diagonal ? 1 : factor[i][i] * factor[i][i]);
    return 0;
}

static bool same_rows(const double *rows, size_t columns, size_t a, size_t b) {
    for (size_t c = 0; c < columns; c++)
        if (rows[a * columns + c] != rows[b * columns + c]) return false;
    return true;
}

static int count_distinct(const struct search *search) {
    size_t found[HMM_STATES_MAX], distinct = 0;
    for (size_t t = 0; t < search->work.count && distinct < search->options->states; t++) {
        size_t i = 0;
        while (i < distinct && !same_rows(search->work.rows, search->work.columns, found[i], t))
            i++;
        if (i == distinct) found[distinct++] = t;
    }
    if (distinct == search->options->states) return 0;
    return ERR_SET(ERR_ARGUMENT, "%zu states need as many distinct rows; there are %zu",
                   search->options->states, distinct);
}

// The spread of a row's surroundings, ten rows to either side, as a standardised logarithm.
static void find_spread(struct search *search) {
    enum { REACH = 10 };
    size_t n = search->work.count, columns = search->work.columns, width = columns + 1;
    double mean = 0, square = 0;
    for (size_t t = 0; t < n; t++) {
        size_t first = t > REACH ? t - REACH : 0, end = t + REACH + 1 < n ? t + REACH + 1 : n;
        double sum = 0;
        for (size_t i = first * columns; i < end * columns; i++)
            sum += search->work.rows[i] * search->work.rows[i];
        double spread = mathfn_log(sum / (double)((end - first) * columns) + 1e-12);
        search->features[t * width + columns] = spread;
        mean += spread / (double)n;
    }
    for (size_t t = 0; t < n; t++) {
        double d = search->features[t * width + columns] -= mean;
        square += d * d / (double)n;
    }
    for (size_t t = 0; t < n && square > 0; t++)
        search->features[t * width + columns] /= sqrt(square);
}

static int look_at_rows(struct search *search, struct arena *arena) {
    size_t n = search->work.count, columns = search->work.columns, width = columns + 1;
    search->features = ARENA_NEW(arena, double, n *width);
    search->keys = ARENA_NEW(arena, double, n);
    search->labels = ARENA_NEW(arena, uint8_t, n);
    if (search->features == NULL || search->keys == NULL || search->labels == NULL)
        return ERR_APPEND(ERR_NOMEM, "hidden Markov model");
    for (size_t t = 0; t < n; t++)
        for (size_t c = 0; c < columns; c++)
            search->features[t * width + c] = search->work.rows[t * columns + c];
    find_spread(search);
    return count_distinct(search);
}

static void sift(double *heap, size_t at, size_t count) {
    double x = heap[at];
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && heap[child + 1] > heap[child]) child++;
        if (!(heap[child] > x)) break;
        heap[at] = heap[child];
    }
    heap[at] = x;
}

static void sort(double *x, size_t count) {
    for (size_t i = count / 2; i-- > 0;) sift(x, i, count);
    for (size_t end = count; end-- > 1;) {
        double top = x[0];
        x[0] = x[end];
        x[end] = top;
        sift(x, 0, end);
    }
}

// Labels by equal shares of the order of a key: the spread, or the sum of the row.
static void label_by_order(struct search *search, bool by_spread) {
    size_t n = search->work.count, width = search->work.columns + 1, states = search->work.states;
    for (int turn = 0; turn < 2; turn++) {
        double cuts[HMM_STATES_MAX];
        for (size_t k = 1; k < states && turn == 1; k++) cuts[k] = search->keys[n * k / states];
        for (size_t t = 0; t < n; t++) {
            const double *row = search->features + t * width;
            double key = by_spread ? row[width - 1] : 0;
            for (size_t c = 0; c + 1 < width && !by_spread; c++) key += row[c];
            if (turn == 0) {
                search->keys[t] = key;
                continue;
            }
            search->labels[t] = 0;
            for (size_t k = 1; k < states; k++) search->labels[t] += key >= cuts[k];
        }
        if (turn == 0) sort(search->keys, n);
    }
}

static void label_nearest(struct search *search, double centres[][HMM_COLUMNS_MAX + 1]) {
    size_t width = search->work.columns + 1;
    for (size_t t = 0; t < search->work.count; t++) {
        double best = INFINITY;
        for (size_t k = 0; k < search->work.states; k++) {
            double distance = 0;
            for (size_t c = 0; c < width; c++) {
                double d = search->features[t * width + c] - centres[k][c];
                distance += d * d;
            }
            if (distance < best) search->labels[t] = (uint8_t)k;
            if (distance < best) best = distance;
        }
    }
}

static void label_by_means(struct search *search) {
    double centres[HMM_STATES_MAX][HMM_COLUMNS_MAX + 1], weight[HMM_STATES_MAX];
    size_t n = search->work.count, width = search->work.columns + 1, states = search->work.states;
    for (size_t k = 0; k < states; k++)
        memcpy(centres[k], search->features + prng_below(&search->prng, n) * width,
               width * sizeof(double));
    for (int step = 0; step < LLOYD_STEPS; step++) {
        label_nearest(search, centres);
        memset(centres, 0, sizeof centres);
        memset(weight, 0, sizeof weight);
        for (size_t t = 0; t < n; t++) {
            weight[search->labels[t]]++;
            for (size_t c = 0; c < width; c++)
                centres[search->labels[t]][c] += search->features[t * width + c];
        }
        for (size_t k = 0; k < states; k++)
            for (size_t c = 0; c < width; c++) centres[k][c] /= weight[k] > 0 ? weight[k] : 1;
    }
    label_nearest(search, centres);
}

// False: a label has too few rows to begin with.
static bool label(struct search *search, size_t start) {
    size_t weight[HMM_STATES_MAX] = {0};
    if (start < 2)
        label_by_order(search, start == 0);
    else
        label_by_means(search);
    for (size_t t = 0; t < search->work.count; t++) weight[search->labels[t]]++;
    for (size_t k = 0; k < search->work.states; k++)
        if (weight[k] < search->work.columns + 2) return false;
    return true;
}

static void maximise_start(const struct search *search, const struct hmm_sums *sums,
                           struct hmm *model) {
    size_t states = model->states;
    double pull[HMM_STATES_MAX];
    if (!search->options->stationary) {
        double total = 0;
        for (size_t k = 0; k < states; k++) total += sums->first[k];
        for (size_t k = 0; k < states; k++) model->start[k] = sums->first[k] / total;
        return;
    }
    // The start's share in the likelihood adds start[i] pull[j] move[i][j] to the moves from i to j.
    for (int step = 0; step < PULL_STEPS; step++) {
        if (!hmm_stationary(model->move, states, model->start)) return;
        if (!hmm_start_pull(model, sums->first, pull)) return;
        double least = pull[0];
        for (size_t j = 1; j < states; j++) least = pull[j] < least ? pull[j] : least;
        for (size_t i = 0; i < states; i++) {
            double total = 0, row[HMM_STATES_MAX];
            for (size_t j = 0; j < states; j++) {
                double extra = model->start[i] * (pull[j] - least) * model->move[i][j];
                total += row[j] = sums->moves[i][j] + extra;
            }
            for (size_t j = 0; j < states && total > 0; j++) model->move[i][j] = row[j] / total;
        }
    }
    (void)hmm_stationary(model->move, states, model->start);
}

// The model that is likeliest for the sums, which were taken at `model`.
static void maximise(const struct search *search, const struct hmm_sums *sums, struct hmm *model) {
    size_t states = model->states, columns = model->columns;
    double pooled[HMM_COLUMNS_MAX][HMM_COLUMNS_MAX] = {{0}};
    for (size_t k = 0; k < states; k++) {
        double shift[HMM_COLUMNS_MAX], total = 0;
        for (size_t j = 0; j < states; j++) total += sums->moves[k][j];
        for (size_t j = 0; j < states && total > 0; j++)
            model->move[k][j] = sums->moves[k][j] / total;
        for (size_t i = 0; i < columns; i++) {
            shift[i] = sums->sum[k][i] / sums->weight[k];
            model->mean[k][i] += shift[i];
            for (size_t j = 0; j <= i; j++) {
                double own = sums->square[k][i][j] / sums->weight[k] - shift[i] * shift[j];
                if (search->options->diagonal && j < i) own = 0;
                model->covariance[k][i][j] = model->covariance[k][j][i] = own;
                pooled[i][j] += own * sums->weight[k] / (double)search->work.count;
            }
        }
    }
    for (size_t k = 0; k < states && search->options->tied; k++)
        for (size_t i = 0; i < columns; i++)
            for (size_t j = 0; j <= i; j++)
                model->covariance[k][i][j] = model->covariance[k][j][i] = pooled[i][j];
    maximise_start(search, sums, model);
}

// No state has shrunk onto a few rows, or equal ones.
static bool proper(const struct search *search, const struct hmm_sums *sums,
                   const struct hmm *model) {
    double least = search->options->tied ? 1 : (double)(model->columns + 2);
    for (size_t k = 0; k < model->states; k++) {
        double factor[HMM_COLUMNS_MAX][HMM_COLUMNS_MAX], half_log;
        if (sums != NULL && !(sums->weight[k] >= least)) return false;
        if (hmm_cholesky(model->covariance[k], model->columns, search->least, factor, &half_log) <
            model->columns)
            return false;
    }
    return true;
}

// The model of the labels: transitions as counted, with one more of each.
static bool begin(struct search *search, struct climb *climb) {
    struct hmm_sums sums = {0};
    size_t columns = search->work.columns, states = search->work.states;
    *climb = (struct climb){.loglik = -INFINITY, .gain = INFINITY};
    climb->model.states = states;
    climb->model.columns = columns;
    for (size_t i = 0; i < states; i++) {
        sums.first[i] = 1;
        for (size_t j = 0; j < states; j++) {
            sums.moves[i][j] = 1;
            climb->model.move[i][j] = 1 / (double)states;
        }
    }
    for (size_t t = 0; t < search->work.count; t++) {
        const double *row = search->work.rows + t * columns;
        size_t k = search->labels[t];
        sums.weight[k]++;
        if (t > 0) sums.moves[search->labels[t - 1]][k]++;
        for (size_t i = 0; i < columns; i++) {
            sums.sum[k][i] += row[i];
            for (size_t j = 0; j <= i; j++) sums.square[k][i][j] += row[i] * row[j];
        }
    }
    maximise(search, &sums, &climb->model);
    climb->proper = proper(search, &sums, &climb->model);
    return climb->proper;
}

// to = a - 2 step (b - a) + step^2 (c - 2 b + a), of each parameter.
static void extrapolate(const struct hmm *a, const struct hmm *b, const struct hmm *c, double step,
                        struct hmm *to) {
    *to = *c;
#define EACH(x) (to->x = a->x - 2 * step * (b->x - a->x) + step * step * (c->x - 2 * b->x + a->x))
    for (size_t k = 0; k < a->states; k++) {
        EACH(start[k]);
        for (size_t j = 0; j < a->states; j++) EACH(move[k][j]);
        for (size_t i = 0; i < a->columns; i++) {
            EACH(mean[k][i]);
            for (size_t j = 0; j < a->columns; j++) EACH(covariance[k][i][j]);
        }
    }
#undef EACH
}

// Squared lengths of b - a and of c - 2 b + a.
static void lengths(const struct hmm *a, const struct hmm *b, const struct hmm *c,
                    double *ret_first, double *ret_second) {
    double first = 0, second = 0;
#define EACH(x)                                                                                    \
    first += (b->x - a->x) * (b->x - a->x),                                                        \
        second += (c->x - 2 * b->x + a->x) * (c->x - 2 * b->x + a->x)
    for (size_t k = 0; k < a->states; k++) {
        for (size_t j = 0; j < a->states; j++) EACH(move[k][j]);
        for (size_t i = 0; i < a->columns; i++) {
            EACH(mean[k][i]);
            for (size_t j = 0; j <= i; j++) EACH(covariance[k][i][j]);
        }
    }
#undef EACH
    *ret_first = first;
    *ret_second = second;
}

static bool leap_is_sound(const struct search *search, struct hmm *model) {
    size_t states = model->states;
    if (search->options->stationary && !hmm_stationary(model->move, states, model->start))
        return false;
    for (size_t i = 0; i < states; i++) {
        if (!(model->start[i] >= 0 && model->start[i] <= 1)) return false;
        for (size_t j = 0; j < states; j++)
            if (!(model->move[i][j] >= 0 && model->move[i][j] <= 1)) return false;
    }
    return proper(search, NULL, model);
}

// The squared step of Varadhan and Roland's third scheme, shortened until it lands on a model.
static bool leap(const struct search *search, const struct hmm *a, const struct hmm *b,
                 const struct hmm *c, struct hmm *ret_model) {
    double first, second;
    lengths(a, b, c, &first, &second);
    if (!(second > 0)) return false;
    double step = -sqrt(first / second);
    for (int i = 0; i < BACKTRACKS && step < -1.01; i++, step = (step - 1) / 2) {
        extrapolate(a, b, c, step, ret_model);
        if (leap_is_sound(search, ret_model)) return true;
    }
    return false;
}

static void go_on(struct search *search, struct climb *climb, size_t passes_max) {
    struct hmm first, second, third, far;
    struct hmm_sums sums, leapt;
    bool known = false; // sums are those of climb->model
    while (climb->proper && !climb->done && climb->passes < passes_max) {
        if (!known) climb->proper = hmm_pass(&search->work, &climb->model, &sums);
        climb->passes += !known;
        if (!climb->proper) return;
        double before = sums.loglik;
        first = second = climb->model;
        maximise(search, &sums, &second);
        climb->proper = proper(search, &sums, &second) && hmm_pass(&search->work, &second, &sums);
        climb->passes++;
        if (!climb->proper) return;
        climb->loglik = sums.loglik;
        climb->gain = sums.loglik - before;
        climb->model = second;
        climb->done = climb->gain < 1e-8 + 1e-12 * fabs(sums.loglik);
        if (climb->done) return;
        third = second;
        maximise(search, &sums, &third);
        climb->proper = proper(search, &sums, &third);
        climb->model = third;
        known = false;
        if (!climb->proper || !leap(search, &first, &second, &third, &far)) continue;
        climb->passes++;
        if (!hmm_pass(&search->work, &far, &leapt) || !(leapt.loglik >= climb->loglik)) continue;
        climb->model = far;
        climb->loglik = leapt.loglik;
        sums = leapt;
        known = true;
    }
}

static void order(const struct search *search, const struct hmm *model, size_t *ret_order) {
    double keys[HMM_STATES_MAX];
    for (size_t k = 0; k < model->states; k++) {
        double factor[HMM_COLUMNS_MAX][HMM_COLUMNS_MAX];
        (void)hmm_cholesky(model->covariance[k], model->columns, NULL, factor, &keys[k]);
        if (search->options->tied) keys[k] = model->mean[k][0];
        size_t place = k;
        for (; place > 0 && keys[ret_order[place - 1]] > keys[k]; place--)
            ret_order[place] = ret_order[place - 1];
        ret_order[place] = k;
    }
}

// Back to the units of the data, states in their order.
static void finish(const struct search *search, const struct climb *climb,
                   struct hmm_fit *ret_fit) {
    const struct hmm *from = &climb->model;
    struct hmm *to = &ret_fit->model;
    size_t of[HMM_STATES_MAX] = {0};
    order(search, from, of);
    *ret_fit = (struct hmm_fit){.loglik = climb->loglik, .iterations = climb->passes};
    to->states = from->states;
    to->columns = from->columns;
    for (size_t k = 0; k < from->states; k++) {
        to->start[k] = from->start[of[k]];
        for (size_t j = 0; j < from->states; j++) to->move[k][j] = from->move[of[k]][of[j]];
        for (size_t i = 0; i < from->columns; i++) {
            double scale = search->scale[i];
            to->mean[k][i] = search->shift[i] + scale * from->mean[of[k]][i];
            for (size_t j = 0; j < from->columns; j++)
                to->covariance[k][i][j] =
                    from->covariance[of[k]][i][j] * (scale * search->scale[j]);
        }
    }
    for (size_t i = 0; i < from->columns; i++)
        ret_fit->loglik -= (double)search->work.count * mathfn_log(search->scale[i]);
}
