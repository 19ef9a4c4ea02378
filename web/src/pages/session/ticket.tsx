// An order by hand.
import { createMemo, createSignal, type JSX, Show } from "solid-js";
import { idempotencyKey } from "../../api/client";
import type { Quote, SessionView } from "../../api/model";
import { ApiError, errorText } from "../../api/problem";
import { formatDecimal, formatNumber, formatPercent, toNumber } from "../../lib/decimal";
import { ask, symbolOf } from "../../lib/session";
import { createAction } from "../../ui/act";
import { Note } from "../../ui/figure";
import { Check, Segments, SelectField, TextField } from "../../ui/form";
import { Panel } from "../../ui/load";

type OrderType = "market" | "limit" | "stop" | "stop_limit";
const ORDER_TYPES: readonly (readonly [OrderType, string])[] = [
    ["market", "market"],
    ["limit", "limit"],
    ["stop", "stop"],
    ["stop_limit", "stop limit"],
];
const TIFS = ["gtc", "day", "ioc", "fok"].map((one) => [one, one] as const);

export function Ticket(props: { view: SessionView; instrument: Quote | undefined }): JSX.Element {
    const [side, setSide] = createSignal<"buy" | "sell">("buy");
    const [type, setType] = createSignal<OrderType>("market");
    const [tif, setTif] = createSignal("gtc");
    const [qty, setQty] = createSignal("");
    const [limit, setLimit] = createSignal("");
    const [stop, setStop] = createSignal("");
    const [reduceOnly, setReduceOnly] = createSignal(false);
    const [answer, setAnswer] = createSignal<{ kind: string; text: string } | null>(null);
    let key = idempotencyKey();
    const fresh = () => {
        key = idempotencyKey();
        setAnswer(null);
    };
    const needsLimit = () => type() === "limit" || type() === "stop_limit";
    const needsStop = () => type() === "stop" || type() === "stop_limit";
    const price = () => (needsLimit() ? limit() : (props.instrument?.last ?? ""));
    const notional = createMemo(() => toNumber(qty()) * toNumber(price()));
    const share = () => notional() / toNumber(props.view.account.equity);
    const ready = () =>
        props.instrument !== undefined &&
        toNumber(qty()) > 0 &&
        (!needsLimit() || toNumber(limit()) > 0) &&
        (!needsStop() || toNumber(stop()) > 0);

    const place = createAction(async () => {
        const instrument = props.instrument;
        if (!instrument) return;
        setAnswer(null);
        const [venue = "", symbol = ""] = instrument.instrument.split("/");
        try {
            const result = await ask(
                props.view.name,
                "POST",
                "/orders",
                {
                    venue,
                    symbol,
                    side: side(),
                    type: type(),
                    tif: tif(),
                    qty: qty().trim(),
                    ...(needsLimit() ? { limit_price: limit().trim() } : {}),
                    ...(needsStop() ? { stop_price: stop().trim() } : {}),
                    ...(reduceOnly() ? { reduce_only: true } : {}),
                },
                { idempotencyKey: key },
            );
            setAnswer(
                result.outcome === "shrunk"
                    ? {
                          kind: "warn",
                          text: `Order ${result.order ?? ""} placed, made smaller by ${result.rule ?? "a rule"} (limit ${formatNumber(result.limit, 4)})`,
                      }
                    : { kind: "ok", text: `Order ${result.order ?? ""} placed` },
            );
            key = idempotencyKey();
            setQty("");
        } catch (error) {
            setAnswer({ kind: "bad", text: errorText(error) });
            if (!(error instanceof ApiError && error.offline)) key = idempotencyKey();
        }
    });

    return (
        <Panel title={`Order ${symbolOf(props.instrument?.instrument) ?? ""}`}>
            <form
                class="ticket"
                onSubmit={(event) => {
                    event.preventDefault();
                    if (ready()) void place.run();
                }}
                onInput={fresh}
            >
                <Segments
                    wide
                    label="Side"
                    value={side()}
                    onInput={(value) => {
                        setSide(value);
                        fresh();
                    }}
                    options={[
                        ["buy", "Buy", "up-on"],
                        ["sell", "Sell", "down-on"],
                    ]}
                />
                <div class="two">
                    <SelectField
                        label="Type"
                        value={type()}
                        onInput={(value) => setType(value as OrderType)}
                        options={ORDER_TYPES}
                    />
                    <SelectField label="Good" value={tif()} onInput={setTif} options={TIFS} />
                </div>
                <TextField label="Quantity" number value={qty()} onInput={setQty} required />
                <Show when={needsLimit()}>
                    <TextField
                        label="Limit"
                        unit={props.view.account.currency}
                        number
                        value={limit()}
                        onInput={setLimit}
                        required
                    />
                </Show>
                <Show when={needsStop()}>
                    <TextField
                        label="Stop"
                        unit={props.view.account.currency}
                        number
                        value={stop()}
                        onInput={setStop}
                        required
                    />
                </Show>
                <div class="row">
                    <Check label="Only reduce" checked={reduceOnly()} onInput={setReduceOnly} />
                    <span class="grow" />
                    <Show when={props.instrument?.last}>
                        <button
                            type="button"
                            class="btn quiet small"
                            onClick={() => setLimit(props.instrument?.last ?? "")}
                        >
                            Last {formatDecimal(props.instrument?.last)}
                        </button>
                    </Show>
                </div>
                <dl class="pairs">
                    <dt>Worth about</dt>
                    <dd>{Number.isFinite(notional()) ? formatDecimal(notional().toFixed(2)) : "–"}</dd>
                    <dt>Of equity</dt>
                    <dd class={share() > 1 ? "warn" : ""}>
                        {Number.isFinite(share()) ? formatPercent(share(), 1) : "–"}
                    </dd>
                    <dt>Held now</dt>
                    <dd>{formatDecimal(props.instrument?.position, { trim: true })}</dd>
                </dl>
                <Show when={answer()}>{(said) => <Note kind={said().kind}>{said().text}</Note>}</Show>
                <button
                    type="submit"
                    class={`btn ${side() === "buy" ? "buy" : "sell"}`}
                    disabled={!ready() || place.busy() || !props.view.manual}
                    data-testid="place"
                >
                    {side() === "buy" ? "Buy" : "Sell"} {qty()} {symbolOf(props.instrument?.instrument)}
                </button>
                <Show when={!props.view.manual}>
                    <span class="faint">This session takes no orders by hand.</span>
                </Show>
            </form>
        </Panel>
    );
}
