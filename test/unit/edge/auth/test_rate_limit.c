// SPDX-License-Identifier: Apache-2.0
// Against an exact log of times: never more than limit + burst in any window, and as many as there should be.
#include "harness.h"

#include "base/prng.h"
#include "base/timestamp.h"
#include "edge/auth/rate_limit.h"

enum { ARRIVALS = 1000000, LOG_MAX = 4096 };

// The times that passed, for one key.
struct log {
    int64_t times[LOG_MAX];
    uint64_t begin, end;
};

static uint64_t log_count(struct log *log, int64_t after_ns) {
    while (log->begin < log->end && log->times[log->begin % LOG_MAX] <= after_ns) log->begin++;
    return log->end - log->begin;
}

static void log_add(struct log *log, int64_t now_ns) {
    assert_true(log->end - log->begin < LOG_MAX);
    log->times[log->end++ % LOG_MAX] = now_ns;
}

// What the header promises, kept exactly: a log of times, and a burst that flows back.
struct twin {
    struct log log;
    double drawn;
    int64_t last_ns;
};

static bool twin_take(struct twin *twin, const struct rate_rule *rule, int64_t now_ns) {
    uint64_t within = log_count(&twin->log, now_ns - rule->window_ns);
    double back = (double)(now_ns - twin->last_ns) / (10.0 * (double)rule->window_ns) * rule->burst;
    twin->drawn = twin->drawn > back ? twin->drawn - back : 0;
    twin->last_ns = now_ns;
    bool plain = within < rule->limit, burst = !plain && twin->drawn + 1 <= rule->burst;
    if (within >= rule->limit + rule->burst || (!plain && !burst)) return false;
    if (burst) twin->drawn += 1;
    log_add(&twin->log, now_ns);
    return true;
}

// A gap between arrivals: a crowd, a trickle, or nobody for a while.
static int64_t gap(struct prng *prng, int64_t mean_ns) {
    uint64_t kind = prng_below(prng, 1000);
    if (kind == 0) return (int64_t)prng_below(prng, 50 * (uint64_t)mean_ns * 20);
    if (kind < 200) return (int64_t)prng_below(prng, 1000);
    return (int64_t)prng_below(prng, 2 * (uint64_t)mean_ns);
}

static void play(const struct rate_rule *rule, uint64_t seed, int64_t mean_ns, double error_max) {
    struct rate_limiter *limiter;
    struct prng prng;
    static struct twin twin;
    static struct log passed;
    memset(&twin, 0, sizeof twin);
    memset(&passed, 0, sizeof passed);
    prng_seed(&prng, seed);
    assert_ok(rate_limiter_open(64, &limiter));
    int64_t now = 1700000000 * NS_PER_S;
    uint64_t ours = 0, theirs = 0;
    for (int i = 0; i < ARRIVALS / 5; i++) {
        now += gap(&prng, mean_ns);
        struct rate_result result = rate_take(limiter, rule, "k", 1, now);
        theirs += twin_take(&twin, rule, now);
        if (result.allowed) {
            log_add(&passed, now);
            ours++;
            assert_int_equal(result.retry_ns, 0);
        } else {
            assert_true(result.retry_ns > 0 &&
                        result.retry_ns <= rule->window_ns + rule->window_ns / 20);
            assert_int_equal(result.remaining, 0);
        }
        // Every window that ends now; each one ends with some arrival or holds fewer.
        assert_true(log_count(&passed, now - rule->window_ns) <= rule->limit + rule->burst);
    }
    double error = ((double)ours - (double)theirs) / (double)theirs;
    print_message("%s: %lu passed, %lu should, %+.3f %%\n", rule->name, (unsigned long)ours,
                  (unsigned long)theirs, 100 * error);
    assert_true(error < error_max && error > -error_max);
    rate_limiter_close(limiter);
}

static void no_window_holds_more_and_the_total_is_right(void **state) {
    (void)state;
    static const struct rate_rule rules[] = {
        {"trading", "", RATE_BY_USER, 100, 20, NS_PER_MIN},
        {"read", "", RATE_BY_USER, 1200, 250, NS_PER_MIN},
        {"fast", "", RATE_BY_USER, 50, 10, NS_PER_S},
        {"hourly", "", RATE_BY_USER, 60, 10, NS_PER_HOUR},
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        play(&rules[i], i + 1, rules[i].window_ns / rules[i].limit * 3 / 5, 0.01);
    // Without a burst a request may wait a 21st of a window longer; far below the limit there is nothing to count.
    static const struct rate_rule strict = {"login", "", RATE_BY_CALLER, 5, 0, NS_PER_MIN};
    play(&strict, 9, strict.window_ns / 4, 0.06);
}

static void no_burst_stands_on_both_sides_of_a_boundary(void **state) {
    (void)state;
    static const struct rate_rule rule = {"login", "", RATE_BY_CALLER, 5, 0, NS_PER_MIN};
    for (int64_t offset = 0; offset < NS_PER_MIN; offset += 777777777) {
        struct rate_limiter *limiter;
        assert_ok(rate_limiter_open(8, &limiter));
        int64_t start = 1700000000 * NS_PER_S + offset;
        int passed = 0;
        for (int i = 0; i < 10; i++) passed += rate_take(limiter, &rule, "k", 1, start).allowed;
        for (int i = 0; i < 10; i++)
            passed += rate_take(limiter, &rule, "k", 1, start + NS_PER_MIN - 1).allowed;
        assert_int_equal(passed, 5);
        struct rate_result after = rate_take(limiter, &rule, "k", 1, start + NS_PER_MIN - 1);
        assert_true(after.retry_ns > 0 && after.retry_ns <= 1 + NS_PER_MIN / 20);
        assert_true(
            rate_take(limiter, &rule, "k", 1, start + NS_PER_MIN - 1 + after.retry_ns).allowed);
        rate_limiter_close(limiter);
    }
}

static void a_client_is_told_what_is_left(void **state) {
    (void)state;
    static const struct rate_rule rule = {"trading", "", RATE_BY_USER, 10, 4, NS_PER_MIN};
    struct rate_limiter *limiter;
    assert_ok(rate_limiter_open(8, &limiter));
    int64_t now = 1700000000 * NS_PER_S;
    for (uint32_t i = 0; i < 14; i++) {
        struct rate_result result = rate_take(limiter, &rule, "k", 1, now);
        assert_true(result.allowed);
        assert_int_equal(result.limit, 10);
        assert_int_equal(result.remaining, 13 - i);
        assert_true(result.reset_ns > 0 && result.reset_ns <= NS_PER_MIN + NS_PER_MIN / 20);
    }
    assert_false(rate_take(limiter, &rule, "k", 1, now).allowed);
    assert_true(rate_take(limiter, &rule, "other", 5, now).allowed);
    now += NS_PER_MIN + NS_PER_MIN / 20; // the window is empty, most of the burst still drawn
    int passed = 0;
    while (rate_take(limiter, &rule, "k", 1, now).allowed) passed++;
    assert_int_equal(passed, 10);
    now += 11 * NS_PER_MIN;
    passed = 0;
    while (rate_take(limiter, &rule, "k", 1, now).allowed) passed++;
    assert_int_equal(passed, 14);
    now -= 5 * NS_PER_MIN; // a clock that goes back
    assert_false(rate_take(limiter, &rule, "k", 1, now).allowed);
    rate_limiter_close(limiter);
    rate_limiter_close(NULL);
}

static void who_reached_the_limit_stays_while_a_million_others_pass(void **state) {
    (void)state;
    static const struct rate_rule rule = {"login", "", RATE_BY_CALLER, 5, 0, NS_PER_MIN};
    struct rate_limiter *limiter;
    assert_ok(rate_limiter_open(1 << 14, &limiter));
    assert_true(rate_limiter_memory(limiter) <= ((1 << 14) + 16) * RATE_KEY_SIZE);
    int64_t now = 1700000000 * NS_PER_S;
    for (int i = 0; i < 5; i++) assert_true(rate_take(limiter, &rule, "guesser", 7, now).allowed);
    for (int i = 0; i < 1000000 / 5; i++) (void)rate_take(limiter, &rule, &i, sizeof i, now + i);
    assert_false(rate_take(limiter, &rule, "guesser", 7, now + 1000000).allowed);
    rate_limiter_close(limiter);
}

static void a_million_keys_are_counted_apart(void **state) {
    (void)state;
    enum { KEYS = 1 << 20 };
    static const struct rate_rule rule = {"read", "", RATE_BY_USER, 1, 0, NS_PER_HOUR};
    struct rate_limiter *limiter;
    int wrong = 0;
    assert_ok(rate_limiter_open(2 * KEYS, &limiter));
    assert_true(rate_limiter_memory(limiter) <= (size_t)(2 * KEYS + 16) * RATE_KEY_SIZE);
    int64_t now = 1700000000 * NS_PER_S;
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < KEYS; i += 8)
            wrong += rate_take(limiter, &rule, &i, sizeof i, now).allowed != (round == 0);
    assert_int_equal(wrong, 0);
    rate_limiter_close(limiter);
}

static void a_rule_counts_whom_it_names(void **state) {
    (void)state;
    struct rate_limiter *limiter;
    struct rate_rule rule = {"x", "", RATE_BY_USER, 1, 0, NS_PER_MIN};
    struct principal user = {.user_id = 7, .tenant_id = 8},
                     key = {.user_id = 7, .tenant_id = 8, .key_id = 7};
    struct principal mate = {.user_id = 9, .tenant_id = 8}, twin = {.user_id = 8, .tenant_id = 7};
    struct ip a, b, c;
    int64_t now = NS_PER_DAY;
    assert_ok(ip_parse("2001:db8::1", 11, &a));
    assert_ok(ip_parse("2001:db8::2", 11, &b));
    assert_ok(ip_parse("192.0.2.1", 9, &c));
    assert_ok(rate_limiter_open(64, &limiter));
    assert_true(rate_take_request(limiter, &rule, &user, &a, now).allowed);
    assert_false(rate_take_request(limiter, &rule, &user, &c, now).allowed); // from anywhere
    assert_true(
        rate_take_request(limiter, &rule, &key, &a, now).allowed); // a key counts for itself
    assert_true(rate_take_request(limiter, &rule, &mate, &a, now).allowed);
    assert_true(rate_take_request(limiter, &rule, &twin, &a, now).allowed);
    assert_true(rate_take_request(limiter, &rule, NULL, &a, now).allowed);
    assert_false(rate_take_request(limiter, &rule, NULL, &b, now).allowed); // of the same /64
    assert_true(rate_take_request(limiter, &rule, NULL, &c, now).allowed);
    rule.name = "y";
    rule.by = RATE_BY_TENANT;
    assert_true(rate_take_request(limiter, &rule, &user, &a, now).allowed);
    assert_false(rate_take_request(limiter, &rule, &mate, &a, now).allowed);
    assert_false(rate_take_request(limiter, &rule, &key, &a, now).allowed);
    assert_true(rate_take_request(limiter, &rule, &twin, &a, now).allowed);
    rate_limiter_close(limiter);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_window_holds_more_and_the_total_is_right),
        cmocka_unit_test(no_burst_stands_on_both_sides_of_a_boundary),
        cmocka_unit_test(a_client_is_told_what_is_left),
        cmocka_unit_test(who_reached_the_limit_stays_while_a_million_others_pass),
        cmocka_unit_test(a_million_keys_are_counted_apart),
        cmocka_unit_test(a_rule_counts_whom_it_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
