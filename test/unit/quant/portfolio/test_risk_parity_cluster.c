// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "quant/math/linalg.h"
#include "quant/portfolio/risk_parity.h"
#include "stocks.h"

static struct arena arena;
static double weights[STOCKS];
static size_t order[STOCKS], cluster[STOCKS];
static struct hierarchy_join joins[STOCKS];
static struct risk_parity_tree tree = {.order = order, .joins = joins, .cluster = cluster};

static int setup(void **state) {
    return arena_init(&arena, (size_t)16 << 20);
}

static int teardown(void **state) {
    arena_fini(&arena);
    return 0;
}

// skfolio 1.12.2's HierarchicalEqualRiskContribution with variance as risk.
static void weights_of_clusters_equal_those_of_skfolio(void **state) {
    static const struct {
        enum hierarchy_linkage linkage;
        size_t count;
        double wanted[STOCKS];
    } cases[] = {
        {HIERARCHY_WARD,
         4,
         {0.024900976266743743, 0.016680943021633116, 0.1285288999571984, 0.005061588411772443,
          0.01399400117756858, 0.054399663859513996, 0.2541598220599104, 0.1877831588539669,
          0.002603463840141598, 0.1905228021442502, 0.0931890092394582, 0.02817567116784243}},
        {HIERARCHY_WARD,
         2,
         {0.0858642810163661, 0.05751971986497524, 0.0729988170266202, 0.017453518493491756,
          0.19052498838474313, 0.030896639664019, 0.14435170885495974, 0.10665265522716205,
          0.0354455392427843, 0.10820865328932704, 0.05292729834790932, 0.09715618058764217}},
        {HIERARCHY_WARD,
         12,
         {0.033120493108646974, 0.005182542931320358, 0.008033617369629093, 0.03229736450930146,
          0.19319505339774765, 0.11052158995788516, 0.3225212700566871, 0.011737267238694343,
          0.03594228192730879, 0.04936639111334418, 0.1893283292033375, 0.008753799186097371}},
        {HIERARCHY_AVERAGE,
         4,
         {0.012051414428547624, 0.008073135577466188, 0.015979049105673944, 0.04116541976919669,
          0.11005088110543035, 0.006763108533822371, 0.03159781402266025, 0.02334569359533413,
          0.7020654089944136, 0.023686293216758143, 0.011585501433858716, 0.013636280216837972}},
        {HIERARCHY_COMPLETE,
         4,
         {0.02715897445433338, 0.018193555969280368, 0.036010261620206985, 0.022719559978104934,
          0.545206283979624, 0.015241289144190682, 0.07120858957612235, 0.052611674731924886,
          0.10143095085872673, 0.05337924740750212, 0.026108996528860694, 0.030730615751122792}},
        {HIERARCHY_SINGLE,
         4,
         {0.012051414428547624, 0.008073135577466188, 0.015979049105673944, 0.04116541976919669,
          0.11005088110543035, 0.006763108533822371, 0.03159781402266025, 0.02334569359533413,
          0.7020654089944136, 0.023686293216758143, 0.011585501433858716, 0.013636280216837972}},
        {HIERARCHY_SINGLE,
         1,
         {0.06662514223464898, 0.044631591529552254, 0.0883387112568386, 0.013542804276231252,
          0.14783509860134825, 0.03738922685680033, 0.17468562433442386, 0.12906453143551222,
          0.027503451559609652, 0.13094750528534416, 0.06404938486407945, 0.07538692776561084}},
    };
    const struct stocks *stocks = stocks_load();
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct risk_parity_hierarchy hierarchy = {NULL, RISK_PARITY_DISTANCE, cases[k].linkage,
                                                  cases[k].count};
        assert_ok(risk_parity_clustered(stocks->covariance, STOCKS, stock_names, &hierarchy, &arena,
                                        weights, &tree));
        all_near(weights, cases[k].wanted, STOCKS, 1e-13);
        assert_int_equal(tree.cluster_count, cases[k].count);
    }
}

// Four clusters by Ward's linkage: scipy's fcluster has the same.
static void clusters_are_those_of_the_tree(void **state) {
    static const char *const sets[] = {"GE BAC T XOM PFE JPM", "AAPL AMZN AMD SBUX", "WMT", "BBY"};
    const struct stocks *stocks = stocks_load();
    struct risk_parity_hierarchy hierarchy = {NULL, RISK_PARITY_DISTANCE, HIERARCHY_WARD, 4};
    // Which of the sets a cluster is, by its first stock.
    size_t set_of[4] = {9, 9, 9, 9};
    assert_ok(risk_parity_clustered(stocks->covariance, STOCKS, stock_names, &hierarchy, &arena,
                                    weights, &tree));
    for (size_t i = 0; i < STOCKS; i++) {
        size_t set = 0;
        while (set < 4 && strstr(sets[set], stock_names[i]) == NULL) set++;
        if (i == 6) set = 0; // T is within other names
        if (set_of[cluster[i]] == 9) set_of[cluster[i]] = set;
        assert_int_equal(set_of[cluster[i]], set);
    }
    for (size_t i = 1; i < STOCKS; i++)
        assert_true(cluster[order[i]] == cluster[order[i - 1]] ||
                    cluster[order[i]] == cluster[order[i - 1]] + 1);
}

// Second differences of the dispersion in numpy are largest, 0.0525, at two clusters.
static void their_number_is_found_and_too_many_are_refused(void **state) {
    const struct stocks *stocks = stocks_load();
    struct risk_parity_hierarchy hierarchy = {NULL, RISK_PARITY_DISTANCE, HIERARCHY_WARD, 0};
    assert_ok(risk_parity_clustered(stocks->covariance, STOCKS, stock_names, &hierarchy, &arena,
                                    weights, &tree));
    assert_int_equal(tree.cluster_count, 2);
    static const double one[] = {0.04};
    assert_ok(risk_parity_clustered(one, 1, NULL, &hierarchy, &arena, weights, &tree));
    assert_true(weights[0] == 1 && tree.cluster_count == 1 && cluster[0] == 0);
    hierarchy.clusters = 13;
    assert_int_equal(risk_parity_clustered(stocks->covariance, STOCKS, stock_names, &hierarchy,
                                           &arena, weights, &tree),
                     ERR_ARGUMENT);
    assert_string_equal(err_story(), "13 clusters of 12 assets are too many");
}

// Two pairs without correlation between them: by hand. Variances 1 and 4 with no correlation weigh 0.8 and 0.2 and
// have a risk of 0.8; 9 and 9 with 0.5 weigh a half each and have 6.75.
static void two_pairs_share_by_the_inverse_of_their_risks(void **state) {
    static const double covariance[] = {1, 0.2, 0, 0, 0.2, 4, 0, 0, 0, 0, 9, 4.5, 0, 0, 4.5, 9};
    struct risk_parity_hierarchy hierarchy = {NULL, RISK_PARITY_COLUMNS, HIERARCHY_AVERAGE, 2};
    assert_ok(risk_parity_clustered(covariance, 4, NULL, &hierarchy, &arena, weights, &tree));
    double first = 0.8 * 0.8 + 2 * 0.8 * 0.2 * 0.2 + 0.2 * 0.2 * 4, second = 6.75;
    double share = second / (first + second);
    near(weights[0], 0.8 * share, 1e-15);
    near(weights[1], 0.2 * share, 1e-15);
    near(weights[2], 0.5 * (1 - share), 1e-15);
    near(weights[3], 0.5 * (1 - share), 1e-15);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_of_clusters_equal_those_of_skfolio),
        cmocka_unit_test(clusters_are_those_of_the_tree),
        cmocka_unit_test(their_number_is_found_and_too_many_are_refused),
        cmocka_unit_test(two_pairs_share_by_the_inverse_of_their_risks),
    };
    return cmocka_run_group_tests_name("quant/risk_parity_cluster", tests, setup, teardown);
}
