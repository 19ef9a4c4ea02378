// SPDX-License-Identifier: Apache-2.0
#include "quant/option/surface.h"

#include <math.h>
#include <string.h>

#include "harness.h"
#include "quant/option/black.h"
#include "table.h"

enum { POINTS_MAX = 64, SLICES = 4 };

static const struct svi vogt = {-0.041, 0.1331, 0.306, 0.3586, 0.4153};

// Four slices of SSVI; the carry changes between expiries.
static struct surface example(void) {
    static const struct ssvi ssvi = {-0.6, 0.8, 0.4, SSVI_POWER};
    struct surface surface = {.spot = 100, .count = SLICES};
    static const double years[SLICES] = {0.1, 0.4, 1, 2};
    for (size_t i = 0; i < SLICES; i++)
        surface.slices[i] = (struct surface_slice){.years = years[i],
                                                   .forward = 100 * exp(0.01 * years[i]),
                                                   .discount = exp(-0.03 * years[i] * years[i]),
                                                   .svi = ssvi_slice(&ssvi, 0.04 * years[i])};
    return surface;
}

static void between_slices_variance_is_linear_in_time(void **state) {
    struct surface surface = example();
    assert_int_equal(surface_check(&surface), 0);
    for (double k = -0.5; k <= 0.5; k += 0.25) {
        double w[SLICES];
        for (size_t i = 0; i < SLICES; i++) {
            w[i] = svi_variance(&surface.slices[i].svi, k, NULL, NULL);
            assert_true(fabs(surface_at(&surface, k, surface.slices[i].years).variance - w[i]) <=
                        1e-15);
        }
        assert_true(fabs(surface_at(&surface, k, 0.025).variance - 0.25 * w[0]) <= 1e-15);
        assert_true(fabs(surface_at(&surface, k, 0.7).variance - 0.5 * (w[1] + w[2])) <= 1e-15);
        double level = svi_variance(&surface.slices[3].svi, 0, NULL, NULL);
        assert_true(fabs(surface_at(&surface, k, 3).variance - w[3] - 0.5 * level) <= 1e-15);
    }
    assert_true(fabs(surface_forward(&surface, 0.7) - 100 * exp(0.007)) <= 1e-10);
    assert_true(fabs(surface_discount(&surface, 0.7) - exp(-0.03 * 0.5 * (0.16 + 1))) <= 1e-12);
    assert_true(fabs(surface_discount(&surface, 0.05) - exp(-0.03 * 0.005)) <= 1e-12);
    assert_true(fabs(surface_forward(&surface, 4) - 100 * exp(0.04)) <= 1e-9);
    assert_true(fabs(surface_vol(&surface, 0, 0.7) - 0.2) <= 1e-12);
}

static void derivatives_are_the_slopes(void **state) {
    struct surface surface = example();
    const double h = 1e-4;
    for (double years = 0.05; years < 3; years += 0.22)
        for (double k = -0.6; k <= 0.6; k += 0.2) {
            struct surface_point at = surface_at(&surface, k, years);
            struct surface_point up = surface_at(&surface, k + h, years);
            struct surface_point down = surface_at(&surface, k - h, years);
            double later = surface_at(&surface, k, years + 1e-6).variance;
            double sooner = surface_at(&surface, k, years - 1e-6).variance;
            assert_true(fabs(at.slope - (up.variance - down.variance) / (2 * h)) <= 1e-5);
            assert_true(fabs(at.bend - (up.slope - down.slope) / (2 * h)) <= 1e-4);
            assert_true(fabs(at.rise - (later - sooner) / 2e-6) <= 1e-8);
        }
}

// The density adds up to 1, its mean spot is the forward, and it is the bend of the calls.
static void the_density_is_that_of_the_prices(void **state) {
    struct surface surface = example();
    for (double years = 0.05; years < 3; years += 0.6) {
        const double h = 5e-4;
        double total = 0, mean = 0;
        for (double k = -6; k <= 6; k += h) {
            double density = surface_density(&surface, k, years);
            total += density * h;
            mean += density * exp(k) * h;
        }
        assert_true(fabs(total - 1) <= 1e-6 && fabs(mean - 1) <= 1e-6);
        for (double k = -0.4; k <= 0.4; k += 0.1) {
            // d^2 c / d x^2 by x = exp(k) is density / x.
            double x = exp(k), step = 1e-3 * x;
            double up = surface_call(&surface, log(x + step), years);
            double down = surface_call(&surface, log(x - step), years);
            double bend = (up - 2 * surface_call(&surface, k, years) + down) / (step * step);
            assert_true(fabs(bend * x - surface_density(&surface, k, years)) <= 2e-3);
        }
    }
}

// Solves u_t + s^2(x, t) / 2 (u_xx - u_x) = 0 back from u = (e^x - e^k)^+ by Crank and Nicolson on a grid of its own
// (the first steps implicit, for the kink), x = ln(S / forward), and returns u at x = 0.
static double reprice(const struct surface *surface, double k, double years) {
    enum { NODES = 601, STEPS = 800 };
    static double u[NODES], a[NODES], b[NODES], c[NODES], d[NODES];
    const double reach = 2.4 * sqrt(years), h = 2 * reach / (NODES - 1);
    for (int i = 0; i < NODES; i++) u[i] = fmax(exp(-reach + h * i) - exp(k), 0);
    // Times are squares: short ones count more.
    for (int n = STEPS; n > 0; n--) {
        double to = years * n * n / ((double)STEPS * STEPS);
        double from = years * (n - 1) * (n - 1) / ((double)STEPS * STEPS), dt = to - from;
        double share = n > STEPS - 4 ? 1 : 0.5; // implicit
        for (int i = 1; i + 1 < NODES; i++) {
            double vol = surface_local_vol(surface, -reach + h * i, 0.5 * (from + to));
            double half = 0.5 * vol * vol * dt;
            double down = half * (1 / (h * h) + 0.5 / h), up = half * (1 / (h * h) - 0.5 / h);
            a[i] = -share * down;
            c[i] = -share * up;
            b[i] = 1 + share * (down + up);
            d[i] = u[i] + (1 - share) * (down * (u[i - 1] - u[i]) + up * (u[i + 1] - u[i]));
        }
        for (int i = 1; i + 1 < NODES; i++) { // ends stay: intrinsic value
            if (i == 1) d[i] -= a[i] * u[0];
            if (i == NODES - 2) d[i] -= c[i] * u[NODES - 1];
            double factor = i > 1 ? a[i] / b[i - 1] : 0;
            b[i] -= i > 1 ? factor * c[i - 1] : 0;
            d[i] -= i > 1 ? factor * d[i - 1] : 0;
        }
        for (int i = NODES - 2; i > 0; i--)
            u[i] = (d[i] - (i < NODES - 2 ? c[i] * u[i + 1] : 0)) / b[i];
    }
    return u[NODES / 2];
}

static double vol_of(double price, double k, double years) {
    double half = exp(0.5 * k), out = (k < 0 ? price - (1 - exp(k)) : price) / half;
    return black_deviation(-fabs(k), out, exp(-0.5 * fabs(k)) - out) / sqrt(years);
}

// The twin knows local volatilities alone; prices come back within a tenth of a point of volatility.
static void local_volatility_gives_back_the_prices(void **state) {
    struct surface surface = example();
    static const double years[] = {0.1, 0.25, 0.7, 2};
    for (size_t i = 0; i < sizeof years / sizeof *years; i++)
        for (int j = -2; j <= 2; j++) {
            double k = 0.2 * j * sqrt(years[i]), price = reprice(&surface, k, years[i]);
            double vol = vol_of(price, k, years[i]), wanted = surface_vol(&surface, k, years[i]);
            if (!(fabs(vol - wanted) <= 1e-3))
                fail_msg("k %g at %g years: %g, wanted %g", k, years[i], vol, wanted);
        }
}

static void local_volatility_of_a_flat_surface_is_flat_and_of_arbitrage_none(void **state) {
    struct surface surface = {.spot = 1, .count = 1, .slices = {{1, 1, 1, {0.09, 0, 0, 0, 1}}}};
    assert_true(fabs(surface_local_vol(&surface, 0.3, 0.4) - 0.3) <= 1e-15);
    surface.slices[0].svi = vogt;
    assert_true(isnan(surface_local_vol(&surface, 0.88, 1)));
    assert_true(surface_local_vol(&surface, 0, 1) > 0);
}

static void arbitrage_is_counted_and_placed(void **state) {
    struct surface surface = {.spot = 1, .count = 1, .slices = {{1, 1, 1, vogt}}};
    struct surface_arbitrage found = surface_arbitrage_of(&surface, 3);
    assert_true(found.butterflies > 0 && found.calendars == 0 && found.wings == 0);
    assert_true(found.density < -0.03 && fabs(found.density_k - 0.88) < 0.05 &&
                found.density_years >= 1);
    surface = example();
    found = surface_arbitrage_of(&surface, 3);
    assert_int_equal(found.points, SURFACE_GRID * (2 + 3 * 4 + 1));
    assert_int_equal(found.butterflies + found.calendars + found.wings, 0);
    assert_true(found.density > 0 && found.rise > 0);
    surface.slices[2].svi.a -= 0.03; // below the slice before
    found = surface_arbitrage_of(&surface, 3);
    assert_true(found.calendars > 0 && found.rise < 0 && found.rise_years == 0.55);
    surface.slices[3].svi.b = 2;
    assert_int_equal(surface_arbitrage_of(&surface, 3).wings, 1);
}

static void the_grid_is_symmetric_and_dense_at_the_money(void **state) {
    assert_true(fabs(surface_grid_k(0, 401, 0.01, 5) + 5) <= 1e-9);
    assert_true(fabs(surface_grid_k(400, 401, 0.01, 5) - 5) <= 1e-9);
    assert_true(surface_grid_k(200, 401, 0.01, 5) == 0 &&
                surface_grid_k(201, 401, 0.01, 5) < 0.001);
}

struct made {
    double k[SURFACE_SLICES_MAX][POINTS_MAX], vol[SURFACE_SLICES_MAX][POINTS_MAX];
    double error[SURFACE_SLICES_MAX][POINTS_MAX];
    struct surface_points points[SURFACE_SLICES_MAX];
    size_t count;
};

static void begin(struct made *made, double years, double forward, double discount) {
    size_t i = made->count++;
    made->points[i] = (struct surface_points){
        forward, discount, {years, made->k[i], made->vol[i], made->error[i], 0}};
}

static void add(struct made *made, double k, double vol, double error) {
    size_t i = made->count - 1, j = made->points[i].points.count++;
    assert_true(j < POINTS_MAX);
    made->k[i][j] = k;
    made->vol[i][j] = vol;
    made->error[i][j] = error;
}

static void sample(const struct svi *svi, double years, double reach, struct made *made) {
    begin(made, years, 100, 1);
    for (int j = -12; j <= 12; j++) {
        double k = reach * j / 12;
        add(made, k, sqrt(svi_variance(svi, k, NULL, NULL) / years), 1e-3);
    }
}

// Conditions by formulas of its own, on a plain grid that the fit does not know: Durrleman's function from
// differences of w, variance that does not fall over any of 60 times, wings by Lee's bound.
static void assert_free(const struct surface *surface, double reach) {
    enum { TIMES = 60 };
    double last = surface->slices[surface->count - 1].years * 1.3, h = 1e-4;
    for (double k = -reach; k <= reach; k += reach / 700) {
        double before = 0;
        for (int t = 1; t <= TIMES; t++) {
            double years = last * t * t / (TIMES * TIMES);
            double w = surface_at(surface, k, years).variance;
            double up = surface_at(surface, k + h, years).variance;
            double down = surface_at(surface, k - h, years).variance;
            double slope = (up - down) / (2 * h), bend = (up - 2 * w + down) / (h * h);
            double lean = 1 - k * slope / (2 * w);
            double g = lean * lean - slope * slope / 4 * (1 / w + 0.25) + bend / 2;
            if (!(g >= -1e-6)) fail_msg("g = %g at k %g, %g years", g, k, years);
            if (!(w >= before)) fail_msg("variance falls at k %g, %g years", k, years);
            before = w;
        }
    }
    for (size_t i = 0; i < surface->count; i++) {
        const struct svi *svi = &surface->slices[i].svi;
        assert_true(svi->b * (1 + fabs(svi->rho)) <= 2);
        for (int side = -1; side <= 1; side += 2) // far out
            assert_true(svi_variance(svi, side * 1e4, NULL, NULL) <= 2e4);
    }
}

static void slices_without_arbitrage_or_noise_are_met(void **state) {
    struct surface truth = example(), surface;
    struct made made = {.count = 0};
    struct surface_fit fits[SURFACE_SLICES_MAX];
    for (size_t i = 0; i < SLICES; i++)
        sample(&truth.slices[i].svi, truth.slices[i].years, 3 * sqrt(0.04 * truth.slices[i].years),
               &made);
    assert_int_equal(surface_fit(made.points, made.count, 100, &surface, fits), 0);
    for (size_t i = 0; i < SLICES; i++) {
        assert_true(fits[i].fitted && !fits[i].bounded);
        if (!(fits[i].rmse <= 2e-5 && fits[i].within == 1)) fail_msg("rmse %g", fits[i].rmse);
    }
    assert_free(&surface, 3);
    struct ssvi_fit ssvi;
    assert_int_equal(
        surface_fit_ssvi(made.points, made.count, 100, SSVI_POWER, &surface, &ssvi, fits), 0);
    assert_true(fits[3].rmse <= 5e-5 && fabs(ssvi.surface.rho + 0.6) <= 0.01);
    assert_free(&surface, 3);
}

// Vogt's slice, twice: what is fitted to it has no butterfly below 0, and misses it where it has.
static void the_fit_to_a_slice_with_arbitrage_has_none(void **state) {
    struct made made = {.count = 0};
    struct surface surface;
    struct surface_fit fits[2];
    sample(&vogt, 1, 1.5, &made);
    assert_int_equal(surface_fit(made.points, made.count, 100, &surface, fits), 0);
    assert_true(fits[0].bounded && fits[0].rmse > 1e-3 && fits[0].rmse < 0.02);
    assert_free(&surface, 4);
}

// A later slice below the sooner one, and one with flatter wings.
static void slices_that_cross_are_set_apart(void **state) {
    static const struct svi near = {0.005, 0.06, -0.4, 0, 0.1}, low = {0.002, 0.06, -0.4, 0, 0.1},
                            flat = {0.014, 0.02, -0.1, 0, 0.3}, far = {0.03, 0.1, -0.5, 0, 0.2};
    struct made made = {.count = 0};
    struct surface surface;
    struct surface_fit fits[SLICES];
    sample(&near, 0.25, 0.5, &made);
    sample(&low, 0.3, 0.5, &made);
    sample(&flat, 0.5, 0.5, &made);
    sample(&far, 1, 0.8, &made);
    assert_int_equal(surface_fit(made.points, made.count, 100, &surface, fits), 0);
    assert_true(fits[1].bounded && fits[2].bounded);
    assert_free(&surface, 4);
}

// Real volatilities of eight expiries, whose own slices cross and have butterflies.
static void the_dax_of_july_2002_is_fitted_without_arbitrage(void **state) {
    struct made made = {.count = 0};
    struct surface surface;
    struct surface_fit fits[SURFACE_SLICES_MAX];
    struct table table;
    double days = 0;
    table_open(&table, "golden/options/dax_surface_2002-07-05.csv");
    while (table_next(&table)) {
        double years = table_number(&table, "T");
        if (table_number(&table, "days") != days)
            begin(&made, years, table_number(&table, "forward"),
                  exp(-table_number(&table, "rate") * years));
        days = table_number(&table, "days");
        add(&made, table_number(&table, "log_moneyness"), table_number(&table, "implied_vol"),
            2e-3);
    }
    assert_int_equal(made.count, 8);
    assert_int_equal(surface_fit(made.points, made.count, 4468.17, &surface, fits), 0);
    double worst = 0;
    for (size_t i = 0; i < 8; i++) worst = fmax(worst, fits[i].rmse);
    if (!(worst <= 0.01)) fail_msg("worst rmse %g", worst);
    assert_free(&surface, 3);
    for (int form = SSVI_POWER; form <= SSVI_HESTON; form++) {
        struct ssvi_fit ssvi;
        assert_int_equal(surface_fit_ssvi(made.points, made.count, 4468.17, (enum ssvi_form)form,
                                          &surface, &ssvi, fits),
                         0);
        assert_int_equal(ssvi_check(&ssvi.surface), 0);
        assert_free(&surface, 3);
    }
}

static void thin_slices_are_left_out_and_none_is_an_error(void **state) {
    struct surface truth = example(), surface;
    struct made made = {.count = 0};
    struct surface_fit fits[3];
    sample(&truth.slices[0].svi, 0.1, 0.2, &made);
    begin(&made, 0.2, 100, 1);
    add(&made, 0, 0.2, 0.01);
    sample(&truth.slices[1].svi, 0.4, 0.4, &made);
    assert_int_equal(surface_fit(made.points, 3, 100, &surface, fits), 0);
    assert_true(surface.count == 2 && !fits[1].fitted && fits[2].fitted && isnan(fits[1].rmse));
    assert_true(surface.slices[1].years == 0.4);
    assert_int_equal(surface_fit(made.points + 1, 1, 100, &surface, fits), ERR_NOT_FOUND);
    made.vol[2][3] = NAN;
    assert_int_equal(surface_fit(made.points, 3, 100, &surface, fits), ERR_ARGUMENT);
}

static void what_is_no_surface_is_named(void **state) {
    struct surface surface = example();
    surface.count = 0;
    assert_int_equal(surface_check(&surface), ERR_ARGUMENT);
    surface = example();
    surface.spot = NAN;
    assert_int_equal(surface_check(&surface), ERR_ARGUMENT);
    surface = example();
    surface.slices[2].years = 0.4;
    assert_int_equal(surface_check(&surface), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "slice 3"));
    surface = example();
    surface.slices[1].discount = 0;
    assert_int_equal(surface_check(&surface), ERR_ARGUMENT);
    surface = example();
    surface.slices[1].svi.sigma = 0;
    assert_int_equal(surface_check(&surface), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "slice 2"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(between_slices_variance_is_linear_in_time),
        cmocka_unit_test(derivatives_are_the_slopes),
        cmocka_unit_test(the_density_is_that_of_the_prices),
        cmocka_unit_test(local_volatility_gives_back_the_prices),
        cmocka_unit_test(local_volatility_of_a_flat_surface_is_flat_and_of_arbitrage_none),
        cmocka_unit_test(arbitrage_is_counted_and_placed),
        cmocka_unit_test(the_grid_is_symmetric_and_dense_at_the_money),
        cmocka_unit_test(slices_without_arbitrage_or_noise_are_met),
        cmocka_unit_test(the_fit_to_a_slice_with_arbitrage_has_none),
        cmocka_unit_test(slices_that_cross_are_set_apart),
        cmocka_unit_test(the_dax_of_july_2002_is_fitted_without_arbitrage),
        cmocka_unit_test(thin_slices_are_left_out_and_none_is_an_error),
        cmocka_unit_test(what_is_no_surface_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
