// SPDX-License-Identifier: Apache-2.0
#include "runs.h"

static void orders_are_counted_by_type(void **state) {
    (void)state;
    struct run run;
    orders_run(&run);
    assert_table(&run, "order_types",
                 "type,sent,filled,partial,canceled,rejected,expired,live\r\n"
                 "market,5,1,1,0,1,1,1\r\n");
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_are_counted_by_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
