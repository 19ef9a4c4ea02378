// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator/episode.h"

#include "harness.h"

static void an_episode_starts_once_and_ends_when_it_was_calm(void **state) {
    struct episode episode = {.enter = 5, .leave = 2, .calm = 2};
    // score, active, start, end
    static const double rows[][4] = {{4, 0, 0, 0}, {5, 1, 1, 0}, {3, 1, 0, 0}, {1, 1, 0, 0},
                                     {9, 1, 0, 0}, {1, 1, 0, 0}, {1, 0, 0, 1}, {3, 0, 0, 0},
                                     {6, 1, 1, 0}, {0, 1, 0, 0}, {0, 0, 0, 1}, {7, 1, 1, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double marks[3];
        episode_push(&episode, rows[i][0], marks);
        for (int k = 0; k < 3; k++)
            if (marks[k] != rows[i][1 + k]) fail_msg("row %zu, mark %d", i, k);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_episode_starts_once_and_ends_when_it_was_calm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
