// SPDX-License-Identifier: Apache-2.0
#include "averages.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "quant/stream/average.h"
#include "twin.h"

static const double pi = 3.14159265358979323846;

size_t naive_first(const double *x, size_t count) {
    size_t first = 0;
    while (first < count && isnan(x[first])) first++;
    return first;
}

static void weighted(const double *x, size_t count, size_t period, double *ret) {
    for (size_t i = period - 1; i < count; i++) {
        long double sum = 0, weights = 0;
        for (size_t k = 0; k < period; k++) {
            sum += (long double)(period - k) * x[i - k];
            weights += (long double)(period - k);
        }
        ret[i] = (double)(sum / weights);
    }
}

static void simple(const double *x, size_t count, size_t period, double *ret) {
    for (size_t i = period - 1; i < count; i++) ret[i] = twin_mean(&x[i + 1 - period], period);
}

static void triangular(const double *x, size_t count, size_t period, double *ret) {
    for (size_t i = period - 1; i < count; i++) {
        long double sum = 0, weights = 0;
        for (size_t k = 0; k < period; k++) {
            long double weight = (long double)(k + 1 < period - k ? k + 1 : period - k);
            sum += weight * x[i - k];
            weights += weight;
        }
        ret[i] = (double)(sum / weights);
    }
}

static void exponential(const double *x, size_t count, size_t period, double *ret) {
    size_t start = naive_first(x, count) + period - 1;
    long double value = 0, weight = 2 / ((long double)period + 1);
    for (size_t i = start; i < count; i++) {
        if (i == start)
            value = twin_mean(&x[i + 1 - period], period);
        else
            value = weight * x[i] + (1 - weight) * value;
        ret[i] = (double)value;
    }
}

static double *column(size_t count) {
    double *values = malloc((count + 1) * sizeof *values);
    for (size_t i = 0; i < count; i++) values[i] = NAN;
    return values;
}

// e[0] is x, e[k + 1] the EMA of e[k].
static void chain(const double *x, size_t count, size_t period, size_t depth, double **ret_e) {
    for (size_t k = 0; k <= depth; k++) ret_e[k] = column(count);
    memcpy(ret_e[0], x, count * sizeof *x);
    for (size_t k = 0; k < depth; k++) exponential(ret_e[k], count, period, ret_e[k + 1]);
}

static void release(double **e, size_t depth) {
    for (size_t k = 0; k <= depth; k++) free(e[k]);
}

static void twice_or_thrice(const double *x, size_t count, size_t period, size_t depth,
                            double *ret) {
    double *e[4];
    chain(x, count, period, depth, e);
    for (size_t i = 0; i < count; i++)
        ret[i] = depth == 2 ? 2 * e[1][i] - e[2][i] : 3 * e[1][i] - 3 * e[2][i] + e[3][i];
    release(e, depth);
}

void naive_t3(const double *x, size_t count, size_t period, double factor, double *ret) {
    double *e[7], v = factor;
    chain(x, count, period, 6, e);
    // (1 + v) E - v E E, applied three times, in powers of v.
    for (size_t i = 0; i < count; i++)
        ret[i] = pow(1 + v, 3) * e[3][i] - 3 * pow(1 + v, 2) * v * e[4][i] +
                 3 * (1 + v) * v * v * e[5][i] - v * v * v * e[6][i];
    release(e, 6);
}

static void adaptive(const double *x, size_t count, size_t period, double *ret) {
    double value = count >= period ? x[period - 1] : 0;
    for (size_t i = period; i < count; i++) {
        double path = 0, way = x[i] - x[i - period];
        for (size_t k = 0; k < period; k++) path += fabs(x[i - k] - x[i - k - 1]);
        double efficiency = path <= way || path < 1e-14 ? 1 : fabs(way) / path;
        double root = efficiency * (2.0 / 3 - 2.0 / 31) + 2.0 / 31;
        value = value + root * root * (x[i] - value);
        ret[i] = value;
    }
}

static double lag(const double *x, size_t i, size_t k) {
    return i < k ? 0 : x[i - k];
}

static double hilbert(const double *x, size_t i) {
    return 0.0962 * x[i] - 0.0962 * lag(x, i, 6) - 0.5769 * lag(x, i, 4) + 0.5769 * lag(x, i, 2);
}

static double held(double period, double last) {
    period = fmax(fmin(period, 1.5 * last), 0.67 * last);
    return 0.2 * fmin(fmax(period, 6), 50) + 0.8 * last;
}

// Weights 4, 3, 2, 1 as TA-Lib takes them, whose roundings are what the transform sees of equal prices.
static void smooth_prices(const double *x, size_t count, double *ret) {
    double plain = 0, weighted = 0;
    for (size_t i = 0; i < count; i++) {
        plain = i < 4 ? plain + x[i] : plain + x[i] - x[i - 4];
        weighted += (i < 3 ? (double)(i + 1) : 4) * x[i];
        ret[i] = weighted * 0.1;
        if (i >= 3) weighted -= plain;
    }
}

void naive_cycle(const double *x, size_t count, size_t first, const struct naive_cycle *ret) {
    double *detrender = column(count), *i2 = column(count), *q2 = column(count);
    double re = 0, im = 0, period = 0, smooth_period = 0;
    double *smooths = column(count);
    smooth_prices(x, count, smooths);
    for (size_t i = 0; i < count; i++) {
        ret->smooth[i] = detrender[i] = ret->inphase[i] = ret->quadrature[i] = 0;
        ret->period[i] = i2[i] = q2[i] = 0;
        if (i < first) continue;
        double gain = 0.075 * period + 0.54;
        ret->smooth[i] = smooths[i];
        detrender[i] = hilbert(ret->smooth, i) * gain;
        ret->inphase[i] = lag(detrender, i, 3);
        ret->quadrature[i] = hilbert(detrender, i) * gain;
        double ahead_i = hilbert(ret->inphase, i) * gain,
               ahead_q = hilbert(ret->quadrature, i) * gain;
        i2[i] = 0.2 * (ret->inphase[i] - ahead_q) + 0.8 * lag(i2, i, 1);
        q2[i] = 0.2 * (ret->quadrature[i] + ahead_i) + 0.8 * lag(q2, i, 1);
        re = 0.2 * (i2[i] * lag(i2, i, 1) + q2[i] * lag(q2, i, 1)) + 0.8 * re;
        im = 0.2 * (i2[i] * lag(q2, i, 1) - q2[i] * lag(i2, i, 1)) + 0.8 * im;
        period = held(re != 0 && im != 0 ? 360 / (atan(im / re) * (180 / pi)) : period, period);
        smooth_period = 0.33 * period + 0.67 * smooth_period;
        ret->period[i] = smooth_period;
    }
    free(smooths);
    free(detrender);
    free(i2);
    free(q2);
}

void naive_mama(const double *x, size_t count, double fast, double slow, double *ret_mama,
                double *ret_fama) {
    struct naive_cycle cycle = {column(count), column(count), column(count), column(count)};
    double mama = 0, fama = 0, last = 0;
    naive_cycle(x, count, 12, &cycle);
    for (size_t i = 0; i < count; i++) {
        ret_mama[i] = ret_fama[i] = NAN;
        if (i < 12) continue;
        double phase = 0;
        if (cycle.inphase[i] != 0) phase = atan(cycle.quadrature[i] / cycle.inphase[i]) * 180 / pi;
        double alpha = fast / fmax(1, last - phase);
        if (last - phase > 1) alpha = fmax(alpha, slow);
        last = phase;
        mama = alpha * x[i] + (1 - alpha) * mama;
        fama = alpha / 2 * mama + (1 - alpha / 2) * fama;
        if (i >= 32) ret_mama[i] = mama;
        if (i >= 32) ret_fama[i] = fama;
    }
    free(cycle.smooth);
    free(cycle.inphase);
    free(cycle.quadrature);
    free(cycle.period);
}

static void of_type(int type, const double *x, size_t count, size_t period, double *ret) {
    double *other;
    if (period == 1) type = AVERAGE_SMA;
    switch (type) {
    case AVERAGE_SMA:
        simple(x, count, period, ret);
        break;
    case AVERAGE_EMA:
        exponential(x, count, period, ret);
        break;
    case AVERAGE_WMA:
        weighted(x, count, period, ret);
        break;
    case AVERAGE_DEMA:
        twice_or_thrice(x, count, period, 2, ret);
        break;
    case AVERAGE_TEMA:
        twice_or_thrice(x, count, period, 3, ret);
        break;
    case AVERAGE_TRIMA:
        triangular(x, count, period, ret);
        break;
    case AVERAGE_KAMA:
        adaptive(x, count, period, ret);
        break;
    case AVERAGE_T3:
        naive_t3(x, count, period, 0.7, ret);
        break;
    default:
        other = column(count);
        naive_mama(x, count, 0.5, 0.05, ret, other);
        free(other);
    }
}

void naive_average(int type, const double *x, size_t count, size_t period, double *ret) {
    size_t first = naive_first(x, count);
    for (size_t i = 0; i < count; i++) ret[i] = NAN;
    of_type(type, x + first, count - first, period, ret + first);
}
