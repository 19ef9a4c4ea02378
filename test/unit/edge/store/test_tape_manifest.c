// SPDX-License-Identifier: Apache-2.0
#include "store_kit.h"

#include "edge/store/tape_manifest.h"

static void manifest_fill(struct tape_manifest *manifest) {
    *manifest = (struct tape_manifest){.series = kit_series("A/B/bar-1m"), .meta = kit_meta(2, 3)};
    struct instrument *instrument = &manifest->meta.instrument;
    instrument->tick = PRICE(5);
    instrument->lot = instrument->qty_min = QTY(10);
    instrument->currency = UINT32_MAX;
    memset(instrument->venue, 0, sizeof instrument->venue);
    memset(instrument->symbol, 0, sizeof instrument->symbol);
    instrument->venue[0] = 'A';
    instrument->symbol[0] = 'B';
    manifest->meta.bar_flags = BAR_ADJUSTED;
    manifest->partitions = calloc(2, sizeof *manifest->partitions);
    manifest->partition_count = 2;
    for (int i = 0; i < 2; i++) {
        struct tape_partition *partition = &manifest->partitions[i];
        *partition = (struct tape_partition){.key = 600 + i,
                                             .count = 7,
                                             .first_ns = -5,
                                             .last_ns = INT64_MAX,
                                             .price_decimals = 2,
                                             .qty_decimals = 3,
                                             .header_crc = UINT32_MAX};
        snprintf(partition->file, sizeof partition->file, "2020-0%d-00.tape", i + 1);
    }
    manifest->imports = calloc(1, sizeof *manifest->imports);
    manifest->import_count = 1;
    struct tape_import *import = &manifest->imports[0];
    snprintf(import->source, sizeof import->source, "x \"y\".csv");
    snprintf(import->sha256, sizeof import->sha256, "%064d", 1);
    snprintf(import->importer, sizeof import->importer, "csv");
    snprintf(import->faults, sizeof import->faults, "gap=1");
    import->rows = 14;
    import->accepted = 13;
}

static void a_manifest_reads_back_as_it_was_written(void **state) {
    struct kit *kit = *state;
    struct tape_manifest manifest, read;
    manifest_fill(&manifest);
    assert_ok(tape_manifest_write(kit->dir, &manifest));
    assert_ok(tape_manifest_read(kit->dir, &read));
    assert_memory_equal(&read.series, &manifest.series, sizeof read.series);
    assert_memory_equal(&read.meta, &manifest.meta, sizeof read.meta);
    assert_int_equal(read.partition_count, 2);
    assert_memory_equal(read.partitions, manifest.partitions, 2 * sizeof *read.partitions);
    assert_int_equal(read.import_count, 1);
    assert_memory_equal(read.imports, manifest.imports, sizeof *read.imports);
    tape_manifest_fini(&read);
    tape_manifest_fini(&manifest);
}

static void one_that_is_not_there_is_not_found(void **state) {
    struct kit *kit = *state;
    struct tape_manifest manifest;
    assert_int_equal(tape_manifest_read(kit->dir, &manifest), ERR_NOT_FOUND);
}

static void damage_to_the_text_is_an_error_never_a_crash(void **state) {
    struct kit *kit = *state;
    struct tape_manifest manifest;
    char *text;
    size_t size;
    manifest_fill(&manifest);
    assert_ok(tape_manifest_write(kit->dir, &manifest));
    tape_manifest_fini(&manifest);
    assert_ok(io_read_file(kit_path(kit, "manifest.json"), 1 << 20, &text, &size));
    for (size_t cut = 0; cut + 2 < size; cut += 3) {
        kit_write(kit, "manifest.json", text, cut);
        assert_int_equal(tape_manifest_read(kit->dir, &manifest), ERR_CORRUPT);
    }
    for (size_t at = 0; at < size; at++) {
        char kept = text[at];
        text[at] = (char)(kept ^ 1);
        kit_write(kit, "manifest.json", text, size);
        int rc = tape_manifest_read(kit->dir, &manifest);
        if (rc == 0) tape_manifest_fini(&manifest);
        text[at] = kept;
    }
    free(text);
}

static void fields_out_of_their_range_are_refused(void **state) {
    static const struct {
        const char *from, *to;
        int expected;
    } ROWS[] = {{"\"version\": 1", "\"version\": 2", ERR_UNSUPPORTED},
                {"fulmar-tape", "fulmar-type", ERR_CORRUPT},
                {"\"tick\": 5", "\"tick\": 0", ERR_CORRUPT},
                {"\"price_decimals\": 2", "\"price_decimals\": 19", ERR_CORRUPT},
                {"\"calendar\": 0", "\"calendar\": 99", ERR_CORRUPT},
                {"\"crypto\"", "\"cripto\"", ERR_CORRUPT},
                {"\"key\": 601", "\"key\": 600", ERR_CORRUPT},
                {"2020-01-00.tape", "../../x.tape", ERR_CORRUPT},
                {"A/B/bar-1m", "A/B/bar-1x", ERR_PARSE}};
    struct kit *kit = *state;
    struct tape_manifest manifest;
    char *text, changed[8192];
    size_t size;
    manifest_fill(&manifest);
    assert_ok(tape_manifest_write(kit->dir, &manifest));
    tape_manifest_fini(&manifest);
    assert_ok(io_read_file(kit_path(kit, "manifest.json"), 1 << 20, &text, &size));
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        const char *at = strstr(text, ROWS[i].from);
        assert_non_null(at);
        snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text, ROWS[i].to,
                 at + strlen(ROWS[i].from));
        kit_text(kit, "manifest.json", changed);
        int rc = tape_manifest_read(kit->dir, &manifest);
        if (rc != ROWS[i].expected) fail_msg("%s: %s", ROWS[i].to, err_name(rc));
    }
    free(text);
}

static void a_digest_is_of_what_a_series_holds_and_not_of_where_it_came_from(void **state) {
    (void)state;
    struct tape_manifest manifest;
    char digest[SHA256_TEXT_SIZE], other[SHA256_TEXT_SIZE];
    manifest_fill(&manifest);
    assert_int_equal(tape_manifest_digest(&manifest, digest), 14);
    // printf '2 3\n2020-01-00.tape 7 ffffffff\n2020-02-00.tape 7 ffffffff\n' | sha256sum
    assert_string_equal(digest, "260fd4dccf4bb20db0750b154d38de8877ea7a6f221ae791de32d6b13025ffa7");
    snprintf(manifest.imports[0].source, sizeof manifest.imports[0].source, "other.csv");
    tape_manifest_digest(&manifest, other);
    assert_string_equal(other, digest);
    manifest.partitions[1].file[8] = '1';
    tape_manifest_digest(&manifest, other);
    assert_string_not_equal(other, digest);
    tape_manifest_fini(&manifest);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_manifest_reads_back_as_it_was_written, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(one_that_is_not_there_is_not_found, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(damage_to_the_text_is_an_error_never_a_crash, kit_setup,
                                        kit_teardown),
        cmocka_unit_test(a_digest_is_of_what_a_series_holds_and_not_of_where_it_came_from),
        cmocka_unit_test_setup_teardown(fields_out_of_their_range_are_refused, kit_setup,
                                        kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
