// SPDX-License-Identifier: Apache-2.0
// Any bytes as a partition (first byte even) or as a manifest (odd) of a series that a reader opens.
#include "fuzz_kit.h"

#include <string.h>

#include "base/check.h"
#include "edge/store/tape.h"
#include "edge/store/tape_partition.h"

static void partition_try(const uint8_t *data, size_t size) {
    struct tape_map map;
    const char *path = fuzz_file("partition.tape", data, size);
    if (tape_map_open(path, &map) < 0) return;
    int64_t sum = 0;
    for (uint32_t c = 0; c < map.header->column_count; c++)
        for (uint64_t row = 0; row < map.header->count; row++) sum ^= tape_map_column(&map, c)[row];
    int rc = tape_map_verify(&map, path);
    CHECK(rc <= 0);
    CHECK(sum != INT64_MIN || rc <= 0); // keeps the reads
    tape_map_close(&map);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct tape *tape;
    struct tape_series series;
    if (size == 0) return 0;
    if ((data[0] & 1) == 0) {
        partition_try(data + 1, size - 1);
        return 0;
    }
    CHECK(tape_series_parse("A/B/bar-1m", &series) == 0);
    fuzz_file("tape/A/B/bar-1m/manifest.json", data + 1, size - 1);
    char root[256];
    strcpy(root, fuzz_dir());
    strcat(root, "/tape");
    if (tape_open(root, &series, &tape) < 0) return 0;
    CHECK(tape_verify(tape) <= 0);
    tape_close(tape);
    return 0;
}
