// SPDX-License-Identifier: Apache-2.0
#include "edge/api/panel_request.h"

#include <string.h>

#include "base/timestamp.h"
#include "edge/api/api_state.h"

enum { ROWS = 2520, TEXT_MAX = 64 << 20, CSV_MAX = 1 << 20 };

const struct object panel_request_tail = {
    .name = "TailRisk",
    .help = "What fulmar risk var, es or contrib --json prints (docs/risk.md).",
    .open = true};

static int64_t time_of(const struct call *call, const char *name, int64_t fallback) {
    const char *text = call_text(call, name);
    int64_t ns = fallback;
    if (text[0] != '\0') (void)!timestamp_parse(text, strlen(text), &ns);
    return ns;
}

int panel_request_read(struct call *call, bool returns, struct text *ret_csv) {
    const json_t *list = call_member(call, "series");
    const char *series[PANEL_SERIES_MAX];
    struct panel panel;
    struct panel_options options = {.series = series,
                                    .count = json_array_size(list),
                                    .from_ns = time_of(call, "from", INT64_MIN),
                                    .to_ns = time_of(call, "to", INT64_MAX),
                                    .rows = (size_t)call_int(call, "rows", ROWS)};
    for (size_t i = 0; i < options.count && i < PANEL_SERIES_MAX; i++)
        series[i] = json_string_value(json_array_get(list, i));
    int rc = panel_read(call->worker->tapes, call->api->options.tape_root, &options, &panel);
    if (rc == 0) {
        text_init(ret_csv, TEXT_MAX);
        panel_print(&panel, returns, ret_csv);
        rc = text_error(ret_csv);
        if (rc < 0) text_fini(ret_csv);
    }
    panel_free(&panel);
    return rc;
}

int panel_request_weights(struct question *question, const char *const *names,
                          const double *weights, size_t count) {
    struct text csv;
    text_init(&csv, CSV_MAX);
    text_add(&csv, "asset,weight\n");
    for (size_t i = 0; i < count; i++) text_printf(&csv, "%s,%.17g\n", names[i], weights[i]);
    int rc = text_error(&csv);
    if (rc == 0) rc = asks_input(question, "weights", "weights", csv.data, csv.len);
    text_fini(&csv);
    return rc;
}
