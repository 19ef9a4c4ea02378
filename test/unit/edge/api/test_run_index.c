// SPDX-License-Identifier: Apache-2.0
#include "../store/store_kit.h"

#include "edge/api/run_index.h"

static void put(const struct kit *kit, const char *name, const char *manifest) {
    char path[KIT_PATH_SIZE];
    struct run_store_draft *draft;
    assert_ok(run_store_begin(kit->tape, name, &draft));
    snprintf(path, sizeof path, "%s/manifest.json", run_store_draft_path(draft));
    assert_ok(io_write_file(path, manifest, strlen(manifest)));
    assert_ok(run_store_commit(draft));
}

static void runs_are_listed_by_when_they_were_made(void **state) {
    struct kit *kit = *state;
    struct run_index *index;
    char path[RUN_STORE_PATH_SIZE];
    put(kit, "b", "{\"format\":\"fulmar-run-1\",\"made\":\"2026-01-01T00:00:00Z\"}");
    put(kit, "a", "{\"format\":\"fulmar-run-1\",\"made\":\"2026-01-02T00:00:00Z\"}");
    put(kit, "other", "{\"format\":\"other-2\"}");
    put(kit, "torn", "{\"format\":\"fulmar");
    assert_ok(run_index_open(kit->tape, &index));
    assert_ok(run_index_refresh(index, 0));
    assert_int_equal(run_index_count(index), 2);
    assert_int_equal(run_index_left_out(index), 2);
    assert_string_equal(run_index_at(index, 0)->name, "b");
    assert_string_equal(run_index_at(index, 1)->name, "a");
    assert_null(run_index_find(index, "torn"));
    assert_ok(run_index_path(index, "a", "tables/trades.csv", path));
    assert_int_equal(run_index_path(index, "a", "../b/manifest.json", path), ERR_ARGUMENT);
    assert_int_equal(run_index_path(index, "c", "log.txt", path), ERR_NOT_FOUND);
    // What is fresh is not looked at again; what changed is seen when it is not.
    put(kit, "c", "{\"format\":\"fulmar-run-1\",\"made\":\"2026-01-03T00:00:00Z\"}");
    assert_ok(run_store_remove(kit->tape, "b"));
    assert_ok(run_index_refresh(index, RUN_INDEX_FRESH_NS - 1));
    assert_int_equal(run_index_count(index), 2);
    assert_ok(run_index_refresh(index, RUN_INDEX_FRESH_NS));
    assert_int_equal(run_index_count(index), 2);
    assert_string_equal(run_index_at(index, 1)->name, "c");
    run_index_close(index);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(runs_are_listed_by_when_they_were_made, kit_setup,
                                        kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
