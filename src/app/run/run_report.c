// SPDX-License-Identifier: Apache-2.0
#include "app/run/run_report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/run/run_limits.h"
#include "app/run/run_watch.h"
#include "base/check.h"
#include "base/io.h"
#include "base/timestamp.h"
#include "report/fold.h"

struct run_report {
    struct run *run;
    struct report *report;
    struct report_strategy strategies[RUN_STRATEGIES_MAX];
    char names[RUN_STRATEGIES_MAX][RUN_STRATEGY_NAME_SIZE];
    struct report_limit limits[RUN_LIMITS_MAX];
    struct tape *benchmark;
};

// Without a venue: a journal is replayed.
static bool is_replay(const struct run *run) {
    return run->exchange == NULL && run->feeds == NULL && run->market == NULL;
}

static int feed_benchmark(struct run_report *report) {
    const struct tape *tape = report->benchmark;
    int32_t decimals = tape_meta(tape)->instrument.price_decimals;
    for (uint32_t p = 0; p < tape_partition_count(tape); p++) {
        struct tape_bars bars = tape_bars(tape, p);
        for (uint64_t i = 0; i < bars.count; i++)
            TRY(report_benchmark(report->report, bars.close_ns[i],
                                 decimal_to_double(bars.close[i], decimals)));
    }
    return 0;
}

static int open_benchmark(struct run_report *report, const char *tape_root) {
    const char *name = report->run->config->benchmark;
    struct tape_series series;
    if (name == NULL) return 0;
    TRY(tape_find(tape_root, name, &series));
    if (series.kind != TAPE_BARS && series.kind != TAPE_MIDS)
        return ERR_SET(ERR_UNSUPPORTED, "the benchmark %s is not a series of bars", name);
    TRY(tape_open(tape_root, &series, &report->benchmark));
    return feed_benchmark(report);
}

static void tell_execution(const struct engine_strategy_config *strategy, struct text *out) {
    const struct algo *algo = strategy->execution;
    if (algo == NULL) return;
    text_printf(out, "execution of %s\t%s: %s", strategy->strategy->name, algo->name,
                algo->summary);
    for (size_t k = 0; k < algo->param_count; k++) {
        text_printf(out, "%s%s = ", k == 0 ? " " : ", ", algo->params[k].name);
        params_print_value(&algo->params[k], strategy->execution_params[k], out);
    }
    text_add(out, ".\n");
}

static int tell_assumptions(const struct run_report *report) {
    struct text text;
    text_init(&text, 1 << 20);
    const struct run *run = report->run;
    if (is_replay(run))
        text_add(
            &text,
            "made from a journal\tThe venue's own assumptions, the benchmark, and of a recorded "
            "feed the venue's best prices and queues are in no journal: they are left "
            "out.\n");
    else
        run_describe_venue(run, &text);
    for (uint32_t i = 0; i < run->strategy_count; i++) {
        const struct engine_strategy_config *strategy = &run->strategies[i];
        text_printf(&text, "sizing of %s\t%s", strategy->strategy->name, strategy->sizing->summary);
        for (size_t k = 0; k < strategy->sizing->param_count; k++) {
            text_printf(&text, "%s%s = ", k == 0 ? " " : ", ", strategy->sizing->params[k].name);
            params_print_value(&strategy->sizing->params[k], strategy->sizing_params[k], &text);
        }
        text_add(&text, ".\n");
        tell_execution(strategy, &text);
    }
    for (uint32_t i = 0; i < risk_rule_count(); i++) {
        const struct risk_rule *rule = risk_rule_at(i);
        if (!run->risk.enabled[i]) continue;
        text_printf(&text, "risk: %s\t%s", rule->name, rule->summary);
        for (size_t k = 0; k < rule->param_count; k++) {
            text_printf(&text, "%s%s = ", k == 0 ? " " : ", ", rule->params[k].name);
            params_print_value(&rule->params[k], run->risk.params[i][k], &text);
        }
        text_add(&text, ".\n");
    }
    int rc = text_error(&text);
    if (rc == 0) rc = report_assume(report->report, text_string(&text));
    text_fini(&text);
    return rc;
}

static int tell_origins(const struct run_report *report) {
    const struct run *run = report->run;
    char value[256], id[32];
    for (uint32_t i = 0; i < run->config->instruments_count && i < 40; i++) {
        const struct run_instrument *instrument = &run->config->instruments[i];
        snprintf(value, sizeof value, "%s, %" PRId64 " %s on the tape%s%s", instrument->series,
                 instrument->bars, run->is_feed ? "records" : "bars",
                 instrument->bar_flags & BAR_ADJUSTED ? ", adjusted prices" : "",
                 instrument->bar_flags & BAR_CLOSE_ONLY ? ", closes only" : "");
        TRY(report_origin(report->report, "data", value));
    }
    if (run->config->instruments_count > 40) {
        snprintf(value, sizeof value, "and %u more series", run->config->instruments_count - 40);
        TRY(report_origin(report->report, "data", value));
    }
    snprintf(id, sizeof id, "%016" PRIx64, run->id);
    TRY(report_origin(report->report, "run id", id));
    return report_origin(report->report, "program", "fulmar " FULMAR_VERSION);
}

static int build(struct run_report *report, const char *tape_root) {
    struct run *run = report->run;
    for (uint32_t i = 0; i < run->strategy_count; i++) {
        run_strategy_name(&run->config->strategies[i], report->names[i]);
        report->strategies[i] =
            (struct report_strategy){.name = report->names[i],
                                     .share_ppm = run->strategies[i].share_ppm,
                                     .reasons = run->strategies[i].strategy->reasons,
                                     .reason_count = run->strategies[i].strategy->reason_count,
                                     .position_max = run_watch_position_max(&run->strategies[i])};
    }
    struct report_config config = {
        .instruments = &run->instruments,
        .strategies = report->strategies,
        .strategy_count = run->strategy_count,
        .account_currency = run->engine_config.account_currency,
        .order_max = run->engine_config.order_max,
        .lot_max = run->engine_config.lot_max,
        .cost_method = run->engine_config.cost_method,
        .periods_per_year = run->days_per_year,
        .title = run->config->name != NULL ? run->config->name : "Backtest",
        .benchmark = is_replay(run) ? NULL : run->config->benchmark,
        .sectors = run->sectors,
        .limits = report->limits,
        .limit_count = run_limits(run, report->limits),
        .step_ns = run_watch_step_ns(run),
    };
    report->report = report_new(&config);
    if (report->report == NULL) return ERR_APPEND(ERR_NOMEM, "while making the report");
    run_watch_start(run, report->report);
    if (!is_replay(run)) TRY(open_benchmark(report, tape_root));
    TRY(tell_assumptions(report));
    return tell_origins(report);
}

int run_report_new(struct run *run, const char *tape_root, struct run_report **ret_report) {
    struct run_report *report = calloc(1, sizeof *report);
    if (report == NULL) return ERR_SET(ERR_NOMEM, "no memory for the report");
    report->run = run;
    int rc = build(report, tape_root);
    if (rc < 0) {
        run_report_free(report);
        return rc;
    }
    *ret_report = report;
    return 0;
}

void run_report_free(struct run_report *report) {
    if (report == NULL) return;
    report_free(report->report);
    tape_close(report->benchmark);
    free(report);
}

const struct report *run_report_get(const struct run_report *report) {
    return report->report;
}

static const char *veto_rule(const struct veto_event *veto) {
    if (veto->rule == RISK_RULE_ENGINE) return engine_veto_name(veto->code);
    return veto->rule < risk_rule_count() ? risk_rule_at(veto->rule)->name : "unknown";
}

static int note_veto(struct run_report *report, const struct veto_event *veto) {
    // The engine's own step is the end of a breaker's time.
    bool over = veto->header.kind == EVENT_HALTED && veto->verdict == RISK_ALLOW;
    struct report_note note = {
        .ts_ns = veto->header.ts_ns,
        .rule = over ? "time" : veto_rule(veto),
        .verdict = over ? "resume" : risk_verdict_name(veto->verdict),
        .strategy = veto->strategy,
        .instrument = veto->header.instrument,
        .side = veto->side,
        .qty_asked = veto->qty_asked,
        .qty_left = veto->qty_left,
        .limit = veto->limit,
        .value = veto->value,
    };
    return report_note(report->report, &note);
}

// What an operator said; commands to a strategy are told by what they did to it.
static __attribute__((noinline)) int note_command(struct run_report *report,
                                                  const struct command_event *command) {
    uint16_t kind = command->header.kind;
    if (kind != EVENT_HALT && kind != EVENT_RESUME && kind != EVENT_KILL) return 0;
    bool own = kind != EVENT_KILL && command->scope == HALT_STRATEGY;
    struct report_note note = {
        .ts_ns = command->header.ts_ns,
        .rule = "operator",
        .verdict = own && kind == EVENT_HALT ? "pause" : event_kind_name(kind),
        .strategy = own ? command->index : STRATEGY_NONE,
        .instrument = kind != EVENT_KILL && command->scope == HALT_INSTRUMENT ? command->index
                                                                              : INSTRUMENT_NONE,
        .limit = NAN,
        .value = NAN,
    };
    return report_note(report->report, &note);
}

static int note_strategy(struct run_report *report, const struct strategy_event *event) {
    if (event->cause >= CAUSE_PAUSED) return 0; // told as the command
    struct report_note note = {
        .ts_ns = event->header.ts_ns,
        .rule = strategy_cause_name(event->cause),
        .verdict = strategy_mode_name(event->mode),
        .strategy = event->strategy,
        .instrument = INSTRUMENT_NONE,
        .limit = event->limit,
        .value = event->value,
    };
    return report_note(report->report, &note);
}

static __attribute__((noinline)) int put_output(struct run_report *report,
                                                const struct event_header *event) {
    if (event->kind == EVENT_VETO || event->kind == EVENT_HALTED)
        TRY(note_veto(report, (const void *)event));
    if (event->kind == EVENT_STRATEGY) TRY(note_strategy(report, (const void *)event));
    union event copy; // the engine packs its outputs at 8 bytes, a union event stands at 16
    memcpy(&copy, event, event->size);
    return report_put(report->report, &copy.header);
}

static int put(void *self, const struct event_header *event) {
    struct run_report *report = self;
    if (UNLIKELY(event->kind >= EVENT_HALT && event->kind < EVENT_OUTPUT))
        TRY(note_command(report, (const void *)event));
    return LIKELY(event->kind < EVENT_OUTPUT) ? report_put(report->report, event)
                                              : put_output(report, event);
}

static void mark(void *self, const struct account_mark *mark, const struct engine *engine) {
    struct run_report *report = self;
    report_mark(report->report, mark->ts_ns, mark->equity, mark->gross);
}

static int bars(void *self, const union event *bars, int bar_count,
                const struct account_mark *marks, int mark_count) {
    struct run_report *report = self;
    return report_run(report->report, bars, bar_count, marks, mark_count);
}

struct backtest_observer run_report_observer(struct run_report *report) {
    return (struct backtest_observer){
        .events = {put, report}, .mark = mark, .bars = bars, .self = report};
}

int run_report_set_journal(struct run_report *report, const uint8_t digest[SHA256_SIZE]) {
    char text[SHA256_TEXT_SIZE];
    sha256_print(text, digest);
    return report_origin(report->report, "journal", text);
}

int run_report_finish(struct run_report *report, const struct backtest_result *result) {
    char hash[32], events[32];
    snprintf(hash, sizeof hash, "%016" PRIx64, result->state_hash);
    snprintf(events, sizeof events, "%" PRIu64, result->inputs);
    TRY(report_origin(report->report, "events", events));
    TRY(report_origin(report->report, "state hash", hash));
    TRY(run_watch_end(report->run, report->report));
    return report_end(report->report);
}

static int write_text(const char *path, struct text *text) {
    int rc = text_error(text);
    if (rc < 0) ERR_SET(rc, "%s: the text does not fit", path);
    if (rc == 0) rc = io_write_file(path, text_string(text), text->len);
    text_fini(text);
    return rc;
}

static int write_table(const struct run_report *report, const char *directory, const char *table) {
    struct text text;
    char path[4096];
    text_init(&text, REPORT_TEXT_MAX);
    snprintf(path, sizeof path, "%s/%s.csv", directory, table);
    int rc = report_csv(report->report, table, &text);
    if (rc < 0) {
        text_fini(&text);
        return rc;
    }
    return write_text(path, &text);
}

// Those that are empty in most runs are left out there.
static bool is_wanted(const struct run_report *report, const struct fold *fold) {
    static const char *const rare[] = {"executions", "algorithms", "correlations", "limits"};
    for (size_t i = 0; i < sizeof rare / sizeof *rare; i++)
        if (strcmp(fold->name, rare[i]) == 0) return report_rows(report->report, fold->name) > 0;
    return !fold->venue_side || report->run->is_feed;
}

int run_report_tables(struct run_report *report, const char *directory) {
    TRY(io_make_dirs(directory));
    for (size_t i = 0; i < fold_count(); i++)
        if (is_wanted(report, fold_at(i))) TRY(write_table(report, directory, fold_at(i)->name));
    return 0;
}

int run_report_page(struct run_report *report, const char *path) {
    struct text text;
    text_init(&text, REPORT_TEXT_MAX);
    report_html(report->report, &text);
    return write_text(path, &text);
}

int run_report_save_json(struct run_report *report, const char *path) {
    struct text text;
    text_init(&text, REPORT_TEXT_MAX);
    report_json(report->report, &text);
    return write_text(path, &text);
}

static int print_result(struct run_report *report, bool json) {
    struct text text;
    text_init(&text, REPORT_TEXT_MAX);
    if (json)
        report_json(report->report, &text);
    else
        report_summary(report->report, &text);
    int rc = text_error(&text);
    if (rc == 0) fputs(text_string(&text), stdout);
    text_fini(&text);
    return rc;
}

int run_report_write(struct run_report *report, const struct args *args) {
    const char *page = args_get(args, "report", NULL);
    const char *directory = args_get(args, "csv", NULL);
    if (page != NULL) TRY(run_report_page(report, page));
    if (directory != NULL) TRY(run_report_tables(report, directory));
    if (!is_replay(report->run)) TRY(print_result(report, args->json));
    money_t difference = report_difference(report->report);
    if (page != NULL) fprintf(stderr, "report: %s\n", page);
    if (directory != NULL) fprintf(stderr, "tables: %s/*.csv\n", directory);
    char buf[DECIMAL_TEXT_SIZE];
    money_t unexplained = report_unexplained(report->report);
    decimal_print(buf, sizeof buf, unexplained.m, RUN_MONEY_DECIMALS);
    if (difference.m == 0 && unexplained.m != 0)
        return ERR_SET(ERR_CORRUPT,
                       "the profit by cause differs from the ledger's by %s: do not "
                       "trust this run",
                       buf);
    if (difference.m == 0) return 0;
    decimal_print(buf, sizeof buf, difference.m, RUN_MONEY_DECIMALS);
    return ERR_SET(ERR_CORRUPT,
                   "the report's own ledger differs from the engine's by %s: do not trust this run",
                   buf);
}
