// SPDX-License-Identifier: Apache-2.0
// Reads the first file of a shared archive (.zip, .xz, .gz) or a plain file whole, NUL-terminated.
#ifndef FULMAR_TEST_MARKET_SHARED_FILE_H
#define FULMAR_TEST_MARKET_SHARED_FILE_H

#include <archive.h>
#include <archive_entry.h>

#include "harness.h"

// The caller frees. Skips the test where the shared file is absent.
static inline char *shared_file(const char *relative, size_t *ret_len) {
    const char *path = harness_shared(relative);
    struct archive *archive = archive_read_new();
    archive_read_support_filter_all(archive);
    archive_read_support_format_zip(archive);
    archive_read_support_format_raw(archive);
    struct archive_entry *entry;
    assert_int_equal(archive_read_open_filename(archive, path, 1 << 16), ARCHIVE_OK);
    assert_int_equal(archive_read_next_header(archive, &entry), ARCHIVE_OK);
    size_t len = 0, cap = 1 << 16;
    char *data = malloc(cap);
    for (;;) {
        la_ssize_t got = archive_read_data(archive, data + len, cap - len - 1);
        assert_true(got >= 0);
        if (got == 0) break;
        len += (size_t)got;
        if (cap - len < 2) data = realloc(data, cap *= 2);
    }
    data[len] = '\0';
    archive_read_free(archive);
    *ret_len = len;
    return data;
}

// Steps through the lines of a NUL-terminated text: the next one's start, or NULL.
static inline const char *next_line(const char *line) {
    const char *end = strchr(line, '\n');
    return end != NULL && end[1] != '\0' ? end + 1 : NULL;
}

#endif
