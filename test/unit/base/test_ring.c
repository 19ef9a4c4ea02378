// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <pthread.h>
#include <sched.h>

#include "base/prng.h"
#include "base/ring.h"

enum { RECORDS = 40000, PRODUCERS = 3, ROUNDS = 20000 };

// Longer than a word, so that a torn copy shows.
struct record {
    uint64_t producer;
    uint64_t number;
    uint64_t check; // of the two before
};

static struct record record_of(uint64_t producer, uint64_t number) {
    return (struct record){producer, number,
                           (producer + 1) * UINT64_C(0x9e3779b97f4a7c15) ^ number};
}

static bool record_whole(const struct record *record) {
    struct record same = record_of(record->producer, record->number);
    return memcmp(&same, record, sizeof same) == 0;
}

// One ring of either kind, driven by one thread against a plain queue of numbers.
struct queue {
    bool (*push)(void *ring, const void *record);
    bool (*pop)(void *ring, void *ret_record);
    void *ring;
    uint64_t capacity;
};

static bool push_spsc(void *ring, const void *record) {
    return spsc_push(ring, record);
}
static bool pop_spsc(void *ring, void *ret_record) {
    return spsc_pop(ring, ret_record);
}
static bool push_mpsc(void *ring, const void *record) {
    return mpsc_push(ring, record);
}
static bool pop_mpsc(void *ring, void *ret_record) {
    return mpsc_pop(ring, ret_record);
}

static void drive(const struct queue *queue) {
    struct prng prng;
    prng_seed(&prng, queue->capacity);
    uint64_t pushed = 0;
    uint64_t popped = 0;
    int full = 0;
    int empty = 0;
    for (int i = 0; i < ROUNDS; i++) {
        if (prng_below(&prng, 8) < (i / 100 % 2 ? 3u : 5u)) {
            struct record record = record_of(0, pushed);
            bool room = pushed - popped < queue->capacity;
            assert_int_equal(queue->push(queue->ring, &record), room);
            pushed += room;
            full += !room;
        } else {
            struct record record = {.number = 42};
            bool some = pushed > popped;
            assert_int_equal(queue->pop(queue->ring, &record), some);
            empty += !some;
            if (!some) assert_int_equal(record.number, 42);
            if (!some) continue;
            assert_true(record_whole(&record));
            assert_int_equal(record.number, popped++);
        }
    }
    assert_true(full > 10 && empty > 10);
}

static void a_ring_is_a_queue_that_refuses_when_full(void **state) {
    struct arena arena;
    assert_ok(arena_init(&arena, 1 << 20));
    for (uint32_t capacity = 1; capacity <= 64; capacity *= 2) {
        struct spsc_ring spsc;
        assert_ok(spsc_init(&spsc, &arena, capacity, sizeof(struct record)));
        drive(&(struct queue){push_spsc, pop_spsc, &spsc, capacity});
        if (capacity == 1) continue;
        struct mpsc_ring mpsc;
        assert_ok(mpsc_init(&mpsc, &arena, capacity, sizeof(struct record)));
        drive(&(struct queue){push_mpsc, pop_mpsc, &mpsc, capacity});
        struct record record = {0};
        while (mpsc_ready(&mpsc)) assert_true(mpsc_pop(&mpsc, &record));
        assert_false(mpsc_pop(&mpsc, &record));
        assert_true(mpsc_push(&mpsc, &record));
        assert_true(mpsc_ready(&mpsc));
        assert_true(mpsc_pop(&mpsc, &record));
        assert_false(mpsc_ready(&mpsc));
    }
    arena_fini(&arena);
}

static void records_of_any_size_keep_their_bytes(void **state) {
    struct arena arena;
    assert_ok(arena_init(&arena, 1 << 20));
    for (size_t size = 1; size < 40; size++) {
        struct spsc_ring spsc;
        struct mpsc_ring mpsc;
        assert_ok(spsc_init(&spsc, &arena, 4, size));
        assert_ok(mpsc_init(&mpsc, &arena, 4, size));
        for (int i = 0; i < 12; i++) {
            unsigned char in[40];
            unsigned char out[41] = {0};
            memset(in, i + 1, size);
            assert_true(spsc_push(&spsc, in) && spsc_pop(&spsc, out));
            assert_memory_equal(in, out, size);
            assert_int_equal(out[size], 0);
            memset(out, 0, sizeof out);
            assert_true(mpsc_push(&mpsc, in) && mpsc_pop(&mpsc, out));
            assert_memory_equal(in, out, size);
            assert_int_equal(out[size], 0);
        }
    }
    arena_fini(&arena);
}

struct producer {
    struct queue queue;
    uint64_t number;
};

static void *produce(void *context) {
    const struct producer *producer = context;
    for (uint64_t i = 0; i < RECORDS; i++) {
        struct record record = record_of(producer->number, i);
        while (!producer->queue.push(producer->queue.ring, &record)) sched_yield();
    }
    return NULL;
}

// The test's own thread consumes; every producer's records come whole, once and in order.
static void exchange(const struct queue *queue, size_t producers_count) {
    pthread_t threads[PRODUCERS];
    struct producer producers[PRODUCERS];
    uint64_t next[PRODUCERS] = {0};
    for (size_t i = 0; i < producers_count; i++) {
        producers[i] = (struct producer){*queue, i};
        assert_int_equal(pthread_create(&threads[i], NULL, produce, &producers[i]), 0);
    }
    bool right = true;
    for (uint64_t left = producers_count * RECORDS; left > 0;) {
        struct record record;
        if (!queue->pop(queue->ring, &record)) {
            sched_yield();
            continue;
        }
        left--;
        right = right && record_whole(&record) && record.producer < producers_count &&
                record.number == next[record.producer];
        if (record.producer < producers_count) next[record.producer] = record.number + 1;
    }
    for (size_t i = 0; i < producers_count; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_true(right);
    struct record record;
    assert_false(queue->pop(queue->ring, &record));
}

static void one_producer_and_one_consumer_exchange_whole_records(void **state) {
    struct arena arena;
    assert_ok(arena_init(&arena, 1 << 20));
    for (uint32_t capacity = 2; capacity <= 128; capacity *= 8) {
        struct spsc_ring ring;
        assert_ok(spsc_init(&ring, &arena, capacity, sizeof(struct record)));
        exchange(&(struct queue){push_spsc, pop_spsc, &ring, capacity}, 1);
    }
    arena_fini(&arena);
}

static void many_producers_and_one_consumer_exchange_whole_records(void **state) {
    struct arena arena;
    assert_ok(arena_init(&arena, 1 << 20));
    for (uint32_t capacity = 2; capacity <= 128; capacity *= 8) {
        struct mpsc_ring ring;
        assert_ok(mpsc_init(&ring, &arena, capacity, sizeof(struct record)));
        exchange(&(struct queue){push_mpsc, pop_mpsc, &ring, capacity}, PRODUCERS);
    }
    arena_fini(&arena);
}

static void positions_go_on_past_64_bits(void **state) {
    struct arena arena;
    struct spsc_ring ring;
    assert_ok(arena_init(&arena, 1 << 16));
    assert_ok(spsc_init(&ring, &arena, 4, sizeof(uint64_t)));
    // As after 2^64 - 2 records.
    atomic_store(&ring.head, UINT64_MAX - 1);
    atomic_store(&ring.tail, UINT64_MAX - 1);
    ring.head_seen = ring.tail_seen = UINT64_MAX - 1;
    uint64_t got = 0;
    for (uint64_t i = 0; i < 4; i++) assert_true(spsc_push(&ring, &i));
    assert_false(spsc_push(&ring, &got));
    for (uint64_t i = 0; i < 4; i++) assert_true(spsc_pop(&ring, &got) && got == i);
    assert_false(spsc_pop(&ring, &got));
    arena_fini(&arena);
}

static void init_of_three(void *arena) {
    struct spsc_ring ring;
    (void)!spsc_init(&ring, arena, 3, 8);
}

static void init_of_one_cell(void *arena) {
    struct mpsc_ring ring;
    (void)!mpsc_init(&ring, arena, 1, 8);
}

static void a_capacity_is_a_power_of_two_that_fits(void **state) {
    struct arena arena;
    struct spsc_ring spsc;
    struct mpsc_ring mpsc;
    assert_ok(arena_init(&arena, 1 << 12));
    harness_assert_aborts(init_of_three, &arena, "capacity");
    harness_assert_aborts(init_of_one_cell, &arena, "capacity");
    assert_int_equal(spsc_init(&spsc, &arena, 1 << 20, 8), ERR_NOMEM);
    assert_int_equal(mpsc_init(&mpsc, &arena, 1 << 20, 8), ERR_NOMEM);
    assert_non_null(strstr(err_story(), "a ring of 1048576 records"));
    arena_fini(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ring_is_a_queue_that_refuses_when_full),
        cmocka_unit_test(records_of_any_size_keep_their_bytes),
        cmocka_unit_test(one_producer_and_one_consumer_exchange_whole_records),
        cmocka_unit_test(many_producers_and_one_consumer_exchange_whole_records),
        cmocka_unit_test(positions_go_on_past_64_bits),
        cmocka_unit_test(a_capacity_is_a_power_of_two_that_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
