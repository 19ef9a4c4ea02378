// SPDX-License-Identifier: Apache-2.0
#include "report/fold.h"

#include "runs.h"

static void a_fold_is_found_by_its_name_and_has_columns_of_its_own(void **state) {
    (void)state;
    for (size_t i = 0; i < fold_count(); i++) {
        const struct fold *fold = fold_at(i);
        assert_int_equal(fold_find(fold->name), i);
        assert_non_null(fold->title);
        assert_non_null(fold->summary);
        assert_true(fold->open != NULL && fold->rows != NULL && fold->cell != NULL);
        for (size_t c = 0; c < fold->column_count; c++)
            for (size_t k = c + 1; k < fold->column_count; k++)
                assert_string_not_equal(fold->columns[c].name, fold->columns[k].name);
    }
    assert_int_equal(fold_find("nothing"), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fold_is_found_by_its_name_and_has_columns_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
