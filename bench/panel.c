// SPDX-License-Identifier: Apache-2.0
#include "panel.h"

#include <stdio.h>

#include "bench.h"
#include "edge/store/import.h"
#include "edge/store/tape.h"

const char *panel_path(void) {
    return bench_shared("data/equity_daily/sp500_daily_2013_2018_dev_249syms.csv.xz");
}

int panel_import(const char *path, const char *tape) {
    struct import_options options;
    struct import_report report;
    import_options_init(&options, tape);
    options.format = "csv";
    options.venue = "US";
    options.currency = "USD";
    options.calendar = CALENDAR_XNYS;
    options.asset = ASSET_EQUITY;
    int rc = import_run(&options, &path, 1, &report);
    if (rc < 0) fprintf(stderr, "%s: %s\n", path, err_story());
    import_report_fini(&report);
    return rc;
}

static int add_series(void *self, const struct tape_series *series) {
    char name[TAPE_NAME_SIZE];
    tape_series_print(series, name);
    text_printf(self, "- %s\n", name);
    return 0;
}

int panel_config(const char *name, const char *text, const char *tape,
                 struct run_config **ret_config) {
    struct text whole;
    text_init(&whole, RUN_CONFIG_MAX);
    text_printf(&whole, "%sdata:\n", text);
    int rc = tape_list(tape, &(struct tape_visitor){add_series, &whole});
    if (rc == 0) rc = text_error(&whole);
    if (rc == 0) rc = run_config_parse(name, text_string(&whole), whole.len, ret_config);
    text_fini(&whole);
    return rc;
}

char *panel_load(const char *path, char *ret_sha256) {
    uint8_t digest[SHA256_SIZE];
    size_t size;
    char *text = bench_load(path, &size);
    if (text == NULL) return NULL;
    sha256(text, size, digest);
    sha256_print(ret_sha256, digest);
    return text;
}
