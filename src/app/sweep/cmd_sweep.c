// SPDX-License-Identifier: Apache-2.0
// fulmar sweep: one strategy with many parameters over the same data.
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>

#include "app/commands.h"
#include "app/run/run_args.h"
#include "app/sweep/sweep_doubt.h"

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal) {
    (void)signal;
    interrupted = 1;
}

static int open_file(struct sweep *sweep, struct sweep_file **ret_file) {
    const char *path = args_get(sweep->args, "out", NULL);
    if (path == NULL) return 0;
    struct text description;
    text_init(&description, 8 << 20);
    int rc = sweep_describe(sweep, &description);
    if (rc == 0)
        rc = sweep_file_open(path, text_string(&description), sweep->plan.count, sweep->unit,
                             sweep->rows, ret_file, &sweep->resumed);
    text_fini(&description);
    if (rc < 0) return rc;
    sweep->done = sweep->resumed;
    if (sweep->resumed > 0)
        fprintf(stderr, "%s: going on after %" PRIu64 " of %" PRIu64 " trials\n", path,
                sweep->resumed, sweep->plan.count);
    return 0;
}

// The first error and its story; later ones are left.
struct trouble {
    int rc;
    char story[1024];
};

static void note(struct trouble *trouble, int rc) {
    if (rc >= 0 || trouble->rc < 0) return;
    trouble->rc = rc;
    snprintf(trouble->story, sizeof trouble->story, "%s", err_story());
}

// The ranking may be in no file: what fails on the way is told after it.
static int tell(struct sweep *sweep, struct sweep_doubt *doubt) {
    const char *page = args_get(sweep->args, "html", NULL);
    const char *heatmap = args_get(sweep->args, "heatmap", NULL);
    struct trouble trouble = {0};
    TRY(sweep_rank(sweep));
    note(&trouble, sweep_doubt_work(sweep, doubt));
    if (sweep->args->json)
        note(&trouble, sweep_json(sweep, doubt));
    else
        sweep_print(sweep, doubt);
    if (page != NULL) note(&trouble, sweep_page(sweep, doubt, page));
    if (heatmap != NULL) note(&trouble, sweep_heatmap(sweep, heatmap));
    if (trouble.rc < 0) return ERR_SET(trouble.rc, "%s", trouble.story);
    if (!sweep->interrupted) return 0;
    return ERR_SET(ERR_INTERRUPTED,
                   "the search was interrupted after %" PRIu64 " of %" PRIu64 " trials%s",
                   sweep->done, sweep->plan.count,
                   args_has(sweep->args, "out") ? "; the same command goes on" : "");
}

static int run_sweep(const struct args *args) {
    struct sweep sweep;
    static struct sweep_doubt doubt;
    struct sweep_file *file = NULL;
    int rc = sweep_open(args, &sweep);
    long top = (long)sweep.top;
    if (rc == 0) rc = args_int(args, "top", 0, 1000000, &top);
    sweep.top = (uint64_t)top;
    if (rc == 0) rc = sweep_doubt_level_of(args, &doubt.level);
    if (rc == 0) rc = open_file(&sweep, &file);
    if (rc == 0) rc = sweep_doubt_prepare(&sweep, &doubt);
    int opened = rc;
    if (rc == 0) {
        signal(SIGINT, on_interrupt);
        signal(SIGTERM, on_interrupt);
        rc = sweep_work(&sweep, file, &interrupted, args->json);
    }
    int closed = sweep_file_close(file);
    if (rc == 0) rc = closed;
    if (rc == 0) rc = tell(&sweep, &doubt);
    sweep_close(&sweep);
    if (opened == ERR_ARGUMENT || rc == ERR_ARGUMENT) return STATUS_USAGE;
    return rc == 0 ? STATUS_DONE : STATUS_FAILED;
}

static const struct option options[] = {
    {"where", "CONDITION", NULL, "Combinations to try: 'fast < slow and slow <= 4 * fast'."},
    {"search", "METHOD", "grid|random|sobol", "How points are chosen; every one by default."},
    {"samples", "NUMBER", NULL, "How many points random and sobol try; 1000 by default."},
    {"objective", "MEASURE", NULL, "What is best: sharpe by default; -MEASURE turns it round."},
    {"require", "CONDITION", NULL, "Results to rank: 'trades >= 20 and max_drawdown > -0.3'."},
    {"top", "NUMBER", NULL, "How many of the best to print; 10 by default."},
    {"heatmap", "FILE.svg", NULL, "Draw the objective over the first two parameters; or .png."},
    {"doubt", "LEVEL", "off|quick|full",
     "What is asked about the best: full by default; quick: what the trials tell."},
    {"html", "FILE", NULL,
     "Write a page: the best, what they are worth, bands of other histories."},
    {"out", "FILE", NULL, "Keep all results; the same command goes on where it was killed."},
    {"memory", "SIZE", NULL, "Memory that may be used, as in 512M; 2G by default."},
    {"threads", "NUMBER", NULL, "Threads; the processors by default."},
    {"events", NULL, NULL,
     "Run every trial on the event engine; quick lanes try first by default."},
    RUN_OPTIONS,
};

const struct command command_sweep = {
    .name = "sweep",
    .summary = "search a strategy's parameters, every trial as exact as a backtest",
    .operands = "",
    .details =
        "Runs one strategy with every combination of parameters that --param names:\n"
        "  --param fast=2:100        whole numbers from 2 to 100\n"
        "  --param entry=1:3:0.25    in steps\n"
        "  --param slow=10:1000:x2   by a factor\n"
        "  --param sides=long,both   these values\n"
        "  --param fast=20           fixed\n\n"
        "Data is decoded once for all threads. Each trial's trades, fees and equity are those of\n"
        "fulmar backtest with the same parameters, to the last unit. With --out, results stream "
        "to\n"
        "a file of columns, and the same command goes on with it after a crash.\n\n"
        "Measures: total_return, cagr, sharpe, sortino, calmar, volatility, max_drawdown, skew,\n"
        "kurtosis, time_in_market, hit_rate, profit_factor, expectancy, trades, fills, fees,\n"
        "equity, days. What is undefined (no trade, no day) ranks last and meets no condition.",
    .example = "fulmar sweep --data BTCUSD --strategy sma_cross --param fast=2:100 --param "
               "slow=2:100 \\\n"
               "  --where 'fast < slow' --fee maker_taker:taker=10 --heatmap sma.svg",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_sweep,
};
