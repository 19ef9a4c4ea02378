// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "base/hash.h"
#include "base/prng.h"

// Pinned: state hashes of old journals are compared with those of new builds. The numbers come from the definition
// written down in Python's integers.
static void hash64_gives_its_pinned_numbers(void **state) {
    static const struct {
        uint64_t seed;
        const char *text;
        uint64_t hash;
    } rows[] = {
        {0, "", UINT64_C(0x1704a386b992962b)},
        {0, "a", UINT64_C(0xc45a24a56d20e728)},
        {1, "a", UINT64_C(0xcd4717f85da720bd)},
        {0, "12345678", UINT64_C(0x973e6c0566cba1cb)},
        {7, "The quick brown fox jumps over the lazy dog", UINT64_C(0xbe438de23928221a)},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_true(hash64(rows[i].seed, rows[i].text, strlen(rows[i].text)) == rows[i].hash);
}

static void hash64_does_not_see_alignment(void **state) {
    unsigned char bytes[128];
    struct prng prng;
    prng_seed(&prng, 1);
    for (size_t len = 0; len < 64; len++) {
        for (size_t i = 0; i < len; i++) bytes[i] = (unsigned char)prng_next(&prng);
        uint64_t expected = hash64(5, bytes, len);
        for (size_t shift = 1; shift < 16; shift++) {
            unsigned char moved[128];
            memcpy(moved + shift, bytes, len);
            assert_true(hash64(5, moved + shift, len) == expected);
        }
    }
}

static void hash64_tells_lengths_of_zeros_apart(void **state) {
    static const unsigned char zeros[64];
    uint64_t seen[65];
    for (size_t len = 0; len <= 64; len++) {
        seen[len] = hash64(0, zeros, len);
        for (size_t k = 0; k < len; k++) assert_true(seen[k] != seen[len]);
    }
}

// Each input bit, and each bit of the seed, turns each output bit over in about half of all cases.
static void hash64_spreads_every_bit(void **state) {
    enum { SIZE = 12, TRIALS = 2000 };
    static int turned[SIZE * 8 + 64][64];
    struct prng prng;
    prng_seed(&prng, 2);
    for (int t = 0; t < TRIALS; t++) {
        unsigned char bytes[SIZE];
        uint64_t seed = prng_next(&prng);
        for (size_t i = 0; i < SIZE; i++) bytes[i] = (unsigned char)prng_next(&prng);
        uint64_t hash = hash64(seed, bytes, SIZE);
        for (size_t bit = 0; bit < SIZE * 8 + 64; bit++) {
            uint64_t other_seed = seed;
            if (bit < SIZE * 8)
                bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
            else
                other_seed ^= UINT64_C(1) << (bit - SIZE * 8);
            uint64_t turn = hash ^ hash64(other_seed, bytes, SIZE);
            if (bit < SIZE * 8) bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
            for (size_t out = 0; out < 64; out++) turned[bit][out] += (int)(turn >> out & 1);
        }
    }
    // Five and a half standard errors of 2000 fair coins, over 10,240 of them.
    for (size_t bit = 0; bit < SIZE * 8 + 64; bit++)
        for (size_t out = 0; out < 64; out++) assert_in_range(turned[bit][out], 877, 1123);
}

static void crc32c_gives_the_published_checksums(void **state) {
    unsigned char bytes[32];
    assert_int_equal(crc32c(0, "123456789", 9), 0xe3069283);
    assert_int_equal(crc32c(0, "", 0), 0);
    // RFC 3720, appendix B.4.
    memset(bytes, 0, sizeof bytes);
    assert_int_equal(crc32c(0, bytes, sizeof bytes), 0x8a9136aa);
    memset(bytes, 0xff, sizeof bytes);
    assert_int_equal(crc32c(0, bytes, sizeof bytes), 0x62a8ab43);
    for (int i = 0; i < 32; i++) bytes[i] = (unsigned char)i;
    assert_int_equal(crc32c(0, bytes, sizeof bytes), 0x46dd794e);
    for (int i = 0; i < 32; i++) bytes[i] = (unsigned char)(31 - i);
    assert_int_equal(crc32c(0, bytes, sizeof bytes), 0x113fdb5c);
    static const unsigned char read_command[48] = {
        0x01, 0xc0, 0, 0,    0, 0, 0, 0,    0,    0, 0, 0, 0, 0, 0, 0, 0x14, 0, 0, 0, 0, 0, 4, 0,
        0,    0,    0, 0x14, 0, 0, 0, 0x18, 0x28, 0, 0, 0, 0, 0, 0, 0, 2,    0, 0, 0, 0, 0, 0, 0};
    assert_int_equal(crc32c(0, read_command, sizeof read_command), 0xd9963a56);
    assert_int_equal(crc32c_portable(0, read_command, sizeof read_command), 0xd9963a56);
}

// The definition: one bit a step.
static uint32_t twin_crc(uint32_t crc, const unsigned char *bytes, size_t size) {
    crc = ~crc;
    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >> 1 ^ 0x82f63b78 : crc >> 1;
    }
    return ~crc;
}

static void both_crcs_agree_with_the_bitwise_twin(void **state) {
    struct prng prng;
    prng_seed(&prng, 3);
    unsigned char *bytes = malloc(700);
    assert_non_null(bytes);
    for (size_t i = 0; i < 700; i++) bytes[i] = (unsigned char)prng_next(&prng);
    for (int i = 0; i < 3000; i++) {
        size_t at = prng_below(&prng, 700);
        size_t size = prng_below(&prng, i % 2 ? 30 : 701) % (701 - at);
        uint32_t start = (uint32_t)prng_next(&prng);
        uint32_t expected = twin_crc(start, bytes + at, size);
        assert_int_equal(crc32c(start, bytes + at, size), expected);
        assert_int_equal(crc32c_portable(start, bytes + at, size), expected);
        size_t cut = prng_below(&prng, size + 1);
        uint32_t first = crc32c(start, bytes + at, cut);
        assert_int_equal(crc32c(first, bytes + at + cut, size - cut), expected);
    }
    free(bytes);
}

static void assert_sha256(const void *data, size_t size, const char *expected) {
    uint8_t digest[SHA256_SIZE];
    char text[SHA256_TEXT_SIZE];
    sha256(data, size, digest);
    sha256_print(text, digest);
    assert_string_equal(text, expected);
}

// FIPS 180-4's examples (NIST, "Example Algorithms: SHA-256").
static void sha256_gives_the_published_digests(void **state) {
    assert_sha256("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_sha256("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
                  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    char *million = malloc(1000000);
    assert_non_null(million);
    memset(million, 'a', 1000000);
    assert_sha256(million, 1000000,
                  "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(million);
}

static void a_running_sha256_is_that_of_the_whole_and_starts_over(void **state) {
    unsigned char bytes[1000];
    struct prng prng;
    prng_seed(&prng, 4);
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (unsigned char)prng_next(&prng);
    struct sha256 *sha = sha256_new();
    assert_non_null(sha);
    for (int i = 0; i < 100; i++) {
        size_t size = prng_below(&prng, sizeof bytes + 1);
        size_t first = prng_below(&prng, size + 1);
        uint8_t whole[SHA256_SIZE];
        uint8_t parts[SHA256_SIZE];
        sha256(bytes, size, whole);
        sha256_update(sha, bytes, first);
        sha256_update(sha, bytes + first, size - first);
        sha256_final(sha, parts);
        assert_memory_equal(whole, parts, SHA256_SIZE);
    }
    sha256_free(sha);
    sha256_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash64_gives_its_pinned_numbers),
        cmocka_unit_test(hash64_does_not_see_alignment),
        cmocka_unit_test(hash64_tells_lengths_of_zeros_apart),
        cmocka_unit_test(hash64_spreads_every_bit),
        cmocka_unit_test(crc32c_gives_the_published_checksums),
        cmocka_unit_test(both_crcs_agree_with_the_bitwise_twin),
        cmocka_unit_test(sha256_gives_the_published_digests),
        cmocka_unit_test(a_running_sha256_is_that_of_the_whole_and_starts_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
