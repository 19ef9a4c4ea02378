// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "naive.h"
#include "peer.h"
#include "twin.h"

static double *strength(const double *x, size_t count, size_t period) {
    double *gain = naive_column(count), *loss = naive_column(count), *out = naive_column(count);
    for (size_t i = 1; i < count; i++) {
        gain[i] = fmax(x[i] - x[i - 1], 0);
        loss[i] = fmax(x[i - 1] - x[i], 0);
    }
    gain = naive_wilder(gain, count, period);
    loss = naive_wilder(loss, count, period);
    for (size_t i = 0; i < count; i++)
        out[i] = gain[i] + loss[i] == 0 ? 0 : 100 * gain[i] / (gain[i] + loss[i]);
    return out;
}

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    double *streak = naive_column(count);
    for (size_t i = 0; i < count; i++) {
        streak[i] = 0;
        for (size_t j = i; j > 0 && in[0][j] > in[0][j - 1]; j--) streak[i]++;
        for (size_t j = i; j > 0 && in[0][j] < in[0][j - 1]; j--) streak[i]--;
    }
    double *close = strength(in[0], count, (size_t)params[0]);
    streak = strength(streak, count, (size_t)params[1]);
    size_t rank = (size_t)params[2];
    for (size_t i = 0; i < count; i++) {
        out[1][i] = close[i];
        out[2][i] = streak[i];
        out[3][i] = i > rank ? 0 : NAN;
        for (size_t j = i - rank; i > rank && j < i; j++)
            if ((in[0][j] - in[0][j - 1]) / in[0][j - 1] < (in[0][i] - in[0][i - 1]) / in[0][i - 1])
                out[3][i] += 100 / params[2];
        out[0][i] = (out[1][i] + out[2][i] + out[3][i]) / 3;
    }
}

static void connors_rsi_equals_its_definition(void **state) {
    twin_check("connors_rsi", "", twin);
    twin_check("connors_rsi", "rsi=1 streak=1 rank=1", twin);
    twin_check("connors_rsi", "rsi=14 streak=9 rank=7", twin);
}

static void a_row_over_an_old_zero_is_left_out(void **state) {
    const struct indicator *connors = indicator_find("connors_rsi");
    double params[] = {1, 1, 1}, memory[64], out[4];
    connors->init(memory, params);
    const double rows[] = {5, 6, 0, 3, 4};
    for (int i = 0; i < 5; i++) {
        connors->update(memory, &rows[i], out);
        assert_int_equal(isnan(out[0]), i < 2 || i == 3);
    }
    assert_true(out[3] == 100); // 1/3 after -1
}

// tulipy 0.4, rsi of close and streak, and numpy for the percentage.
static void another_program_agrees(void **state) {
    peer_check("connors_rsi", "", "rsi",
               (double[]){99.7910485850134, 17.3944029917391, 61.6374115820613}, 1e-10);
    peer_check("connors_rsi", "", "streak_rsi",
               (double[]){99.9915308936905, 17.8457608576159, 73.1357457490697}, 1e-10);
    peer_check("connors_rsi", "", "percent_rank", (double[]){48.0, 34.0, 88.0}, 1e-12);
    peer_check("connors_rsi", "", "value",
               (double[]){82.594193159568, 23.0800546164517, 74.257719110377}, 1e-10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(connors_rsi_equals_its_definition),
        cmocka_unit_test(a_row_over_an_old_zero_is_left_out),
        cmocka_unit_test(another_program_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
