// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>
#include <time.h>

#include "harness.h"

#include "edge/live/waker.h"

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void who_is_roused_before_it_sleeps_does_not_sleep(void **state) {
    struct waker waker;
    assert_ok(waker_open(&waker));
    waker_arm(&waker);
    waker_rouse(&waker);
    int64_t before_ns = now_ns();
    waker_wait(&waker, INT64_C(20000000000));
    assert_true(now_ns() - before_ns < INT64_C(10000000000));
    waker_close(&waker);
}

static void who_is_not_roused_sleeps_for_its_time(void **state) {
    struct waker waker;
    assert_ok(waker_open(&waker));
    waker_rouse(&waker); // nobody sleeps: nothing is kept
    waker_arm(&waker);
    int64_t before_ns = now_ns();
    waker_wait(&waker, 3000000);
    assert_true(now_ns() - before_ns >= 3000000);
    waker_close(&waker);
}

struct game {
    struct waker waker;
    _Atomic uint64_t work;
};

static void *play(void *self) {
    struct game *game = self;
    for (int i = 0; i < 20000; i++) {
        atomic_fetch_add_explicit(&game->work, 1, memory_order_release);
        waker_rouse(&game->waker);
    }
    return NULL;
}

static void nothing_that_was_put_before_a_rouse_is_slept_over(void **state) {
    struct game game = {0};
    pthread_t thread;
    assert_ok(waker_open(&game.waker));
    assert_int_equal(pthread_create(&thread, NULL, play, &game), 0);
    int64_t before_ns = now_ns();
    for (uint64_t seen = 0; seen < 20000;) {
        uint64_t work = atomic_load_explicit(&game.work, memory_order_acquire);
        if (work > seen) {
            seen = work;
            continue;
        }
        waker_arm(&game.waker);
        if (atomic_load(&game.work) > seen)
            waker_disarm(&game.waker);
        else
            waker_wait(&game.waker, INT64_C(60000000000));
    }
    assert_true(now_ns() - before_ns < INT64_C(50000000000));
    pthread_join(thread, NULL);
    waker_close(&game.waker);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_roused_before_it_sleeps_does_not_sleep),
        cmocka_unit_test(who_is_not_roused_sleeps_for_its_time),
        cmocka_unit_test(nothing_that_was_put_before_a_rouse_is_slept_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
