// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "base/timestamp.h"
#include "edge/auth/api_key.h"

static const int64_t now = INT64_C(1800000000) * NS_PER_S;
static struct ip home;

static int set_up(void **state) {
    (void)state;
    return ip_parse("192.0.2.7", 9, &home);
}

static void a_key_is_known_by_its_secret_alone(void **state) {
    (void)state;
    struct api_key key, other;
    char text[API_KEY_TEXT_SIZE], wrong[API_KEY_TEXT_SIZE], id[SECRET_ID_SIZE];
    api_key_new(false, &key, text);
    api_key_new(false, &other, wrong);
    size_t len = strlen(text);
    assert_int_equal(len, API_KEY_TEXT_SIZE - 1);
    assert_true(api_key_read_id(text, len, id));
    assert_string_equal(id, key.public_id);
    assert_int_equal(api_key_check_bearer(&key, text, len, &home, now), KEY_VALID);
    assert_int_equal(api_key_check_bearer(&other, text, len, &home, now), KEY_UNKNOWN);
    assert_int_equal(api_key_check_bearer(NULL, text, len, &home, now), KEY_UNKNOWN);
    for (size_t i = 0; i < len; i++) { // each letter counts
        char before = text[i];
        text[i] = before == 'b' ? 'c' : 'b';
        assert_int_not_equal(api_key_check_bearer(&key, text, len, &home, now), KEY_VALID);
        text[i] = before;
        assert_int_equal(api_key_check_bearer(&key, text, i, &home, now), KEY_MALFORMED);
    }
    assert_null(memmem(&key, sizeof key, text + len - API_KEY_SECRET_LEN,
                       API_KEY_SECRET_LEN)); // it is not kept
}

static void a_key_ends_and_has_its_places(void **state) {
    (void)state;
    struct api_key key;
    char text[API_KEY_TEXT_SIZE];
    api_key_new(false, &key, text);
    size_t len = strlen(text);
    key.expires_ns = now + 1;
    assert_int_equal(api_key_check_bearer(&key, text, len, &home, now), KEY_VALID);
    assert_int_equal(api_key_check_bearer(&key, text, len, &home, now + 1), KEY_EXPIRED);
    assert_ok(ip_list_parse("10.0.0.0/8", &key.from));
    assert_int_equal(api_key_check_bearer(&key, text, len, &home, now), KEY_ADDRESS);
    assert_ok(ip_list_parse("10.0.0.0/8 192.0.2.0/24", &key.from));
    assert_int_equal(api_key_check_bearer(&key, text, len, &home, now), KEY_VALID);
    key.revoked_ns = now;
    assert_int_equal(api_key_check_bearer(&key, text, len, &home, now), KEY_REVOKED);
    text[len - 1] = text[len - 1] == 'A' ? 'E' : 'A'; // who has no secret learns none of this
    assert_int_equal(api_key_check_bearer(&key, text, len, &home, now), KEY_FORGED);
}

struct call {
    struct api_key key;
    char text[API_KEY_TEXT_SIZE];
    char stamp[24], nonce[80], signature[80];
    struct signed_request request;
    struct expiry_set *nonces;
};

static void make_call(struct call *call, const char *nonce, int64_t at_ns) {
    snprintf(call->stamp, sizeof call->stamp, "%lld", (long long)(at_ns / NS_PER_MS));
    snprintf(call->nonce, sizeof call->nonce, "%s", nonce);
    call->request = (struct signed_request){call->stamp, call->nonce,          call->signature,
                                            "POST",      "/api/v1/orders?x=1", "{\"qty\":\"5\"}",
                                            11};
    api_key_sign(call->text + strlen(call->text) - API_KEY_SECRET_LEN, &call->request,
                 call->signature);
}

static void open_call(struct call *call) {
    memset(call, 0, sizeof *call);
    api_key_new(true, &call->key, call->text);
    assert_ok(expiry_set_open(8, &call->nonces));
    make_call(call, "0123456789abcdef", now);
}

static enum key_verdict check(struct call *call) {
    return api_key_check_signed(&call->key, &call->request, &home, call->nonces, now);
}

static void a_signed_request_passes_once(void **state) {
    (void)state;
    struct call call;
    open_call(&call);
    assert_int_equal(check(&call), KEY_VALID);
    assert_int_equal(check(&call), KEY_REPLAYED);
    make_call(&call, "0123456789abcdeg", now);
    assert_int_equal(check(&call), KEY_VALID);
    // A key that signs is never sent along, and one that is sent along signs nothing.
    assert_int_equal(api_key_check_bearer(&call.key, call.text, strlen(call.text), &home, now),
                     KEY_UNSIGNED);
    call.key.is_signing = false;
    make_call(&call, "0123456789abcdeh", now);
    assert_int_equal(check(&call), KEY_UNKNOWN);
    expiry_set_close(call.nonces);
}

// Python: hmac.new(secret, b"FULMAR1\n1800000000000\n0123456789abcdef\nPOST\n/api/v1/orders?x=1\n" +
// hashlib.sha256(b'{"qty":"5"}').hexdigest().encode(), hashlib.sha256), secret = 43 times "A".
static void the_signature_is_what_the_header_says(void **state) {
    (void)state;
    struct call call;
    char secret[API_KEY_SECRET_LEN + 1], signature[65];
    open_call(&call);
    memset(secret, 'A', sizeof secret - 1);
    secret[sizeof secret - 1] = '\0';
    api_key_sign(secret, &call.request, signature);
    assert_string_equal(signature,
                        "1432daaf95c9d76c0ac9d0bbe84df72ff6348bf70fe8778499d59026d6c1c911");
    expiry_set_close(call.nonces);
}

static void whatever_is_changed_is_found(void **state) {
    (void)state;
    struct call call;
    open_call(&call);
    const struct signed_request right = call.request;
    const struct {
        struct signed_request change;
        enum key_verdict verdict;
    } rows[] = {
        {{.method = "GET"}, KEY_FORGED},
        {{.method = "POST\n"}, KEY_FORGED},
        {{.target = "/api/v1/orders?x=2"}, KEY_FORGED},
        {{.target = "/api/v1/orders"}, KEY_FORGED},
        {{.target = "/api/v1//orders?x=1"}, KEY_FORGED},
        {{.body = "{\"qty\":\"6\"}"}, KEY_FORGED},
        {{.nonce = "0123456789abcdeX"}, KEY_FORGED},
        {{.timestamp = "1800000000001"}, KEY_FORGED},
        {{.timestamp = "1800000000000 "}, KEY_MALFORMED},
        {{.timestamp = "+1800000000000"}, KEY_MALFORMED},
        {{.timestamp = "1.8e12"}, KEY_MALFORMED},
        {{.timestamp = "-1"}, KEY_MALFORMED},
        {{.timestamp = ""}, KEY_MALFORMED},
        {{.timestamp = "0"}, KEY_MALFORMED},
        {{.timestamp = "99999999999999999999"}, KEY_MALFORMED},
        {{.nonce = "short"}, KEY_MALFORMED},
        {{.nonce = ""}, KEY_MALFORMED},
        {{.nonce = "0123456789abcde\n"}, KEY_MALFORMED},
        {{.nonce = "0123456789012345678901234567890123456789012345678901234567890123x"},
         KEY_MALFORMED},
        {{.signature = ""}, KEY_MALFORMED},
        {{.signature = "00"}, KEY_MALFORMED},
        {{.signature = "0000000000000000000000000000000000000000000000000000000000000000"},
         KEY_FORGED},
        {{.signature = "zz00000000000000000000000000000000000000000000000000000000000000"},
         KEY_MALFORMED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct signed_request *change = &rows[i].change;
        call.request = right;
        if (change->method != NULL) call.request.method = change->method;
        if (change->target != NULL) call.request.target = change->target;
        if (change->body != NULL) call.request.body = change->body;
        if (change->nonce != NULL) call.request.nonce = change->nonce;
        if (change->timestamp != NULL) call.request.timestamp = change->timestamp;
        if (change->signature != NULL) call.request.signature = change->signature;
        enum key_verdict verdict = check(&call);
        if (verdict != rows[i].verdict) fail_msg("row %zu: %s", i, key_verdict_name(verdict));
    }
    for (int missing = 0; missing < 3; missing++) {
        call.request = right;
        *(missing == 0   ? &call.request.timestamp
          : missing == 1 ? &call.request.nonce
                         : &call.request.signature) = NULL;
        assert_int_equal(check(&call), KEY_MALFORMED);
    }
    call.request = right;
    call.request.body_size = 10;
    assert_int_equal(check(&call), KEY_FORGED);
    call.request = right;
    assert_int_equal(check(&call), KEY_VALID); // nothing of this has used the nonce up
    expiry_set_close(call.nonces);
}

static void a_request_is_of_now_and_a_full_store_of_nonces_is_no_way_in(void **state) {
    (void)state;
    struct call call;
    open_call(&call);
    static const struct {
        int64_t off_ns;
        enum key_verdict verdict;
    } rows[] = {{30 * NS_PER_S, KEY_VALID},
                {-30 * NS_PER_S, KEY_VALID},
                {30 * NS_PER_S + NS_PER_MS, KEY_STALE},
                {-30 * NS_PER_S - NS_PER_MS, KEY_STALE},
                {NS_PER_DAY, KEY_STALE},
                {-NS_PER_DAY, KEY_STALE}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char nonce[32];
        snprintf(nonce, sizeof nonce, "nonce-number-%05zu", i);
        make_call(&call, nonce, now + rows[i].off_ns);
        assert_int_equal(check(&call), rows[i].verdict);
    }
    for (int i = 0; i < 20; i++) {
        char nonce[32];
        snprintf(nonce, sizeof nonce, "more-nonces-%05d", i);
        make_call(&call, nonce, now);
        assert_int_equal(check(&call), i < 6 ? KEY_VALID : KEY_FULL);
    }
    call.key.expires_ns = now;
    assert_int_equal(check(&call), KEY_EXPIRED);
    expiry_set_close(call.nonces);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_known_by_its_secret_alone),
        cmocka_unit_test(a_key_ends_and_has_its_places),
        cmocka_unit_test(a_signed_request_passes_once),
        cmocka_unit_test(the_signature_is_what_the_header_says),
        cmocka_unit_test(whatever_is_changed_is_found),
        cmocka_unit_test(a_request_is_of_now_and_a_full_store_of_nonces_is_no_way_in),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
