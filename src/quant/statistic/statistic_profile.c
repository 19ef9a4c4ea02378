// SPDX-License-Identifier: Apache-2.0
#include "quant/series/profile.h"
#include "quant/statistic/statistic.h"

enum { ROWS_MAX = 100000 };
enum { POC, VAH, VAL, SHARE, PRICE, VOLUME, NODE, OUTPUT_COUNT };

static const struct statistic_output outputs[OUTPUT_COUNT] = {
    [POC] = {.name = "poc",
             .help = "Point of control: the middle of the row with the most volume."},
    [VAH] = {.name = "vah", .help = "Upper edge of the value area."},
    [VAL] = {.name = "val", .help = "Lower edge of the value area."},
    [SHARE] = {.name = "share", .help = "Of all volume that the value area holds."},
    [PRICE] = {.name = "price", .shape = STATISTIC_VECTOR, .help = "The middle of each row."},
    [VOLUME] = {.name = "volume", .shape = STATISTIC_VECTOR, .help = "Traded in each row."},
    [NODE] = {.name = "node",
              .shape = STATISTIC_VECTOR,
              .help = "Of each row: 1 a high-volume node, a peak by prominence; -1 a low-volume "
                      "node, the lowest row between two of these; 0 neither."}};

enum { ROWS, HEIGHT, AREA, SMOOTH, PROMINENCE, PARAM_COUNT };

static const struct param params[PARAM_COUNT] = {
    [ROWS] = {.name = "rows",
              .type = PARAM_INT,
              .unit = "rows",
              .def = 24,
              .min = 1,
              .max = ROWS_MAX,
              .help = "Rows of equal height over the whole range, where no height is given."},
    [HEIGHT] = {.name = "height",
                .type = PARAM_REAL,
                .unit = "price",
                .def = 0,
                .min = 0,
                .max = 1e12,
                .help = "Height of a row, whose edges are then multiples of it; 0: as rows says."},
    [AREA] = {.name = "area",
              .type = PARAM_REAL,
              .unit = "fraction",
              .def = 0.7,
              .min = 0.01,
              .max = 1,
              .help = "Share of all volume that the value area holds at least."},
    [SMOOTH] = {.name = "smooth",
                .type = PARAM_INT,
                .unit = "rows",
                .def = 1,
                .min = 0,
                .max = 1000,
                .help = "Rows to either side that nodes are smoothed over."},
    [PROMINENCE] = {.name = "prominence",
                    .type = PARAM_REAL,
                    .unit = "fraction",
                    .def = 0.15,
                    .min = 1e-6,
                    .max = 1,
                    .help = "Of a high-volume node, of the highest smoothed row, at least."}};

static int check_bars(const struct statistic_data *data) {
    const double *high = data->columns[0], *low = data->columns[1], *volume = data->columns[2];
    double all = 0;
    if (data->count == 0) return ERR_SET(ERR_ARGUMENT, "a profile needs at least one row");
    for (size_t i = 0; i < data->count; i++) {
        if (high[i] < low[i])
            return ERR_SET(ERR_ARGUMENT, "row %zu: high %.15g is below low %.15g", i + 1, high[i],
                           low[i]);
        if (volume[i] < 0)
            return ERR_SET(ERR_ARGUMENT, "row %zu: volume is %.15g; it is 0 or above", i + 1,
                           volume[i]);
        all += volume[i];
    }
    return all > 0 ? 0 : ERR_SET(ERR_ARGUMENT, "no row has a volume");
}

static double edge(const struct profile *profile, double row) {
    return profile->bottom + profile->height * row;
}

static int nodes_find(const struct statistic_data *data, const struct profile *profile,
                      const double *values, struct statistic_value *ret_node) {
    struct profile_nodes nodes = {.smooth = (size_t)values[SMOOTH],
                                  .share = values[PROMINENCE],
                                  .scratch = ARENA_NEW(data->arena, double, profile->rows),
                                  .high = ARENA_NEW(data->arena, size_t, profile->rows),
                                  .low = ARENA_NEW(data->arena, size_t, profile->rows)};
    double *node = statistic_vector(data, profile->rows, ret_node);
    if (node == NULL || nodes.scratch == NULL || nodes.high == NULL || nodes.low == NULL)
        return ERR_SET(ERR_NOMEM, "no memory for the nodes of %zu rows", profile->rows);
    profile_find_nodes(profile, &nodes);
    for (size_t i = 0; i < nodes.high_count; i++) node[nodes.high[i]] = 1;
    for (size_t i = 0; i < nodes.low_count; i++) node[nodes.low[i]] = -1;
    return 0;
}

static int volume_profile(const struct statistic_data *data, const double *values,
                          struct statistic_value *ret) {
    const double *high = data->columns[0], *low = data->columns[1], *volume = data->columns[2];
    struct profile profile;
    TRY(check_bars(data));
    size_t most = values[HEIGHT] > 0 ? ROWS_MAX : (size_t)values[ROWS];
    size_t rows = profile_span(high, low, data->count, most, values[HEIGHT], &profile);
    if (rows == 0)
        return ERR_SET(ERR_ARGUMENT, "rows of %g would be more than %d; give a larger height",
                       values[HEIGHT], ROWS_MAX);
    double *price = statistic_vector(data, rows, &ret[PRICE]);
    profile.volume = statistic_vector(data, rows, &ret[VOLUME]);
    if (price == NULL || profile.volume == NULL) return ERR_NOMEM;
    profile_add(&profile, high, low, volume, data->count);
    for (size_t row = 0; row < rows; row++) price[row] = edge(&profile, (double)row + 0.5);
    struct value_area area = profile_value_area(&profile, values[AREA]);
    ret[POC].number = price[area.control];
    ret[VAH].number = edge(&profile, (double)area.high + 1);
    ret[VAL].number = edge(&profile, (double)area.low);
    ret[SHARE].number = area.share;
    return nodes_find(data, &profile, values, &ret[NODE]);
}

static const struct statistic statistics[] = {
    {.name = "volume_profile",
     .summary =
         "Volume by price: point of control, value area, nodes and the volume of each row; a bar's "
         "volume is spread evenly from its low to its high.",
     .source = "Steidlmayer, Steidlmayer on Markets (1989); CBOT Market Profile (1991)",
     .inputs = {"high", "low", "volume"},
     .input_count = 3,
     .outputs = outputs,
     .output_count = OUTPUT_COUNT,
     .params = params,
     .param_count = PARAM_COUNT,
     .evaluate = volume_profile},
};

const struct statistic_table statistic_profile = {
    .title = "Volume by price",
    .rows = statistics,
    .count = sizeof statistics / sizeof *statistics,
};
