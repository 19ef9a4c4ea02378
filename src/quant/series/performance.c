// SPDX-License-Identifier: Apache-2.0
#include "quant/series/performance.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "quant/math/mathfn.h"
#include "quant/math/sum.h"
#include "quant/stream/window.h"

struct central {
    double mean;
    double m2; // means of powers of the deviations
    double m3;
    double m4;
};

static struct central central_moments(const double *values, size_t count);
enum { SELECT_ROUNDS = 64 };

static void sort(double *values, size_t count);
static void put_at(double *values, size_t count, size_t place);

double performance_total_return(const double *returns, size_t count) {
    double growth = 1;
    for (size_t i = 0; i < count; i++) growth *= 1 + returns[i];
    return count > 0 ? growth - 1 : NAN;
}

double performance_cagr(const double *returns, size_t count, double periods) {
    double growth = 1;
    for (size_t i = 0; i < count; i++) growth *= 1 + returns[i];
    if (count == 0 || growth < 0) return NAN;
    return mathfn_expm1(mathfn_log(growth) * (periods / (double)count));
}

double performance_mean(const double *returns, size_t count) {
    return count > 0 ? sum_of(returns, count) / (double)count : NAN;
}

double performance_deviation(const double *returns, size_t count) {
    if (count < 2) return NAN;
    return sqrt(central_moments(returns, count).m2 * ((double)count / ((double)count - 1)));
}

double performance_volatility(const double *returns, size_t count, double periods) {
    return performance_deviation(returns, count) * sqrt(periods);
}

double performance_sharpe(const double *returns, size_t count, double periods, double rf) {
    double deviation = performance_deviation(returns, count);
    double excess = performance_mean(returns, count) - rf / periods;
    return deviation > 0 ? excess / deviation * sqrt(periods) : NAN;
}

double performance_downside(const double *returns, size_t count, double threshold) {
    struct sum sum = {0};
    for (size_t i = 0; i < count; i++) {
        double below = fmin(returns[i] - threshold, 0);
        sum_add(&sum, below * below);
    }
    return count > 0 ? sqrt(sum_value(&sum) / (double)count) : NAN;
}

double performance_sortino(const double *returns, size_t count, double periods) {
    double downside = performance_downside(returns, count, 0);
    return downside > 0 ? performance_mean(returns, count) / downside * sqrt(periods) : NAN;
}

double performance_omega(const double *returns, size_t count, double threshold) {
    struct sum above = {0}, below = {0};
    for (size_t i = 0; i < count; i++) {
        double d = returns[i] - threshold;
        sum_add(d > 0 ? &above : &below, fabs(d));
    }
    return sum_value(&below) > 0 ? sum_value(&above) / sum_value(&below) : NAN;
}

double performance_profit_factor(const double *values, size_t count) {
    return performance_omega(values, count, 0);
}

double performance_hit_rate(const double *values, size_t count) {
    size_t hits = 0;
    for (size_t i = 0; i < count; i++) hits += values[i] > 0;
    return count > 0 ? (double)hits / (double)count : NAN;
}

double performance_best(const double *returns, size_t count) {
    double best = NAN;
    for (size_t i = 0; i < count; i++) best = fmax(best, returns[i]);
    return best;
}

double performance_worst(const double *returns, size_t count) {
    double worst = NAN;
    for (size_t i = 0; i < count; i++) worst = fmin(worst, returns[i]);
    return worst;
}

double performance_skew(const double *returns, size_t count) {
    struct central c = central_moments(returns, count);
    return c.m2 > 0 ? c.m3 / (c.m2 * sqrt(c.m2)) : NAN;
}

double performance_kurtosis(const double *returns, size_t count) {
    struct central c = central_moments(returns, count);
    return c.m2 > 0 ? c.m4 / (c.m2 * c.m2) : NAN;
}

double performance_skew_sample(const double *returns, size_t count) {
    double n = (double)count;
    if (count < 3) return NAN;
    return performance_skew(returns, count) * (sqrt(n * (n - 1)) / (n - 2));
}

double performance_excess_kurtosis_sample(const double *returns, size_t count) {
    double n = (double)count;
    if (count < 4) return NAN;
    double excess = performance_kurtosis(returns, count) - 3;
    return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * excess + 6);
}

double performance_stability(const double *returns, size_t count) {
    if (count < 2) return NAN;
    // Two passes over the running log return: means, then products of deviations.
    double n = (double)count, middle = (n - 1) / 2;
    struct sum level = {0}, mean = {0};
    for (size_t i = 0; i < count; i++) {
        sum_add(&level, mathfn_log1p(returns[i]));
        sum_add(&mean, sum_value(&level) / n);
    }
    struct sum cross = {0}, square = {0}, time = {0};
    level = (struct sum){0};
    for (size_t i = 0; i < count; i++) {
        sum_add(&level, mathfn_log1p(returns[i]));
        double d = sum_value(&level) - sum_value(&mean), t = (double)i - middle;
        sum_add(&cross, d * t);
        sum_add(&square, d * d);
        sum_add(&time, t * t);
    }
    double divisor = sum_value(&square) * sum_value(&time);
    return divisor > 0 ? sum_value(&cross) * sum_value(&cross) / divisor : NAN;
}

double performance_quantile(const double *values, size_t count, double q, double *scratch) {
    if (count == 0 || !(q >= 0 && q <= 1)) return NAN;
    for (size_t i = 0; i < count; i++)
        if (isnan(values[i])) return NAN;
    memcpy(scratch, values, count * sizeof *values);
    // A share such as 1 - 0.9 is a rounding below 0.1: without this the order statistic that it
    // names would be missed by as little, and fall out of the tail that cvar averages.
    double place = q * (double)(count - 1);
    if (fabs(place - nearbyint(place)) <= 4 * DBL_EPSILON * (double)count) place = nearbyint(place);
    size_t below = (size_t)place;
    put_at(scratch, count, below);
    if (below + 1 >= count) return scratch[count - 1];
    double weight = place - (double)below;
    return scratch[below] + weight * (scratch[below + 1] - scratch[below]);
}

double performance_var(const double *returns, size_t count, double level, double *scratch) {
    return -performance_quantile(returns, count, 1 - level, scratch);
}

double performance_cvar(const double *returns, size_t count, double level, double *scratch) {
    double quantile = performance_quantile(returns, count, 1 - level, scratch);
    struct sum sum = {0};
    size_t tail = 0;
    for (size_t i = 0; i < count; i++) {
        if (!(returns[i] <= quantile)) continue;
        sum_add(&sum, returns[i]);
        tail++;
    }
    return tail > 0 ? -sum_value(&sum) / (double)tail : NAN;
}

double performance_tail_ratio(const double *returns, size_t count, double *scratch) {
    double high = fabs(performance_quantile(returns, count, 0.95, scratch));
    double low = fabs(performance_quantile(returns, count, 0.05, scratch));
    return low > 0 ? high / low : NAN;
}

void performance_rolling_sharpe(const double *returns, size_t count, size_t window, double periods,
                                double rf, double *scratch, double *ret_sharpe) {
    CHECK(window >= 2 && window <= UINT32_MAX);
    struct window_moments rolling = window_moments_make((uint32_t)window);
    memset(scratch, 0, 2 * window * sizeof *scratch);
    for (size_t i = 0; i < count; i++) {
        struct moments moments = window_moments_push(&rolling, scratch, returns[i]);
        ret_sharpe[i] = NAN;
        if (!rolling.at.full || !(moments.squares > 0)) continue;
        double deviation = sqrt(moments.squares / ((double)window - 1));
        ret_sharpe[i] = (moments.mean - rf / periods) / deviation * sqrt(periods);
    }
}

static void year_start(struct performance_year *year, int32_t number) {
    *year = (struct performance_year){.year = number, .total = NAN};
    for (size_t m = 0; m < 12; m++) year->months[m] = NAN;
}

static void compound(double *total, double change) {
    *total = isnan(*total) ? change : (1 + *total) * (1 + change) - 1;
}

int performance_months(const int32_t *dates, const double *returns, size_t count, size_t max,
                       struct performance_year *ret_years, size_t *ret_count) {
    size_t years = 0;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && dates[i] < dates[i - 1])
            return ERR_SET(ERR_ARGUMENT, "return %zu is dated before the one in front of it", i);
        struct civil_date date = date_to_civil(dates[i]);
        if (years == 0 || ret_years[years - 1].year != date.year) {
            if (years == max) return ERR_SET(ERR_FULL, "returns span more than %zu years", max);
            year_start(&ret_years[years++], date.year);
        }
        compound(&ret_years[years - 1].months[date.month - 1], returns[i]);
        compound(&ret_years[years - 1].total, returns[i]);
    }
    *ret_count = years;
    return 0;
}

static struct central central_moments(const double *values, size_t count) {
    struct central central = {.mean = performance_mean(values, count)};
    struct sum s2 = {0}, s3 = {0}, s4 = {0};
    for (size_t i = 0; i < count; i++) {
        double d = values[i] - central.mean, square = d * d;
        sum_add(&s2, square);
        sum_add(&s3, square * d);
        sum_add(&s4, square * square);
    }
    double n = (double)count;
    central.m2 = sum_value(&s2) / n;
    central.m3 = sum_value(&s3) / n;
    central.m4 = sum_value(&s4) / n;
    return central;
}

static void sift_down(double *values, size_t root, size_t count) {
    double value = values[root];
    for (size_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && values[child + 1] > values[child]) child++;
        if (!(values[child] > value)) break;
        values[root] = values[child];
    }
    values[root] = value;
}

// Heap sort: in place, O(n log n) at worst, and free of the allocation that the C library's qsort
// may do.
static void sort(double *values, size_t count) {
    for (size_t i = count / 2; i > 0; i--) sift_down(values, i - 1, count);
    for (size_t end = count; end > 1; end--) {
        double largest = values[0];
        values[0] = values[end - 1];
        values[end - 1] = largest;
        sift_down(values, 0, end - 1);
    }
}

static inline double middle_of(double a, double b, double c) {
    double low = a < b ? a : b, high = a < b ? b : a;
    return c < low ? low : c > high ? high : c;
}

// Puts what a sort would put at `place` there, and at the one after it: C. A. R. Hoare, "Algorithm 65: Find",
// Communications of the ACM 4 (1961), the pivot the middle of three. Where parts shrink too slowly the rest is sorted.
static void put_at(double *values, size_t count, size_t place) {
    size_t low = 0, high = count - 1;
    for (unsigned round = 0; low < high; round++) {
        double pivot = middle_of(values[low], values[low + (high - low) / 2], values[high]);
        size_t i = low, j = high + 1; // what is not looked at yet: [i, j)
        if (round >= SELECT_ROUNDS) {
            sort(values + low, high - low + 1);
            break;
        }
        while (i < j) {
            while (values[i] < pivot) i++;
            while (values[j - 1] > pivot) j--;
            if (i >= j) break;
            double swap = values[i];
            values[i++] = values[j - 1];
            values[--j] = swap;
        }
        if (place < j)
            high = j - 1;
        else if (place >= i)
            low = i;
        else
            break;
    }
    size_t least = place + 1;
    for (size_t i = place + 1; i < count; i++)
        if (values[i] < values[least]) least = i;
    if (least >= count) return;
    double swap = values[place + 1];
    values[place + 1] = values[least];
    values[least] = swap;
}
