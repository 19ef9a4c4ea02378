// SPDX-License-Identifier: Apache-2.0
#include "table.h"

#include <math.h>

#include "harness.h"

static size_t split(char *line, const char **ret_cells) {
    size_t count = 0;
    line[strcspn(line, "\r\n")] = '\0';
    for (char *cell; (cell = strsep(&line, ",")) != NULL;) {
        assert_true(count < TABLE_CELLS_MAX);
        ret_cells[count++] = cell;
    }
    return count;
}

void table_open(struct table *table, const char *relative) {
    table->file = fopen(harness_shared(relative), "r");
    assert_non_null(table->file);
    assert_non_null(fgets(table->header, sizeof table->header, table->file));
    table->columns = split(table->header, table->names);
}

int table_next(struct table *table) {
    if (fgets(table->line, sizeof table->line, table->file) == NULL) {
        fclose(table->file);
        return 0;
    }
    assert_true(split(table->line, table->cells) >= table->columns);
    return 1;
}

const char *table_text(const struct table *table, const char *name) {
    for (size_t i = 0; i < table->columns; i++)
        if (strcmp(table->names[i], name) == 0) return table->cells[i];
    fail_msg("no column %s", name);
    return "";
}

double table_number(const struct table *table, const char *name) {
    const char *cell = table_text(table, name);
    char *end;
    double number = strtod(cell, &end);
    return end == cell || *end != '\0' ? NAN : number;
}
