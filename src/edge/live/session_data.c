// SPDX-License-Identifier: Apache-2.0
// The data of a session and what plays them: bars through research/backtest.h, recorded feeds through its sister.
#include "edge/live/session_state.h"

int session_data_open(struct session *session) {
    const struct session_desk *desk = &session->desk;
    session->config = (struct backtest_config){.source = desk->source,
                                               .capital = desk->capital,
                                               .account_currency = desk->account_currency,
                                               .observer = desk->observer};
    session->config.observer.journal = session_sink(session);
    session->config.observer.progress = NULL;
    if (desk->feeds.feed_count == 0)
        return backtest_open(&session->arena, desk->engine, desk->exchange, &session->config,
                             &session->backtest);
    session->ticks = desk->feeds;
    session->ticks.capital = desk->capital;
    session->ticks.account_currency = desk->account_currency;
    session->ticks.observer = session->config.observer;
    session->ticks.stop = NULL;
    return tick_backtest_open(&session->arena, desk->engine, &session->ticks, &session->feeds);
}

int session_data_next(const struct session *session, int64_t *ret_ts_ns) {
    return session->feeds != NULL ? tick_backtest_next(session->feeds, ret_ts_ns)
                                  : backtest_next(session->backtest, ret_ts_ns);
}

int session_data_step(struct session *session, const struct backtest_bound *bound) {
    return session->feeds != NULL ? tick_backtest_step(session->feeds, bound)
                                  : backtest_step(session->backtest, bound);
}

int session_data_command(struct session *session, union event *event) {
    return session->feeds != NULL ? tick_backtest_command(session->feeds, event)
                                  : backtest_command(session->backtest, event);
}

void session_data_result(const struct session *session, struct backtest_result *ret_result) {
    if (session->feeds != NULL)
        tick_backtest_result(session->feeds, ret_result);
    else
        backtest_result(session->backtest, ret_result);
}

uint64_t session_data_seq(const struct session *session) {
    return session->feeds != NULL ? tick_backtest_seq(session->feeds)
                                  : backtest_seq(session->backtest);
}

int64_t session_data_now_ns(const struct session *session) {
    return session->feeds != NULL ? tick_backtest_now_ns(session->feeds)
                                  : backtest_now_ns(session->backtest);
}

uint64_t session_data_market(const struct session *session) {
    return session->feeds != NULL ? tick_backtest_market(session->feeds)
                                  : backtest_market(session->backtest);
}
