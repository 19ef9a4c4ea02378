// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator/indicator.h"
#include "quant/indicator/six_factor.h"

static void update(void *memory, const double *inputs, double *ret_outputs) {
    six_factor_update(memory, inputs, NULL, ret_outputs);
}

INDICATOR_RUN(4, SIX_FACTOR_OUTPUTS)

const struct indicator indicator_score = {
    .name = "score",
    .group = "trend",
    .summary =
        "How good an entry in the direction of the trend would be now, 0 to 100, and its six "
        "factors, each 0 to 100; side is 1 where the fast average is above the slow one, -1 "
        "below. Undefined where they are equal or the range is 0.",
    .source = "docs/score.md; Kaufman's efficiency ratio, Cutler's RSI, Wilder's range, Chaikin's "
              "close location",
    .inputs = {"high", "low", "close", "volume"},
    .input_count = 4,
    .outputs = {SIX_FACTOR_NAMES},
    .output_count = SIX_FACTOR_OUTPUTS,
    .params = six_factor_params,
    .param_count = SIX_FACTOR_PARAMS,
    .fault = six_factor_fault,
    .state_size = six_factor_size,
    .lookback = six_factor_lookback,
    .init = six_factor_init,
    .update = update,
    .run = run,
};
