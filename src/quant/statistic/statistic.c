// SPDX-License-Identifier: Apache-2.0
#include "quant/statistic/statistic.h"

#include <string.h>

#include "base/check.h"
#include "quant/statistic/statistic_list.h"

#define DECLARE(theme) extern const struct statistic_table statistic_##theme;
STATISTIC_LIST(DECLARE)

#define ENTRY(theme) &statistic_##theme,
static const struct statistic_table *const tables[] = {STATISTIC_LIST(ENTRY)};

const struct statistic *statistic_find(const char *name) {
    for (size_t i = 0; i < statistic_count(); i++)
        if (strcmp(statistic_at(i)->name, name) == 0) return statistic_at(i);
    return NULL;
}

size_t statistic_count(void) {
    size_t count = 0;
    for (size_t i = 0; i < statistic_table_count(); i++) count += tables[i]->count;
    return count;
}

const struct statistic *statistic_at(size_t index) {
    for (size_t i = 0; i < statistic_table_count(); i++) {
        if (index < tables[i]->count) return &tables[i]->rows[index];
        index -= tables[i]->count;
    }
    CHECK(index < statistic_count());
    return NULL;
}

size_t statistic_table_count(void) {
    return sizeof tables / sizeof *tables;
}

const struct statistic_table *statistic_table_at(size_t index) {
    CHECK(index < statistic_table_count());
    return tables[index];
}

int statistic_check(const struct statistic *statistic, const double *params) {
    TRY(params_check(statistic->params, statistic->param_count, statistic->name, params));
    const char *fault = statistic->fault != NULL ? statistic->fault(params) : NULL;
    return fault != NULL ? ERR_SET(ERR_ARGUMENT, "%s: %s", statistic->name, fault) : 0;
}

double *statistic_series(const struct statistic_data *data, struct statistic_value *ret_value) {
    return statistic_matrix(data, data->count, 1, ret_value);
}

double *statistic_vector(const struct statistic_data *data, size_t count,
                         struct statistic_value *ret_value) {
    return statistic_matrix(data, count, 1, ret_value);
}

double *statistic_matrix(const struct statistic_data *data, size_t rows, size_t columns,
                         struct statistic_value *ret_value) {
    size_t count;
    if (__builtin_mul_overflow(rows, columns, &count)) count = SIZE_MAX;
    double *values = ARENA_NEW(data->arena, double, count);
    if (values != NULL)
        *ret_value = (struct statistic_value){.values = values, .rows = rows, .columns = columns};
    return values;
}
