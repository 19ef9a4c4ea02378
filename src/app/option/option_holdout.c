// SPDX-License-Identifier: Apache-2.0
#include "app/option/option_holdout.h"

#include <math.h>
#include <stdlib.h>

#include "quant/math/normal.h"

enum { HALVES = 2, ALL = 2 };

static const double bounds[OPTION_HOLDOUT_BUCKETS] = {0.02, 0.1, 0.25, 1};
static const char *const names[OPTION_HOLDOUT_BUCKETS] = {"0-2", "2-10", "10-25", "25-"};

static size_t bucket_of(double k, double vol, double years) {
    double deviation = vol * sqrt(years), d1 = 0.5 * deviation - k / deviation;
    double delta = normal_cdf(k < 0 ? -d1 : d1);
    size_t bucket = 0;
    while (bucket + 1 < OPTION_HOLDOUT_BUCKETS && delta >= bounds[bucket]) bucket++;
    return bucket;
}

// Adds the misfits of every second point from `half` on, or of all; returns how many have no slice.
static size_t measure(const struct surface_points *points, size_t count, size_t half,
                      const struct surface *surface, const struct surface_fit *fits,
                      struct option_holdout_bucket *buckets) {
    size_t left_out = 0, step = half == ALL ? 1 : HALVES;
    for (size_t e = 0; e < count; e++) {
        const struct svi_points *at = &points[e].points;
        for (size_t i = half == ALL ? 0 : half; i < at->count; i += step) {
            if (!fits[e].fitted) {
                left_out++;
                continue;
            }
            double off = surface_vol(surface, at->k[i], at->years) - at->vol[i];
            struct option_holdout_bucket *bucket =
                &buckets[bucket_of(at->k[i], at->vol[i], at->years)];
            bucket->count++;
            bucket->within += fabs(off) <= at->error[i];
            bucket->squares += off * off;
        }
    }
    return left_out;
}

// Every second point from `half` on. columns: room for all points three times.
static void take_half(const struct surface_points *points, size_t count, size_t half,
                      double *columns, struct surface_points *ret) {
    for (size_t e = 0; e < count; e++) {
        const struct svi_points *at = &points[e].points;
        double *k = columns, *vol = k + at->count, *error = vol + at->count;
        size_t taken = 0;
        for (size_t i = half; i < at->count; i += HALVES, taken++) {
            k[taken] = at->k[i];
            vol[taken] = at->vol[i];
            error[taken] = at->error[i];
        }
        ret[e] = points[e];
        ret[e].points = (struct svi_points){at->years, k, vol, error, taken};
        columns += 3 * at->count;
    }
}

int option_holdout_of(const struct surface_points *points, size_t count,
                      const struct surface *surface, const struct surface_fit *fits, double reach,
                      option_holdout_fit *fit, void *context, struct option_holdout *ret) {
    struct option_holdout holdout = {0};
    size_t total = 0;
    for (size_t e = 0; e < count; e++) total += points[e].points.count;
    double *columns = calloc(3 * total + 1, sizeof *columns);
    struct surface_points *half = calloc(count, sizeof *half);
    struct surface_fit *half_fits = calloc(count, sizeof *half_fits);
    struct surface *half_surface = calloc(1, sizeof *half_surface);
    bool room = columns != NULL && half != NULL && half_fits != NULL && half_surface != NULL;
    int rc = room ? 0 : ERR_SET(ERR_NOMEM, "no memory for %zu points", total);
    if (rc == 0) (void)measure(points, count, ALL, surface, fits, holdout.fitted);
    for (size_t h = 0; rc == 0 && h < HALVES; h++) {
        take_half(points, count, h, columns, half);
        rc = fit(context, half, half_surface, half_fits);
        if (rc < 0) {
            rc = ERR_APPEND(rc, "from every second strike");
            break;
        }
        struct surface_arbitrage found = surface_arbitrage_of(half_surface, reach);
        holdout.faults += found.butterflies + found.calendars + found.wings;
        holdout.left_out +=
            measure(points, count, 1 - h, half_surface, half_fits, holdout.foretold);
    }
    free(columns);
    free(half);
    free(half_fits);
    free(half_surface);
    if (rc == 0) *ret = holdout;
    return rc;
}

static struct option_holdout_bucket sum_of(const struct option_holdout_bucket *buckets) {
    struct option_holdout_bucket sum = {0};
    for (size_t i = 0; i < OPTION_HOLDOUT_BUCKETS; i++) {
        sum.count += buckets[i].count;
        sum.within += buckets[i].within;
        sum.squares += buckets[i].squares;
    }
    return sum;
}

static double share_of(const struct option_holdout_bucket *bucket) {
    return bucket->count > 0 ? (double)bucket->within / (double)bucket->count : 0;
}

static double rmse_of(const struct option_holdout_bucket *bucket) {
    return bucket->count > 0 ? sqrt(bucket->squares / (double)bucket->count) : 0;
}

static void add_row(const char *name, const struct option_holdout_bucket *fitted,
                    const struct option_holdout_bucket *foretold, bool json, struct text *out) {
    const char *form = json ? "{\"delta\":\"%s\",\"fitted\":%zu,\"fitted_within\":%.6f,"
                              "\"fitted_rmse\":%.8f,\"foretold\":%zu,\"foretold_within\":%.6f,"
                              "\"foretold_rmse\":%.8f}"
                            : "  %-8s %7zu %10.1f %8.2f %9zu %10.1f %8.2f\n";
    double unit = json ? 1 : 100;
    text_printf(out, form, name, fitted->count, unit * share_of(fitted), unit * rmse_of(fitted),
                foretold->count, unit * share_of(foretold), unit * rmse_of(foretold));
}

void option_holdout_add(const struct option_holdout *holdout, bool json, struct text *out) {
    struct option_holdout_bucket fitted = sum_of(holdout->fitted);
    struct option_holdout_bucket foretold = sum_of(holdout->foretold);
    if (json)
        text_printf(out, ",\"holdout\":{\"left_out\":%zu,\"violations\":%zu,\"rows\":[",
                    holdout->left_out, holdout->faults);
    else
        text_printf(out,
                    "\nholdout: each half of the strikes foretold by a surface of the other; %zu "
                    "points left out, %zu violations in both\n  %-8s %7s %10s %8s %9s %10s %8s\n",
                    holdout->left_out, holdout->faults, "delta %", "fitted", "within %", "rmse",
                    "foretold", "within %", "rmse");
    for (size_t i = 0; i < OPTION_HOLDOUT_BUCKETS; i++) {
        add_row(names[i], &holdout->fitted[i], &holdout->foretold[i], json, out);
        if (json) text_add_char(out, ',');
    }
    add_row("all", &fitted, &foretold, json, out);
    if (json) text_add(out, "]}");
}
