// SPDX-License-Identifier: Apache-2.0
// Any bytes as a file of `fulmar match`. Whatever comes: it is refused with a story, or its commands leave a sound
// book.
#include "fuzz_kit.h"

#include "app/match/match_input.h"
#include "base/check.h"

static void play(const struct match_input *input) {
    static struct matching_event events[256];
    struct matching_sink sink = {.events = events, .max = 256};
    struct matching_config config = {.tick = 1,
                                     .price_min = -100,
                                     .price_max = 100000,
                                     .lot = 1,
                                     .order_max = 64,
                                     .owner_max = input->owner_count,
                                     .algorithm = input->count % MATCHING_ALGORITHM_COUNT,
                                     .stp = MATCHING_STP_DECREMENT,
                                     .phase = MATCHING_CONTINUOUS,
                                     .report = MATCHING_REPORT_LEVELS | MATCHING_REPORT_INDICATIVE};
    struct matching matching;
    struct arena arena;
    if (config.owner_max > 1024) return;
    CHECK(arena_init(&arena, matching_size(&config)) == 0);
    CHECK(matching_init(&matching, &arena, &config) == 0);
    for (size_t i = 0; i < input->count; i++) {
        sink.count = 0;
        matching_apply(&matching, &input->commands[i], &sink);
    }
    matching_check(&matching);
    arena_fini(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct match_input input;
    err_clear();
    int rc = match_input_read(&input, fuzz_file("match.csv", data, size), 2, 0);
    if (rc < 0)
        CHECK(err_story()[0] != '\0');
    else
        play(&input);
    match_input_free(&input);
    return 0;
}
