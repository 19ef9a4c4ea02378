// Orders: those that live, and those that ended.
import { type JSX, Show } from "solid-js";
import { may } from "../../api/auth";
import { path } from "../../api/client";
import type { Order } from "../../api/model";
import { formatDecimal } from "../../lib/decimal";
import { prefs } from "../../lib/prefs";
import { ask, priceText } from "../../lib/session";
import { formatMoment } from "../../lib/time";
import { Button, confirm } from "../../ui/act";
import { Badge, Side } from "../../ui/figure";
import { Empty } from "../../ui/load";
import { type Column, Table } from "../../ui/table";

function reasonOf(order: Order): string {
    return order.live || order.reason === "none" ? "" : order.reason.replace(/_/g, " ");
}

function orderColumns(name: () => string, liveOnly: boolean): Column<Order>[] {
    return [
        { id: "order", head: "Order", get: (row) => row.order, number: true },
        {
            id: "created",
            head: "Sent",
            get: (row) => row.created,
            cell: (row) => formatMoment(row.created, prefs().zone),
            small: false,
        },
        { id: "instrument", head: "Instrument", get: (row) => row.instrument },
        { id: "strategy", head: "By", get: (row) => row.strategy, small: false },
        { id: "side", head: "Side", get: (row) => row.side, cell: (row) => <Side side={row.side} /> },
        { id: "type", head: "Type", get: (row) => row.type, cell: (row) => row.type.replace("_", " "), small: false },
        {
            id: "qty",
            head: "Quantity",
            get: (row) => row.qty,
            cell: (row) => formatDecimal(row.qty, { trim: true }),
            right: true,
            number: true,
        },
        {
            id: "filled",
            head: "Filled",
            get: (row) => row.filled,
            cell: (row) => formatDecimal(row.filled, { trim: true }),
            right: true,
            number: true,
            small: false,
        },
        {
            id: "price",
            head: "Price",
            get: (row) => row.limit_price ?? row.stop_price ?? row.average,
            cell: (row) => priceText(row.instrument, row.limit_price ?? row.stop_price ?? row.average),
            right: true,
            number: true,
        },
        {
            id: "state",
            head: "State",
            get: (row) => row.state,
            cell: (row) => (
                <Badge
                    kind={row.state === "unknown" ? "bad" : row.state === "filled" ? "ok" : ""}
                    title={reasonOf(row) ?? ""}
                >
                    {row.state.replace("_", " ")}
                    {reasonOf(row) ? `: ${reasonOf(row)}` : ""}
                </Badge>
            ),
        },
        ...(liveOnly
            ? [
                  {
                      id: "act",
                      head: "",
                      get: () => "",
                      fixed: true,
                      cell: (row: Order) => (
                          <Show when={may("trader")}>
                              <Button
                                  kind="small danger"
                                  label={`Cancel order ${row.order}`}
                                  onClick={() => ask(name(), "DELETE", path`/orders/${row.order}`)}
                              >
                                  Cancel
                              </Button>
                          </Show>
                      ),
                  },
              ]
            : []),
    ];
}

export function WorkingOrders(props: { session: string; rows: readonly Order[] }): JSX.Element {
    return (
        <Table
            name="orders"
            label="Live orders"
            rows={props.rows}
            columns={orderColumns(() => props.session, true)}
            maxHeight={360}
            empty={<Empty title="No live order" />}
            tools={
                <Show when={may("trader") && props.rows.length > 0}>
                    <Button
                        kind="small danger"
                        onClick={async () => {
                            if (
                                !(await confirm(
                                    "Cancel all orders?",
                                    `All ${props.rows.length} live orders of ${props.session} are canceled. Strategies go on and may send new ones.`,
                                    "Cancel them",
                                ))
                            )
                                return;
                            for (const order of [...props.rows])
                                await ask(props.session, "DELETE", path`/orders/${order.order}`).catch(() => {});
                        }}
                    >
                        Cancel all
                    </Button>
                </Show>
            }
        />
    );
}

export function EndedOrders(props: { session: string; rows: readonly Order[] }): JSX.Element {
    return (
        <Table
            name="ended"
            label="Orders that ended"
            rows={props.rows}
            columns={orderColumns(() => props.session, false)}
            maxHeight={360}
            empty={<Empty title="None ended yet" />}
        />
    );
}
