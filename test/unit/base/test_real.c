// SPDX-License-Identifier: Apache-2.0
#include "base/real.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "harness.h"

enum { CASES = 300000 };

// The definition, by the C library.
static void expect(double value) {
    char buf[REAL_TEXT_SIZE], wanted[REAL_TEXT_SIZE];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(wanted, sizeof wanted, "%.*g", digits, value);
        if (strtod(wanted, NULL) == value) break;
    }
    size_t len = real_print(buf, value);
    if (strcmp(buf, wanted) != 0 || len != strlen(buf))
        fail_msg("%a: %s, expected %s", value, buf, wanted);
}

static uint64_t next(void) { // xorshift64*, Vigna (2016)
    static uint64_t state = 88172645463325252;
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * UINT64_C(2685821657736338717);
}

static void numbers_of_every_size_print_as_the_library_does(void **state) {
    for (int i = 0; i < CASES; i++) {
        uint64_t bits = next();
        double value;
        memcpy(&value, &bits, sizeof value);
        if (isfinite(value)) expect(value);
        expect((double)(int64_t)bits / 0x1p63);
        expect(ldexp((double)(bits >> 11), -(int)(bits % 90)));
    }
}

static void decimals_and_their_neighbours_print_as_the_library_does(void **state) {
    for (int i = 0; i < CASES; i++) {
        uint64_t bits = next();
        double value = (double)(bits >> 40) / pow(10, (double)(bits % 14));
        expect(value);
        expect(nextafter(value, INFINITY));
        expect(-nextafter(value, 0));
    }
}

static void edges_print_as_the_library_does(void **state) {
    static const double edges[] = {0,
                                   -0.0,
                                   1,
                                   -1,
                                   0.1,
                                   0.3,
                                   0.1 + 0.2,
                                   100,
                                   1e15,
                                   1e16,
                                   1e17,
                                   123456789012345680,
                                   9007199254740992,
                                   9007199254740991,
                                   9007199254740993,
                                   0.5,
                                   2.5,
                                   999999999999999.9,
                                   99999999999999.99,
                                   9.999999999999999,
                                   1e-4,
                                   9.9999e-5,
                                   1e-5,
                                   1e-11,
                                   9.9e-12,
                                   1.0000000000000002,
                                   5e-324,
                                   1.7976931348623157e308,
                                   1234567890123456.7,
                                   0.001234567890123456};
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        expect(edges[i]);
        expect(-edges[i]);
        expect(nextafter(edges[i], INFINITY));
        expect(nextafter(edges[i], -INFINITY));
    }
    for (int power = -12; power <= 18; power++) {
        expect(pow(10, power));
        expect(nextafter(pow(10, power), 0));
        expect(nextafter(pow(10, power), INFINITY));
    }
    for (int power = -60; power <= 60; power++) {
        expect(ldexp(1, power));
        expect(nextafter(ldexp(1, power), 0));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_every_size_print_as_the_library_does),
        cmocka_unit_test(decimals_and_their_neighbours_print_as_the_library_does),
        cmocka_unit_test(edges_print_as_the_library_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
