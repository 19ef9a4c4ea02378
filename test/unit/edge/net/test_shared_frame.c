// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "base/prng.h"
#include "edge/net/shared_frame.h"

static struct shared_frame *frame_of(const char *text, uint64_t *account) {
    struct shared_frame *frame = shared_frame_alloc(strlen(text), account);
    assert_non_null(frame);
    memcpy(frame->data, text, strlen(text));
    return frame;
}

static void a_frame_is_forgotten_with_its_last_reference(void **state) {
    uint64_t account = 0;
    struct frame_queue a = {0}, b = {0};
    struct shared_frame *frame = frame_of("hello", &account);
    assert_int_equal(frame_queue_push(&a, frame), 0);
    assert_int_equal(frame_queue_push(&b, frame), 0);
    shared_frame_release(frame);
    assert_int_equal(account, 5);
    frame_queue_advance(&a, 5);
    assert_int_equal(account, 5);
    frame_queue_clear(&b, true);
    assert_int_equal(account, 0);
    shared_frame_release(NULL);
}

static void a_block_from_malloc_is_taken_over(void **state) {
    uint64_t account = 0;
    struct shared_frame *frame = shared_frame_take(strdup("bytes"), 5, &account);
    assert_memory_equal(frame->data, "bytes", 5);
    assert_int_equal(account, 5);
    shared_frame_release(frame);
    assert_int_equal(account, 0);
}

// Whatever is pushed comes out, once and in order, however much is taken at a time.
static void a_queue_is_first_in_first_out(void **state) {
    struct prng prng;
    prng_seed(&prng, 3);
    for (int round = 0; round < 200; round++) {
        struct frame_queue queue = {0};
        char in[4096], out[4096];
        size_t pushed = 0, taken = 0;
        while (taken < 3000) {
            while (pushed - taken < 200 && pushed < 3000) {
                char piece[41];
                size_t size = prng_below(&prng, sizeof piece);
                memset(piece, 'a' + (int)prng_below(&prng, 26), size);
                piece[size] = '\0';
                struct shared_frame *frame = frame_of(piece, NULL);
                assert_int_equal(frame_queue_push(&queue, frame), 0);
                shared_frame_release(frame);
                memcpy(in + pushed, piece, size);
                pushed += size;
            }
            assert_int_equal(queue.bytes, pushed - taken);
            struct iovec parts[5];
            int count = frame_queue_peek(&queue, parts, 5);
            size_t there = 0;
            for (int i = 0; i < count; i++) there += parts[i].iov_len;
            size_t size = prng_below(&prng, there + 1), left = size;
            for (int i = 0; i < count && left > 0; i++) {
                size_t part = parts[i].iov_len < left ? parts[i].iov_len : left;
                memcpy(out + taken + size - left, parts[i].iov_base, part);
                left -= part;
            }
            frame_queue_advance(&queue, size);
            taken += size;
        }
        frame_queue_advance(&queue, queue.bytes);
        assert_int_equal(queue.bytes, 0);
        assert_int_equal(queue.count, 0);
        assert_null(queue.items);
        assert_memory_equal(in, out, 3000);
    }
}

static void what_has_begun_stays_when_the_rest_is_thrown_away(void **state) {
    struct frame_queue queue = {0};
    for (int i = 0; i < 5; i++) {
        struct shared_frame *frame = frame_of("0123456789", NULL);
        assert_int_equal(frame_queue_push(&queue, frame), 0);
        shared_frame_release(frame);
    }
    frame_queue_advance(&queue, 13);
    frame_queue_clear(&queue, false);
    assert_int_equal(queue.bytes, 7);
    struct iovec part;
    assert_int_equal(frame_queue_peek(&queue, &part, 1), 1);
    assert_memory_equal(part.iov_base, "3456789", 7);
    frame_queue_advance(&queue, 7);
    assert_null(queue.items);
    struct shared_frame *frame = frame_of("abc", NULL);
    assert_int_equal(frame_queue_push(&queue, frame), 0);
    shared_frame_release(frame);
    frame_queue_clear(&queue, false);
    assert_int_equal(queue.bytes, 0);
    assert_int_equal(queue.count, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_is_forgotten_with_its_last_reference),
        cmocka_unit_test(a_block_from_malloc_is_taken_over),
        cmocka_unit_test(a_queue_is_first_in_first_out),
        cmocka_unit_test(what_has_begun_stays_when_the_rest_is_thrown_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
