// SPDX-License-Identifier: Apache-2.0
// Numbers of TA-Lib C 0.6.4 (its Python package 0.6.7, unstable periods 0) on a series of our own: of
// every function its first row with output, a row in the middle and the last. Then of prices in hundredths that stand
// still for 40 rows at a time, where an answer is made of the roundings of TA-Lib's sums, and of prices so small that
// TA-Lib takes what it divides by for 0.
#include <stdint.h>

#include "harness.h"
#include "quant/indicator/indicator.h"

enum { ROWS = 96, CHECKED = 3 };

enum series { BARS, SMALL }; // SMALL: every price as (price - 20) / 16

// clang-format off
static const struct {
    const char *name;
    const char *params;
    const char *output;
    enum series series;
    size_t first; // row with output
    double values[CHECKED]; // in rows first, (first + ROWS) / 2, ROWS - 1
} checkpoints[] = {
    {"adx", "period=5", "value", BARS, 9, {100, 28.09644249132, 27.60326963483}},
    {"adx", "period=14", "value", BARS, 27, {23.4224347338, 28.6037033058, 21.51381646908}},
    {"adxr", "period=5", "value", BARS, 13, {80.94735443294, 35.05124221761, 32.15783483549}},
    {"adxr", "period=14", "value", BARS, 40, {20.06224433118, 27.77138994135, 31.18949666097}},
    {"dx", "period=5", "value", BARS, 5, {100, 23.02726077605, 13.46538914234}},
    {"dx", "period=14", "value", BARS, 14, {41.58415841584, 32.39869708609, 2.799972372612}},
    {"plus_di", "period=1", "value", BARS, 1, {1, 0, 0.75}},
    {"plus_di", "period=2", "value", BARS, 2, {100, 51.42244569172, 36.52321847001}},
    {"plus_di", "period=14", "value", BARS, 14, {32.68571428571, 32.1815454482, 21.79734311969}},
    {"minus_di", "period=1", "value", BARS, 1, {0, 0, 0}},
    {"minus_di", "period=2", "value", BARS, 2, {0, 13.129167132, 6.893193291051}},
    {"minus_di", "period=14", "value", BARS, 14, {13.48571428571, 16.43153935772, 20.60995061125}},
    {"plus_dm", "period=1", "value", BARS, 1, {1.25, 0, 0.75}},
    {"plus_dm", "period=2", "value", BARS, 1, {1.25, 0.06365977355926, 0.8145563257924}},
    {"plus_dm", "period=14", "value", BARS, 13, {5.5, 5.363919114439, 3.543595921804}},
    {"minus_dm", "period=1", "value", BARS, 1, {0, 0, 0}},
    {"minus_dm", "period=2", "value", BARS, 1, {0, 0.5268931437658, 0.1537349235732}},
    {"minus_dm", "period=14", "value", BARS, 13, {2, 2.876223709345, 3.350561420885}},
    {"aroon", "period=2", "aroondown", BARS, 2, {0, 50, 50}},
    {"aroon", "period=2", "aroonup", BARS, 2, {100, 100, 100}},
    {"aroon", "period=9", "aroondown", BARS, 9, {0, 0, 55.55555555556}},
    {"aroon", "period=9", "aroonup", BARS, 9, {100, 100, 0}},
    {"aroon", "period=30", "aroondown", BARS, 30, {0, 30, 86.66666666667}},
    {"aroon", "period=30", "aroonup", BARS, 30, {36.66666666667, 100, 56.66666666667}},
    {"aroonosc", "period=2", "value", BARS, 2, {100, 50, 50}},
    {"aroonosc", "period=9", "value", BARS, 9, {100, 100, -55.55555555556}},
    {"aroonosc", "period=30", "value", BARS, 30, {36.66666666667, 70, -30}},
    {"cci", "period=2", "value", BARS, 1, {66.66666666667, -66.66666666666, 66.66666666667}},
    {"cci", "period=9", "value", BARS, 8, {138.0841121495, 150, 50.36496350365}},
    {"cci", "period=30", "value", BARS, 29, {-56.77059097255, 162.2641509434, -58.97051474263}},
    {"cmo", "period=2", "value", BARS, 2, {100, 36.38951203941, 89.78191449672}},
    {"cmo", "period=9", "value", BARS, 9, {80.95238095238, 28.4171277676, -0.7262823706726}},
    {"cmo", "period=30", "value", BARS, 30, {10.44776119403, 36.07110892946, 11.63139458596}},
    {"imi", "period=2", "value", BARS, 1, {NAN, 25, 100}},
    {"imi", "period=9", "value", BARS, 8, {85.71428571429, 62.5, 56.25}},
    {"imi", "period=30", "value", BARS, 29, {49.15254237288, 72.22222222222, 56.52173913043}},
    {"mfi", "period=2", "value", BARS, 2, {100, 90.55672139242, 36.9131138694}},
    {"mfi", "period=9", "value", BARS, 9, {87.33496781299, 75.31770126165, 22.24150756261}},
    {"mfi", "period=30", "value", BARS, 30, {59.49943008666, 76.0941548752, 61.30646946373}},
    {"rsi", "period=2", "value", BARS, 2, {100, 68.1947560197, 94.89095724836}},
    {"rsi", "period=9", "value", BARS, 9, {90.47619047619, 64.2085638838, 49.63685881466}},
    {"rsi", "period=30", "value", BARS, 30, {55.22388059701, 68.03555446473, 55.81569729298}},
    {"willr", "period=2", "value", BARS, 1, {-0, -75, -28.57142857143}},
    {"willr", "period=9", "value", BARS, 8, {-10.52631578947, -0, -35.71428571429}},
    {"willr", "period=30", "value", BARS, 29, {-65, -5, -55}},
    {"avgdev", "period=2", "value", BARS, 1, {0.625, 0.125, 0.25}},
    {"avgdev", "period=9", "value", BARS, 8, {1.012345679012, 0.5740740740741, 0.5}},
    {"avgdev", "period=30", "value", BARS, 29, {0.8366666666667, 2.238888888889, 0.7233333333333}},
    {"linearreg", "period=2", "value", BARS, 1, {21.25, 21.25, 28.5}},
    {"linearreg", "period=9", "value", BARS, 8, {24.18888888889, 22.66666666667, 27.88333333333}},
    {"linearreg", "period=30", "value", BARS, 29, {22.16290322581, 27.20860215054, 28.31075268817}},
    {"linearreg_slope", "period=2", "value", BARS, 1, {1.25, 0.25, 0.5}},
    {"linearreg_slope", "period=9", "value", BARS, 8, {0.45, 0.1458333333333, -0.05}},
    {"linearreg_slope", "period=30", "value", BARS, 29,
     {-0.01635150166852, 0.2528921023359, -0.0567296996663}},
    {"linearreg_intercept", "period=2", "value", BARS, 1, {20, 21, 28}},
    {"linearreg_intercept", "period=9", "value", BARS, 8, {20.58888888889, 21.5, 28.28333333333}},
    {"linearreg_intercept", "period=30", "value", BARS, 29,
     {22.63709677419, 19.8747311828, 29.95591397849}},
    {"linearreg_angle", "period=2", "value", BARS, 1,
     {51.34019174591, 14.03624346793, 26.56505117708}},
    {"linearreg_angle", "period=9", "value", BARS, 8,
     {24.22774531795, 8.297144969837, -2.862405226112}},
    {"linearreg_angle", "period=30", "value", BARS, 29,
     {-0.9367885500393, 14.19209491686, -3.246892234915}},
    {"tsf", "period=2", "value", BARS, 1, {22.5, 21.5, 29}},
    {"tsf", "period=9", "value", BARS, 8, {24.63888888889, 22.8125, 27.83333333333}},
    {"tsf", "period=30", "value", BARS, 29, {22.14655172414, 27.46149425287, 28.25402298851}},
    {"sum", "period=2", "value", BARS, 1, {41.25, 42.25, 56.5}},
    {"sum", "period=9", "value", BARS, 8, {201.5, 198.75, 252.75}},
    {"sum", "period=30", "value", BARS, 29, {672, 706.25, 874}},
    {"max", "period=2", "value", BARS, 1, {21.25, 21.25, 28.5}},
    {"max", "period=9", "value", BARS, 8, {24.25, 23.25, 29.25}},
    {"max", "period=30", "value", BARS, 29, {24.75, 29, 30.5}},
    {"min", "period=2", "value", BARS, 1, {20, 21, 28}},
    {"min", "period=9", "value", BARS, 8, {20, 21, 27.25}},
    {"min", "period=30", "value", BARS, 29, {20, 20.25, 27.25}},
    {"maxindex", "period=2", "value", BARS, 1, {1, 48, 95}},
    {"maxindex", "period=9", "value", BARS, 8, {8, 52, 87}},
    {"maxindex", "period=30", "value", BARS, 29, {10, 62, 83}},
    {"minindex", "period=2", "value", BARS, 1, {0, 47, 94}},
    {"minindex", "period=9", "value", BARS, 8, {0, 47, 90}},
    {"minindex", "period=30", "value", BARS, 29, {0, 42, 90}},
    {"minmax", "period=2", "min", BARS, 1, {20, 21, 28}},
    {"minmax", "period=2", "max", BARS, 1, {21.25, 21.25, 28.5}},
    {"minmax", "period=9", "min", BARS, 8, {20, 21, 27.25}},
    {"minmax", "period=9", "max", BARS, 8, {24.25, 23.25, 29.25}},
    {"minmax", "period=30", "min", BARS, 29, {20, 20.25, 27.25}},
    {"minmax", "period=30", "max", BARS, 29, {24.75, 29, 30.5}},
    {"minmaxindex", "period=2", "minidx", BARS, 1, {0, 47, 94}},
    {"minmaxindex", "period=2", "maxidx", BARS, 1, {1, 48, 95}},
    {"minmaxindex", "period=9", "minidx", BARS, 8, {0, 47, 90}},
    {"minmaxindex", "period=9", "maxidx", BARS, 8, {8, 52, 87}},
    {"minmaxindex", "period=30", "minidx", BARS, 29, {0, 42, 90}},
    {"minmaxindex", "period=30", "maxidx", BARS, 29, {10, 62, 83}},
    {"mom", "period=1", "value", BARS, 1, {1.25, 0.25, 0.5}},
    {"mom", "period=10", "value", BARS, 10, {4.75, 2.75, -0.25}},
    {"roc", "period=1", "value", BARS, 1, {6.25, 1.190476190476, 1.785714285714}},
    {"roc", "period=10", "value", BARS, 10, {23.75, 12.94117647059, -0.8695652173913}},
    {"rocp", "period=1", "value", BARS, 1, {0.0625, 0.01190476190476, 0.01785714285714}},
    {"rocp", "period=10", "value", BARS, 10, {0.2375, 0.1294117647059, -0.008695652173913}},
    {"rocr", "period=1", "value", BARS, 1, {1.0625, 1.011904761905, 1.017857142857}},
    {"rocr", "period=10", "value", BARS, 10, {1.2375, 1.129411764706, 0.9913043478261}},
    {"rocr100", "period=1", "value", BARS, 1, {106.25, 101.1904761905, 101.7857142857}},
    {"rocr100", "period=10", "value", BARS, 10, {123.75, 112.9411764706, 99.13043478261}},
    {"atr", "period=1", "value", BARS, 1, {1.25, 0.5, 1}},
    {"atr", "period=10", "value", BARS, 10, {1.175, 1.021353103572, 1.177437158483}},
    {"natr", "period=2", "value", BARS, 2, {5.747126436782, 4.612815855647, 3.912706068809}},
    {"natr", "period=10", "value", BARS, 10, {4.747474747475, 4.255637931551, 4.131358450817}},
    {"ultosc", "", "value", BARS, 28, {46.35621792577, 65.13859275053, 50.05818554206}},
    {"ultosc", "timeperiod1=5 timeperiod2=9 timeperiod3=2", "value", BARS, 9,
     {63.90022675737, 67.28291316527, 60.42502004812}},
    {"bop", "", "value", BARS, 0, {0, 0.5, 0}},
    {"ad", "", "value", BARS, 0, {0, -9175.714285714, -7571.19047619}},
    {"obv", "", "value", BARS, 0, {500, 3600, 29600}},
    {"trange", "", "value", BARS, 1, {1.25, 0.5, 1}},
    {"avgprice", "", "value", BARS, 0, {20, 21.1875, 28.5}},
    {"medprice", "", "value", BARS, 0, {20, 21.25, 28.5}},
    {"typprice", "", "value", BARS, 0, {20, 21.25, 28.5}},
    {"wclprice", "", "value", BARS, 0, {20, 21.25, 28.5}},
    {"ceil", "", "value", BARS, 0, {20, 22, 29}},
    {"floor", "", "value", BARS, 0, {20, 21, 28}},
    {"ln", "", "value", BARS, 0, {2.995732273554, 3.05635689537, 3.349904087275}},
    {"log10", "", "value", BARS, 0, {1.301029995664, 1.327358934386, 1.454844860009}},
    {"sqrt", "", "value", BARS, 0, {4.472135955, 4.609772228646, 5.338539126016}},
    {"exp", "", "value", BARS, 0, {485165195.4098, 1693392923.004, 2384474784798}},
    {"sinh", "", "value", BARS, 0, {242582597.7049, 846696461.5021, 1192237392399}},
    {"cosh", "", "value", BARS, 0, {242582597.7049, 846696461.5021, 1192237392399}},
    {"cos", "", "value", BARS, 0, {0.4080820618134, -0.7376936014721, -0.9746452757207}},
    {"sin", "", "value", BARS, 0, {0.9129452507276, 0.6751356532928, -0.2237556401868}},
    {"tan", "", "value", BARS, 0, {2.237160944225, -0.9151979249183, 0.2295764887603}},
    {"atan", "", "value", BARS, 0, {1.520837931073, 1.523772194952, 1.535722996262}},
    {"add", "", "value", BARS, 0, {40, 42.5, 57}},
    {"sub", "", "value", BARS, 0, {0, 0.5, 1}},
    {"mult", "", "value", BARS, 0, {400, 451.5, 812}},
    {"div", "", "value", BARS, 0, {1, 1.02380952381, 1.035714285714}},
    {"tanh", "", "value", BARS, 0, {1, 1, 1}},
    {"acos", "", "value", SMALL, 0, {1.570796326795, 1.49259163486, 1.010721020568}},
    {"asin", "", "value", SMALL, 0, {0, 0.07820469193475, 0.5600753062266}},
    {"atan", "", "value", SMALL, 0, {0, 0.07796663383154, 0.4883339510564}},
    {"cos", "", "value", SMALL, 0, {1, 0.996949794076, 0.8621744799349}},
    {"cosh", "", "value", SMALL, 0, {1, 1.003053310333, 1.144463487485}},
    {"sin", "", "value", SMALL, 0, {0, 0.07804555138997, 0.5066114548143}},
    {"sinh", "", "value", SMALL, 0, {0, 0.07820449711642, 0.556593814363}},
    {"tan", "", "value", SMALL, 0, {0, 0.07828433473152, 0.5875973675914}},
    {"tanh", "", "value", SMALL, 0, {0, 0.07796644137537, 0.486336017225}},
    {"exp", "", "value", SMALL, 0, {1, 1.081257807449, 1.701057301848}},
    {"ceil", "", "value", SMALL, 0, {0, 1, 1}},
    {"floor", "", "value", SMALL, 0, {0, 0, 0}},
    {"adosc", "", "value", BARS, 9, {2679.738654324, -1311.782299886, -752.9617000296}},
    {"adosc", "fastperiod=9 slowperiod=4", "value", BARS, 8,
     {-2315.861418667, 925.6751599501, 574.5072157633}},
    {"beta", "period=5", "value", BARS, 5, {0.2926374519007, 0.4402084369176, -0.2619540104429}},
    {"beta", "period=20", "value", BARS, 20, {0.4787416184771, 0.3024584037694, 0.505974145386}},
    {"correl", "period=4", "value", BARS, 3, {0.8839847295685, 0.738548945876, 0.445399334083}},
    {"correl", "period=30", "value", BARS, 29, {0.8307722764225, 0.9605588240302, 0.8602094407929}},
    {"stddev", "period=5", "value", BARS, 4, {0.8514693182963, 0.5700877125496, 0.2449489742782}},
    {"stddev", "period=20 nbdev=-2.5", "value", BARS, 19,
     {-2.859161535748, -4.590560116968, -2.387099115558}},
    {"var", "period=1 nbdev=1", "value", BARS, 0, {0, 0, 0}},
    {"var", "period=20 nbdev=3", "value", BARS, 19, {1.30796875, 3.37171875, 0.91171875}},
};
// clang-format on

enum { STILL_ROWS = 400, STILL_CHECKED = 5 };

enum still_series { CENTS, TINY, VANISHING, STILL_SERIES }; // 1 / 1e2, 1e12, 1e20 of whole ticks

static const size_t still_rows[STILL_CHECKED] = {79, 119, 159, 239, 399};

static const struct {
    const char *name;
    const char *params;
    const char *output;
    enum still_series series;
    double values[STILL_CHECKED];
} stills[] = {
    {"mama",
     "",
     "mama",
     CENTS,
     {108.64, 108.5677340387, 108.5600000147, 108.9899999858, 108.9600000046}},
    {"mama",
     "",
     "fama",
     CENTS,
     {108.6398689592, 108.5622326947, 108.5600248823, 108.9896600037, 108.960028713}},
    {"ma",
     "timeperiod=9 matype=mama",
     "value",
     CENTS,
     {108.64, 108.5677340387, 108.5600000147, 108.9899999858, 108.9600000046}},
    {"ht_dcperiod",
     "",
     "value",
     CENTS,
     {30.84761569713, 25.09893642432, 24.19744406728, 34.39358971212, 17.43229624525}},
    {"ht_phasor",
     "",
     "inphase",
     CENTS,
     {0, -0.03239597709846, -8.360478927929e-14, -1.328734495282e-13, -2.887258614438e-13}},
    {"ht_phasor",
     "",
     "quadrature",
     CENTS,
     {0, -0.08660313673129, 1.493122116069e-14, -7.372693388605e-14, 1.380886531332e-14}},
    {"ht_dcphase",
     "",
     "value",
     CENTS,
     {278.8147345643, 185.0131893992, 2.979487958203, -0.2880919552948, 8.228619591282}},
    {"ht_sine",
     "",
     "sine",
     CENTS,
     {-0.9881890059122, -0.08738506290439, 0.05197844086128, -0.005028131981196, 0.143123315155}},
    {"ht_sine",
     "",
     "leadsine",
     CENTS,
     {-0.5903981248034, -0.7661923915275, 0.7429052273188, 0.7035424163333, 0.8010304869831}},
    {"ht_trendline", "", "value", CENTS, {108.64, 108.55978, 108.56, 108.99, 108.96}},
    {"ht_trendmode", "", "value", CENTS, {1, 0, 1, 0, 1}},
    {"rsi",
     "period=2",
     "value",
     CENTS,
     {84.11555993499, 17.46315706521, 17.46315706521, 0, 21.22622038472}},
    {"cmo",
     "period=2",
     "value",
     CENTS,
     {68.23111986997, -65.07368586957, -65.07368586957, 0, -57.54755923056}},
    {"plus_di",
     "period=2",
     "value",
     CENTS,
     {56.51493962246, 7.413970717631, 7.413970717631, 8.181846229002, 2.029546310068}},
    {"minus_di",
     "period=2",
     "value",
     CENTS,
     {14.58594646404, 38.86132488017, 38.86132488017, 18.03829270515, 15.47077303008}},
    {"dx",
     "period=2",
     "value",
     CENTS,
     {58.97112605237, 67.9571113621, 67.9571113621, 37.59112985977, 76.80560827925}},
    {"adx",
     "period=2",
     "value",
     CENTS,
     {58.97112605239, 50.40270722512, 67.95711136209, 37.59112985979, 76.80560827925}},
    {"rsi",
     "period=14",
     "value",
     TINY,
     {41.48906250339, 46.61058183623, 46.61058183623, 78.37955319219, 47.23072757707}},
    {"cmo",
     "period=14",
     "value",
     TINY,
     {-17.02187499322, -6.778836327535, -6.778836327535, 56.75910638439, -5.538544845851}},
    {"correl", "period=5", "value", TINY, {0, 0, 0, 0, 0}},
    {"stddev", "period=5", "value", TINY, {0, 0, 0, 0, 0}},
    {"ppo",
     "",
     "value",
     TINY,
     {3.50242159218e-13, 0.03572394425429, 3.505002595564e-13, 1.517901848891e-13,
      -1.366487796068e-13}},
    {"natr",
     "",
     "value",
     TINY,
     {0.001815941598753, 0.03725190605716, 0.001922034435128, 0.001855858056076,
      0.001771610758738}},
    {"bop", "", "value", TINY, {0, -0.8000000000001, 0, 0, 0}},
    {"ultosc", "", "value", TINY, {0, 41.43695526183, 0, 0, 0}},
    {"ppo", "", "value", VANISHING, {0, 0, 0, 0, 0}},
    {"natr", "", "value", VANISHING, {0, 0, 0, 0, 0}},
    {"bop", "", "value", VANISHING, {0, 0, 0, 0, 0}},
    {"ultosc", "", "value", VANISHING, {0, 0, 0, 0, 0}},
    {"rsi", "", "value", VANISHING, {0, 0, 0, 0, 0}},
    {"dx", "", "value", VANISHING, {0, 0, 0, 0, 0}},
    {"stochrsi", "", "fastk", VANISHING, {0, 0, 0, 0, 0}},
};

static double columns[2][5][ROWS]; // open, high, low, close, volume
static double still_columns[STILL_SERIES][5][STILL_ROWS];

static unsigned draw(uint32_t *seed, unsigned below) {
    *seed = (*seed * 1103515245u + 12345u) & 0x7fffffffu;
    return (*seed >> 16) % below;
}

// Quarters, so that nothing is rounded and many values are equal.
static int make_series(void **state) {
    uint32_t seed = 2026;
    double close = 20;
    for (size_t i = 0; i < ROWS; i++) {
        double open = close + ((int)draw(&seed, 5) - 2) * 0.25;
        close = fmax(open + ((int)draw(&seed, 9) - 4) * 0.25, 5);
        double high = fmax(open, close) + draw(&seed, 4) * 0.25;
        double low = fmin(open, close) - draw(&seed, 4) * 0.25;
        if (draw(&seed, 8) == 0) open = high = low = close;
        const double bar[] = {open, high, low, close, draw(&seed, 50) * 100.0};
        for (size_t c = 0; c < 5; c++) {
            columns[BARS][c][i] = bar[c];
            columns[SMALL][c][i] = (bar[c] - 20) / 16;
        }
    }
    return 0;
}

// Every second 40 rows stand still.
static void make_still(void) {
    static const double ticks[STILL_SERIES] = {1e2, 1e12, 1e20};
    uint32_t seed = 1604;
    int close = 10867;
    for (size_t i = 0; i < STILL_ROWS; i++) {
        bool moves = i / 40 % 2 == 0;
        int open = close;
        if (moves) close += (int)draw(&seed, 9) - 4;
        int high = open > close ? open : close, low = open < close ? open : close;
        if (moves) high += (int)draw(&seed, 3);
        if (moves) low -= (int)draw(&seed, 3);
        const int bar[] = {open, high, low, close, 1};
        for (size_t s = 0; s < STILL_SERIES; s++)
            for (size_t c = 0; c < 5; c++) still_columns[s][c][i] = bar[c] / ticks[s];
    }
}

static size_t column_of(const char *name) {
    static const char *const names[] = {"open", "high", "low", "close", "volume"};
    for (size_t c = 0; c < 5; c++)
        if (strcmp(names[c], name) == 0) return c;
    fail_msg("no column %s", name);
    return 0;
}

static void set_params(const struct indicator *row, const char *text, double *values) {
    params_defaults(row->params, row->param_count, values);
    while (*text != '\0') {
        char name[32], value[32];
        int used = 0;
        assert_int_equal(sscanf(text, " %31[a-z0-9_]=%31s %n", name, value, &used), 2);
        assert_ok(params_set(row->params, row->param_count, name, value, values));
        text += used;
    }
    assert_ok(indicator_check(row, values));
}

static void what_stands_still_gives_the_numbers_of_talib(void **state) {
    static double memory[4096], out[INDICATOR_OUTPUTS_MAX][STILL_ROWS];
    make_still();
    for (size_t k = 0; k < sizeof stills / sizeof *stills; k++) {
        const struct indicator *row = indicator_find(stills[k].name);
        double params[PARAMS_MAX], *to[INDICATOR_OUTPUTS_MAX];
        const double *from[INDICATOR_INPUTS_MAX];
        set_params(row, stills[k].params, params);
        assert_true(row->state_size(params) <= sizeof memory);
        for (size_t c = 0; c < row->input_count; c++)
            from[c] = still_columns[stills[k].series][column_of(row->inputs[c])];
        for (size_t c = 0; c < row->output_count; c++) to[c] = out[c];
        indicator_batch(row, params, memory, from, STILL_ROWS, to);
        const double *actual = out[indicator_output(row, stills[k].output)];
        for (size_t i = 0; i < STILL_CHECKED; i++) {
            double wanted = stills[k].values[i], found = actual[still_rows[i]];
            if (!(fabs(found - wanted) <= 1e-9 * fmax(1, fabs(wanted))))
                fail_msg("%s %s of series %d, row %zu: %.17g, TA-Lib %.17g", row->name,
                         stills[k].params, (int)stills[k].series, still_rows[i], found, wanted);
        }
    }
}

static void every_function_gives_the_numbers_of_talib(void **state) {
    static double memory[4096], out[INDICATOR_OUTPUTS_MAX][ROWS];
    for (size_t k = 0; k < sizeof checkpoints / sizeof *checkpoints; k++) {
        const struct indicator *row = indicator_find(checkpoints[k].name);
        double params[PARAMS_MAX], *to[INDICATOR_OUTPUTS_MAX];
        const double *from[INDICATOR_INPUTS_MAX];
        assert_non_null(row);
        set_params(row, checkpoints[k].params, params);
        assert_true(row->state_size(params) <= sizeof memory);
        for (size_t c = 0; c < row->input_count; c++)
            from[c] = columns[checkpoints[k].series][column_of(row->inputs[c])];
        for (size_t c = 0; c < row->output_count; c++) to[c] = out[c];
        indicator_batch(row, params, memory, from, ROWS, to);
        int output = indicator_output(row, checkpoints[k].output);
        assert_true(output >= 0);
        size_t first = checkpoints[k].first;
        assert_int_equal(row->lookback(params), first);
        const size_t rows[CHECKED] = {first, (first + ROWS) / 2, ROWS - 1};
        if (first > 0) assert_true(isnan(out[output][first - 1]));
        for (size_t i = 0; i < CHECKED; i++) {
            double actual = out[output][rows[i]], wanted = checkpoints[k].values[i];
            if (isnan(wanted) && isnan(actual)) continue;
            if (!(fabs(actual - wanted) <= 1e-9 * fmax(1, fabs(wanted))))
                fail_msg("%s %s row %zu: %.17g, TA-Lib %.17g", row->name, checkpoints[k].params,
                         rows[i], actual, wanted);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_function_gives_the_numbers_of_talib),
        cmocka_unit_test(what_stands_still_gives_the_numbers_of_talib),
    };
    return cmocka_run_group_tests(tests, make_series, NULL);
}
