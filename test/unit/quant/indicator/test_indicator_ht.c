// SPDX-License-Identifier: Apache-2.0
#include "averages.h"
#include "harness.h"
#include "twin.h"

static const double pi = 3.14159265358979323846;

struct columns {
    struct naive_cycle cycle;
    double *phase;
    double *line;
};

static double *column(size_t count) {
    return calloc(count, sizeof(double));
}

// The component of the smoothed prices whose period is `rows`, as an angle.
static double phase_of(const double *smooth, size_t i, size_t rows, double period, double last) {
    double sine = 0, cosine = 0;
    for (size_t k = 0; k < rows; k++) {
        double angle = (double)k * (2 * pi) / (double)rows;
        sine += sin(angle) * smooth[i - k];
        cosine += cos(angle) * smooth[i - k];
    }
    double phase = last + (sine > 0 ? 90 : sine < 0 ? -90 : 0);
    if (cosine != 0) phase = atan(sine / cosine) * 180 / pi;
    phase += 90 + 360 / period + (cosine < 0 ? 180 : 0);
    return phase > 315 ? phase - 360 : phase;
}

static void make(struct columns *columns, const double *x, size_t count, size_t first) {
    columns->cycle =
        (struct naive_cycle){column(count), column(count), column(count), column(count)};
    columns->phase = column(count);
    columns->line = column(count);
    naive_cycle(x, count, first, &columns->cycle);
    double *means = column(count);
    for (size_t i = first; i < count; i++) {
        size_t rows = (size_t)(columns->cycle.period[i] + 0.5);
        for (size_t k = 0; k < rows; k++) means[i] += x[i - k] / (double)rows;
        columns->line[i] = (4 * means[i] + 3 * means[i - 1] + 2 * means[i - 2] + means[i - 3]) / 10;
        columns->phase[i] = phase_of(columns->cycle.smooth, i, rows, columns->cycle.period[i],
                                     i > 0 ? columns->phase[i - 1] : 0);
    }
    free(means);
}

static void finish(struct columns *columns, size_t count, size_t undefined, double *const *out,
                   size_t outputs) {
    for (size_t c = 0; c < outputs; c++)
        for (size_t i = 0; i < undefined && i < count; i++) out[c][i] = NAN;
    free(columns->cycle.smooth);
    free(columns->cycle.inphase);
    free(columns->cycle.quadrature);
    free(columns->cycle.period);
    free(columns->phase);
    free(columns->line);
}

static void dcperiod(const double *const *in, size_t count, const double *params,
                     double *const *out) {
    struct columns columns;
    make(&columns, in[0], count, 12);
    memcpy(out[0], columns.cycle.period, count * sizeof(double));
    finish(&columns, count, 32, out, 1);
}

static void phasor(const double *const *in, size_t count, const double *params,
                   double *const *out) {
    struct columns columns;
    make(&columns, in[0], count, 12);
    memcpy(out[0], columns.cycle.inphase, count * sizeof(double));
    memcpy(out[1], columns.cycle.quadrature, count * sizeof(double));
    finish(&columns, count, 32, out, 2);
}

static void dcphase(const double *const *in, size_t count, const double *params,
                    double *const *out) {
    struct columns columns;
    make(&columns, in[0], count, 37);
    memcpy(out[0], columns.phase, count * sizeof(double));
    finish(&columns, count, 63, out, 1);
}

static void sine(const double *const *in, size_t count, const double *params, double *const *out) {
    struct columns columns;
    make(&columns, in[0], count, 37);
    for (size_t i = 0; i < count; i++) {
        out[0][i] = sin(columns.phase[i] * (pi / 180));
        out[1][i] = sin((columns.phase[i] + 45) * (pi / 180));
    }
    finish(&columns, count, 63, out, 2);
}

static void trendline(const double *const *in, size_t count, const double *params,
                      double *const *out) {
    struct columns columns;
    make(&columns, in[0], count, 37);
    memcpy(out[0], columns.line, count * sizeof(double));
    finish(&columns, count, 63, out, 1);
}

static void trendmode(const double *const *in, size_t count, const double *params,
                      double *const *out) {
    struct columns columns;
    double days = 0, last_sine = 0, last_lead = 0;
    make(&columns, in[0], count, 37);
    for (size_t i = 37; i < count; i++) {
        double period = columns.cycle.period[i], degrees = columns.phase[i];
        double now = sin(degrees * (pi / 180)), lead = sin((degrees + 45) * (pi / 180));
        bool crossed =
            (now > lead && last_sine <= last_lead) || (now < lead && last_sine >= last_lead);
        days = crossed ? 1 : days + 1;
        bool trend = !crossed && days >= 0.5 * period;
        double turned = degrees - columns.phase[i - 1];
        if (turned > 0.67 * 360 / period && turned < 1.5 * 360 / period) trend = false;
        double away = (columns.cycle.smooth[i] - columns.line[i]) / columns.line[i];
        if (fabs(away) >= 0.015) trend = true;
        out[0][i] = trend;
        last_sine = now;
        last_lead = lead;
    }
    finish(&columns, count, 63, out, 1);
}

// A ratio of products of differences: what a rounding of a price moves grows from row to row before it fades.
static void all_equal_their_definition(void **state) {
    twin_check_within("ht_dcperiod", "", dcperiod, 1e-6);
    twin_check_within("ht_phasor", "", phasor, 1e-6);
    twin_check_within("ht_trendline", "", trendline, 1e-6);
}

// Over stretches of equal prices the phase is that of roundings: the walk here never stands still.
static void phases_equal_their_definition(void **state) {
    static const struct {
        const char *name;
        twin_fn *twin;
    } rows[] = {{"ht_dcphase", dcphase}, {"ht_sine", sine}, {"ht_trendmode", trendmode}};
    enum { COUNT = 900 };
    static double x[COUNT], actual[2][COUNT], expected[2][COUNT];
    uint64_t seed = 3;
    for (size_t i = 0; i < COUNT; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        x[i] = (i > 0 ? x[i - 1] : 60) + floor((double)(seed >> 40) / 16777216 * 129 - 64) / 64;
    }
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        twin_check_within(rows[r].name, "", rows[r].twin, 360); // the contract alone
        const struct indicator *indicator = indicator_find(rows[r].name);
        void *memory = malloc(indicator->state_size(NULL));
        indicator_batch(indicator, NULL, memory, (const double *[]){x}, COUNT,
                        (double *[]){actual[0], actual[1]});
        rows[r].twin((const double *[]){x}, COUNT, NULL, (double *[]){expected[0], expected[1]});
        for (size_t c = 0; c < indicator->output_count; c++)
            for (size_t i = 0; i < COUNT; i++)
                if (isnan(expected[c][i]) != isnan(actual[c][i]) ||
                    fabs(expected[c][i] - actual[c][i]) > 1e-9 * fmax(1, fabs(expected[c][i])))
                    fail_msg("%s row %zu: %.17g, twin %.17g", rows[r].name, i, actual[c][i],
                             expected[c][i]);
        free(memory);
    }
}

static void trendline_equals_the_reference(void **state) {
    golden_check("ht_trendline", "", "value", "expected", "HT_TRENDLINE", 1e-9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_equal_their_definition),
        cmocka_unit_test(phases_equal_their_definition),
        cmocka_unit_test(trendline_equals_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
