// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>

#include "edge/auth/work_pool.h"

struct gate {
    pthread_mutex_t lock; // held: work waits
    atomic_int begun, done, most;
    atomic_int turns[WORK_POOL_THREADS_MAX];
};

static void pass(void *self, int turn) {
    struct gate *gate = self;
    int now = atomic_fetch_add(&gate->begun, 1) + 1 - atomic_load(&gate->done);
    if (now > atomic_load(&gate->most)) atomic_store(&gate->most, now);
    atomic_fetch_add(&gate->turns[turn], 1);
    pthread_mutex_lock(&gate->lock);
    pthread_mutex_unlock(&gate->lock);
    atomic_fetch_add(&gate->done, 1);
}

static void wait_for(atomic_int *count, int least) {
    struct timespec from, now;
    clock_gettime(CLOCK_MONOTONIC, &from);
    while (atomic_load(count) < least) {
        sched_yield();
        clock_gettime(CLOCK_MONOTONIC, &now);
        assert_true(now.tv_sec - from.tv_sec < 20);
    }
}

static void a_full_queue_refuses_and_what_was_taken_is_done(void **state) {
    (void)state;
    struct gate gate = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct work_pool *pool;
    pthread_mutex_lock(&gate.lock);
    assert_ok(work_pool_open(2, 32, &pool));
    int taken = 0;
    for (int i = 0; i < 2; i++) { // one for each thread, so that the queue is empty again
        assert_ok(work_pool_submit(pool, (struct work){pass, &gate}));
        taken++;
        wait_for(&gate.begun, taken);
    }
    for (int i = 0; i < 200; i++)
        if (work_pool_submit(pool, (struct work){pass, &gate}) == 0) taken++;
    assert_int_equal(taken, 2 + 32);
    assert_int_equal(work_pool_refused(pool), 200 - 32);
    assert_int_equal(work_pool_busy(pool), 34);
    assert_int_equal(atomic_load(&gate.begun), 2);
    pthread_mutex_unlock(&gate.lock);
    work_pool_close(pool); // does what waits
    assert_int_equal(atomic_load(&gate.done), 34);
    assert_true(atomic_load(&gate.most) <= 2);
    assert_int_equal(atomic_load(&gate.turns[0]) + atomic_load(&gate.turns[1]), 34);
    work_pool_close(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_queue_refuses_and_what_was_taken_is_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
