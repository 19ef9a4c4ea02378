// SPDX-License-Identifier: Apache-2.0
// The commands of bench/bench_matching.c through exchange-core's order book, called directly on one thread, without its
// disruptor: exchange_core COMMANDS FILLING SAMPLES. A command is six little-endian 64-bit numbers: kind (1 new, 2
// cancel, 3 move), order, owner, side, price, and size, below 0 when it is immediate-or-cancel.
import exchange.core2.collections.objpool.ObjectsPool;
import exchange.core2.core.common.CoreSymbolSpecification;
import exchange.core2.core.common.L2MarketData;
import exchange.core2.core.common.MatcherEventType;
import exchange.core2.core.common.MatcherTradeEvent;
import exchange.core2.core.common.OrderAction;
import exchange.core2.core.common.OrderType;
import exchange.core2.core.common.SymbolType;
import exchange.core2.core.common.cmd.OrderCommand;
import exchange.core2.core.common.config.LoggingConfiguration;
import exchange.core2.core.orderbook.IOrderBook;
import exchange.core2.core.orderbook.OrderBookDirectImpl;
import exchange.core2.core.orderbook.OrderBookEventsHelper;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

class exchange_core {
    static final int WIDTH = 6, WARM_UP = 10;
    static long trades, traded, refused;

    static IOrderBook book() {
        CoreSymbolSpecification symbol = CoreSymbolSpecification.builder().symbolId(1)
            .type(SymbolType.FUTURES_CONTRACT).baseScaleK(1).quoteScaleK(1).build();
        return new OrderBookDirectImpl(symbol, ObjectsPool.createDefaultTestPool(),
            OrderBookEventsHelper.NON_POOLED_EVENTS_HELPER, LoggingConfiguration.DEFAULT);
    }

    static void apply(IOrderBook book, OrderCommand c, long[] rows, int at) {
        long size = rows[at + 5];
        c.orderId = rows[at + 1];
        c.uid = rows[at + 2];
        c.action = rows[at + 3] > 0 ? OrderAction.BID : OrderAction.ASK;
        c.price = c.reserveBidPrice = rows[at + 4];
        c.size = Math.abs(size);
        c.orderType = size < 0 ? OrderType.IOC : OrderType.GTC;
        c.matcherEvent = null;
        switch ((int) rows[at]) {
            case 1 -> book.newOrder(c);
            case 2 -> book.cancelOrder(c);
            default -> book.moveOrder(c);
        }
        for (MatcherTradeEvent e = c.matcherEvent; e != null; e = e.nextEvent) {
            if (e.eventType != MatcherEventType.TRADE) continue;
            trades++;
            traded += e.size;
        }
    }

    static double pass(IOrderBook book, long[] rows, int filling) {
        OrderCommand c = new OrderCommand();
        c.symbol = 1;
        trades = traded = 0;
        for (int at = 0; at < filling * WIDTH; at += WIDTH) apply(book, c, rows, at);
        long start = System.nanoTime();
        for (int at = filling * WIDTH; at < rows.length; at += WIDTH) apply(book, c, rows, at);
        return (System.nanoTime() - start) / 1e9;
    }

    static long digest(IOrderBook book) {
        L2MarketData l2 = book.getL2MarketDataSnapshot(1 << 20);
        long digest = 0;
        for (int i = 0; i < l2.bidSize; i++) digest = digest * 1000003 + l2.bidPrices[i] * 31 + l2.bidVolumes[i];
        for (int i = 0; i < l2.askSize; i++) digest = digest * 1000003 + l2.askPrices[i] * 31 + l2.askVolumes[i];
        return digest & Long.MAX_VALUE;
    }

    public static void main(String[] args) throws Exception {
        long[] rows;
        try (FileChannel file = FileChannel.open(Path.of(args[0]))) {
            LongBuffer numbers = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size())
                .order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
            rows = new long[numbers.remaining()];
            numbers.get(rows);
        }
        int filling = Integer.parseInt(args[1]), samples = Integer.parseInt(args[2]);
        StringBuilder list = new StringBuilder();
        IOrderBook book = null;
        for (int i = 0; i < WARM_UP + samples; i++) {
            book = book();
            double seconds = pass(book, rows, filling);
            if (i >= WARM_UP) list.append(list.length() > 0 ? "," : "").append(seconds);
        }
        book.validateInternalState();
        System.out.printf("{\"peer\":\"exchange-core\",\"version\":\"0.5.3\",\"samples\":[%s],\"trades\":%d,"
            + "\"traded\":%d,\"digest\":%d}%n", list, trades, traded, digest(book));
    }
}
