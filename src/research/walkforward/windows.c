// SPDX-License-Identifier: Apache-2.0
#include "research/walkforward/windows.h"

#include "base/timestamp.h"

// Lengths of test and train that fit the data where they are not given.
static void choose_lengths(const struct windows_config *config, int64_t span, uint32_t count,
                           int64_t *ret_train, int64_t *ret_test) {
    int64_t train = config->train_ns, test = config->test_ns, room = span - config->purge_ns;
    if (test == 0 && train == 0)
        test = room / (WINDOWS_TRAIN_DEFAULT + (int64_t)count);
    else if (test == 0)
        test = (room - train) / (int64_t)count;
    if (train == 0) train = WINDOWS_TRAIN_DEFAULT * test;
    *ret_train = train;
    *ret_test = test;
}

static int too_short(int64_t span, int64_t train, int64_t purge, int64_t test, uint32_t count) {
    double day = (double)NS_PER_DAY;
    return ERR_SET(
        ERR_ARGUMENT,
        "%.6g days of data are too short for %u window%s of %.6g days to train on, %.6g of "
        "purge and %.6g to test on",
        (double)span / day, count, count == 1 ? "" : "s", (double)train / day, (double)purge / day,
        (double)test / day);
}

int windows_make(const struct windows_config *config, struct window ret_windows[WINDOWS_MAX],
                 uint32_t *ret_count) {
    int64_t end_ns = config->last_ns + 1, span = end_ns - config->first_ns, train, test;
    uint32_t asked = config->count > 0 ? config->count : config->test_ns == 0 ? WINDOWS_DEFAULT : 0;
    choose_lengths(config, span, asked, &train, &test);
    int64_t fit = test > 0 ? (span - train - config->purge_ns) / test : 0;
    if (train <= 0 || test <= 0 || fit < 1 || fit < asked)
        return too_short(span, train, config->purge_ns, test, asked > 0 ? asked : 1);
    if (asked == 0 && fit > WINDOWS_MAX)
        return ERR_SET(ERR_ARGUMENT, "the data has %lld windows, over %d; make --test longer",
                       (long long)fit, WINDOWS_MAX);
    if (asked > WINDOWS_MAX)
        return ERR_SET(ERR_ARGUMENT, "%u windows are over %d", asked, WINDOWS_MAX);
    uint32_t count = asked > 0 ? asked : (uint32_t)fit;
    for (uint32_t i = 0; i < count; i++) {
        struct window *window = &ret_windows[i];
        window->test_to_ns = end_ns - (int64_t)(count - 1 - i) * test;
        window->test_from_ns = window->test_to_ns - test;
        window->train_to_ns = window->test_from_ns - config->purge_ns;
        window->train_from_ns = config->anchored ? config->first_ns : window->train_to_ns - train;
    }
    *ret_count = count;
    return 0;
}
