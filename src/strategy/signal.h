// SPDX-License-Identifier: Apache-2.0
// The signal graph: every distinct input that some strategy reads, computed once per instrument and frame.
//
// A spec is text: NAME "(" column { "," argument } ")" [ "." output ] [ "@" frame ]
//   name      an indicator of quant/indicator/indicator.h
//   column    open, high, low, close, volume, time (a bar's end, seconds since 1970); as many as the indicator has
//             inputs, or none at all
//             when the indicator's own column names are meant: "atr($n)"
//   argument  a number, $parameter of the strategy, or name=value; positional in the order of the
//             indicator's table
//   output    one of the indicator's outputs; the first when left out
//   frame     a duration ("5m", "1h", "1d") or $parameter in seconds; the decision frame when left out
// Examples: "sma(close, $fast)", "sma(volume, 20)", "bbands(close, 20, nbdevup=2).upperband @ 1h".
//
// State (indicator states, resamplers, last outputs) is plain bytes in the state arena.
#ifndef FULMAR_STRATEGY_SIGNAL_H
#define FULMAR_STRATEGY_SIGNAL_H

#include "base/arena.h"
#include "market/bar.h"
#include "market/instrument.h"
#include "quant/indicator/indicator.h"
#include "strategy/strategy.h"

struct signal_graph;

struct signal_config {
    const struct instruments *instruments; // complete: later ones are unknown to the graph
    uint32_t node_max;                     // distinct (instrument, frame, indicator, arguments)
    uint32_t frame_max;                    // distinct (instrument, frame)
    uint32_t data_frame_s;                 // of the bars that will come; frames are multiples of it
};

// Memory for a graph of that size comes from wiring; states come from `state` as nodes are added.
struct signal_graph *signal_graph_new(struct arena *wiring, struct arena *state,
                                      const struct signal_config *config); // NULL: full

// Parses a spec for one instrument with a strategy's parameter table and values, adds what is not there yet
// and returns the index of its value, for signal_value. ERR_PARSE, ERR_NOT_FOUND, ERR_ARGUMENT, ERR_RANGE
// (with the spec and the column of the fault in the story), ERR_FULL, ERR_NOMEM.
int signal_add(struct signal_graph *graph, uint32_t instrument, uint32_t decision_frame_s,
               const char *spec, const struct param *params, size_t param_count,
               const double *values) MUST_USE;

// Makes sure that bars of a frame are built for an instrument; returns a frame handle for signal_bar.
// Longer frames follow the instrument's calendar (market/resample.h). ERR_ARGUMENT: no multiple of the data
// frame, or a length that no calendar has; ERR_FULL, ERR_NOMEM.
int signal_add_frame(struct signal_graph *graph, uint32_t instrument, uint32_t frame_s) MUST_USE;

// Feeds a bar of the data frame. Afterwards signal_fresh tells which frames completed a bar with it.
// A longer frame's bar completes at its end, by a bar that ends there, or late by the next one that starts after it;
// one bar can do both, and the frame's indicators then see two bars.
void signal_apply(struct signal_graph *graph, uint32_t instrument, const struct bar *bar);

// Multiplies an instrument's prices by `ratio` (finite, > 0), and divides its volumes, from its next bar on,
// so that a series stays whole over a split: 7.0 for 7:1. Ratios accumulate. A longer frame's unfinished bar
// is restated at the instrument's price decimals.
void signal_scale(struct signal_graph *graph, uint32_t instrument, double ratio);

double signal_value(const struct signal_graph *graph, int value); // NaN while undefined
// Where that value stands from now on, for who reads it at every bar.
const double *signal_place(const struct signal_graph *graph, int value);
bool signal_fresh(const struct signal_graph *graph, int frame);
const uint64_t *signal_freshness(const struct signal_graph *graph, int frame); // where it stands
const struct strategy_bar *signal_bar(const struct signal_graph *graph,
                                      int frame); // latest complete

// How many bars of its frame a value takes until all outputs of its indicator can be defined (for reports).
int signal_lookback(const struct signal_graph *graph, int value);

// Data bars that a frame left out: outside its calendar's sessions, ending no later than the one before, or
// with a volume that overflows.
uint64_t signal_left_out(const struct signal_graph *graph, int frame);

#endif
