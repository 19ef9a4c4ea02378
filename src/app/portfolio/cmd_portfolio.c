// SPDX-License-Identifier: Apache-2.0
// fulmar portfolio METHOD: weights from a file of returns, prices or covariances.
#include "app/commands.h"
#include "app/portfolio/portfolio_call.h"

static int run(const struct args *args) {
    if (args->operand_count != 1) {
        (void)ERR_SET(ERR_ARGUMENT, "name one method; see fulmar portfolio --help");
        return STATUS_USAGE;
    }
    const struct portfolio_method *method = portfolio_method_find(args->operands[0]);
    if (method == NULL) return STATUS_USAGE;
    struct portfolio_call call;
    int rc = portfolio_call_run(args, method, &call);
    const char *plot = args_get(args, "plot", NULL);
    if (rc == 0 && plot != NULL) rc = portfolio_output_plot(&call, plot);
    if (rc == 0 && args->json) portfolio_output_json(&call);
    if (rc == 0 && !args->json) portfolio_output_table(&call);
    portfolio_call_free(&call);
    return rc == 0 ? STATUS_DONE : call.misused ? STATUS_USAGE : STATUS_FAILED;
}

static const struct option options[] = {
    {"returns", "FILE", NULL, "a CSV file with a column of simple returns an asset"},
    {"prices", "FILE", NULL, "the same with prices"},
    {"covariance", "FILE", NULL, "a covariance of a year: names, then a column an asset"},
    {"assets", "FILE", NULL,
     "a table with a row an asset: asset, group, mean, min, max, held, cost, impact, uncertainty, "
     "budget, market"},
    {"rf", "R", NULL, "riskless rate a year; default 0.02"},
    {"periods", "N", NULL, "rows a year; default 252"},
    {"shrink", "TARGET", "none|identity|constant|oas",
     "shrinks the covariance: none, identity, constant or oas; default none"},
    {"min-weight", "W", NULL, "least weight of an asset; default 0"},
    {"max-weight", "W", NULL, "largest weight of an asset; default none"},
    {"group", "NAME=LOW:HIGH", NULL,
     "limits of the sum of a group's weights, either empty; may be given again"},
    {"turnover", "T", NULL, "largest sum of weights bought and sold, from the column held"},
    {"trade-cost", "C", NULL, "cost of trading, by weight traded; default none"},
    {"impact", "K", NULL, "cost of trading, by its square: mean-variance with --aversion"},
    {"uncertainty", "U", NULL,
     "robust: each mean may be off by so much and the worst case counts; default none"},
    {"target", "R", NULL, "the return a year to reach: mean-variance, min-cvar"},
    {"aversion", "A", NULL,
     "risk aversion: mean-variance without a target, default 1; black-litterman, default 2.5"},
    {"points", "N", NULL, "of the frontier; default 11"},
    {"confidence", "C", NULL, "of min-cvar; default 0.95"},
    {"distance", "KIND", "correlation|columns",
     "hrp, herc: between assets by correlation, or between the columns of those; default "
     "correlation"},
    {"linkage", "KIND", "single|complete|average|ward", "herc: how clusters join; default ward"},
    {"clusters", "K", NULL, "herc: how many; default by the gaps of their dispersion"},
    {"views", "FILE", NULL,
     "black-litterman: a row a view: value, deviation (may be left out), then weights by asset"},
    {"tau", "T", NULL, "black-litterman: uncertainty of the equilibrium; default 0.05"},
    {"total-max", "W", NULL, "kelly, kelly-mean: largest sum of weights; default 1"},
    {"value", "V", NULL, "with --prices: the weights as whole lots that V buys at the last prices"},
    {"plot", "FILE", NULL, "draws the frontier, or weights and shares of risk, as .svg or .png"},
    {"probability", "P", NULL, "kelly-bet: of winning"},
    {"odds", "B", NULL, "kelly-bet: won for each unit staked"},
};

const struct command command_portfolio = {
    .name = "portfolio",
    .summary = "weights of a portfolio from returns, prices or a covariance",
    .operands = "METHOD",
    .details =
        "METHOD is mean-variance, min-variance, max-sharpe, frontier, min-cvar, erc (equal shares "
        "of "
        "risk, or shares by the column budget), hrp and herc (hierarchies), max-diversification, "
        "black-litterman, kelly (the fastest growth over the rows), kelly-mean (the same by mean "
        "and "
        "covariance) or kelly-bet. Means and covariances are those of a year; weights sum to 1 but "
        "for black-litterman and kelly. An option or a column that a method has no use for is an "
        "error. --json adds the certificate: how far the weights are from meeting the conditions "
        "of optimality. See docs/portfolio.md.",
    .example =
        "fulmar portfolio max-sharpe --returns returns.csv --rf 0.02\n"
        "fulmar portfolio mean-variance --prices prices.csv --assets assets.csv --aversion 4 "
        "--turnover 0.2 --group energy=:0.2\n"
        "fulmar portfolio min-cvar --returns returns.csv --confidence 0.975 --target 0.08\n"
        "fulmar portfolio herc --prices prices.csv --shrink identity --json",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
