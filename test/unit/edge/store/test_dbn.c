// SPDX-License-Identifier: Apache-2.0
#include "edge/store/dbn.h"

#include "store_kit.h"

struct seen {
    struct dbn_mapping last;
    int count;
};

static int see(void *self, const struct dbn_mapping *mapping) {
    struct seen *seen = self;
    seen->last = *mapping;
    seen->count++;
    return 0;
}

static struct import_input *open_shared(const char *path) {
    struct import_input *input;
    assert_ok(import_input_open(path, &input));
    assert_ok(import_input_next_entry(input));
    return input;
}

static void headers_of_three_versions_say_the_same(void **state) {
    static const char *const FORMS[] = {"v1.dbn.zst", "v2.dbn.zst", "v3.dbn.zst", "v3.dbn"};
    static const uint8_t VERSIONS[] = {1, 2, 3, 3};
    for (int i = 0; i < 4; i++) {
        char name[96];
        struct dbn_reader reader;
        struct dbn_header header;
        union dbn_record record;
        struct seen seen = {.count = 0};
        const struct dbn_mappings mappings = {see, &seen};
        size_t size;
        snprintf(name, sizeof name, "data/mbo/dbn_schemas/test_data.mbo.%s", FORMS[i]);
        struct import_input *input = open_shared(harness_shared(name));
        assert_ok(dbn_open(input, &mappings, &reader, &header));
        assert_int_equal(header.version, VERSIONS[i]);
        assert_string_equal(header.dataset, "GLBX.MDP3");
        assert_int_equal(header.schema, 0);
        assert_int_equal(header.stype_in, 1);
        assert_int_equal(header.stype_out, 0);
        assert_int_equal(seen.count, 1);
        assert_string_equal(seen.last.symbol, "ESH1");
        assert_string_equal(seen.last.name, "5482");
        assert_int_equal(seen.last.start, 20201228);
        assert_int_equal(seen.last.end, 20201229);
        // The first record as its bytes say.
        assert_ok(dbn_next(&reader, &record, &size));
        assert_int_equal(size, sizeof record.mbo);
        assert_int_equal(record.mbo.head.type, DBN_MBO);
        assert_int_equal(record.mbo.head.instrument, 5482);
        assert_int_equal(record.mbo.order, INT64_C(0x96d2fe4589));
        assert_int_equal(record.mbo.price, INT64_C(0x362c530fb80));
        assert_int_equal(record.mbo.size, 1);
        assert_int_equal(record.mbo.flags, DBN_LAST);
        assert_int_equal(record.mbo.action, 'C');
        assert_int_equal(record.mbo.side, 'A');
        assert_ok(dbn_next(&reader, &record, &size));
        assert_int_equal(dbn_next(&reader, &record, &size), ERR_END);
        import_input_close(input);
    }
}

static int refuse(void *self, const struct dbn_mapping *mapping) {
    return ERR_SET(ERR_FULL, "no more");
}

static void who_takes_the_mappings_may_stop_the_reading(void **state) {
    struct dbn_reader reader;
    struct dbn_header header;
    const struct dbn_mappings mappings = {refuse, NULL};
    struct import_input *input =
        open_shared(harness_shared("data/mbo/dbn_schemas/test_data.mbo.v3.dbn"));
    assert_int_equal(dbn_open(input, &mappings, &reader, &header), ERR_FULL);
    import_input_close(input);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_of_three_versions_say_the_same),
        cmocka_unit_test(who_takes_the_mappings_may_stop_the_reading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
