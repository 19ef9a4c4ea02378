// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "naive.h"
#include "peer.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    for (size_t i = 0; i < count; i++) {
        // The open is the close of every candle before it, each half as heavy as the one after.
        long double open = ((long double)in[0][0] + in[3][0]) / 2;
        for (size_t j = 0; j < i; j++)
            open = (open + ((long double)in[0][j] + in[1][j] + in[2][j] + in[3][j]) / 4) / 2;
        out[0][i] = (double)open;
        out[3][i] = (double)(((long double)in[0][i] + in[1][i] + in[2][i] + in[3][i]) / 4);
        out[1][i] = fmax(in[1][i], fmax(out[0][i], out[3][i]));
        out[2][i] = fmin(in[2][i], fmin(out[0][i], out[3][i]));
    }
}

static void heikin_ashi_equals_its_definition(void **state) {
    twin_check("heikin_ashi", "", twin);
}

static void three_candles_by_hand(void **state) {
    const struct indicator *ha = indicator_find("heikin_ashi");
    double memory[2], out[4];
    ha->init(memory, NULL);
    ha->update(memory, (double[]){10, 14, 9, 12}, out);
    assert_memory_equal(out, ((double[]){11, 14, 9, 11.25}), sizeof out);
    ha->update(memory, (double[]){12, 13, 11.5, 13}, out); // (11 + 11.25) / 2, 49.5 / 4
    assert_memory_equal(out, ((double[]){11.125, 13, 11.125, 12.375}), sizeof out);
    ha->update(memory, (double[]){8, 8, 8, 8}, out); // a gap: the candle reaches up to its open
    assert_memory_equal(out, ((double[]){11.75, 11.75, 8, 8}), sizeof out);
}

// pandas-ta-classic 0.8, ha.
static void another_program_agrees(void **state) {
    peer_check("heikin_ashi", "", "open",
               (double[]){247.036394876784, 239.610672273391, 243.640801281466}, 1e-12);
    peer_check("heikin_ashi", "", "high", (double[]){248.38, 239.610672273391, 244.74}, 1e-12);
    peer_check("heikin_ashi", "", "low", (double[]){246.63, 237.18, 242.07}, 1e-12);
    peer_check("heikin_ashi", "", "close", (double[]){247.7475, 238.135, 243.52}, 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heikin_ashi_equals_its_definition),
        cmocka_unit_test(three_candles_by_hand),
        cmocka_unit_test(another_program_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
