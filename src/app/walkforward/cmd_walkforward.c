// SPDX-License-Identifier: Apache-2.0
// fulmar walkforward: choose parameters on the past, live by them on what follows, again and again.
#include <signal.h>
#include <stdio.h>

#include "app/commands.h"
#include "app/run/run_args.h"
#include "app/walkforward/walkforward.h"

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal) {
    (void)signal;
    interrupted = 1;
}

static int tell(const struct walkforward *walkforward, const struct args *args) {
    const char *page = args_get(args, "html", NULL);
    if (walkforward->interrupted) return ERR_SET(ERR_INTERRUPTED, "the walk was interrupted");
    if (args->json)
        TRY(walkforward_json(walkforward));
    else
        walkforward_print(walkforward);
    return page != NULL ? walkforward_page(walkforward, page) : 0;
}

static int run_walkforward(const struct args *args) {
    static struct walkforward walkforward;
    int rc = walkforward_open(args, &walkforward);
    int opened = rc;
    if (rc == 0) {
        signal(SIGINT, on_interrupt);
        signal(SIGTERM, on_interrupt);
        rc = walkforward_work(&walkforward, &interrupted);
    }
    if (rc == 0) rc = tell(&walkforward, args);
    walkforward_close(&walkforward);
    if (opened == ERR_ARGUMENT || rc == ERR_ARGUMENT) return STATUS_USAGE;
    return rc == 0 ? STATUS_DONE : STATUS_FAILED;
}

static const struct option options[] = {
    {"method", "METHOD", "rolling|anchored|combinatorial",
     "Train stretches of one length, growing ones, or every choice of groups; rolling by default."},
    {"windows", "NUMBER", NULL, "How many windows; 10 by default, or what --test leaves room for."},
    {"train", "DURATION", NULL, "What to choose parameters on; four times --test by default."},
    {"test", "DURATION", NULL, "What to live by them on; what the windows leave by default."},
    {"purge", "DURATION", NULL, "Left out of training before a test; none by default."},
    {"embargo", "DURATION", NULL, "Combinatorial: left out of training after a test."},
    {"groups", "NUMBER", NULL, "Combinatorial: parts of the data; 8 by default."},
    {"test-groups", "NUMBER", NULL, "Combinatorial: how many of them are tested; 2 by default."},
    {"warmup", "BARS", NULL,
     "Bars before a train stretch that inputs know; as many as they need by default, or all."},
    {"html", "FILE", NULL, "Write a page with equity, windows and parameters."},
    {"where", "CONDITION", NULL, "Combinations to try: 'fast < slow and slow <= 4 * fast'."},
    {"search", "METHOD", "grid|random|sobol", "How points are chosen; every one by default."},
    {"samples", "NUMBER", NULL, "How many points random and sobol try; 1000 by default."},
    {"objective", "MEASURE", NULL, "What is best: sharpe by default; -MEASURE turns it round."},
    {"require", "CONDITION", NULL, "Results to choose among: 'trades >= 20'."},
    {"memory", "SIZE", NULL, "Memory that may be used, as in 512M; 2G by default."},
    {"threads", "NUMBER", NULL, "Threads; the processors by default."},
    {"events", NULL, NULL,
     "Run every trial on the event engine; quick lanes try first by default."},
    RUN_OPTIONS,
};

const struct command command_walkforward = {
    .name = "walkforward",
    .summary = "choose parameters on the past, live by them on what follows",
    .operands = "",
    .details =
        "In every window the parameters that --param names are searched over a train stretch, as "
        "by\n"
        "fulmar sweep, and the best are lived by on the test stretch after it. The tests together "
        "are\n"
        "one account on the event engine, in which parameters change where windows do: what is "
        "held\n"
        "goes over, and is kept or traded away at the costs of any other order.\n\n"
        "--method combinatorial cuts the data in groups, chooses on all of them but some, for "
        "every\n"
        "choice of those, and makes of what was tested several paths through all of the data.",
    .example = "fulmar walkforward --data BTCUSD --strategy sma_cross --param fast=5:50:5 --param "
               "slow=20:200:20 \\\n"
               "  --where 'fast < slow' --fee maker_taker:taker=10 --train 730d --test 180d --html "
               "walk.html",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_walkforward,
};
