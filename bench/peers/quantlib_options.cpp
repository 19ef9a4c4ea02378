// SPDX-License-Identifier: Apache-2.0
// QuantLib on the columns of bench/bench_option.c: quantlib_options iv|greeks|greeks_all ROWS INPUT ANSWERS SAMPLES
//
// BlackCalculator has the first six sensitivities. Its users take the others by central differences of those: two
// calculators for each of volatility, time and spot.
//
// blackFormulaImpliedStdDev is asked for an accuracy near that of doubles; its default, 1e-6, is what it is fast
// at but is no answer to the same question.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <vector>

#include <ql/pricingengines/blackcalculator.hpp>
#include <ql/pricingengines/blackformula.hpp>
#include <ql/version.hpp>

using namespace QuantLib;

namespace {

enum { SIGN, SPOT, STRIKE, YEARS, RATE, YIELD, VOL, PRICE, COLUMNS };
const std::size_t first_count = 7, all_count = 13;

struct table {
    std::size_t rows;
    std::vector<double> input, answers;
    double at(int column, std::size_t row) const { return input[column * rows + row]; }
};

Option::Type type_of(const table &t, std::size_t i) {
    return t.at(SIGN, i) > 0 ? Option::Call : Option::Put;
}

void implied(table &t) {
    for (std::size_t i = 0; i < t.rows; i++) {
        double years = t.at(YEARS, i), discount = std::exp(-t.at(RATE, i) * years);
        double forward = t.at(SPOT, i) * std::exp(-t.at(YIELD, i) * years) / discount;
        t.answers[i] =
            blackFormulaImpliedStdDev(type_of(t, i), t.at(STRIKE, i), forward, t.at(PRICE, i),
                                      discount, 0.0, Null<Real>(), 1e-12, 100) /
            std::sqrt(years);
    }
}

BlackCalculator calculator(const table &t, std::size_t i, double spot, double years, double vol) {
    double discount = std::exp(-t.at(RATE, i) * years);
    double forward = spot * std::exp(-t.at(YIELD, i) * years) / discount;
    return BlackCalculator(type_of(t, i), t.at(STRIKE, i), forward, vol * std::sqrt(years),
                           discount);
}

void first_greeks(table &t, std::size_t i) {
    double *to = t.answers.data() + i, spot = t.at(SPOT, i), years = t.at(YEARS, i);
    BlackCalculator c = calculator(t, i, spot, years, t.at(VOL, i));
    to[0] = c.value();
    to[1 * t.rows] = c.delta(spot);
    to[2 * t.rows] = c.gamma(spot);
    to[3 * t.rows] = c.vega(years);
    to[4 * t.rows] = c.theta(spot, years);
    to[5 * t.rows] = c.rho(years);
    to[6 * t.rows] = c.dividendRho(years);
}

void greeks(table &t) {
    for (std::size_t i = 0; i < t.rows; i++) first_greeks(t, i);
}

void greeks_all(table &t) {
    for (std::size_t i = 0; i < t.rows; i++) {
        double *to = t.answers.data() + i, spot = t.at(SPOT, i), years = t.at(YEARS, i);
        double vol = t.at(VOL, i), dv = 1e-4 * vol, dt = 1e-4 * years;
        double ds = 1e-3 * spot * vol * std::sqrt(years);
        first_greeks(t, i);
        BlackCalculator v1 = calculator(t, i, spot, years, vol + dv);
        BlackCalculator v0 = calculator(t, i, spot, years, vol - dv);
        BlackCalculator t1 = calculator(t, i, spot, years + dt, vol);
        BlackCalculator t0 = calculator(t, i, spot, years - dt, vol);
        BlackCalculator s1 = calculator(t, i, spot + ds, years, vol);
        BlackCalculator s0 = calculator(t, i, spot - ds, years, vol);
        to[7 * t.rows] = (v1.delta(spot) - v0.delta(spot)) / (2 * dv);
        to[8 * t.rows] = (v1.vega(years) - v0.vega(years)) / (2 * dv);
        to[9 * t.rows] = (t0.delta(spot) - t1.delta(spot)) / (2 * dt);
        to[10 * t.rows] = (s1.gamma(spot + ds) - s0.gamma(spot - ds)) / (2 * ds);
        to[11 * t.rows] = (v1.gamma(spot) - v0.gamma(spot)) / (2 * dv);
        to[12 * t.rows] = (t0.gamma(spot) - t1.gamma(spot)) / (2 * dt);
    }
}

// As stopwatch.py: seconds, less what this thread has waited for a processor that others held.
double now() {
    using clock = std::chrono::steady_clock;
    double seconds = std::chrono::duration<double>(clock::now().time_since_epoch()).count();
    double running = 0, waited = 0;
    std::ifstream("/proc/thread-self/schedstat") >> running >> waited;
    return seconds - waited / 1e9;
}

}

int main(int argc, char **argv) {
    if (argc != 6) return 2;
    bool iv = std::strcmp(argv[1], "iv") == 0, all = std::strcmp(argv[1], "greeks_all") == 0;
    table t;
    t.rows = std::strtoull(argv[2], nullptr, 10);
    t.input.resize(COLUMNS * t.rows);
    t.answers.resize((iv ? 1 : all ? all_count : first_count) * t.rows);
    std::ifstream input(argv[3], std::ios::binary);
    if (!input.read(reinterpret_cast<char *>(t.input.data()), t.input.size() * sizeof(double)))
        return 1;
    std::printf("{\"peer\":\"QuantLib %s\",\"version\":\"%s\",\"samples\":[",
                iv ? "blackFormulaImpliedStdDev" : "BlackCalculator", QL_VERSION);
    int samples = std::atoi(argv[5]);
    for (int i = 0; i <= samples; i++) {
        double start = now();
        if (iv) implied(t);
        else if (all) greeks_all(t);
        else greeks(t);
        if (i > 0) std::printf("%s%.9f", i > 1 ? "," : "", now() - start);
    }
    std::printf("]}\n");
    std::ofstream answers(argv[4], std::ios::binary);
    answers.write(reinterpret_cast<const char *>(t.answers.data()),
                  t.answers.size() * sizeof(double));
    return answers.good() ? 0 : 1;
}
