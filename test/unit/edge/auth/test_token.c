// SPDX-License-Identifier: Apache-2.0
// No token passes that is not ours, whole, of its type and of now: more than a hundred hostile ones in classes, every
// bit flipped, every end cut off.
#include "harness.h"

#define ERR_STATE openssl_error_state
#include <openssl/evp.h>
#include <openssl/hmac.h>
#undef ERR_STATE

#include "edge/auth/codec.h"
#include "edge/auth/token.h"

enum { NOW = 1800000000 };
static const char ID[] = "abcdefghijklmnopqrstuvwx2a";

static struct token_keys keys_of(uint8_t seed) {
    struct token_keys keys = {.count = 2};
    memcpy(keys.keys[0].kid, "k2", 3);
    memcpy(keys.keys[1].kid, "k1", 3);
    for (int i = 0; i < SECRET_SIZE; i++) {
        keys.keys[0].key.bytes[i] = (uint8_t)(seed + 7 * i);
        keys.keys[1].key.bytes[i] = (uint8_t)(seed + 11 * i + 1);
    }
    return keys;
}

static struct token_claims claims_of(enum token_type type) {
    struct token_claims claims = {.type = type,
                                  .user_id = 7,
                                  .tenant_id = 3,
                                  .version = 2,
                                  .role = ROLE_TRADER,
                                  .second_factor = true,
                                  .session_id = 99,
                                  .step_up_s = NOW - 10,
                                  .issued_s = NOW - 60,
                                  .expires_s = NOW + 1740};
    memcpy(claims.id, ID, sizeof ID);
    return claims;
}

static enum token_verdict judge(const char *text, size_t len) {
    struct token_keys keys = keys_of(1);
    struct token_claims claims;
    char *exact = malloc(len > 0 ? len : 1); // a byte read too many is seen
    memcpy(exact, text, len);
    enum token_verdict verdict = token_verify(&keys, exact, len, TOKEN_ACCESS, NOW, &claims);
    free(exact);
    return verdict;
}

// A second way to sign: libcrypto's own HMAC.
static size_t sign(const char *header, const char *payload, const void *key, size_t key_size,
                   char *ret_text) {
    uint8_t mac[EVP_MAX_MD_SIZE];
    unsigned mac_size = 0;
    size_t len = base64url_encode(ret_text, header, strlen(header));
    ret_text[len++] = '.';
    len += base64url_encode(ret_text + len, payload, strlen(payload));
    HMAC(EVP_sha256(), key, (int)key_size, (const uint8_t *)ret_text, len, mac, &mac_size);
    ret_text[len++] = '.';
    return len + base64url_encode(ret_text + len, mac, mac_size);
}

#define HEADER "{\"alg\":\"HS256\",\"kid\":\"k2\",\"typ\":\"JWT\"}"
#define AUD "\"aud\":\"fulmar-api\""
#define EXP "\"exp\":1800001740"
#define IAT "\"iat\":1799999940"
#define ISS "\"iss\":\"fulmar\""
#define JTI "\"jti\":\"abcdefghijklmnopqrstuvwx2a\""
#define MFA "\"mfa\":true"
#define NBF "\"nbf\":1799999940"
#define ROLE "\"role\":\"trader\""
#define SID "\"sid\":99"
#define STP "\"stp\":1799999990"
#define SUB "\"sub\":\"7\""
#define TEN "\"ten\":3"
#define TYP "\"typ\":\"access\""
#define VER "\"ver\":2"
#define BEFORE_EXP "{" AUD ","
#define AFTER_EXP                                                                                  \
    "," IAT "," ISS "," JTI "," MFA "," NBF "," ROLE "," SID "," STP "," SUB "," TEN "," TYP       \
    "," VER "}"
#define GOOD BEFORE_EXP EXP AFTER_EXP
#define WITH(exp) BEFORE_EXP exp AFTER_EXP
#define REST                                                                                       \
    ISS "," JTI "," MFA "," NBF "," ROLE "," SID "," STP "," SUB "," TEN "," TYP "," VER "}"
// All claims but the named one, which is given instead.
#define BUT_AUD(x) "{" x "," EXP "," IAT "," REST
#define BUT_IAT(x) "{" AUD "," EXP "," x "," REST
#define BUT_ISS(x)                                                                                 \
    "{" AUD "," EXP "," IAT "," x "," JTI "," MFA "," NBF "," ROLE "," SID "," STP "," SUB "," TEN \
    "," TYP "," VER "}"
#define BUT_JTI(x)                                                                                 \
    "{" AUD "," EXP "," IAT "," ISS "," x "," MFA "," NBF "," ROLE "," SID "," STP "," SUB "," TEN \
    "," TYP "," VER "}"
#define BUT_MFA(x)                                                                                 \
    "{" AUD "," EXP "," IAT "," ISS "," JTI "," x "," NBF "," ROLE "," SID "," STP "," SUB "," TEN \
    "," TYP "," VER "}"
#define BUT_NBF(x)                                                                                 \
    "{" AUD "," EXP "," IAT "," ISS "," JTI "," MFA "," x "," ROLE "," SID "," STP "," SUB "," TEN \
    "," TYP "," VER "}"
#define BUT_ROLE(x)                                                                                \
    "{" AUD "," EXP "," IAT "," ISS "," JTI "," MFA "," NBF "," x "," SID "," STP "," SUB "," TEN  \
    "," TYP "," VER "}"
#define BUT_SID(x)                                                                                 \
    "{" AUD "," EXP "," IAT "," ISS "," JTI "," MFA "," NBF "," ROLE "," x "," STP "," SUB "," TEN \
    "," TYP "," VER "}"
#define BUT_SUB(x)                                                                                 \
    "{" AUD "," EXP "," IAT "," ISS "," JTI "," MFA "," NBF "," ROLE "," SID "," STP "," x "," TEN \
    "," TYP "," VER "}"
#define BUT_TEN(x)                                                                                 \
    "{" AUD "," EXP "," IAT "," ISS "," JTI "," MFA "," NBF "," ROLE "," SID "," STP "," SUB "," x \
    "," TYP "," VER "}"
#define BUT_TYP(x)                                                                                 \
    "{" AUD "," EXP "," IAT "," ISS "," JTI "," MFA "," NBF "," ROLE "," SID "," STP "," SUB       \
    "," TEN "," x "," VER "}"
#define BUT_VER(x)                                                                                 \
    "{" AUD "," EXP "," IAT "," ISS "," JTI "," MFA "," NBF "," ROLE "," SID "," STP "," SUB       \
    "," TEN "," TYP "," x "}"

struct row {
    const char *class;
    const char *header;
    const char *payload;
    enum token_verdict verdict;
};

// All of them signed with the right key: what is wrong is what they say.
static const struct row signed_rows[] = {
    {"no algorithm", "{\"alg\":\"none\",\"kid\":\"k2\",\"typ\":\"JWT\"}", GOOD, TOKEN_UNKNOWN_KEY},
    {"no algorithm", "{\"alg\":\"None\",\"kid\":\"k2\",\"typ\":\"JWT\"}", GOOD, TOKEN_UNKNOWN_KEY},
    {"no algorithm", "{\"alg\":\"NONE\",\"kid\":\"k2\",\"typ\":\"JWT\"}", GOOD, TOKEN_UNKNOWN_KEY},
    {"no algorithm", "{\"alg\":\"nOnE\",\"kid\":\"k2\",\"typ\":\"JWT\"}", GOOD, TOKEN_UNKNOWN_KEY},
    {"no algorithm", "{\"alg\":\"\",\"kid\":\"k2\",\"typ\":\"JWT\"}", GOOD, TOKEN_UNKNOWN_KEY},
    {"no algorithm", "{\"alg\":null,\"kid\":\"k2\",\"typ\":\"JWT\"}", GOOD, TOKEN_UNKNOWN_KEY},
    {"no algorithm", "{\"kid\":\"k2\",\"typ\":\"JWT\"}", GOOD, TOKEN_UNKNOWN_KEY},
    {"another algorithm", "{\"alg\":\"HS384\",\"kid\":\"k2\",\"typ\":\"JWT\"}", GOOD,
     TOKEN_UNKNOWN_KEY},
    {"another algorithm", "{\"alg\":\"HS512\",\"kid\":\"k2\",\"typ\":\"JWT\"}", GOOD,
     TOKEN_UNKNOWN_KEY},
    {"another algorithm", "{\"alg\":\"RS256\",\"kid\":\"k2\",\"typ\":\"JWT\"}", GOOD,
     TOKEN_UNKNOWN_KEY},
    {"another algorithm", "{\"alg\":\"PS256\",\"kid\":\"k2\",\"typ\":\"JWT\"}", GOOD,
     TOKEN_UNKNOWN_KEY},
    {"another algorithm", "{\"alg\":\"ES256\",\"kid\":\"k2\",\"typ\":\"JWT\"}", GOOD,
     TOKEN_UNKNOWN_KEY},
    {"another algorithm", "{\"alg\":\"EdDSA\",\"kid\":\"k2\",\"typ\":\"JWT\"}", GOOD,
     TOKEN_UNKNOWN_KEY},
    {"another algorithm", "{\"alg\":\"hs256\",\"kid\":\"k2\",\"typ\":\"JWT\"}", GOOD,
     TOKEN_UNKNOWN_KEY},
    {"another algorithm", "{\"alg\":[\"HS256\"],\"kid\":\"k2\",\"typ\":\"JWT\"}", GOOD,
     TOKEN_UNKNOWN_KEY},
    {"another algorithm", "{\"alg\":\"dir\",\"enc\":\"A256GCM\",\"kid\":\"k2\"}", GOOD,
     TOKEN_UNKNOWN_KEY},
    {"a key in the token",
     "{\"alg\":\"HS256\",\"jwk\":{\"k\":\"AA\",\"kty\":\"oct\"},\"kid\":\"k2\",\"typ\":\"JWT\"}",
     GOOD, TOKEN_UNKNOWN_KEY},
    {"a key in the token",
     "{\"alg\":\"HS256\",\"jku\":\"https://x.test/k\",\"kid\":\"k2\",\"typ\":\"JWT\"}", GOOD,
     TOKEN_UNKNOWN_KEY},
    {"a key in the token",
     "{\"alg\":\"HS256\",\"kid\":\"k2\",\"typ\":\"JWT\",\"x5u\":\"https://x.test/c\"}", GOOD,
     TOKEN_UNKNOWN_KEY},
    {"a key in the token", "{\"alg\":\"HS256\",\"kid\":\"k2\",\"typ\":\"JWT\",\"x5c\":[\"AA\"]}",
     GOOD, TOKEN_UNKNOWN_KEY},
    {"a key in the token", "{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"kid\":\"k2\",\"typ\":\"JWT\"}",
     GOOD, TOKEN_UNKNOWN_KEY},
    {"a key's name", "{\"alg\":\"HS256\",\"kid\":\"../../dev/null\",\"typ\":\"JWT\"}", GOOD,
     TOKEN_UNKNOWN_KEY},
    {"a key's name", "{\"alg\":\"HS256\",\"kid\":\"k2' OR 1=1--\",\"typ\":\"JWT\"}", GOOD,
     TOKEN_UNKNOWN_KEY},
    {"a key's name", "{\"alg\":\"HS256\",\"kid\":\"k2\\u0000\",\"typ\":\"JWT\"}", GOOD,
     TOKEN_UNKNOWN_KEY},
    {"a key's name", "{\"alg\":\"HS256\",\"kid\":\"k3\",\"typ\":\"JWT\"}", GOOD, TOKEN_UNKNOWN_KEY},
    {"a key's name", "{\"alg\":\"HS256\",\"kid\":\"\",\"typ\":\"JWT\"}", GOOD, TOKEN_UNKNOWN_KEY},
    {"a key's name", "{\"alg\":\"HS256\",\"kid\":2,\"typ\":\"JWT\"}", GOOD, TOKEN_UNKNOWN_KEY},
    {"a key's name", "{\"alg\":\"HS256\",\"typ\":\"JWT\"}", GOOD, TOKEN_UNKNOWN_KEY},
    {"a key's name", "{\"alg\":\"HS256\",\"kid\":\"k1\",\"typ\":\"JWT\"}", GOOD,
     TOKEN_FORGED}, // another key's
    {"another header", "{\"alg\":\"HS256\",\"alg\":\"none\",\"kid\":\"k2\",\"typ\":\"JWT\"}", GOOD,
     TOKEN_UNKNOWN_KEY},
    {"another header", "{\"alg\":\"HS256\",\"kid\":\"k2\",\"kid\":\"k1\",\"typ\":\"JWT\"}", GOOD,
     TOKEN_UNKNOWN_KEY},
    {"another header", "{\"typ\":\"JWT\",\"alg\":\"HS256\",\"kid\":\"k2\"}", GOOD,
     TOKEN_UNKNOWN_KEY},
    {"another header", "{ \"alg\":\"HS256\",\"kid\":\"k2\",\"typ\":\"JWT\"}", GOOD,
     TOKEN_UNKNOWN_KEY},
    {"another header", "\xef\xbb\xbf" HEADER, GOOD, TOKEN_UNKNOWN_KEY},
    {"another header", "{\"alg\":\"HS256\",\"kid\":\"k2\",\"typ\":\"jwt\"}", GOOD,
     TOKEN_UNKNOWN_KEY},
    {"another header", "{\"alg\":\"HS256\",\"b64\":false,\"kid\":\"k2\",\"typ\":\"JWT\"}", GOOD,
     TOKEN_UNKNOWN_KEY},
    {"another header", "{\"alg\":\"HS256\",\"kid\":\"k2\",\"typ\":\"JWT\",\"zip\":\"DEF\"}", GOOD,
     TOKEN_UNKNOWN_KEY},
    {"another header", "", GOOD, TOKEN_UNKNOWN_KEY},
    {"another header", "null", GOOD, TOKEN_UNKNOWN_KEY},
    {"no object", HEADER, "", TOKEN_BAD_CLAIMS},
    {"no object", HEADER, "null", TOKEN_BAD_CLAIMS},
    {"no object", HEADER, "[]", TOKEN_BAD_CLAIMS},
    {"no object", HEADER, "{}", TOKEN_BAD_CLAIMS},
    {"no object", HEADER, "7", TOKEN_BAD_CLAIMS},
    {"no object", HEADER, "[" GOOD "]", TOKEN_BAD_CLAIMS},
    {"no JSON", HEADER, "\xef\xbb\xbf" GOOD, TOKEN_BAD_CLAIMS},
    {"no JSON", HEADER, "/**/" GOOD, TOKEN_BAD_CLAIMS},
    {"no JSON", HEADER, GOOD "//", TOKEN_BAD_CLAIMS},
    {"no JSON", HEADER, GOOD GOOD, TOKEN_BAD_CLAIMS},
    {"no JSON", HEADER, WITH(EXP ","), TOKEN_BAD_CLAIMS},
    {"no JSON", HEADER, WITH("'exp':1800001740"), TOKEN_BAD_CLAIMS},
    {"no JSON", HEADER, WITH("exp:1800001740"), TOKEN_BAD_CLAIMS},
    {"an end that is none", HEADER, WITH("\"exp\":\"1800001740\""), TOKEN_BAD_CLAIMS},
    {"an end that is none", HEADER, WITH("\"exp\":1800001740.0"), TOKEN_BAD_CLAIMS},
    {"an end that is none", HEADER, WITH("\"exp\":1.80000174e9"), TOKEN_BAD_CLAIMS},
    {"an end that is none", HEADER, WITH("\"exp\":-1"), TOKEN_BAD_CLAIMS},
    {"an end that is none", HEADER, WITH("\"exp\":-0"), TOKEN_BAD_CLAIMS},
    {"an end that is none", HEADER, WITH("\"exp\":01800001740"), TOKEN_BAD_CLAIMS},
    {"an end that is none", HEADER, WITH("\"exp\":9223372036854775808"), TOKEN_BAD_CLAIMS},
    {"an end that is none", HEADER, WITH("\"exp\":9223372036854775807"), TOKEN_BAD_CLAIMS},
    {"an end that is none", HEADER, WITH("\"exp\":18446744073709551616"), TOKEN_BAD_CLAIMS},
    {"an end that is none", HEADER, WITH("\"exp\":1e400"), TOKEN_BAD_CLAIMS},
    {"an end that is none", HEADER, WITH("\"exp\":NaN"), TOKEN_BAD_CLAIMS},
    {"an end that is none", HEADER, WITH("\"exp\":null"), TOKEN_BAD_CLAIMS},
    {"an end that is none", HEADER, WITH("\"exp\":true"), TOKEN_BAD_CLAIMS},
    {"an end that is none", HEADER, WITH("\"exp\":[1800001740]"), TOKEN_BAD_CLAIMS},
    {"an end that is none", HEADER, WITH("\"exp\":{}"), TOKEN_BAD_CLAIMS},
    {"an end that is none", HEADER, "{" AUD AFTER_EXP, TOKEN_BAD_CLAIMS},
    {"an end far away", HEADER, WITH("\"exp\":4000000000"), TOKEN_BAD_CLAIMS},
    {"an end far away", HEADER, WITH("\"exp\":253402300799"), TOKEN_BAD_CLAIMS},
    {"an end before the beginning", HEADER, WITH("\"exp\":1799999940"), TOKEN_BAD_CLAIMS},
    {"expired", HEADER, WITH("\"exp\":1799999999"), TOKEN_EXPIRED},
    {"expired", HEADER, WITH("\"exp\":1800000000"), TOKEN_EXPIRED},
    {"not yet", HEADER, BUT_NBF("\"nbf\":1800000060"), TOKEN_NOT_YET},
    {"not yet", HEADER, BUT_NBF("\"nbf\":1800000006"), TOKEN_NOT_YET},
    {"not yet", HEADER, BUT_IAT("\"iat\":1800000006"), TOKEN_NOT_YET},
    {"not yet", HEADER, BUT_IAT("\"iat\":1800001000"), TOKEN_NOT_YET},
    {"a time that is none", HEADER, BUT_NBF("\"nbf\":\"0\""), TOKEN_BAD_CLAIMS},
    {"a time that is none", HEADER, BUT_NBF("\"nbf\":0.5"), TOKEN_BAD_CLAIMS},
    {"a time that is none", HEADER, BUT_IAT("\"iat\":-5"), TOKEN_BAD_CLAIMS},
    {"a time that is none", HEADER, BUT_IAT("\"iat\":\"1799999940\""), TOKEN_BAD_CLAIMS},
    {"for somebody else", HEADER, BUT_AUD("\"aud\":\"other\""), TOKEN_WRONG_PLACE},
    {"for somebody else", HEADER, BUT_AUD("\"aud\":\"Fulmar-API\""), TOKEN_WRONG_PLACE},
    {"for somebody else", HEADER, BUT_AUD("\"aud\":\"fulmar-api \""), TOKEN_WRONG_PLACE},
    {"for somebody else", HEADER, BUT_AUD("\"aud\":\"\""), TOKEN_WRONG_PLACE},
    {"for somebody else", HEADER, BUT_AUD("\"aud\":[\"fulmar-api\"]"), TOKEN_BAD_CLAIMS},
    {"for somebody else", HEADER, BUT_AUD("\"aud\":null"), TOKEN_BAD_CLAIMS},
    {"for somebody else", HEADER, BUT_AUD("\"aud\":\"fulmar\\u002dapi\""), TOKEN_BAD_CLAIMS},
    {"by somebody else", HEADER, BUT_ISS("\"iss\":\"fulma\""), TOKEN_WRONG_PLACE},
    {"by somebody else", HEADER, BUT_ISS("\"iss\":\"FULMAR\""), TOKEN_WRONG_PLACE},
    {"by somebody else", HEADER, BUT_ISS("\"iss\":\"https://fulmar\""), TOKEN_WRONG_PLACE},
    {"by somebody else", HEADER, BUT_ISS("\"iss\":7"), TOKEN_BAD_CLAIMS},
    {"of another type", HEADER, BUT_TYP("\"typ\":\"refresh\""), TOKEN_WRONG_TYPE},
    {"of another type", HEADER, BUT_TYP("\"typ\":\"pending\""), TOKEN_WRONG_TYPE},
    {"of another type", HEADER, BUT_TYP("\"typ\":\"Access\""), TOKEN_BAD_CLAIMS},
    {"of another type", HEADER, BUT_TYP("\"typ\":\"\""), TOKEN_BAD_CLAIMS},
    {"of another type", HEADER, BUT_TYP("\"typ\":0"), TOKEN_BAD_CLAIMS},
    {"twice", HEADER, WITH(EXP "," EXP), TOKEN_BAD_CLAIMS},
    {"twice", HEADER, WITH("\"exp\":1," EXP), TOKEN_BAD_CLAIMS},
    {"twice", HEADER, BUT_ROLE(ROLE ",\"role\":\"admin\""), TOKEN_BAD_CLAIMS},
    {"twice", HEADER, BUT_SUB(SUB ",\"sub\":\"1\""), TOKEN_BAD_CLAIMS},
    {"twice", HEADER, BUT_TEN(TEN ",\"t\\u0065n\":1"), TOKEN_BAD_CLAIMS},
    {"unknown", HEADER, BUT_ROLE(ROLE ",\"Role\":\"admin\""), TOKEN_BAD_CLAIMS},
    {"unknown", HEADER, BUT_ROLE(ROLE ",\"scope\":\"admin\""), TOKEN_BAD_CLAIMS},
    {"unknown", HEADER, BUT_ROLE(ROLE ",\"__proto__\":{}"), TOKEN_BAD_CLAIMS},
    {"unknown", HEADER, BUT_ROLE(ROLE ",\"\":1"), TOKEN_BAD_CLAIMS},
    {"a role that is none", HEADER, BUT_ROLE("\"role\":\"root\""), TOKEN_BAD_CLAIMS},
    {"a role that is none", HEADER, BUT_ROLE("\"role\":\"none\""), TOKEN_BAD_CLAIMS},
    {"a role that is none", HEADER, BUT_ROLE("\"role\":\"ADMIN\""), TOKEN_BAD_CLAIMS},
    {"a role that is none", HEADER, BUT_ROLE("\"role\":3"), TOKEN_BAD_CLAIMS},
    {"a role that is none", HEADER, BUT_ROLE("\"role\":[\"admin\"]"), TOKEN_BAD_CLAIMS},
    {"a user that is none", HEADER, BUT_SUB("\"sub\":7"), TOKEN_BAD_CLAIMS},
    {"a user that is none", HEADER, BUT_SUB("\"sub\":\"0\""), TOKEN_BAD_CLAIMS},
    {"a user that is none", HEADER, BUT_SUB("\"sub\":\"07\""), TOKEN_BAD_CLAIMS},
    {"a user that is none", HEADER, BUT_SUB("\"sub\":\"-7\""), TOKEN_BAD_CLAIMS},
    {"a user that is none", HEADER, BUT_SUB("\"sub\":\"7 \""), TOKEN_BAD_CLAIMS},
    {"a user that is none", HEADER, BUT_SUB("\"sub\":\"\""), TOKEN_BAD_CLAIMS},
    {"a user that is none", HEADER, BUT_SUB("\"sub\":\"9223372036854775808\""), TOKEN_BAD_CLAIMS},
    {"a tenant that is none", HEADER, BUT_TEN("\"ten\":0"), TOKEN_BAD_CLAIMS},
    {"a tenant that is none", HEADER, BUT_TEN("\"ten\":-3"), TOKEN_BAD_CLAIMS},
    {"a tenant that is none", HEADER, BUT_TEN("\"ten\":\"3\""), TOKEN_BAD_CLAIMS},
    {"a tenant that is none", HEADER, BUT_TEN("\"ten\":3.0"), TOKEN_BAD_CLAIMS},
    {"no session", HEADER, BUT_SID("\"sid\":0"), TOKEN_BAD_CLAIMS},
    {"no session", HEADER, BUT_SID("\"sid\":\"99\""), TOKEN_BAD_CLAIMS},
    {"no id", HEADER, BUT_JTI("\"jti\":\"\""), TOKEN_BAD_CLAIMS},
    {"no id", HEADER, BUT_JTI("\"jti\":\"abcdefghijklmnopqrstuvwx2\""), TOKEN_BAD_CLAIMS},
    {"no id", HEADER, BUT_JTI("\"jti\":\"ABCDEFGHIJKLMNOPQRSTUVWX2A\""), TOKEN_BAD_CLAIMS},
    {"no id", HEADER, BUT_JTI("\"jti\":7"), TOKEN_BAD_CLAIMS},
    {"a flag that is none", HEADER, BUT_MFA("\"mfa\":1"), TOKEN_BAD_CLAIMS},
    {"a flag that is none", HEADER, BUT_MFA("\"mfa\":\"true\""), TOKEN_BAD_CLAIMS},
    {"a version that is none", HEADER, BUT_VER("\"ver\":\"2\""), TOKEN_BAD_CLAIMS},
    {"a version that is none", HEADER, BUT_VER("\"ver\":2.5"), TOKEN_BAD_CLAIMS},
    {"a version that is none", HEADER, BUT_VER("\"ver\":-2"), TOKEN_BAD_CLAIMS},
};
enum { SIGNED_ROWS = sizeof signed_rows / sizeof *signed_rows };

static void a_token_of_ours_is_read_as_it_was_written(void **state) {
    (void)state;
    struct token_keys keys = keys_of(1);
    char text[TOKEN_TEXT_SIZE], twin[4096];
    for (int type = 0; type < TOKEN_TYPE_COUNT; type++) {
        struct token_claims claims = claims_of((enum token_type)type), read;
        size_t len = token_issue(&keys, &claims, text);
        assert_int_equal(strlen(text), len);
        memset(&read, 0, sizeof read);
        assert_int_equal(token_verify(&keys, text, len, (enum token_type)type, NOW, &read),
                         TOKEN_VALID);
        assert_int_equal(read.user_id, 7);
        assert_int_equal(read.tenant_id, 3);
        assert_int_equal(read.version, 2);
        assert_int_equal(read.role, ROLE_TRADER);
        assert_int_equal(read.session_id, 99);
        assert_int_equal(read.step_up_s, NOW - 10);
        assert_int_equal(read.issued_s, NOW - 60);
        assert_int_equal(read.expires_s, NOW + 1740);
        assert_true(read.second_factor);
        assert_string_equal(read.id, ID);
        for (int other = 0; other < TOKEN_TYPE_COUNT; other++)
            if (other != type)
                assert_int_equal(token_verify(&keys, text, len, (enum token_type)other, NOW, &read),
                                 TOKEN_WRONG_TYPE);
    }
    // libcrypto's HMAC over the same text gives the same token.
    struct token_claims claims = claims_of(TOKEN_ACCESS);
    size_t len = sign(HEADER, GOOD, keys.keys[0].key.bytes, SECRET_SIZE, twin);
    assert_int_equal(token_issue(&keys, &claims, text), len);
    assert_string_equal(text, twin);
}

static void a_key_on_its_way_out_still_verifies_and_one_that_is_gone_does_not(void **state) {
    (void)state;
    struct token_keys keys = keys_of(1), turned = keys;
    struct token_claims claims = claims_of(TOKEN_ACCESS);
    char text[TOKEN_TEXT_SIZE];
    turned.keys[0] = keys.keys[1];
    turned.keys[1] = keys.keys[0];
    size_t len = token_issue(&turned, &claims, text);
    assert_int_equal(token_verify(&keys, text, len, TOKEN_ACCESS, NOW, &claims), TOKEN_VALID);
    keys.count = 1;
    assert_int_equal(token_verify(&keys, text, len, TOKEN_ACCESS, NOW, &claims), TOKEN_UNKNOWN_KEY);
}

static void no_hostile_token_passes_though_it_is_signed(void **state) {
    (void)state;
    struct token_keys keys = keys_of(1);
    int classes = 0;
    for (int i = 0; i < SIGNED_ROWS; i++) {
        const struct row *row = &signed_rows[i];
        char text[4096];
        size_t len = sign(row->header, row->payload, keys.keys[0].key.bytes, SECRET_SIZE, text);
        enum token_verdict verdict = judge(text, len);
        if (verdict != row->verdict)
            fail_msg("%s: %s %s: %s", row->class, row->header, row->payload,
                     token_verdict_name(verdict));
        classes += i == 0 || strcmp(row->class, signed_rows[i - 1].class) != 0;
    }
    assert_true(SIGNED_ROWS >= 100 && classes >= 15);
}

static void a_token_signed_with_another_key_is_forged(void **state) {
    (void)state;
    struct token_keys keys = keys_of(1), others = keys_of(2);
    static const uint8_t zeros[64] = {0};
    char text[4096];
    const struct {
        const void *key;
        size_t size;
    } rows[] = {{"", 0},
                {"\0", 1},
                {"a", 1},
                {zeros, 32},
                {zeros, 64},
                {"secret", 6},
                {"super-secret", 12},
                {"k2", 2},
                {others.keys[0].key.bytes, 32},
                {keys.keys[1].key.bytes, 32},
                {keys.keys[0].key.bytes, 31},
                {keys.keys[0].key.bytes + 1, 31}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t len = sign(HEADER, GOOD, rows[i].key, rows[i].size, text);
        assert_int_equal(judge(text, len), TOKEN_FORGED);
    }
}

static size_t good(char *text) {
    struct token_keys keys = keys_of(1);
    struct token_claims claims = claims_of(TOKEN_ACCESS);
    return token_issue(&keys, &claims, text);
}

static void every_flipped_bit_and_every_missing_end_is_found(void **state) {
    (void)state;
    char text[TOKEN_TEXT_SIZE];
    size_t len = good(text);
    assert_int_equal(judge(text, len), TOKEN_VALID);
    for (size_t bit = 0; bit < 8 * len; bit++) {
        text[bit / 8] ^= (char)(1 << bit % 8);
        assert_int_not_equal(judge(text, len), TOKEN_VALID);
        text[bit / 8] ^= (char)(1 << bit % 8);
    }
    for (size_t cut = 0; cut < len; cut++) {
        assert_int_not_equal(judge(text, cut), TOKEN_VALID);
        assert_int_not_equal(judge(text + len - cut, cut), TOKEN_VALID);
    }
    assert_int_equal(judge(text, len), TOKEN_VALID);
}

static void only_the_one_spelling_of_a_token_passes(void **state) {
    (void)state;
    static const char *const inserts[] = {"=", "==", "\n", "\r\n", " ", "\t",  "%3D",
                                          ".", "..", "+",  "/",    "A", "AAAA"};
    char text[8192], original[TOKEN_TEXT_SIZE];
    size_t len = good(original);
    for (size_t i = 0; i < sizeof inserts / sizeof *inserts; i++) {
        for (size_t at = 0; at <= len; at += at + 1 < len ? 13 : 1) {
            snprintf(text, sizeof text, "%.*s%s%s", (int)at, original, inserts[i], original + at);
            assert_int_not_equal(judge(text, strlen(text)), TOKEN_VALID);
        }
        int head = (int)strcspn(original, ".") + 1;
        snprintf(text, sizeof text, "%.*s%s%s", head, original, inserts[i], original + head);
        assert_int_not_equal(judge(text, strlen(text)), TOKEN_VALID);
    }
    // 43 letters have 258 bits: the last two of them are not of the signature, and have to be zero.
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    snprintf(text, sizeof text, "%s", original);
    size_t last = (size_t)(strchr(letters, text[len - 1]) - letters);
    assert_int_equal(last % 4, 0);
    for (size_t stray = 1; stray < 4; stray++) {
        text[len - 1] = letters[last + stray];
        assert_int_equal(judge(text, len), TOKEN_FORGED);
    }
    // Without its signature, or with an empty one.
    snprintf(text, sizeof text, "%s", original);
    *strrchr(text, '.') = '\0';
    assert_int_equal(judge(text, strlen(text)), TOKEN_MALFORMED);
    size_t bare = strlen(text);
    text[bare] = '.';
    assert_int_equal(judge(text, bare + 1), TOKEN_FORGED);
}

static void long_and_deep_ones_are_refused_before_anything_is_done(void **state) {
    (void)state;
    size_t size = 1 << 20;
    char *text = malloc(size);
    memset(text, 'A', size);
    assert_int_equal(judge(text, size), TOKEN_MALFORMED);
    text[10] = text[20] = '.';
    assert_int_equal(judge(text, size), TOKEN_MALFORMED);
    memset(text, '.', size);
    assert_int_equal(judge(text, 1000), TOKEN_MALFORMED);
    assert_int_equal(judge(text, 2), TOKEN_UNKNOWN_KEY);
    free(text);
    struct token_keys keys = keys_of(1);
    char deep[400], token[4096];
    memset(deep, '[', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    size_t len = sign(HEADER, deep, keys.keys[0].key.bytes, SECRET_SIZE, token);
    assert_int_equal(judge(token, len), TOKEN_BAD_CLAIMS);
    // Signed, but longer than any that we write.
    memset(deep, ' ', sizeof deep - 1);
    char payload[1024];
    snprintf(payload, sizeof payload, "%s%s", GOOD, deep);
    len = sign(HEADER, payload, keys.keys[0].key.bytes, SECRET_SIZE, token);
    assert_int_equal(judge(token, len), TOKEN_MALFORMED);
}

static void nothing_is_written_for_a_token_that_does_not_pass(void **state) {
    (void)state;
    struct token_keys keys = keys_of(1);
    struct token_claims claims, before;
    char text[TOKEN_TEXT_SIZE];
    size_t len = good(text);
    memset(&claims, 0x5a, sizeof claims);
    before = claims;
    assert_int_equal(token_verify(&keys, text, len, TOKEN_ACCESS, NOW + 1740, &claims),
                     TOKEN_EXPIRED);
    assert_memory_equal(&claims, &before, sizeof claims);
    err_clear();
    text[len - 1] = 'A';
    assert_int_not_equal(token_verify(&keys, text, len, TOKEN_ACCESS, NOW, &claims), TOKEN_VALID);
    assert_string_equal(err_story(), "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_of_ours_is_read_as_it_was_written),
        cmocka_unit_test(a_key_on_its_way_out_still_verifies_and_one_that_is_gone_does_not),
        cmocka_unit_test(no_hostile_token_passes_though_it_is_signed),
        cmocka_unit_test(a_token_signed_with_another_key_is_forged),
        cmocka_unit_test(every_flipped_bit_and_every_missing_end_is_found),
        cmocka_unit_test(only_the_one_spelling_of_a_token_passes),
        cmocka_unit_test(long_and_deep_ones_are_refused_before_anything_is_done),
        cmocka_unit_test(nothing_is_written_for_a_token_that_does_not_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
