// SPDX-License-Identifier: Apache-2.0
// The records of bench/bench_l3_book.c through a book of the standard library's containers: map_book RECORDS SAMPLES.
// A level is a list of orders in a map by price, an order is found through a hash map that holds its place.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <list>
#include <map>
#include <unordered_map>
#include <vector>

namespace {

struct record {
    int64_t venue_ns, receipt_ns, price, qty;
    uint64_t id;
    int64_t what;
};
enum { ADD = 8, REDUCE = 10, DELETE = 11, EXECUTE = 12 };

struct order {
    uint64_t id;
    int64_t qty;
};
struct level {
    int64_t qty = 0;
    std::list<order> orders;
};
using side = std::map<int64_t, level>; // best first: bids by the price negated
struct place {
    side *of;
    side::iterator at;
    std::list<order>::iterator entry;
};

struct book {
    side sides[2];
    std::unordered_map<uint64_t, place> places;

    void add(const record &r, int of) {
        side &s = sides[of];
        auto level = s.try_emplace(of == 0 ? -r.price : r.price).first;
        level->second.orders.push_back({r.id, r.qty});
        level->second.qty += r.qty;
        places[r.id] = {&s, level, std::prev(level->second.orders.end())};
    }
    void take(const record &r, bool all) {
        auto found = places.find(r.id);
        if (found == places.end()) return;
        place &p = found->second;
        int64_t qty = all || r.qty > p.entry->qty ? p.entry->qty : r.qty;
        p.entry->qty -= qty;
        p.at->second.qty -= qty;
        if (p.entry->qty > 0) return;
        p.at->second.orders.erase(p.entry);
        if (p.at->second.orders.empty()) p.of->erase(p.at);
        places.erase(found);
    }
    void apply(const record &r) {
        int kind = static_cast<int>(r.what & 0xff), ask = (r.what >> 8 & 3) == 3;
        if (kind == ADD) add(r, ask);
        if (kind == REDUCE || kind == EXECUTE || kind == DELETE) take(r, kind == DELETE);
    }
};

double seconds() {
    using namespace std::chrono;
    return duration<double>(steady_clock::now().time_since_epoch()).count();
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    std::vector<record> records;
    record r;
    FILE *file = std::fopen(argv[1], "r");
    if (file == nullptr) return 1;
    while (std::fread(&r, sizeof r, 1, file) == 1) records.push_back(r);
    std::fclose(file);
    uint64_t digest = 0, levels = 0, orders = 0;
    std::printf("{\"peer\": \"std::map of std::list\", \"version\": \"g++ " __VERSION__ "\", \"samples\": [");
    for (int i = 0; i < std::atoi(argv[2]); i++) {
        book b;
        double start = seconds();
        for (const record &one : records) b.apply(one);
        std::printf("%s%.9f", i == 0 ? "" : ", ", seconds() - start);
        digest = 0, levels = 0, orders = b.places.size();
        for (int s = 0; s < 2; s++)
            for (const auto &entry : b.sides[s]) {
                int64_t price = s == 0 ? -entry.first : entry.first;
                digest = digest * 1000003 + static_cast<uint64_t>(price) * 31 +
                         static_cast<uint64_t>(entry.second.qty);
                levels++;
            }
    }
    std::printf("], \"orders\": %llu, \"levels\": %llu, \"digest\": %lld}\n",
                static_cast<unsigned long long>(orders), static_cast<unsigned long long>(levels),
                static_cast<long long>(digest & INT64_MAX));
    return 0;
}
