// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "edge/api/api.h"
#include "edge/api/meter.h"

static void what_was_counted_is_printed(void **state) {
    (void)state;
    static struct meter meter;
    struct text out;
    text_init(&out, 1 << 20);
    meter_request(&meter, api_routes()->rows[0], 200, 90000);
    meter_request(&meter, NULL, 404, 3000000);
    meter_request(&meter, NULL, 999, INT64_C(9000000000));
    meter_print(&meter, &out);
    assert_non_null(strstr(text_string(&out), "fulmar_http_responses_total{status=\"404\"} 1\n"));
    assert_non_null(
        strstr(text_string(&out), "fulmar_http_request_seconds_bucket{le=\"0.0001\"} 1\n"));
    assert_non_null(
        strstr(text_string(&out), "fulmar_http_request_seconds_bucket{le=\"0.005\"} 2\n"));
    assert_non_null(strstr(text_string(&out), "fulmar_http_request_seconds_count 3\n"));
    text_clear(&out);
    meter_sample(&out, "x", "label", "a\"b\\c\nd", 1.5);
    assert_string_equal(text_string(&out), "x{label=\"a\\\"b\\\\c\\nd\"} 1.5\n");
    text_fini(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_was_counted_is_printed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
