// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "harness.h"

#include "base/io.h"
#include "base/prng.h"
#include "edge/store/journal.h"

static char directory[64];
static char path[96];

static int make_directory(void **state) {
    (void)state;
    snprintf(directory, sizeof directory, "/tmp/fulmar-journal-XXXXXX");
    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/run.journal", directory);
    return 0;
}

static int remove_directory(void **state) {
    (void)state;
    unlink(path);
    rmdir(directory);
    return 0;
}

static void make_event(union event *event, uint64_t seq) {
    static const enum event_kind kinds[] = {EVENT_BAR, EVENT_ORDER_FILLED, EVENT_CASH, EVENT_TRADE};
    event_init(event, kinds[seq % 4], 3, (int64_t)(seq * 1000));
    event->header.seq = seq;
    struct prng prng;
    prng_seed(&prng, seq);
    for (size_t i = sizeof event->header; i < event->header.size; i++)
        event->bytes[i] = (unsigned char)prng_next(&prng);
}

static const char description[] = "name: a run\ncapital: \"5\"\n";

// A journal of `count` events; returns the digest's text through ret_digest.
static void write_journal(uint64_t count, uint8_t ret_digest[SHA256_SIZE]) {
    struct journal_writer *writer;
    unlink(path);
    assert_ok(journal_create(path, 42, description, strlen(description), &writer));
    for (uint64_t seq = 1; seq <= count; seq++) {
        union event event;
        make_event(&event, seq);
        assert_ok(journal_append(writer, &event.header));
    }
    assert_ok(journal_close(writer, ret_digest));
}

// Reads to the end or the first error; counts what was whole and checks that it is what was written.
static int read_journal(uint64_t *ret_count, uint8_t ret_digest[SHA256_SIZE]) {
    struct journal_reader *reader;
    const struct event_header *event;
    *ret_count = 0;
    int rc = journal_open(path, &reader);
    if (rc < 0) return rc;
    while ((rc = journal_next(reader, &event)) > 0) {
        union event expected;
        make_event(&expected, ++*ret_count);
        assert_int_equal(event->size, expected.header.size);
        assert_memory_equal(event, &expected, event->size);
    }
    memcpy(ret_digest, journal_digest(reader), SHA256_SIZE);
    journal_reader_close(reader);
    return rc;
}

static void what_is_written_is_read_back_with_its_description_and_digest(void **state) {
    (void)state;
    uint8_t written[SHA256_SIZE], read[SHA256_SIZE];
    write_journal(5000, written); // several blocks
    uint64_t count;
    assert_int_equal(read_journal(&count, read), 0);
    assert_int_equal(count, 5000);
    assert_memory_equal(written, read, SHA256_SIZE);
    struct journal_reader *reader;
    size_t size;
    assert_ok(journal_open(path, &reader));
    assert_int_equal(journal_run_id(reader), 42);
    const char *text = journal_description(reader, &size);
    assert_int_equal(size, strlen(description));
    assert_memory_equal(text, description, size);
    journal_reader_close(reader);
}

static void an_empty_journal_is_whole(void **state) {
    (void)state;
    uint8_t written[SHA256_SIZE], read[SHA256_SIZE];
    uint64_t count;
    write_journal(0, written);
    assert_int_equal(read_journal(&count, read), 0);
    assert_int_equal(count, 0);
    assert_memory_equal(written, read, SHA256_SIZE);
}

static void a_journal_is_never_overwritten(void **state) {
    (void)state;
    uint8_t digest[SHA256_SIZE];
    struct journal_writer *writer;
    write_journal(10, digest);
    assert_int_equal(journal_create(path, 1, "", 0, &writer), ERR_EXISTS);
    uint64_t count;
    assert_int_equal(read_journal(&count, digest), 0);
    assert_int_equal(count, 10);
}

static void load(char **ret_bytes, size_t *ret_size) {
    assert_ok(io_read_file(path, 64 << 20, ret_bytes, ret_size));
}

// Without syncing: thousands of variants are written, and none has to survive a crash.
static void save(const char *bytes, size_t size) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void a_file_cut_anywhere_is_a_torn_tail_and_keeps_its_whole_blocks(void **state) {
    (void)state;
    uint8_t digest[SHA256_SIZE];
    char *bytes;
    size_t size;
    write_journal(1500, digest);
    load(&bytes, &size);
    size_t head = 64 + ((strlen(description) + 7) & ~(size_t)7);
    for (size_t cut = head; cut < size; cut += cut < head + 300 || cut + 300 > size ? 1 : 257) {
        uint64_t count;
        save(bytes, cut);
        int rc = read_journal(&count, digest);
        if (cut == head) { // nothing but the preamble: an empty journal
            assert_int_equal(rc, 0);
            continue;
        }
        bool boundary = rc == 0; // a cut between two blocks cannot be told from an end
        assert_true(boundary || rc == ERR_TRUNCATED);
        assert_true(count < 1500);
    }
    free(bytes);
}

static void every_single_bit_flip_is_detected(void **state) {
    (void)state;
    uint8_t digest[SHA256_SIZE];
    char *bytes;
    size_t size;
    write_journal(40, digest);
    load(&bytes, &size);
    for (size_t bit = 0; bit < size * 8; bit++) {
        uint64_t count;
        bytes[bit / 8] ^= (char)(1 << bit % 8);
        save(bytes, size);
        if (read_journal(&count, digest) >= 0) fail_msg("flip of bit %zu was not seen", bit);
        bytes[bit / 8] ^= (char)(1 << bit % 8);
        if (bit % 8 == 7 && bit / 8 > 200 && bit / 8 < size - 200) bit += 8 * 12; // a sample inside
    }
    free(bytes);
}

static void a_bad_block_before_a_good_one_is_corruption_not_a_torn_tail(void **state) {
    (void)state;
    uint8_t digest[SHA256_SIZE];
    char *bytes;
    size_t size;
    write_journal(3000, digest);
    load(&bytes, &size);
    bytes[3000] ^= 1;
    save(bytes, size);
    uint64_t count;
    assert_int_equal(read_journal(&count, digest), ERR_CORRUPT);
    assert_non_null(strstr(err_story(), "at byte"));
    assert_int_equal(count, 0); // nothing of a faulty block is given out
    free(bytes);
}

// Cuts what is written at every kind of place, and lets the rest come later.
static void a_reader_goes_on_where_it_stood_when_the_file_has_grown(void **state) {
    (void)state;
    uint8_t written[SHA256_SIZE];
    size_t size, step = 7777;
    char *whole;
    struct journal_reader *reader;
    const struct event_header *event;
    write_journal(4000, written);
    assert_ok(io_read_file(path, 1 << 24, &whole, &size));
    int fd, rc;
    size_t there = 4096;
    uint64_t count = 0;
    assert_ok(io_write_file(path, whole, there));
    assert_ok(journal_open(path, &reader));
    do {
        while ((rc = journal_next(reader, &event)) > 0) {
            union event expected;
            make_event(&expected, ++count);
            assert_memory_equal(event, &expected, event->size);
        }
        assert_true(rc == 0 || rc == ERR_TRUNCATED);
        assert_int_equal(journal_refresh(reader), 0); // nothing new
        size_t more = size - there < step ? size - there : step;
        assert_ok(io_open(path, O_WRONLY | O_APPEND, 0, &fd));
        assert_ok(io_write(fd, path, whole + there, more));
        assert_ok(io_close(fd, path));
        there += more;
        rc = journal_refresh(reader);
        assert_int_equal(rc, more > 0);
    } while (rc > 0);
    assert_int_equal(count, 4000);
    assert_memory_equal(journal_digest(reader), written, SHA256_SIZE);
    assert_int_equal(truncate(path, 5000), 0);
    assert_int_equal(journal_refresh(reader), ERR_CORRUPT);
    assert_int_equal(journal_next(reader, &event), ERR_CORRUPT);
    journal_reader_close(reader);
    free(whole);
}

static void a_dropped_block_breaks_the_chain(void **state) {
    (void)state;
    uint8_t digest[SHA256_SIZE];
    char *bytes;
    size_t size;
    write_journal(3000, digest);
    load(&bytes, &size);
    size_t head = 64 + ((strlen(description) + 7) & ~(size_t)7);
    struct journal_block first;
    memcpy(&first, bytes + head, sizeof first);
    size_t after = head + sizeof first + first.size;
    memmove(bytes + head, bytes + after, size - after);
    save(bytes, size - (after - head));
    uint64_t count;
    assert_int_equal(read_journal(&count, digest), ERR_CORRUPT);
    free(bytes);
}

static void a_file_of_another_kind_or_version_is_refused(void **state) {
    (void)state;
    uint8_t digest[SHA256_SIZE];
    uint64_t count;
    char *bytes;
    size_t size;
    save("", 0);
    assert_int_equal(read_journal(&count, digest), ERR_TRUNCATED);
    save("0123456789012345678901234567890123456789012345678901234567890123456789", 70);
    assert_int_equal(read_journal(&count, digest), ERR_CORRUPT);
    write_journal(3, digest);
    load(&bytes, &size);
    bytes[8] = 2;
    save(bytes, size);
    assert_int_equal(read_journal(&count, digest), ERR_UNSUPPORTED);
    free(bytes);
}

// The n-th write or sync fails; everything else is the system's.
static int calls_left;
static ssize_t failing_write(int fd, const void *buf, size_t size) {
    if (calls_left-- == 0) {
        errno = ENOSPC;
        return -1;
    }
    return io_system_ops()->write(fd, buf, size);
}
static int failing_sync(int fd) {
    if (calls_left-- == 0) {
        errno = EIO;
        return -1;
    }
    return io_system_ops()->fdatasync(fd);
}

static void
after_a_failed_write_or_sync_the_journal_stays_failed_and_what_it_holds_is_whole(void **state) {
    (void)state;
    struct io_ops ops = *io_system_ops();
    ops.write = failing_write;
    ops.fdatasync = failing_sync;
    for (int n = 0;; n++) {
        struct journal_writer *writer;
        uint8_t digest[SHA256_SIZE];
        unlink(path);
        calls_left = n;
        io_set_ops(&ops);
        int rc = journal_create(path, 1, description, strlen(description), &writer);
        if (rc < 0) {
            io_set_ops(NULL);
            assert_int_not_equal(access(path, F_OK), 0); // nothing half-made stays
            continue;
        }
        for (uint64_t seq = 1; seq <= 2000; seq++) {
            union event event;
            make_event(&event, seq);
            int now = journal_append(writer, &event.header);
            if (rc < 0) assert_int_equal(now, rc);
            if (rc == 0) rc = now;
        }
        int closed = journal_close(writer, digest);
        io_set_ops(NULL);
        if (rc < 0) assert_int_equal(closed, rc);
        uint64_t count;
        int read = read_journal(&count, digest);
        assert_true(read == 0 || read == ERR_TRUNCATED);
        if (rc == 0 && closed == 0) {
            assert_int_equal(count, 2000);
            assert_true(n > 3);
            return;
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back_with_its_description_and_digest),
        cmocka_unit_test(an_empty_journal_is_whole),
        cmocka_unit_test(a_journal_is_never_overwritten),
        cmocka_unit_test(a_file_cut_anywhere_is_a_torn_tail_and_keeps_its_whole_blocks),
        cmocka_unit_test(every_single_bit_flip_is_detected),
        cmocka_unit_test(a_bad_block_before_a_good_one_is_corruption_not_a_torn_tail),
        cmocka_unit_test(a_reader_goes_on_where_it_stood_when_the_file_has_grown),
        cmocka_unit_test(a_dropped_block_breaks_the_chain),
        cmocka_unit_test(a_file_of_another_kind_or_version_is_refused),
        cmocka_unit_test(
            after_a_failed_write_or_sync_the_journal_stays_failed_and_what_it_holds_is_whole),
    };
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
