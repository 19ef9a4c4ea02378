// SPDX-License-Identifier: Apache-2.0
// ITCH 5.0 messages from memory into structs, every field of every message. Afterwards all are written back and must
// be the bytes that were read; the peer reads the same fields byte by byte.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "edge/store/itch.h"
#include "orders.h"

enum { RECORDS = 2000000, LIVE = 20000, SAMPLES = 21, BATCH = 256 };

struct input {
    uint8_t *bytes;
    size_t size;
    uint64_t messages;
};

// Of what every message has and what most have.
struct sums {
    uint64_t messages;
    uint64_t time;
    uint64_t orders;
};

typedef size_t reader(const uint8_t *data, size_t size, struct itch_message *messages, size_t max,
                      size_t *ret_used);

static struct itch_message messages[BATCH];

static double pass(const struct input *input, reader *read, struct sums *ret_sums) {
    struct sums sums = {0};
    double start = bench_now();
    for (size_t at = 0, used = 1; used > 0; at += used) {
        size_t count = read(input->bytes + at, input->size - at, messages, BATCH, &used);
        for (size_t i = 0; i < count; i++) {
            sums.time += messages[i].time_ns;
            sums.orders += messages[i].add.order; // all five types begin with it
        }
        sums.messages += count;
    }
    double seconds = bench_now() - start;
    *ret_sums = sums;
    return (double)sums.messages / seconds;
}

static uint64_t big_endian(const uint8_t *at, size_t size) {
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++) value = value << 8 | at[i];
    return value;
}

// The peer: one field after the other from the table of layouts, one byte after the other.
static size_t read_bytewise(const uint8_t *data, size_t size, struct itch_message *to, size_t max,
                            size_t *ret_used) {
    size_t at = 0, count = 0;
    while (count < max && size - at >= ITCH_FRAME) {
        size_t length = big_endian(data + at, ITCH_FRAME);
        if (size - at - ITCH_FRAME < length) break;
        const uint8_t *from = data + at + ITCH_FRAME, *field = from + ITCH_HEADER;
        struct itch_message *message = &to[count++];
        const struct itch_layout *layout = itch_layout(from[0]);
        message->type = from[0];
        message->locate = (uint16_t)big_endian(from + 1, 2);
        message->tracking = (uint16_t)big_endian(from + 3, 2);
        message->time_ns = big_endian(from + 5, 6);
        message->add.order = big_endian(field, 8);
        uint64_t fields[ITCH_SIZE_MAX];
        for (int i = 0; i < layout->field_count; i++) {
            fields[i] = big_endian(field, layout->fields[i].size);
            field += layout->fields[i].size;
        }
        message->size = (uint16_t)(length + (fields[0] == 0)); // so that they are read
        at += ITCH_FRAME + length;
    }
    *ret_used = at;
    return count;
}

static bool comes_back(const struct input *input) {
    uint8_t back[ITCH_FRAME + ITCH_SIZE_MAX];
    size_t written = 0;
    for (size_t at = 0, used = 1; used > 0; at += used) {
        size_t count = itch_read(input->bytes + at, input->size - at, messages, BATCH, &used);
        for (size_t i = 0; i < count; i++) {
            size_t size = messages[i].fault == ITCH_SOUND ? itch_write(&messages[i], back) : 0;
            if (size == 0 || memcmp(back, input->bytes + written, size) != 0) return false;
            written += size;
        }
    }
    return written == input->size;
}

static int measure(const struct input *input, struct bench_row *row) {
    double peer[SAMPLES];
    struct sums sums, expected;
    bool same = comes_back(input);
    (void)pass(input, read_bytewise, &expected);
    for (int i = 0; i < SAMPLES; i++) {
        row->samples[row->count++] = pass(input, itch_read, &sums);
        same = same && memcmp(&sums, &expected, sizeof sums) == 0;
        peer[i] = pass(input, read_bytewise, &sums);
    }
    double plain = pass(input, itch_read_plain, &sums);
    same =
        same && memcmp(&sums, &expected, sizeof sums) == 0 && expected.messages == input->messages;
    snprintf(row->peer, sizeof row->peer, "byte by byte");
    snprintf(row->peer_version, sizeof row->peer_version, "same fields from the table of layouts");
    row->peer_value = bench_sort(peer, SAMPLES);
    snprintf(row->result_check, sizeof row->result_check,
             "%llu messages of %zu bytes %s byte for byte; sums of times and order numbers "
             "%s the peer's; without wide vectors %.3g M messages/s",
             (unsigned long long)input->messages, input->size, same ? "come back" : "DIFFER",
             same ? "equal" : "DIFFER FROM", plain / 1e6);
    return same ? 0 : BENCH_DIFFERS;
}

static int run(struct bench_row *row) {
    uint8_t digest[SHA256_SIZE];
    struct input input = {0};
    struct feed_record *records = calloc(RECORDS, sizeof *records);
    row->unit = "messages/s";
    row->bigger_is_better = true;
    int rc = records == NULL ? -1 : bench_orders(7, RECORDS, LIVE, records);
    if (rc == 0) input.bytes = bench_orders_itch(records, RECORDS, &input.size, &input.messages);
    free(records);
    if (input.bytes == NULL) return -1;
    sha256(input.bytes, input.size, digest);
    sha256_print(row->input_sha256, digest);
    rc = measure(&input, row);
    free(input.bytes);
    return rc;
}

const struct bench bench_itch_parse = {
    .name = "itch_parse",
    .summary = "ITCH 5.0 messages of one stock from memory into structs",
    .run = run,
};
