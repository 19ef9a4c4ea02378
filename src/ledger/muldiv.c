// SPDX-License-Identifier: Apache-2.0
#include "ledger/muldiv.h"

#include <stdbool.h>

#include "base/check.h"

typedef unsigned __int128 uint128_t;

struct product {
    uint128_t high;
    uint128_t low;
};

static uint128_t magnitude_of(int128_t value);
static struct product multiply(uint128_t a, uint128_t b);
static uint128_t divide(struct product dividend, uint128_t divisor, uint128_t *ret_rest);

int muldiv(int128_t a, int128_t b, int128_t c, int128_t *ret_quotient) {
    CHECK(c > 0);
    bool negative = (a < 0) != (b < 0);
    uint128_t divisor = (uint128_t)c;
    struct product product = multiply(magnitude_of(a), magnitude_of(b));
    if (product.high >= divisor) return ERR_RANGE;
    uint128_t rest;
    uint128_t quotient = divide(product, divisor, &rest);
    uint128_t complement = divisor - rest;
    bool up = rest > complement || (rest == complement && (quotient & 1));
    uint128_t limit = ((uint128_t)1 << 127) - 1;
    if (quotient > limit - up) return ERR_RANGE;
    quotient += up;
    *ret_quotient = negative ? -(int128_t)quotient : (int128_t)quotient;
    return 0;
}

int128_t muldiv_pow10(int n) {
    CHECK(n >= 0 && n <= 38);
    int128_t power = 1;
    for (; n > DECIMALS_MAX; n -= DECIMALS_MAX) power *= decimal_pow10(DECIMALS_MAX);
    return power * decimal_pow10(n);
}

static uint128_t magnitude_of(int128_t value) {
    return value < 0 ? -(uint128_t)value : (uint128_t)value;
}

static struct product multiply(uint128_t a, uint128_t b) {
    uint64_t a_low = (uint64_t)a;
    uint64_t a_high = (uint64_t)(a >> 64);
    uint64_t b_low = (uint64_t)b;
    uint64_t b_high = (uint64_t)(b >> 64);
    uint128_t low = (uint128_t)a_low * b_low;
    if ((a_high | b_high) == 0) return (struct product){.low = low};
    uint128_t middle = (uint128_t)a_high * b_low + (uint64_t)(low >> 64);
    uint128_t other = (uint128_t)a_low * b_high + (uint64_t)middle;
    return (struct product){
        .high = (uint128_t)a_high * b_high + (uint64_t)(middle >> 64) + (uint64_t)(other >> 64),
        .low = other << 64 | (uint64_t)low,
    };
}

// The quotient fits: dividend.high < divisor. Bit by bit where the dividend has more than 128: amounts that
// large are rare.
static uint128_t divide(struct product dividend, uint128_t divisor, uint128_t *ret_rest) {
    if (dividend.high == 0) {
        *ret_rest = dividend.low % divisor;
        return dividend.low / divisor;
    }
    uint128_t rest = dividend.high;
    uint128_t quotient = 0;
    for (int bit = 127; bit >= 0; bit--) {
        bool carry = rest >> 127;
        rest = rest << 1 | (dividend.low >> bit & 1);
        quotient <<= 1;
        if (carry || rest >= divisor) {
            rest -= divisor;
            quotient |= 1;
        }
    }
    *ret_rest = rest;
    return quotient;
}
