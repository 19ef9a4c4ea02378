// SPDX-License-Identifier: Apache-2.0
#include "app/portfolio/portfolio_input.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "quant/math/sum.h"
#include "quant/portfolio/portfolio.h"
#include "quant/series/covariance.h"

#define ARENA_SIZE ((size_t)4 << 30)

static const char *const column_names[] = {
#define PORTFOLIO_COLUMN(name) #name,
    PORTFOLIO_COLUMNS(PORTFOLIO_COLUMN)
#undef PORTFOLIO_COLUMN
};

static int read_data(const struct args *args, struct portfolio_input *input);
static int read_table(const struct args *args, struct portfolio_input *input, bool has_data);

int portfolio_input_read(const struct args *args, bool takes_data,
                         struct portfolio_input *ret_input) {
    *ret_input = (struct portfolio_input){.shrinkage = NAN};
    TRY(arena_init(&ret_input->arena, ARENA_SIZE));
    if (takes_data) TRY(read_data(args, ret_input));
    if (args_has(args, "assets")) return read_table(args, ret_input, takes_data);
    return takes_data ? 0 : ERR_SET(ERR_ARGUMENT, "give --assets FILE, a table of the assets");
}

void portfolio_input_free(struct portfolio_input *input) {
    if (input->arena.base != NULL) arena_fini(&input->arena);
    csv_close(&input->data);
    csv_close(&input->table);
}

int portfolio_input_values(struct portfolio_input *input, enum portfolio_column column,
                           double fallback, double **ret_values) {
    const double *cells = input->table_columns[column];
    double *values = ARENA_NEW(&input->arena, double, input->count);
    if (values == NULL) return ERR_NOMEM;
    for (size_t i = 0; i < input->count; i++)
        values[i] = cells != NULL && !isnan(cells[i]) ? cells[i] : fallback;
    *ret_values = values;
    return 0;
}

const char *portfolio_input_column_name(enum portfolio_column column) {
    return column_names[column];
}

bool portfolio_input_in_group(const char *cell, const char *group, size_t len) {
    while (*cell != '\0') {
        size_t end = strcspn(cell, "|"), size = end;
        const char *name = cell;
        while (size > 0 && *name == ' ') name++, size--;
        while (size > 0 && name[size - 1] == ' ') size--;
        if (size == len && memcmp(name, group, len) == 0) return true;
        cell += end + (cell[end] == '|');
    }
    return false;
}

static bool is_passed_over(const char *name) {
    static const char *const names[] = {"", "date", "day", "time", "timestamp", "ts"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(names[i], name) == 0) return true;
    return false;
}

static int add_name(struct portfolio_input *input, const struct csv *csv, const char *name,
                    size_t line) {
    if (name[0] == '\0') return ERR_SET(ERR_PARSE, "%s:%zu: an asset has no name", csv->path, line);
    for (size_t i = 0; i < input->count; i++)
        if (strcmp(input->names[i], name) == 0)
            return ERR_SET(ERR_PARSE, "%s:%zu: '%s' is there already", csv->path, line, name);
    if (input->count == PORTFOLIO_ASSETS_MAX)
        return ERR_SET(ERR_PARSE, "%s: has more than %d assets", csv->path, PORTFOLIO_ASSETS_MAX);
    input->names[input->count++] = name;
    return 0;
}

// A column of returns, or of prices turned into them.
static int read_column(struct portfolio_input *input, size_t column, bool prices, double *last) {
    const struct csv *csv = &input->data;
    double *numbers = ARENA_NEW(&input->arena, double, csv->rows);
    if (numbers == NULL) return ERR_NOMEM;
    TRY(add_name(input, csv, csv_name(csv, column), csv->list[0].line));
    TRY(csv_numbers(csv, column, numbers));
    for (size_t i = 0; i < csv->rows; i++)
        if (!isfinite(numbers[i]) || (prices && !(numbers[i] > 0)))
            return ERR_SET(ERR_PARSE, "%s:%zu: field '%s': '%s' is no %s; every row needs one",
                           csv->path, csv->list[i + 1].line, csv_name(csv, column),
                           csv_cell(csv, i, column), prices ? "price above 0" : "return");
    last[input->count - 1] = numbers[csv->rows - 1];
    for (size_t i = 0; prices && i < input->rows; i++) numbers[i] = numbers[i + 1] / numbers[i] - 1;
    input->columns[input->count - 1] = numbers;
    return 0;
}

static int read_columns(struct portfolio_input *input, bool prices) {
    const struct csv *csv = &input->data;
    double *last = ARENA_NEW(&input->arena, double, csv->columns);
    input->columns = ARENA_NEW(&input->arena, const double *, csv->columns);
    if (last == NULL || input->columns == NULL) return ERR_NOMEM;
    if (csv->rows < (prices ? 3 : 2))
        return ERR_SET(ERR_PARSE, "%s: %zu rows are too few; a covariance needs two returns",
                       csv->path, csv->rows);
    input->rows = csv->rows - prices;
    for (size_t column = 0; column < csv->columns; column++)
        if (!is_passed_over(csv_name(csv, column))) TRY(read_column(input, column, prices, last));
    if (input->count == 0) return ERR_SET(ERR_PARSE, "%s: has no column of an asset", csv->path);
    if (prices) input->last = last;
    return 0;
}

static int shrink(const struct args *args, struct portfolio_input *input, double *scratch,
                  bool *ret_shrunk) {
    static const char *const targets[] = {"identity", "constant", "oas"};
    const char *wanted = args_get(args, "shrink", "none");
    *ret_shrunk = false;
    if (strcmp(wanted, "none") == 0) return 0;
    for (size_t k = 0; k < 3; k++)
        if (strcmp(wanted, targets[k]) == 0) {
            *ret_shrunk = true;
            return covariance_shrink(input->columns, input->count, input->rows,
                                     (enum covariance_target)k, scratch, input->covariance,
                                     &input->shrinkage);
        }
    return ERR_SET(ERR_ARGUMENT, "--shrink is none, identity, constant or oas, not '%s'", wanted);
}

// Means and covariances of a year.
static int make_moments(const struct args *args, struct portfolio_input *input) {
    size_t n = input->count;
    double periods = 252;
    bool shrunk;
    TRY(args_real(args, "periods", 1e-6, 1e9, &periods));
    double *scratch = ARENA_NEW(&input->arena, double, n * input->rows);
    input->covariance = ARENA_NEW(&input->arena, double, n *n);
    input->mean = ARENA_NEW(&input->arena, double, n);
    if (scratch == NULL || input->covariance == NULL || input->mean == NULL) return ERR_NOMEM;
    TRY(shrink(args, input, scratch, &shrunk));
    if (!shrunk && input->rows <= n)
        return ERR_SET(ERR_ARGUMENT,
                       "%s has %zu returns of %zu assets: the covariance is singular; "
                       "give more rows than assets, or --shrink identity",
                       input->data.path, input->rows, n);
    if (!shrunk) covariance_of(input->columns, n, input->rows, 1, scratch, input->covariance);
    for (size_t i = 0; i < n * n; i++) input->covariance[i] *= periods;
    for (size_t j = 0; j < n; j++)
        input->mean[j] = periods * sum_mean(input->columns[j], input->rows);
    return 0;
}

// Rows stand in the order of the columns behind the first.
static int read_covariance(struct portfolio_input *input) {
    const struct csv *csv = &input->data;
    size_t n = csv->rows;
    if (csv->rows + 1 != csv->columns)
        return ERR_SET(ERR_PARSE,
                       "%s: %zu rows and %zu columns are no covariance; it takes a column of "
                       "names and one for each row",
                       csv->path, csv->rows, csv->columns);
    input->covariance = ARENA_NEW(&input->arena, double, n *n);
    double *column = ARENA_NEW(&input->arena, double, n);
    if (input->covariance == NULL || column == NULL) return ERR_NOMEM;
    for (size_t j = 0; j < n; j++) {
        TRY(add_name(input, csv, csv_name(csv, j + 1), csv->list[0].line));
        if (strcmp(csv_cell(csv, j, 0), csv_name(csv, j + 1)) != 0)
            return ERR_SET(ERR_PARSE,
                           "%s:%zu: '%s' stands where '%s' should: rows have the order of the "
                           "columns",
                           csv->path, csv->list[j + 1].line, csv_cell(csv, j, 0),
                           csv_name(csv, j + 1));
        TRY(csv_numbers(csv, j + 1, column));
        for (size_t i = 0; i < n; i++) {
            if (!isfinite(column[i]))
                return ERR_SET(ERR_PARSE, "%s:%zu: field '%s': '%s' is not a finite number",
                               csv->path, csv->list[i + 1].line, csv_name(csv, j + 1),
                               csv_cell(csv, i, j + 1));
            input->covariance[i * n + j] = column[i];
        }
    }
    return 0;
}

static int read_data(const struct args *args, struct portfolio_input *input) {
    static const char *const kinds[] = {"returns", "prices", "covariance"};
    size_t kind = 3;
    for (size_t k = 0; k < 3; k++) {
        if (!args_has(args, kinds[k])) continue;
        if (kind < 3)
            return ERR_SET(ERR_ARGUMENT, "--%s and --%s exclude each other", kinds[kind], kinds[k]);
        kind = k;
    }
    if (kind == 3)
        return ERR_SET(ERR_ARGUMENT, "give --returns FILE, --prices FILE or --covariance FILE");
    TRY(csv_open(&input->data, args_get(args, kinds[kind], NULL)));
    if (input->data.rows == 0)
        return ERR_SET(ERR_PARSE, "%s: has no row behind its header", input->data.path);
    input->names = ARENA_NEW(&input->arena, const char *, PORTFOLIO_ASSETS_MAX + 1);
    if (input->names == NULL) return ERR_NOMEM;
    if (kind == 2) {
        if (args_has(args, "shrink") || args_has(args, "periods"))
            return ERR_SET(ERR_ARGUMENT, "--shrink and --periods need --returns or --prices");
        return read_covariance(input);
    }
    TRY(read_columns(input, kind == 1));
    return make_moments(args, input);
}

static int find_asset(const struct portfolio_input *input, const char *name) {
    for (size_t i = 0; i < input->count; i++)
        if (strcmp(input->names[i], name) == 0) return (int)i;
    return -1;
}

// Which asset each row of the table is; without data the rows themselves.
static int match_rows(struct portfolio_input *input, size_t column, bool has_data,
                      size_t *ret_asset) {
    const struct csv *csv = &input->table;
    size_t *line = ARENA_NEW(&input->arena, size_t, PORTFOLIO_ASSETS_MAX + 1);
    if (line == NULL) return ERR_NOMEM;
    for (size_t i = 0; i < csv->rows; i++) {
        const char *name = csv_cell(csv, i, column);
        if (!has_data) TRY(add_name(input, csv, name, csv->list[i + 1].line));
        int asset = find_asset(input, name);
        if (asset < 0)
            return ERR_SET(ERR_PARSE, "%s:%zu: %s has no asset '%s'", csv->path,
                           csv->list[i + 1].line, input->data.path, name);
        if (line[asset] != 0)
            return ERR_SET(ERR_PARSE, "%s:%zu: '%s' is there already, in line %zu", csv->path,
                           csv->list[i + 1].line, name, line[asset]);
        line[asset] = csv->list[i + 1].line;
        ret_asset[i] = (size_t)asset;
    }
    return 0;
}

static int column_of(const char *name) {
    for (size_t k = 0; k < PORTFOLIO_COLUMN_COUNT; k++)
        if (strcasecmp(name, column_names[k]) == 0) return (int)k;
    return -1;
}

static int read_numbers(struct portfolio_input *input, size_t column, size_t kind,
                        const size_t *assets) {
    const struct csv *csv = &input->table;
    double *cells = ARENA_NEW(&input->arena, double, csv->rows + 1);
    double *values = ARENA_NEW(&input->arena, double, input->count);
    if (cells == NULL || values == NULL) return ERR_NOMEM;
    TRY(csv_numbers(csv, column, cells));
    for (size_t i = 0; i < input->count; i++) values[i] = NAN;
    for (size_t i = 0; i < csv->rows; i++) {
        if (isinf(cells[i]))
            return ERR_SET(ERR_PARSE, "%s:%zu: field '%s': '%s' is not a finite number", csv->path,
                           csv->list[i + 1].line, csv_name(csv, column), csv_cell(csv, i, column));
        values[assets[i]] = cells[i];
    }
    input->table_columns[kind] = values;
    return 0;
}

static int read_groups(struct portfolio_input *input, size_t column, const size_t *assets) {
    input->groups = ARENA_NEW(&input->arena, const char *, input->count);
    if (input->groups == NULL) return ERR_NOMEM;
    for (size_t i = 0; i < input->count; i++) input->groups[i] = "";
    for (size_t i = 0; i < input->table.rows; i++)
        input->groups[assets[i]] = csv_cell(&input->table, i, column);
    return 0;
}

static int unknown_column(const struct csv *csv, size_t column) {
    struct text names;
    text_init(&names, 4096);
    for (size_t k = 0; k < PORTFOLIO_COLUMN_COUNT; k++)
        text_printf(&names, "%s, ", column_names[k]);
    int rc = ERR_SET(ERR_PARSE, "%s:%zu: there is no column '%s'; there are asset, %sgroup",
                     csv->path, csv->list[0].line, csv_name(csv, column), text_string(&names));
    text_fini(&names);
    return rc;
}

static int read_table(const struct args *args, struct portfolio_input *input, bool has_data) {
    struct csv *csv = &input->table;
    TRY(csv_open(csv, args_get(args, "assets", NULL)));
    int name = csv_find(csv, "asset");
    if (name < 0)
        return ERR_SET(ERR_PARSE, "%s:%zu: has no column 'asset'", csv->path, csv->list[0].line);
    if (!has_data) input->names = ARENA_NEW(&input->arena, const char *, PORTFOLIO_ASSETS_MAX + 1);
    size_t *assets = ARENA_NEW(&input->arena, size_t, csv->rows + 1);
    if (input->names == NULL || assets == NULL) return ERR_NOMEM;
    TRY(match_rows(input, (size_t)name, has_data, assets));
    if (input->count == 0) return ERR_SET(ERR_PARSE, "%s: has no asset", csv->path);
    for (size_t column = 0; column < csv->columns; column++) {
        int kind = column_of(csv_name(csv, column));
        if ((int)column == name) continue;
        if (strcasecmp(csv_name(csv, column), "group") == 0)
            TRY(read_groups(input, column, assets));
        else if (kind < 0)
            return unknown_column(csv, column);
        else
            TRY(read_numbers(input, column, (size_t)kind, assets));
    }
    if (input->table_columns[PORTFOLIO_COLUMN_mean] == NULL) return 0;
    double *own = input->mean;
    TRY(portfolio_input_values(input, PORTFOLIO_COLUMN_mean, NAN, &input->mean));
    for (size_t i = 0; own != NULL && i < input->count; i++)
        if (isnan(input->mean[i])) input->mean[i] = own[i];
    return 0;
}
