// SPDX-License-Identifier: Apache-2.0
#include "store_kit.h"

#include <archive.h>
#include <archive_entry.h>

#include "base/prng.h"
#include "edge/store/import_input.h"

enum pack { PACK_PLAIN, PACK_GZ, PACK_XZ, PACK_ZST, PACK_ZIP, PACK_COUNT };
static const char *const SUFFIXES[] = {".csv", ".csv.gz", ".csv.xz", ".csv.zst", ".zip"};

// Lines of random digits, so that nothing packs too well.
static char *text_make(size_t size) {
    struct prng prng;
    prng_seed(&prng, 5);
    char *text = malloc(size + 1);
    for (size_t i = 0; i < size; i++)
        text[i] = i % 61 == 60 ? '\n' : (char)('0' + prng_below(&prng, 10));
    text[size] = '\0';
    return text;
}

static const char *pack(const struct kit *kit, enum pack pack, const char *text, size_t size,
                        int entries) {
    char name[32];
    snprintf(name, sizeof name, "x%s", SUFFIXES[pack]);
    if (pack == PACK_PLAIN) return kit_write(kit, name, text, size);
    const char *path = kit_path(kit, name);
    struct archive *archive = archive_write_new();
    if (pack == PACK_GZ) archive_write_add_filter_gzip(archive);
    if (pack == PACK_XZ) archive_write_add_filter_xz(archive);
    if (pack == PACK_ZST) archive_write_add_filter_zstd(archive);
    if (pack == PACK_ZIP)
        archive_write_set_format_zip(archive);
    else
        archive_write_set_format_raw(archive);
    assert_int_equal(archive_write_open_filename(archive, path), ARCHIVE_OK);
    for (int i = 0; i < entries; i++) {
        struct archive_entry *entry = archive_entry_new();
        snprintf(name, sizeof name, "dir/entry%d.csv", i);
        archive_entry_set_pathname(entry, name);
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        archive_entry_set_size(entry, (int64_t)size);
        assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
        assert_int_equal(archive_write_data(archive, text, size), size);
        archive_entry_free(entry);
    }
    assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
    archive_write_free(archive);
    return path;
}

// Reads a whole file; the text is compared on the way. Returns the error that ended it, 0 at the end.
static int drain(const char *path, const char *text, size_t size, int *ret_entries) {
    struct import_input *input;
    int rc = import_input_open(path, &input);
    *ret_entries = 0;
    if (rc < 0) return rc;
    while ((rc = import_input_next_entry(input)) == 0) {
        const char *data;
        size_t got, at = 0;
        while ((rc = import_input_read(input, &data, &got)) == 0) {
            assert_true(at + got <= size);
            assert_memory_equal(data, text + at, got);
            for (int i = 0; i < INPUT_PADDING; i++)
                assert_int_equal(at + got < size || !data[got + i], true);
            if (at + got < size) assert_int_equal(data[got - 1], '\n');
            at += got;
        }
        if (rc != ERR_END) break;
        assert_int_equal(at, size);
        ++*ret_entries;
    }
    import_input_close(input);
    return rc == ERR_END ? 0 : rc;
}

static void every_wrapping_gives_the_same_text(void **state) {
    static const size_t SIZES[] = {1, 61, 100000, 1 << 18, (1 << 20) + 7};
    for (size_t i = 0; i < sizeof SIZES / sizeof SIZES[0]; i++) {
        char *text = text_make(SIZES[i]);
        for (int kind = 0; kind < PACK_COUNT; kind++) {
            int entries, expected = kind == PACK_ZIP ? 3 : 1;
            const char *path = pack(*state, (enum pack)kind, text, SIZES[i], expected);
            assert_ok(drain(path, text, SIZES[i], &entries));
            assert_int_equal(entries, expected);
        }
        free(text);
    }
}

static void a_cut_archive_is_told_never_taken_for_whole(void **state) {
    enum { SIZE = 200000 };
    char *text = text_make(SIZE);
    for (int kind = PACK_GZ; kind < PACK_COUNT; kind++) {
        char *data;
        size_t size;
        const char *path = pack(*state, (enum pack)kind, text, SIZE, 1);
        assert_ok(io_read_file(path, 1 << 24, &data, &size));
        // The directory at a zip's end repeats what stands before the entries: the text is whole without it.
        size_t whole = kind == PACK_ZIP ? size - 200 : size;
        for (size_t cut = 8; cut < whole; cut += whole / 37) {
            int entries;
            const char *torn = kit_write(*state, "torn", data, cut);
            int rc = drain(torn, text, SIZE, &entries);
            if (rc != ERR_TRUNCATED && rc != ERR_CORRUPT)
                fail_msg("%s cut at %zu of %zu: %s", SUFFIXES[kind], cut, size, err_name(rc));
        }
        free(data);
    }
    free(text);
}

static void a_flip_in_an_archive_is_told(void **state) {
    enum { SIZE = 100000 };
    char *text = text_make(SIZE);
    for (int kind = PACK_GZ; kind < PACK_COUNT; kind++) {
        char *data;
        size_t size;
        const char *path = pack(*state, (enum pack)kind, text, SIZE, 1);
        assert_ok(io_read_file(path, 1 << 24, &data, &size));
        data[size / 2] ^= 0x40;
        struct import_input *input;
        const char *block;
        size_t got;
        int rc = import_input_open(kit_write(*state, "flipped", data, size), &input);
        bool opened = rc == 0;
        if (opened) rc = import_input_next_entry(input);
        while (rc == 0) rc = import_input_read(input, &block, &got);
        // Not every zstd frame carries a checksum.
        if (rc == ERR_END && kind != PACK_ZST) fail_msg("%s: a flip was read", SUFFIXES[kind]);
        if (opened) import_input_close(input);
        free(data);
    }
    free(text);
}

static void a_block_that_was_peeked_at_is_read_again(void **state) {
    struct import_input *input;
    const char *peeked, *read;
    size_t peeked_size, read_size;
    const char *path = kit_text(*state, "a.csv", "1,2\n3,4");
    assert_ok(import_input_open(path, &input));
    assert_ok(import_input_next_entry(input));
    assert_string_equal(import_input_entry_name(input), "a.csv");
    assert_ok(import_input_peek(input, &peeked, &peeked_size));
    assert_ok(import_input_peek(input, &peeked, &peeked_size));
    assert_ok(import_input_read(input, &read, &read_size));
    assert_int_equal(read_size, 7);
    assert_int_equal(peeked_size, 7);
    assert_int_equal(import_input_read(input, &read, &read_size), ERR_END);
    assert_int_equal(import_input_next_entry(input), ERR_END);
    import_input_close(input);
}

static void the_digest_is_of_the_whole_file_as_it_lies(void **state) {
    enum { SIZE = 700000 };
    char *text = text_make(SIZE);
    for (int kind = 0; kind < PACK_COUNT; kind++) {
        char *data, expected[SHA256_TEXT_SIZE], got[SHA256_TEXT_SIZE];
        uint8_t digest[SHA256_SIZE];
        size_t size;
        struct import_input *input;
        const char *path = pack(*state, (enum pack)kind, text, SIZE, 1);
        assert_ok(io_read_file(path, 1 << 24, &data, &size));
        sha256(data, size, digest);
        sha256_print(expected, digest);
        assert_ok(import_input_open(path, &input));
        assert_ok(import_input_next_entry(input));
        assert_ok(import_input_digest(input, got));
        assert_string_equal(got, expected);
        import_input_close(input);
        free(data);
    }
    free(text);
}

static void a_line_without_end_is_refused(void **state) {
    struct import_input *input;
    const char *data;
    size_t size;
    char *text = malloc(3 << 20);
    memset(text, '1', 3 << 20);
    assert_ok(import_input_open(kit_write(*state, "long", text, 3 << 20), &input));
    assert_ok(import_input_next_entry(input));
    assert_int_equal(import_input_read(input, &data, &size), ERR_FULL);
    import_input_close(input);
    free(text);
}

static void a_file_that_is_not_there_or_empty_is_told(void **state) {
    struct import_input *input;
    const char *data;
    size_t size;
    assert_int_equal(import_input_open(kit_path(*state, "none"), &input), ERR_NOT_FOUND);
    assert_ok(import_input_open(kit_text(*state, "empty", ""), &input));
    assert_ok(import_input_next_entry(input));
    assert_int_equal(import_input_read(input, &data, &size), ERR_END);
    import_input_close(input);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_wrapping_gives_the_same_text, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(a_cut_archive_is_told_never_taken_for_whole, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(a_flip_in_an_archive_is_told, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(a_block_that_was_peeked_at_is_read_again, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(the_digest_is_of_the_whole_file_as_it_lies, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(a_line_without_end_is_refused, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(a_file_that_is_not_there_or_empty_is_told, kit_setup,
                                        kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
