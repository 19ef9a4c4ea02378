// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "edge/auth/codec.h"
#include "edge/auth/secret.h"

#define ERR_STATE openssl_error_state
#include <openssl/evp.h>
#include <openssl/hmac.h>
#undef ERR_STATE

static void the_mac_is_that_of_the_library_for_every_length(void **state) {
    (void)state;
    struct secret_key key;
    uint8_t data[5000], ours[HMAC_SIZE], theirs[EVP_MAX_MD_SIZE];
    unsigned len;
    secret_random(&key, sizeof key);
    secret_random(data, sizeof data);
    for (size_t size = 0; size <= sizeof data; size += size < 200 ? 1 : 400) {
        size_t half = size / 3;
        HMAC(EVP_sha256(), key.bytes, SECRET_SIZE, data, size, theirs, &len);
        hmac_sha256(&key, data, size, NULL, 0, ours);
        assert_memory_equal(ours, theirs, HMAC_SIZE);
        hmac_sha256(&key, data, half, data + half, size - half, ours);
        assert_memory_equal(ours, theirs, HMAC_SIZE);
    }
    struct secret_key one = secret_derive(&key, "one"), two = secret_derive(&key, "two");
    assert_memory_not_equal(&one, &two, sizeof one);
}

static void siphash_has_its_authors_vectors(void **state) {
    (void)state;
    // Key 00..0f, input 00..0e (the paper's appendix A), and the empty input of the reference code's table.
    struct siphash_key key;
    uint8_t bytes[16];
    for (uint8_t i = 0; i < 16; i++) bytes[i] = i;
    memcpy(&key, bytes, sizeof key);
    assert_int_equal(siphash(&key, bytes, 15), UINT64_C(0xa129ca6149be45e5));
    assert_int_equal(siphash(&key, bytes, 0), UINT64_C(0x726fdb47dd0e0e31));
    assert_int_equal(siphash(&key, bytes, 8), UINT64_C(0x93f5f5799a932462));
}

static void what_is_sealed_opens_only_as_it_was_and_where_it_belongs(void **state) {
    (void)state;
    struct secret_key key, other;
    char data[20] = "nineteen characters", back[20];
    uint8_t sealed[sizeof data + SEAL_EXTRA], again[sizeof sealed];
    secret_random(&key, sizeof key);
    secret_random(&other, sizeof other);
    secret_seal(&key, "user:7", data, sizeof data, sealed);
    secret_seal(&key, "user:7", data, sizeof data, again);
    assert_memory_not_equal(sealed, again, sizeof sealed); // another nonce
    assert_ok(secret_open(&key, "user:7", sealed, sizeof sealed, back));
    assert_memory_equal(back, data, sizeof data);
    assert_int_equal(secret_open(&key, "user:8", sealed, sizeof sealed, back), ERR_CORRUPT);
    assert_int_equal(secret_open(&other, "user:7", sealed, sizeof sealed, back), ERR_CORRUPT);
    for (size_t bit = 0; bit < 8 * sizeof sealed; bit++) {
        sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(secret_open(&key, "user:7", sealed, sizeof sealed, back), ERR_CORRUPT);
        sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t size = 0; size < sizeof sealed; size++)
        assert_int_equal(secret_open(&key, "user:7", sealed, size, back), ERR_CORRUPT);
}

static void ids_are_short_words_that_differ(void **state) {
    (void)state;
    char one[SECRET_ID_SIZE], two[SECRET_ID_SIZE];
    secret_id(one);
    secret_id(two);
    assert_string_not_equal(one, two);
    assert_true(secret_is_id(one, strlen(one)) && secret_is_id(two, strlen(two)));
    assert_false(secret_is_id(one, strlen(one) - 1));
    one[3] = 'A';
    assert_false(secret_is_id(one, strlen(one)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_mac_is_that_of_the_library_for_every_length),
        cmocka_unit_test(siphash_has_its_authors_vectors),
        cmocka_unit_test(what_is_sealed_opens_only_as_it_was_and_where_it_belongs),
        cmocka_unit_test(ids_are_short_words_that_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
