// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "edge/api/log_lane.h"

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void lines_come_out_as_they_went_in(void **state) {
    (void)state;
    struct log_lane *lane;
    int ends[2];
    char said[64] = "";
    assert_int_equal(pipe(ends), 0);
    assert_ok(log_lane_open(ends[1], &lane));
    log_lane_write(lane, "one\n", 4);
    log_lane_write(lane, "two\n", 4);
    log_lane_close(lane);
    assert_int_equal(read(ends[0], said, sizeof said - 1), 8);
    assert_string_equal(said, "one\ntwo\n");
    close(ends[0]);
    close(ends[1]);
}

// Nobody reads: who logs does not wait, and the close has an end.
static void a_reader_that_is_stuck_holds_nobody_up(void **state) {
    (void)state;
    struct log_lane *lane;
    int ends[2];
    char line[1024];
    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\n';
    assert_int_equal(pipe(ends), 0);
    assert_ok(log_lane_open(ends[1], &lane));
    int64_t began = now_ns();
    for (int i = 0; i < 2 * LOG_LANE_SIZE / (int)sizeof line; i++)
        log_lane_write(lane, line, sizeof line);
    assert_true(now_ns() - began < INT64_C(5000000000));
    assert_true(log_lane_lost(lane) > LOG_LANE_SIZE / sizeof line / 2);
    began = now_ns();
    log_lane_close(lane);
    assert_true(now_ns() - began < INT64_C(10000000000));
    close(ends[0]);
    close(ends[1]);
}

static void what_was_lost_is_told(void **state) {
    (void)state;
    struct log_lane *lane;
    int ends[2];
    size_t size = 0, lines = 0;
    char line[1024], *said = calloc(1, 3 * LOG_LANE_SIZE);
    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\n';
    assert_non_null(said);
    assert_int_equal(pipe(ends), 0);
    assert_ok(log_lane_open(ends[1], &lane));
    for (int i = 0; i < 2 * LOG_LANE_SIZE / (int)sizeof line; i++)
        log_lane_write(lane, line, sizeof line);
    uint64_t lost = log_lane_lost(lane);
    while (strstr(said, "log_lost") == NULL || said[size - 1] != '\n') {
        ssize_t got = read(ends[0], said + size, 3 * LOG_LANE_SIZE - 1 - size);
        assert_true(got > 0);
        size += (size_t)got;
    }
    log_lane_close(lane);
    for (size_t i = 0; i < size; i++) lines += said[i] == '\n';
    char told[64];
    snprintf(told, sizeof told, "\"lines\":%llu}", (unsigned long long)lost);
    assert_non_null(strstr(said, told));
    assert_int_equal(lines - 1 + lost, 2 * LOG_LANE_SIZE / sizeof line);
    free(said);
    close(ends[0]);
    close(ends[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_come_out_as_they_went_in),
        cmocka_unit_test(a_reader_that_is_stuck_holds_nobody_up),
        cmocka_unit_test(what_was_lost_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
