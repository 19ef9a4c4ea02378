// SPDX-License-Identifier: Apache-2.0
// QuantLib on the columns of bench/bench_option.c: quantlib_options iv|greeks ROWS INPUT ANSWERS SAMPLES
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
const std::size_t greek_count = 7;

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

void greeks(table &t) {
    for (std::size_t i = 0; i < t.rows; i++) {
        double years = t.at(YEARS, i), discount = std::exp(-t.at(RATE, i) * years);
        double forward = t.at(SPOT, i) * std::exp(-t.at(YIELD, i) * years) / discount;
        BlackCalculator c(type_of(t, i), t.at(STRIKE, i), forward,
                          t.at(VOL, i) * std::sqrt(years), discount);
        double *to = t.answers.data() + i, spot = t.at(SPOT, i);
        to[0] = c.value();
        to[1 * t.rows] = c.delta(spot);
        to[2 * t.rows] = c.gamma(spot);
        to[3 * t.rows] = c.vega(years);
        to[4 * t.rows] = c.theta(spot, years);
        to[5 * t.rows] = c.rho(years);
        to[6 * t.rows] = c.dividendRho(years);
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
    bool iv = std::strcmp(argv[1], "iv") == 0;
    table t;
    t.rows = std::strtoull(argv[2], nullptr, 10);
    t.input.resize(COLUMNS * t.rows);
    t.answers.resize((iv ? 1 : greek_count) * t.rows);
    std::ifstream input(argv[3], std::ios::binary);
    if (!input.read(reinterpret_cast<char *>(t.input.data()), t.input.size() * sizeof(double)))
        return 1;
    std::printf("{\"peer\":\"QuantLib %s\",\"version\":\"%s\",\"samples\":[",
                iv ? "blackFormulaImpliedStdDev" : "BlackCalculator", QL_VERSION);
    int samples = std::atoi(argv[5]);
    for (int i = 0; i <= samples; i++) {
        double start = now();
        if (iv) implied(t);
        else greeks(t);
        if (i > 0) std::printf("%s%.9f", i > 1 ? "," : "", now() - start);
    }
    std::printf("]}\n");
    std::ofstream answers(argv[4], std::ios::binary);
    answers.write(reinterpret_cast<const char *>(t.answers.data()),
                  t.answers.size() * sizeof(double));
    return answers.good() ? 0 : 1;
}
