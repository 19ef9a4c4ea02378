// SPDX-License-Identifier: Apache-2.0
// Backtests for a program that holds their results in memory.
#include <fulmar/fulmar.h>
#include <stdlib.h>
#include <string.h>

#include "app/plugin.h"
#include "app/run/run_report.h"

struct fulmar_run {
    struct run *run;
    struct run_report *report;
    struct backtest_result result;
};

static int play(struct fulmar_run *self, struct run_config *configuration, const char *root) {
    plugin_begin();
    TRY(run_open(configuration, root, &self->run));
    TRY(run_report_new(self->run, root, &self->report));
    struct backtest_config config = {
        .capital = self->run->capital,
        .account_currency = self->run->engine_config.account_currency,
        .observer = run_report_observer(self->report),
    };
    TRY(run_play(self->run, &config, &self->result));
    TRY(plugin_faults());
    return run_report_finish(self->report, &self->result);
}

int fulmar_backtest(const char *configuration, const char *root, struct fulmar_run **ret_run) {
    struct run_config *config;
    TRY(run_config_parse("the configuration", configuration, strlen(configuration), &config));
    struct fulmar_run *self = calloc(1, sizeof *self);
    if (self == NULL) {
        run_config_free(config);
        return ERR_SET(ERR_NOMEM, "no memory for a run");
    }
    int rc = play(self, config, root);
    if (rc < 0) {
        fulmar_run_free(self);
        return rc;
    }
    *ret_run = self;
    return 0;
}

void fulmar_run_free(struct fulmar_run *run) {
    if (run == NULL) return;
    run_report_free(run->report);
    run_close(run->run);
    free(run);
}

uint64_t fulmar_run_state_hash(const struct fulmar_run *run) {
    return run->result.state_hash;
}

// The text's memory becomes the caller's.
static int give(struct text *text, int rc, char **ret_text) {
    if (rc == 0) rc = text_error(text);
    if (rc == 0 && text->data == NULL) {
        text_add(text, "");
        rc = text_error(text);
    }
    if (rc < 0) {
        text_fini(text);
        return rc;
    }
    *ret_text = text->data;
    return 0;
}

int fulmar_run_json(struct fulmar_run *run, char **ret_text) {
    struct text text;
    text_init(&text, REPORT_TEXT_MAX);
    report_json(run_report_get(run->report), &text);
    return give(&text, 0, ret_text);
}

int fulmar_run_table(struct fulmar_run *run, const char *table, char **ret_text) {
    struct text text;
    text_init(&text, REPORT_TEXT_MAX);
    return give(&text, report_csv(run_report_get(run->report), table, &text), ret_text);
}

int fulmar_run_page(struct fulmar_run *run, char **ret_text) {
    struct text text;
    text_init(&text, REPORT_TEXT_MAX);
    report_html(run_report_get(run->report), &text);
    return give(&text, 0, ret_text);
}
