// SPDX-License-Identifier: Apache-2.0
#include "edge/store/itch.h"

#include <archive.h>
#include <archive_entry.h>

#include "base/prng.h"
#include "harness.h"

// Lengths as the specification's section 1 gives them, type by type.
static const struct {
    char type;
    int size;
} SPECIFIED[] = {{'S', 12}, {'R', 39}, {'H', 25}, {'Y', 20}, {'L', 26}, {'V', 35},
                 {'W', 12}, {'K', 28}, {'J', 35}, {'h', 21}, {'A', 36}, {'F', 40},
                 {'E', 31}, {'C', 36}, {'X', 23}, {'D', 19}, {'U', 35}, {'P', 44},
                 {'Q', 40}, {'B', 19}, {'I', 50}, {'N', 20}, {'O', 48}};
enum { TYPES = sizeof SPECIFIED / sizeof SPECIFIED[0] };

static void every_type_has_the_length_of_the_specification(void **state) {
    int known = 0;
    for (int type = 0; type < 256; type++) known += itch_layout((uint8_t)type)->name != NULL;
    assert_int_equal(known, TYPES);
    for (int i = 0; i < TYPES; i++) {
        const struct itch_layout *layout = itch_layout((uint8_t)SPECIFIED[i].type);
        int size = ITCH_HEADER;
        for (int k = 0; k < layout->field_count; k++) size += layout->fields[k].size;
        assert_int_equal(layout->size, SPECIFIED[i].size);
        assert_int_equal(size, SPECIFIED[i].size);
    }
    assert_string_equal(itch_layout('C')->name, "executed_at");
    assert_string_equal(itch_layout('C')->fields[3].name, "printable");
    assert_int_equal(itch_layout('C')->fields[4].kind, ITCH_KIND_price4);
}

// 10:00:00.000000258 is 36,000,000,000,258 ns: 0x20bde7364102.
static const uint8_t ADD[] = {0,    36,   'A',  0x12, 0x34, 0xab, 0xcd, 0x20, 0xbd, 0xe7,
                              0x36, 0x41, 0x02, 0,    0,    0,    1,    2,    3,    4,
                              5,    'S',  0,    0,    0x03, 0xe8, 'A',  'A',  'P',  'L',
                              ' ',  ' ',  ' ',  ' ',  0,    0x1b, 0x77, 0x40};

static void fields_of_bytes_written_by_hand(void **state) {
    struct itch_message message;
    uint8_t back[ITCH_FRAME + ITCH_SIZE_MAX];
    size_t used;
    assert_int_equal(itch_read(ADD, sizeof ADD, &message, 1, &used), 1);
    assert_int_equal(used, sizeof ADD);
    assert_int_equal(message.fault, ITCH_SOUND);
    assert_int_equal(message.type, 'A');
    assert_int_equal(message.size, 36);
    assert_int_equal(message.locate, 0x1234);
    assert_int_equal(message.tracking, 0xabcd);
    assert_int_equal(message.time_ns, INT64_C(0x20bde7364102));
    assert_int_equal(message.add.order, INT64_C(0x102030405));
    assert_int_equal(message.add.side, 'S');
    assert_int_equal(message.add.shares, 1000);
    assert_memory_equal(message.add.stock.at, "AAPL    ", 8);
    assert_int_equal(message.add.price, 1800000); // 180.0000
    assert_int_equal(itch_write(&message, back), sizeof ADD);
    assert_memory_equal(back, ADD, sizeof ADD);
}

static uint64_t big_endian(const uint8_t *at, size_t size) {
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++) value = value << 8 | at[i];
    return value;
}

static void random_messages_of_every_type_come_back_byte_for_byte(void **state) {
    uint8_t bytes[ITCH_FRAME + ITCH_SIZE_MAX], back[ITCH_FRAME + ITCH_SIZE_MAX];
    struct prng prng;
    prng_seed(&prng, 50);
    for (int i = 0; i < TYPES; i++) {
        size_t size = (size_t)SPECIFIED[i].size, used;
        for (int round = 0; round < 200; round++) {
            struct itch_message message;
            for (size_t k = 0; k < size; k++) bytes[ITCH_FRAME + k] = (uint8_t)prng_next(&prng);
            bytes[0] = 0;
            bytes[1] = (uint8_t)size;
            bytes[2] = (uint8_t)SPECIFIED[i].type;
            assert_int_equal(itch_read(bytes, ITCH_FRAME + size, &message, 1, &used), 1);
            assert_int_equal(message.fault, ITCH_SOUND);
            assert_int_equal(message.tracking, big_endian(bytes + 5, 2));
            assert_int_equal(message.time_ns, big_endian(bytes + 7, 6));
            struct itch_message plain;
            assert_int_equal(itch_read_plain(bytes, ITCH_FRAME + size, &plain, 1, &used), 1);
            assert_int_equal(used, ITCH_FRAME + size);
            assert_int_equal(itch_write(&plain, back), ITCH_FRAME + size);
            assert_memory_equal(back, bytes, ITCH_FRAME + size);
            assert_int_equal(itch_write(&message, back), ITCH_FRAME + size);
            assert_memory_equal(back, bytes, ITCH_FRAME + size);
        }
    }
}

// Fields from the other end: at the offsets of the specification, read byte by byte.
static void fields_lie_where_the_specification_says(void **state) {
    uint8_t bytes[ITCH_FRAME + ITCH_SIZE_MAX] = {0};
    struct itch_message m;
    size_t used;
    for (int i = 0; i < ITCH_SIZE_MAX; i++) bytes[ITCH_FRAME + i] = (uint8_t)(i * 7 + 1);
    const uint8_t *at = bytes + ITCH_FRAME;
#define READ_AS(letter, length)                                                                    \
    bytes[1] = (length), bytes[2] = (letter);                                                      \
    assert_int_equal(itch_read(bytes, ITCH_FRAME + (length), &m, 1, &used), 1)
    READ_AS('E', 31);
    assert_int_equal(m.executed.order, big_endian(at + 11, 8));
    assert_int_equal(m.executed.shares, big_endian(at + 19, 4));
    assert_true(m.executed.match == big_endian(at + 23, 8));
    READ_AS('C', 36);
    assert_int_equal((uint8_t)m.executed_at.printable, at[31]);
    assert_int_equal(m.executed_at.price, big_endian(at + 32, 4));
    READ_AS('U', 35);
    assert_true(m.replace.next == big_endian(at + 19, 8));
    assert_int_equal(m.replace.shares, big_endian(at + 27, 4));
    assert_int_equal(m.replace.price, big_endian(at + 31, 4));
    READ_AS('P', 44);
    assert_int_equal(m.trade.price, big_endian(at + 32, 4));
    assert_true(m.trade.match == big_endian(at + 36, 8));
    READ_AS('Q', 40);
    assert_int_equal(m.cross.price, big_endian(at + 27, 4));
    assert_int_equal((uint8_t)m.cross.cross, at[39]);
    READ_AS('I', 50);
    assert_int_equal((uint8_t)m.imbalance.direction, at[27]);
    assert_int_equal(m.imbalance.reference, big_endian(at + 44, 4));
    assert_int_equal((uint8_t)m.imbalance.variation, at[49]);
    READ_AS('R', 39);
    assert_int_equal(m.directory.round_lot, big_endian(at + 21, 4));
    assert_int_equal((uint8_t)m.directory.authenticity, at[29]);
    assert_int_equal(m.directory.etp_leverage, big_endian(at + 34, 4));
    READ_AS('V', 35);
    assert_true(m.mwcb_levels.level3 == big_endian(at + 27, 8));
    READ_AS('K', 28);
    assert_int_equal(m.ipo.release_s, big_endian(at + 19, 4));
    assert_int_equal(m.ipo.price, big_endian(at + 24, 4));
    READ_AS('O', 48);
    assert_int_equal(m.listing.near_price, big_endian(at + 28, 4));
    assert_true(m.listing.near_time_ns == big_endian(at + 32, 8));
    assert_int_equal(m.listing.upper_collar, big_endian(at + 44, 4));
#undef READ_AS
}

static void a_frame_that_lies_is_a_fault_and_the_next_is_read(void **state) {
    static const uint8_t BYTES[] = {0, 1,  'z',       // no such type
                                    0, 3,  'A', 0, 0, // too short for its type
                                    0, 0,             // of nothing
                                    0, 12, 'S', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 'O',    // sound
                                    0, 13, 'S', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 'O', 0, // too long
                                    0, 12, 'S', 0};                                   // cut short
    struct itch_message messages[8];
    size_t used;
    assert_int_equal(itch_read(BYTES, sizeof BYTES, messages, 8, &used), 5);
    assert_int_equal(used, sizeof BYTES - 4);
    struct itch_message plain[8];
    assert_int_equal(itch_read_plain(BYTES, sizeof BYTES, plain, 8, &used), 5);
    for (int i = 0; i < 5; i++) assert_int_equal(plain[i].fault, messages[i].fault);
    static const int FAULTS[] = {ITCH_TYPE, ITCH_LENGTH, ITCH_LENGTH, ITCH_SOUND, ITCH_LENGTH};
    for (int i = 0; i < 5; i++) assert_int_equal(messages[i].fault, FAULTS[i]);
    assert_int_equal(messages[3].system_event.event, 'O');
    assert_int_equal(itch_read(BYTES, sizeof BYTES, messages, 2, &used), 2);
    assert_int_equal(used, 8);
    assert_int_equal(itch_read(BYTES, 1, messages, 2, &used), 0);
    assert_int_equal(used, 0);
}

static uint8_t *unpack(const char *path, size_t *ret_size) {
    enum { SIZE = 1 << 20 };
    struct archive *archive = archive_read_new();
    struct archive_entry *entry;
    uint8_t *bytes = malloc(SIZE);
    archive_read_support_filter_xz(archive);
    archive_read_support_format_raw(archive);
    assert_int_equal(archive_read_open_filename(archive, path, 1 << 16), ARCHIVE_OK);
    assert_int_equal(archive_read_next_header(archive, &entry), ARCHIVE_OK);
    la_ssize_t size = archive_read_data(archive, bytes, SIZE);
    assert_in_range(size, 1, SIZE - 1);
    archive_read_free(archive);
    *ret_size = (size_t)size;
    return bytes;
}

static void a_capture_comes_back_byte_for_byte(void **state) {
    enum { MESSAGES = 8382 };
    const char *path = harness_shared("data/mbo/ritch_artificial_itch50_alc_bob.itch.xz");
    struct itch_message *messages = calloc(MESSAGES + 1, sizeof *messages);
    size_t size, used, written = 0;
    uint8_t *bytes = unpack(path, &size);
    assert_int_equal(itch_read(bytes, size, messages, MESSAGES + 1, &used), MESSAGES);
    assert_int_equal(used, size);
    for (int i = 0; i < MESSAGES; i++) {
        uint8_t back[ITCH_FRAME + ITCH_SIZE_MAX];
        size_t one = itch_write(&messages[i], back);
        assert_true(written + one <= size);
        assert_memory_equal(back, bytes + written, one);
        written += one;
    }
    assert_int_equal(written, size);
    free(bytes);
    free(messages);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_has_the_length_of_the_specification),
        cmocka_unit_test(fields_of_bytes_written_by_hand),
        cmocka_unit_test(random_messages_of_every_type_come_back_byte_for_byte),
        cmocka_unit_test(fields_lie_where_the_specification_says),
        cmocka_unit_test(a_frame_that_lies_is_a_fault_and_the_next_is_read),
        cmocka_unit_test(a_capture_comes_back_byte_for_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
