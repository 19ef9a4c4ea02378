// SPDX-License-Identifier: Apache-2.0
// Decimals against twins that work on digit strings only, and against glibc's exact printing of doubles.
#include "harness.h"

#include <float.h>
#include <math.h>
#include <regex.h>
#include <stdbool.h>

#include "base/decimal.h"
#include "base/prng.h"

enum { DIGITS_MAX = 1600, ROUNDS = 20000 };

static const enum rounding all_modes[] = {ROUND_TO_ZERO,   ROUND_AWAY,      ROUND_FLOOR, ROUND_CEIL,
                                          ROUND_HALF_EVEN, ROUND_HALF_AWAY, ROUND_EXACT};
enum { MODES_COUNT = sizeof all_modes / sizeof all_modes[0] };

// A natural number as its decimal digits, most significant first, without leading zeros ("" is zero).
struct digits {
    char text[DIGITS_MAX];
    size_t count;
};

static void digits_push(struct digits *digits, char digit) {
    assert_true(digits->count + 1 < DIGITS_MAX);
    if (digit == '0' && digits->count == 0) return;
    digits->text[digits->count++] = digit;
    digits->text[digits->count] = '\0';
}

static void digits_increment(struct digits *digits) {
    size_t at = digits->count;
    while (at > 0 && digits->text[at - 1] == '9') digits->text[--at] = '0';
    if (at > 0) {
        digits->text[at - 1]++;
        return;
    }
    memmove(digits->text + 1, digits->text, digits->count + 1);
    digits->text[0] = '1';
    digits->count++;
}

static bool digits_exceed(const struct digits *digits, const char *limit) {
    size_t len = strlen(limit);
    if (digits->count != len) return digits->count > len;
    return strcmp(digits->text, limit) > 0;
}

// Cuts a text of digits `lost` digits from the right, rounding as schools teach it. Returns false where a digit is lost
// and mode is ROUND_EXACT.
static bool cut_digits(const char *all, size_t lost, bool negative, enum rounding mode,
                       struct digits *ret_kept) {
    size_t count = strlen(all);
    struct digits kept = {.count = 0};
    for (size_t i = 0; i + lost < count; i++) digits_push(&kept, all[i]);
    // The lost part with the zeros that it lacks in front.
    char rest[DIGITS_MAX];
    size_t zeros = lost > count ? lost - count : 0;
    assert_true(lost < DIGITS_MAX);
    memset(rest, '0', zeros);
    memcpy(rest + zeros, all + (count - (lost - zeros)), lost - zeros);
    rest[lost] = '\0';
    bool any = strspn(rest, "0") != lost;
    char half[DIGITS_MAX];
    memset(half, '0', lost);
    if (lost > 0) half[0] = '5';
    half[lost] = '\0';
    int to_half = strcmp(rest, half);
    bool odd = kept.count > 0 && (kept.text[kept.count - 1] - '0') % 2 == 1;
    bool up = false;
    if (any) {
        if (mode == ROUND_EXACT) return false;
        if (mode == ROUND_AWAY) up = true;
        if (mode == ROUND_FLOOR) up = negative;
        if (mode == ROUND_CEIL) up = !negative;
        if (mode == ROUND_HALF_AWAY) up = to_half >= 0;
        if (mode == ROUND_HALF_EVEN) up = to_half > 0 || (to_half == 0 && odd);
    }
    if (up) digits_increment(&kept);
    *ret_kept = kept;
    return true;
}

static int64_t digits_to_int64(const struct digits *digits, bool negative) {
    uint64_t value = 0;
    for (size_t i = 0; i < digits->count; i++)
        value = value * 10 + (uint64_t)(digits->text[i] - '0');
    return (int64_t)(negative ? -value : value);
}

// decimal_parse_round by strings. The caller keeps exponents within some hundreds.
static int twin_parse(const char *text, int decimals, enum rounding mode, int64_t *ret_mantissa) {
    bool negative = text[0] == '-';
    if (text[0] == '-' || text[0] == '+') text++;
    char all[DIGITS_MAX];
    size_t count = 0;
    long fraction = 0;
    bool point = false;
    for (; *text != '\0' && *text != 'e' && *text != 'E'; text++) {
        if (*text == '.') {
            point = true;
            continue;
        }
        all[count++] = *text;
        fraction += point;
    }
    long exponent = *text != '\0' ? strtol(text + 1, NULL, 10) : 0;
    if (exponent > 500) exponent = 500;
    if (exponent < -500) exponent = -500;
    long lost = fraction - exponent - decimals;
    for (; lost < 0; lost++) all[count++] = '0';
    all[count] = '\0';
    const char *limit = negative ? "9223372036854775808" : "9223372036854775807";
    struct digits kept;
    assert_true(cut_digits(all, (size_t)lost, negative, ROUND_TO_ZERO, &kept));
    if (digits_exceed(&kept, limit)) return ERR_RANGE;
    if (!cut_digits(all, (size_t)lost, negative, mode, &kept)) return ERR_INEXACT;
    if (digits_exceed(&kept, limit)) return ERR_RANGE;
    *ret_mantissa = digits_to_int64(&kept, negative);
    return 0;
}

// Parses a copy that ends where its memory ends, so that a byte read too far is seen.
static int parse_copy(const char *text, size_t len, int decimals, enum rounding mode,
                      int64_t *ret_mantissa) {
    char *copy = malloc(len > 0 ? len : 1);
    assert_non_null(copy);
    memcpy(copy, text, len);
    int rc = decimal_parse_round(copy, len, decimals, mode, ret_mantissa);
    free(copy);
    return rc;
}

static void assert_parses_as_twin(const char *text, int decimals, enum rounding mode) {
    int64_t expected = -77;
    int64_t got = -77;
    int expected_rc = twin_parse(text, decimals, mode, &expected);
    int rc = parse_copy(text, strlen(text), decimals, mode, &got);
    if (rc != expected_rc || got != expected)
        fail_msg("\"%s\" at %d decimals, mode %d: %d %lld, twin %d %lld", text, decimals, (int)mode,
                 rc, (long long)got, expected_rc, (long long)expected);
}

static void random_number_text(struct prng *prng, char *buf) {
    size_t len = 0;
    uint64_t sign = prng_below(prng, 4);
    if (sign == 0) buf[len++] = '-';
    if (sign == 1) buf[len++] = '+';
    // Digits come in streaks of one kind, so that carries, ties and zeros are frequent.
    static const char *const kinds[] = {"0123456789", "0", "9", "5", "05", "49"};
    const char *kind = kinds[prng_below(prng, 6)];
    for (uint64_t n = 1 + prng_below(prng, 24); n > 0; n--)
        buf[len++] = kind[prng_below(prng, strlen(kind))];
    if (prng_below(prng, 3) > 0) {
        buf[len++] = '.';
        kind = kinds[prng_below(prng, 6)];
        for (uint64_t n = 1 + prng_below(prng, 24); n > 0; n--)
            buf[len++] = kind[prng_below(prng, strlen(kind))];
    }
    buf[len] = '\0';
    if (prng_below(prng, 4) == 0)
        snprintf(buf + len, 16, "%c%+d", prng_below(prng, 2) ? 'e' : 'E',
                 (int)prng_below(prng, 61) - 30);
}

static void well_known_texts_parse(void **state) {
    static const struct {
        const char *text;
        int decimals;
        int rc;
        int64_t mantissa;
    } rows[] = {
        {"13753.18233851", 8, 0, 1375318233851},
        {"0", 0, 0, 0},
        {"-0", 3, 0, 0},
        {"+7", 2, 0, 700},
        {"007.50", 1, 0, 75},
        {"1.5000000000000000000000000000", 1, 0, 15},
        {"0000000000000000000000000000012", 0, 0, 12},
        {"9223372036854775807", 0, 0, INT64_MAX},
        {"-9223372036854775808", 0, 0, INT64_MIN},
        {"9223372036854775808", 0, ERR_RANGE, 0},
        {"-9223372036854775809", 0, ERR_RANGE, 0},
        {"9.223372036854775807", 18, 0, INT64_MAX},
        {"10", 18, ERR_RANGE, 0},
        {"18446744073709551617", 0, ERR_RANGE, 0},
        {"1e3", 0, 0, 1000},
        {"1.25E-2", 4, 0, 125},
        {"12500e-2", 0, 0, 125},
        {"1e-999999999999999999999", 0, ERR_INEXACT, 0},
        {"1e999999999999999999999", 0, ERR_RANGE, 0},
        {"0e999999999999999999999", 18, 0, 0},
        {"0.001", 2, ERR_INEXACT, 0},
        {"99999999999999999999.5", 0, ERR_RANGE, 0},
        {"1,5", 1, ERR_PARSE, 0},
        {"", 0, ERR_PARSE, 0},
        {"-", 0, ERR_PARSE, 0},
        {".", 0, ERR_PARSE, 0},
        {".5", 1, ERR_PARSE, 0},
        {"5.", 1, ERR_PARSE, 0},
        {" 5", 0, ERR_PARSE, 0},
        {"5 ", 0, ERR_PARSE, 0},
        {"1e", 0, ERR_PARSE, 0},
        {"1e+", 0, ERR_PARSE, 0},
        {"1e5.0", 0, ERR_PARSE, 0},
        {"1.2.3", 3, ERR_PARSE, 0},
        {"--1", 0, ERR_PARSE, 0},
        {"12a45678", 0, ERR_PARSE, 0},
        {"0x10", 0, ERR_PARSE, 0},
        {"nan", 0, ERR_PARSE, 0},
        {"inf", 0, ERR_PARSE, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t mantissa = 0;
        int rc = parse_copy(rows[i].text, strlen(rows[i].text), rows[i].decimals, ROUND_EXACT,
                            &mantissa);
        if (rc != rows[i].rc || mantissa != rows[i].mantissa)
            fail_msg("\"%s\": %d %lld", rows[i].text, rc, (long long)mantissa);
    }
}

static void a_failed_parse_leaves_the_output_untouched(void **state) {
    int64_t mantissa = 42;
    assert_int_equal(decimal_parse("x", 1, 0, &mantissa), ERR_PARSE);
    assert_int_equal(decimal_parse("1.5", 3, 0, &mantissa), ERR_INEXACT);
    assert_int_equal(decimal_parse("99999999999999999999", 20, 0, &mantissa), ERR_RANGE);
    assert_int_equal(mantissa, 42);
}

static void random_texts_parse_as_the_string_twin_says(void **state) {
    struct prng prng;
    prng_seed(&prng, 1);
    for (int i = 0; i < 4 * ROUNDS; i++) {
        char text[80];
        random_number_text(&prng, text);
        int decimals = (int)prng_below(&prng, DECIMALS_MAX + 1);
        assert_parses_as_twin(text, decimals, all_modes[prng_below(&prng, MODES_COUNT)]);
    }
}

static void texts_around_the_limits_parse_as_the_string_twin_says(void **state) {
    static const char *const wholes[] = {"9223372036854775806",  "9223372036854775807",
                                         "9223372036854775808",  "9223372036854775809",
                                         "18446744073709551615", "18446744073709551616"};
    static const char *const tails[] = {"", ".0", ".4", ".5", ".50000000000000000000001", ".9"};
    for (size_t w = 0; w < 6; w++)
        for (size_t t = 0; t < 6; t++)
            for (size_t m = 0; m < MODES_COUNT; m++)
                for (int negative = 0; negative < 2; negative++) {
                    char text[64];
                    snprintf(text, sizeof text, "%s%s%s", negative ? "-" : "", wholes[w], tails[t]);
                    assert_parses_as_twin(text, 0, all_modes[m]);
                }
}

// The grammar of the header as a POSIX regular expression.
static void random_bytes_parse_only_where_the_grammar_matches(void **state) {
    regex_t grammar;
    assert_int_equal(
        regcomp(&grammar, "^[+-]?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?$", REG_EXTENDED | REG_NOSUB),
        0);
    static const char alphabet[] = "0123456789012345678901234567890+-..eE x\xff:/";
    struct prng prng;
    prng_seed(&prng, 2);
    int matched = 0;
    for (int i = 0; i < 4 * ROUNDS; i++) {
        char text[40];
        size_t len = prng_below(&prng, i % 2 ? 8 : 30);
        for (size_t k = 0; k < len; k++) text[k] = alphabet[prng_below(&prng, sizeof alphabet - 1)];
        text[len] = '\0';
        bool matches = regexec(&grammar, text, 0, NULL, 0) == 0;
        int64_t mantissa = 0;
        int rc = parse_copy(text, len, 4, ROUND_HALF_EVEN, &mantissa);
        if ((rc == ERR_PARSE) == matches) fail_msg("\"%s\": %d", text, rc);
        if (matches && strpbrk(text, "eE") == NULL) assert_parses_as_twin(text, 4, ROUND_HALF_EVEN);
        matched += matches;
    }
    assert_true(matched > ROUNDS / 10);
    regfree(&grammar);
}

static void any_bytes_are_read_within_their_length(void **state) {
    struct prng prng;
    prng_seed(&prng, 3);
    for (int i = 0; i < ROUNDS; i++) {
        char text[32];
        size_t len = prng_below(&prng, sizeof text);
        for (size_t k = 0; k < len; k++) text[k] = (char)prng_next(&prng);
        int64_t mantissa = 0;
        int rc = parse_copy(text, len, 2, ROUND_TO_ZERO, &mantissa);
        assert_true(rc == 0 || rc == ERR_PARSE || rc == ERR_RANGE);
    }
}

static void text_decimals_counts_fraction_digits_without_trailing_zeros(void **state) {
    static const struct {
        const char *text;
        int decimals;
    } rows[] = {{"1", 0},
                {"1.50", 1},
                {"1.5e-3", 4},
                {"1500e-2", 0},
                {"1550e-2", 1},
                {"0.000", 0},
                {"0e-9", 0},
                {"-0.00000001", 8},
                {"1e400", 0},
                {"12.e", ERR_PARSE},
                {"", ERR_PARSE},
                {"1e-9999999999", 1 << 30},
                {"0.1234567890123456789012345", 25}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(decimal_text_decimals(rows[i].text, strlen(rows[i].text)),
                         rows[i].decimals);
}

static void printing_shows_every_decimal(void **state) {
    static const struct {
        int64_t mantissa;
        int decimals;
        const char *full;
        const char *brief;
    } rows[] = {
        {0, 0, "0", "0"},
        {0, 3, "0.000", "0"},
        {5, 3, "0.005", "0.005"},
        {-5, 3, "-0.005", "-0.005"},
        {-150, 2, "-1.50", "-1.5"},
        {200, 2, "2.00", "2"},
        {100, 0, "100", "100"},
        {INT64_MAX, 18, "9.223372036854775807", "9.223372036854775807"},
        {INT64_MIN, 18, "-9.223372036854775808", "-9.223372036854775808"},
        {1375318233851, 8, "13753.18233851", "13753.18233851"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char buf[DECIMAL_TEXT_SIZE];
        size_t len = decimal_print(buf, sizeof buf, rows[i].mantissa, rows[i].decimals);
        assert_string_equal(buf, rows[i].full);
        assert_int_equal(len, strlen(buf));
        len = decimal_print_short(buf, sizeof buf, rows[i].mantissa, rows[i].decimals);
        assert_string_equal(buf, rows[i].brief);
        assert_int_equal(len, strlen(buf));
    }
}

static void printing_reaches_the_ends_of_128_bits(void **state) {
    char buf[DECIMAL_TEXT_SIZE];
    int128_t most = (int128_t)(~(unsigned __int128)0 >> 1);
    decimal_print(buf, sizeof buf, most, 0);
    assert_string_equal(buf, "170141183460469231731687303715884105727");
    decimal_print(buf, sizeof buf, -most - 1, 18);
    assert_string_equal(buf, "-170141183460469231731.687303715884105728");
    decimal_print(buf, sizeof buf, (int128_t)1 << 64, 2);
    assert_string_equal(buf, "184467440737095516.16");
    decimal_print_short(buf, sizeof buf, (int128_t)decimal_pow10(18) * decimal_pow10(18), 18);
    assert_string_equal(buf, "1000000000000000000");
}

static void random_mantissas_come_back_from_their_text(void **state) {
    struct prng prng;
    prng_seed(&prng, 4);
    for (int i = 0; i < ROUNDS; i++) {
        int64_t mantissa = (int64_t)prng_next(&prng) >> prng_below(&prng, 64);
        int decimals = (int)prng_below(&prng, DECIMALS_MAX + 1);
        char full[DECIMAL_TEXT_SIZE];
        char brief[DECIMAL_TEXT_SIZE];
        size_t full_len = decimal_print(full, sizeof full, mantissa, decimals);
        size_t brief_len = decimal_print_short(brief, sizeof brief, mantissa, decimals);
        int64_t back = 0;
        assert_ok(decimal_parse(full, full_len, decimals, &back));
        assert_int_equal(back, mantissa);
        assert_ok(decimal_parse(brief, brief_len, decimals, &back));
        assert_int_equal(back, mantissa);
        // The digits alone are what printf says.
        char digits[32];
        char plain[DECIMAL_TEXT_SIZE];
        snprintf(digits, sizeof digits, "%lld", (long long)mantissa);
        decimal_print(plain, sizeof plain, mantissa, 0);
        assert_string_equal(plain, digits);
    }
}

// Java's RoundingMode table (java.math), widened by negative halves.
static void each_mode_rounds_as_the_table_says(void **state) {
    static const struct {
        int tenths;
        int by_mode[6]; // in the order of enum rounding
    } rows[] = {
        {55, {5, 6, 5, 6, 6, 6}},        {25, {2, 3, 2, 3, 2, 3}},
        {16, {1, 2, 1, 2, 2, 2}},        {11, {1, 2, 1, 2, 1, 1}},
        {10, {1, 1, 1, 1, 1, 1}},        {-10, {-1, -1, -1, -1, -1, -1}},
        {-11, {-1, -2, -2, -1, -1, -1}}, {-16, {-1, -2, -2, -1, -2, -2}},
        {-25, {-2, -3, -3, -2, -2, -3}}, {-55, {-5, -6, -6, -5, -6, -6}},
        {5, {0, 1, 0, 1, 0, 1}},         {-5, {0, -1, -1, 0, 0, -1}},
        {4, {0, 1, 0, 1, 0, 0}},         {-4, {0, -1, -1, 0, 0, 0}},
        {6, {0, 1, 0, 1, 1, 1}},         {-6, {0, -1, -1, 0, -1, -1}},
        {0, {0, 0, 0, 0, 0, 0}},
    };
    static const struct notional_scale scale = {.multiplier = 1, .price_decimals = 1};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (int mode = ROUND_TO_ZERO; mode <= ROUND_HALF_AWAY; mode++) {
            int expected = rows[i].by_mode[mode];
            int tenths = rows[i].tenths;
            char text[16];
            int len = snprintf(text, sizeof text, "%de-1", tenths);
            int64_t m64 = 0;
            assert_ok(decimal_parse_round(text, (size_t)len, 0, mode, &m64));
            assert_int_equal(m64, expected);
            assert_int_equal((int)decimal_div_round(tenths, 10, mode), expected);
            assert_int_equal((int)decimal_div_round(-tenths, -10, mode), expected);
            int128_t m128 = 0;
            assert_ok(decimal_rescale(tenths, 1, 0, mode, &m128));
            assert_int_equal((int)m128, expected);
            money_t money = {0};
            assert_ok(decimal_notional(PRICE(tenths), QTY(1), &scale, mode, &money));
            assert_int_equal((int)money.m, expected);
            // Halves and quarters are exact in binary, other tenths are not: those double only their side of a half.
            assert_ok(decimal_from_double(tenths / 10.0, 0, mode, &m64));
            assert_int_equal(m64, expected);
        }
    }
}

static int128_t random_128(struct prng *prng) {
    unsigned __int128 bits = (unsigned __int128)prng_next(prng) << 64 | prng_next(prng);
    return (int128_t)bits >> prng_below(prng, 128);
}

// The digits of |value| by repeated division, the naive way.
static size_t magnitude_text(char *buf, int128_t value) {
    char backward[48];
    size_t count = 0;
    unsigned __int128 rest = value < 0 ? -(unsigned __int128)value : (unsigned __int128)value;
    for (; rest != 0; rest /= 10) backward[count++] = (char)('0' + (int)(rest % 10));
    for (size_t i = 0; i < count; i++) buf[i] = backward[count - 1 - i];
    buf[count] = '\0';
    return count;
}

static const char *limit_128(bool negative) {
    return negative ? "170141183460469231731687303715884105728"
                    : "170141183460469231731687303715884105727";
}

static void quotients_are_the_neighbours_that_the_mode_asks_for(void **state) {
    struct prng prng;
    prng_seed(&prng, 5);
    for (int i = 0; i < ROUNDS; i++) {
        // Small operands make ties frequent, wide ones reach the 128-bit path; the products below stay in range.
        int128_t a = random_128(&prng) >> 2;
        int128_t b = i % 2 ? (int128_t)prng_below(&prng, 20) - 10 : random_128(&prng) >> 2;
        if (b == 0) continue;
        int128_t floor = a / b - (a % b != 0 && (a < 0) != (b < 0));
        bool whole = floor * b == a;
        // Twice the distance above the floor, against |b|.
        int128_t above = a - floor * b;
        if (above < 0) above = -above;
        int128_t width = b < 0 ? -b : b;
        bool negative = (a < 0) != (b < 0);
        bool tie = !whole && 2 * above == width;
        int128_t nearest = 2 * above < width ? floor : floor + 1;
        int128_t expected[6] = {negative ? floor + 1 : floor,
                                negative ? floor : floor + 1,
                                floor,
                                floor + 1,
                                nearest,
                                nearest};
        if (tie) {
            expected[ROUND_HALF_EVEN] = floor % 2 == 0 ? floor : floor + 1;
            expected[ROUND_HALF_AWAY] = negative ? floor : floor + 1;
        }
        for (int mode = 0; mode < 6; mode++)
            assert_true(decimal_div_round(a, b, mode) == (whole ? floor : expected[mode]));
    }
}

static void quotients_reach_the_ends_of_128_bits(void **state) {
    int128_t most = (int128_t)(~(unsigned __int128)0 >> 1);
    int128_t least = -most - 1;
    assert_true(decimal_div_round(least, 1, ROUND_FLOOR) == least);
    assert_true(decimal_div_round(most, -1, ROUND_FLOOR) == -most);
    assert_true(decimal_div_round(least, least, ROUND_FLOOR) == 1);
    assert_true(decimal_div_round(most, least, ROUND_HALF_EVEN) == -1);
    assert_true(decimal_div_round(1, least, ROUND_FLOOR) == -1);
    assert_true(decimal_div_round(1, least, ROUND_TO_ZERO) == 0);
    assert_true(decimal_div_round((int128_t)1 << 126, least, ROUND_HALF_EVEN) == 0);
    assert_true(decimal_div_round((int128_t)1 << 126, least, ROUND_HALF_AWAY) == -1);
}

static void rescaled_mantissas_are_those_of_the_string_twin(void **state) {
    struct prng prng;
    prng_seed(&prng, 6);
    int seen[3] = {0};
    for (int i = 0; i < ROUNDS; i++) {
        int128_t mantissa = random_128(&prng);
        // Every third is a tie or next to one.
        if (i % 3 == 0)
            mantissa = (int128_t)(5 * decimal_pow10((int)prng_below(&prng, 18))) + (i % 9) / 3 - 1;
        bool negative = mantissa < 0;
        int from = (int)prng_below(&prng, 3 * DECIMALS_MAX + 1);
        int to = (int)prng_below(&prng, 3 * DECIMALS_MAX + 1);
        enum rounding mode = all_modes[prng_below(&prng, MODES_COUNT)];
        char all[128];
        size_t count = magnitude_text(all, mantissa);
        for (int k = from; k < to; k++) all[count++] = '0';
        all[count] = '\0';
        struct digits kept;
        int expected_rc = 0;
        if (!cut_digits(all, from > to ? (size_t)(from - to) : 0, negative, mode, &kept))
            expected_rc = ERR_INEXACT;
        else if (digits_exceed(&kept, limit_128(negative)))
            expected_rc = ERR_RANGE;
        int128_t got = 12345;
        int rc = decimal_rescale(mantissa, from, to, mode, &got);
        assert_int_equal(rc, expected_rc);
        seen[rc == 0 ? 0 : rc == ERR_RANGE ? 1 : 2]++;
        if (rc < 0) {
            assert_true(got == 12345);
            continue;
        }
        char text[64];
        magnitude_text(text, got);
        assert_string_equal(text, kept.count > 0 ? kept.text : "");
        assert_true(got == 0 || (got < 0) == negative);
    }
    for (int i = 0; i < 3; i++) assert_true(seen[i] > 100);
}

// Long multiplication as on paper.
static void multiply_text(const char *a, const char *b, char *ret_product) {
    int cells[160] = {0};
    size_t a_len = strlen(a);
    size_t b_len = strlen(b);
    for (size_t i = 0; i < a_len; i++)
        for (size_t j = 0; j < b_len; j++) cells[i + j + 1] += (a[i] - '0') * (b[j] - '0');
    size_t len = a_len + b_len;
    for (size_t i = len; i-- > 1;) {
        cells[i - 1] += cells[i] / 10;
        cells[i] %= 10;
    }
    for (size_t i = 0; i < len; i++) ret_product[i] = (char)('0' + cells[i]);
    ret_product[len] = '\0';
}

static void notionals_are_those_of_long_multiplication(void **state) {
    struct prng prng;
    prng_seed(&prng, 7);
    int seen[3] = {0};
    for (int i = 0; i < ROUNDS; i++) {
        int64_t price = (int64_t)prng_next(&prng) >> prng_below(&prng, 64);
        int64_t qty = (int64_t)prng_next(&prng) >> prng_below(&prng, 64);
        int64_t multiplier = i % 2 ? 1 : (int64_t)prng_next(&prng) >> prng_below(&prng, 64);
        struct notional_scale scale = {.multiplier = multiplier,
                                       .price_decimals = (int32_t)prng_below(&prng, 19),
                                       .qty_decimals = (int32_t)prng_below(&prng, 19),
                                       .multiplier_decimals = (int32_t)prng_below(&prng, 19),
                                       .money_decimals = (int32_t)prng_below(&prng, 19)};
        enum rounding mode = all_modes[prng_below(&prng, MODES_COUNT)];
        char factors[3][48];
        char partial[128];
        char product[192];
        magnitude_text(factors[0], price);
        magnitude_text(factors[1], qty);
        magnitude_text(factors[2], multiplier);
        multiply_text(factors[0], factors[1], partial);
        multiply_text(partial, factors[2], product);
        bool negative = (price < 0) ^ (qty < 0) ^ (multiplier < 0);
        struct digits whole;
        assert_true(cut_digits(product, 0, false, ROUND_TO_ZERO, &whole));
        int lost = scale.price_decimals + scale.qty_decimals + scale.multiplier_decimals -
                   scale.money_decimals;
        char all[DIGITS_MAX + 32];
        size_t count = (size_t)snprintf(all, sizeof all, "%s", whole.text);
        if (whole.count == 0) count = 0;
        for (int k = lost; k < 0; k++) all[count++] = '0';
        all[count] = '\0';
        struct digits kept = {.count = 0};
        int expected_rc = 0;
        if (digits_exceed(&whole, "340282366920938463463374607431768211455"))
            expected_rc = ERR_RANGE;
        else if (!cut_digits(all, lost > 0 ? (size_t)lost : 0, negative, mode, &kept))
            expected_rc = ERR_INEXACT;
        else if (digits_exceed(&kept, limit_128(negative)))
            expected_rc = ERR_RANGE;
        money_t money = MONEY(12345);
        int rc = decimal_notional(PRICE(price), QTY(qty), &scale, mode, &money);
        assert_int_equal(rc, expected_rc);
        seen[rc == 0 ? 0 : rc == ERR_RANGE ? 1 : 2]++;
        if (rc < 0) {
            assert_true(money.m == 12345);
            continue;
        }
        char text[64];
        magnitude_text(text, money.m);
        assert_string_equal(text, kept.count > 0 ? kept.text : "");
        assert_true(money.m == 0 || (money.m < 0) == negative);
    }
    for (int i = 0; i < 3; i++) assert_true(seen[i] > 100);
}

static void a_notional_of_a_trade_is_what_paper_says(void **state) {
    // 27123.45 * 0.12345678 = 3348.573799... by bc.
    struct notional_scale scale = {
        .multiplier = 1, .price_decimals = 2, .qty_decimals = 8, .money_decimals = 8};
    money_t money = {0};
    assert_ok(decimal_notional(PRICE(2712345), QTY(12345678), &scale, ROUND_HALF_EVEN, &money));
    char text[DECIMAL_TEXT_SIZE];
    decimal_print(text, sizeof text, money.m, 8);
    assert_string_equal(text, "3348.57379949");
    // One E-mini S&P 500 contract, 50 dollars a point: 3 * 4512.25 * 50 = 676,837.50.
    scale = (struct notional_scale){.multiplier = 50, .price_decimals = 2, .money_decimals = 2};
    assert_ok(decimal_notional(PRICE(451225), QTY(3), &scale, ROUND_EXACT, &money));
    assert_true(money.m == 67683750);
}

// The exact fractions, rounded half to even, by Python's fractions.Fraction.
static void inverse_notionals_are_those_of_fractions(void **state) {
    static const struct {
        struct notional_scale scale;
        int64_t price, qty;
        const char *value;
    } rows[] = {
        {{100, 1, 0, 0, 8, 1, 0}, 993909, 75944, "-7640940971"},
        {{100, 1, 0, 0, 8, 1, 0}, 392655487, 953883, "-242931280"},
        {{100, 1, 0, 0, 8, 1, 0}, 9, -2984236, "33158177777777778"},
        {{10, 3, 0, 0, 8, 1, 0}, 97402359, -9008291, "92485347300"},
        {{10, 3, 0, 0, 8, 1, 0}, 7, 302677, "-43239571428571429"},
        {{1, 2, 0, 0, 8, 1, 0}, 2, 649068, "-3245340000000000"},
        {{25, 3, 2, 1, 2, 1, 0}, 730573910, -4729486, "16"},
        {{25, 3, 2, 1, 2, 1, 0}, 614007, -371344, "1512"},
        {{25, 3, 2, 1, 2, 1, 0}, 193023079, 75831, "-1"},
        {{1, 0, 0, 0, 0, 1, 0}, 123801, 792919, "-6"},
        {{1, 0, 0, 0, 1, 1, 0}, 599229279, -286712, "0"},
        {{123456789, 5, 6, 4, 18, 1, 0}, 620565037, -61802235, "122950940372159816023"},
        {{123456789, 5, 6, 4, 18, 1, 0}, 930130, 986331, "-1309163860440572823154"},
        {{1, 8, 0, 0, 4, 1, 0}, 421155, 858077, "-2037437523002"},
        // Halves: 5 / 2, 7 / 2, 0.25 of tenths.
        {{1, 0, 0, 0, 0, 1, 0}, 2, 5, "-2"},
        {{1, 0, 0, 0, 0, 1, 0}, 2, -7, "4"},
        {{1, 0, 0, 0, 1, 1, 0}, 4, 1, "-2"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[64];
        money_t money;
        assert_ok(decimal_notional(PRICE(rows[i].price), QTY(rows[i].qty), &rows[i].scale,
                                   ROUND_HALF_EVEN, &money));
        decimal_print(text, sizeof text, money.m, 0);
        assert_string_equal(text, rows[i].value);
    }
}

static void an_inverse_notional_has_a_price_and_its_limits(void **state) {
    struct notional_scale scale = {.multiplier = 100, .money_decimals = 8, .inverse = 1};
    money_t money = MONEY(5);
    assert_int_equal(decimal_notional(PRICE(0), QTY(1), &scale, ROUND_HALF_EVEN, &money),
                     ERR_RANGE);
    assert_int_equal(decimal_notional(PRICE(-1), QTY(1), &scale, ROUND_HALF_EVEN, &money),
                     ERR_RANGE);
    assert_int_equal(decimal_notional(PRICE(3), QTY(1), &scale, ROUND_EXACT, &money), ERR_INEXACT);
    scale.multiplier = INT64_MAX;
    assert_int_equal(decimal_notional(PRICE(1), QTY(INT64_MAX), &scale, ROUND_HALF_EVEN, &money),
                     ERR_RANGE);
    assert_true(money.m == 5);
}

static void doubles_become_mantissas_as_their_exact_expansion_does(void **state) {
    struct prng prng;
    prng_seed(&prng, 8);
    int in_range = 0;
    for (int i = 0; i < ROUNDS / 4; i++) {
        uint64_t bits = prng_next(&prng);
        double x;
        memcpy(&x, &bits, sizeof x);
        if (i % 2) x = ldexp((double)(int64_t)bits, (int)prng_below(&prng, 90) - 80);
        // Exact halves at some decimals.
        if (i % 5 == 0) x = ldexp((double)((int64_t)bits >> 40), -(int)prng_below(&prng, 8));
        if (!isfinite(x)) continue;
        int decimals = (int)prng_below(&prng, DECIMALS_MAX + 1);
        enum rounding mode = all_modes[prng_below(&prng, MODES_COUNT)];
        char text[DIGITS_MAX];
        int len = snprintf(text, sizeof text, "%.1080f", x);
        assert_true(len > 0 && (size_t)len < sizeof text);
        int64_t expected = 77;
        int64_t got = 77;
        int expected_rc = twin_parse(text, decimals, mode, &expected);
        int rc = decimal_from_double(x, decimals, mode, &got);
        if (rc != expected_rc || got != expected)
            fail_msg("%a at %d, mode %d", x, decimals, (int)mode);
        in_range += rc == 0;
    }
    assert_true(in_range > 500);
}

static void doubles_at_the_limits_fit_or_are_refused(void **state) {
    int64_t got = 77;
    assert_ok(decimal_from_double(-0x1p63, 0, ROUND_EXACT, &got));
    assert_true(got == INT64_MIN);
    assert_ok(decimal_from_double(nextafter(0x1p63, 0), 0, ROUND_EXACT, &got));
    assert_true(got == INT64_C(9223372036854774784));
    assert_ok(decimal_from_double(DBL_TRUE_MIN, 18, ROUND_CEIL, &got));
    assert_int_equal(got, 1);
    assert_ok(decimal_from_double(-DBL_TRUE_MIN, 18, ROUND_HALF_AWAY, &got));
    assert_int_equal(got, 0);
    assert_ok(decimal_from_double(-0.0, 5, ROUND_AWAY, &got));
    assert_int_equal(got, 0);
    assert_ok(decimal_from_double(0.29, 2, ROUND_FLOOR, &got));
    assert_int_equal(got, 28);
    assert_ok(decimal_from_double(0.29, 2, ROUND_HALF_EVEN, &got));
    assert_int_equal(got, 29);
    got = 77;
    assert_int_equal(decimal_from_double(0x1p63, 0, ROUND_TO_ZERO, &got), ERR_RANGE);
    assert_int_equal(decimal_from_double(nextafter(-0x1p63, -INFINITY), 0, ROUND_TO_ZERO, &got),
                     ERR_RANGE);
    assert_int_equal(decimal_from_double(DBL_MAX, 18, ROUND_TO_ZERO, &got), ERR_RANGE);
    assert_int_equal(decimal_from_double(NAN, 0, ROUND_TO_ZERO, &got), ERR_RANGE);
    assert_int_equal(decimal_from_double(-INFINITY, 0, ROUND_TO_ZERO, &got), ERR_RANGE);
    assert_int_equal(decimal_from_double(0.1, 1, ROUND_EXACT, &got), ERR_INEXACT);
    assert_int_equal(got, 77);
}

static void mantissas_become_the_nearest_double(void **state) {
    struct prng prng;
    prng_seed(&prng, 9);
    for (int i = 0; i < ROUNDS; i++) {
        int64_t mantissa = ((int64_t)prng_next(&prng) >> 11) >> prng_below(&prng, 53);
        int decimals = (int)prng_below(&prng, DECIMALS_MAX + 1);
        char text[DECIMAL_TEXT_SIZE];
        decimal_print(text, sizeof text, mantissa, decimals);
        double expected = strtod(text, NULL);
        assert_true(decimal_to_double(mantissa, decimals) == expected);
        assert_true(money_to_double(MONEY(mantissa), decimals) == expected);
    }
}

static void narrowing_refuses_what_does_not_fit(void **state) {
    int64_t got = 5;
    assert_int_equal(decimal_narrow((int128_t)INT64_MAX + 1, &got), ERR_RANGE);
    assert_int_equal(decimal_narrow((int128_t)INT64_MIN - 1, &got), ERR_RANGE);
    assert_int_equal(got, 5);
    assert_ok(decimal_narrow(INT64_MAX, &got));
    assert_true(got == INT64_MAX);
    assert_ok(decimal_narrow(INT64_MIN, &got));
    assert_true(got == INT64_MIN);
}

static void money_adds_and_subtracts(void **state) {
    assert_true(money_add(MONEY(5), MONEY(-7)).m == -2);
    assert_true(money_sub(MONEY(5), MONEY(-7)).m == 12);
    assert_true(money_neg(MONEY(5)).m == -5);
    int64_t power = 1;
    for (int n = 0; n <= DECIMALS_MAX; n++, power *= n <= DECIMALS_MAX ? 10 : 1)
        assert_true(decimal_pow10(n) == power);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(well_known_texts_parse),
        cmocka_unit_test(a_failed_parse_leaves_the_output_untouched),
        cmocka_unit_test(random_texts_parse_as_the_string_twin_says),
        cmocka_unit_test(texts_around_the_limits_parse_as_the_string_twin_says),
        cmocka_unit_test(random_bytes_parse_only_where_the_grammar_matches),
        cmocka_unit_test(any_bytes_are_read_within_their_length),
        cmocka_unit_test(text_decimals_counts_fraction_digits_without_trailing_zeros),
        cmocka_unit_test(printing_shows_every_decimal),
        cmocka_unit_test(printing_reaches_the_ends_of_128_bits),
        cmocka_unit_test(random_mantissas_come_back_from_their_text),
        cmocka_unit_test(each_mode_rounds_as_the_table_says),
        cmocka_unit_test(quotients_are_the_neighbours_that_the_mode_asks_for),
        cmocka_unit_test(quotients_reach_the_ends_of_128_bits),
        cmocka_unit_test(rescaled_mantissas_are_those_of_the_string_twin),
        cmocka_unit_test(notionals_are_those_of_long_multiplication),
        cmocka_unit_test(a_notional_of_a_trade_is_what_paper_says),
        cmocka_unit_test(inverse_notionals_are_those_of_fractions),
        cmocka_unit_test(an_inverse_notional_has_a_price_and_its_limits),
        cmocka_unit_test(doubles_become_mantissas_as_their_exact_expansion_does),
        cmocka_unit_test(doubles_at_the_limits_fit_or_are_refused),
        cmocka_unit_test(mantissas_become_the_nearest_double),
        cmocka_unit_test(narrowing_refuses_what_does_not_fit),
        cmocka_unit_test(money_adds_and_subtracts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
