// SPDX-License-Identifier: Apache-2.0
// Every verb's table row; each is defined in a cmd_ file of a folder of src/app and listed in app/main.c.
#ifndef FULMAR_APP_COMMANDS_H
#define FULMAR_APP_COMMANDS_H

#include "app/command.h"

extern const struct command command_data_import;
extern const struct command command_data_info;
extern const struct command command_data_export;
extern const struct command command_data_book;
extern const struct command command_data_heatmap;
extern const struct command command_data_micro;
extern const struct command command_data_footprint;
extern const struct command command_data_profile;
extern const struct command command_data_latency;
extern const struct command command_calc;
extern const struct command command_score;
extern const struct command command_option_price;
extern const struct command command_option_iv;
extern const struct command command_option_greeks;
extern const struct command command_option_strategy;
extern const struct command command_option_chain;
extern const struct command command_option_surface;
extern const struct command command_option_hedge;
extern const struct command command_portfolio;
extern const struct command command_portfolio_lots;
extern const struct command command_portfolio_rebalance;
extern const struct command command_risk_var;
extern const struct command command_risk_es;
extern const struct command command_risk_contrib;
extern const struct command command_risk_backtest;
extern const struct command command_risk_stress;
extern const struct command command_completion_verb;
extern const struct command command_man_verb;
extern const struct command command_backtest;
extern const struct command command_paper;
extern const struct command command_sweep;
extern const struct command command_walkforward;
extern const struct command command_lookahead;
extern const struct command command_match;
extern const struct command command_doctor;
extern const struct command command_journal_inspect;
extern const struct command command_journal_verify;
extern const struct command command_journal_replay;
extern const struct command command_report;
extern const struct command command_runs_list;
extern const struct command command_runs_show;
extern const struct command command_runs_diff;
extern const struct command command_runs_tag;
extern const struct command command_runs_rerun;
extern const struct command command_runs_rm;
extern const struct command command_explain;
extern const struct command command_serve;
extern const struct command command_db_migrate;
extern const struct command command_db_verify;
extern const struct command command_db_backup;
extern const struct command command_db_restore;
extern const struct command command_db_rebuild;
extern const struct command command_user_add;
extern const struct command command_user_list;
extern const struct command command_user_role;
extern const struct command command_user_disable;
extern const struct command command_user_reset;
extern const struct command command_audit_verify;
extern const struct command command_audit_export;

#endif
