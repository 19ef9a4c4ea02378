// Orders: those that live, and those that ended.
import { type JSX, Show } from "solid-js";
import { may } from "../../api/auth";
import { path } from "../../api/client";
import type { Order } from "../../api/model";
import { whyOrder } from "../../lib/explain";
import { ask } from "../../lib/session";
import { Button, confirm } from "../../ui/act";
import { instrumentColumn, momentColumn, priceColumn, quantityColumn, sideColumn } from "../../ui/columns";
import { Badge } from "../../ui/figure";
import { Empty } from "../../ui/load";
import { type Column, Table } from "../../ui/table";

function reasonOf(order: Order): string {
    return order.live || order.reason === "none" ? "" : order.reason.replace(/_/g, " ");
}

function orderColumns(name: () => string, liveOnly: boolean): Column<Order>[] {
    return [
        {
            id: "order",
            head: "Order",
            get: (row) => row.order,
            cell: (row) => (
                <a href={whyOrder(name(), row.order)} aria-label={`Why order ${row.order}`} title="Why it was sent">
                    {row.order} why
                </a>
            ),
            number: true,
        },
        momentColumn("created", "Sent", (row) => row.created, { small: false }),
        instrumentColumn(),
        { id: "strategy", head: "By", get: (row) => row.strategy, small: false },
        sideColumn(),
        { id: "type", head: "Type", get: (row) => row.type, cell: (row) => row.type.replace("_", " "), small: false },
        quantityColumn("qty", "Quantity", (row) => row.qty),
        quantityColumn("filled", "Filled", (row) => row.filled, { small: false }),
        priceColumn("price", "Price", (row) => row.limit_price ?? row.stop_price ?? row.average),
        {
            id: "state",
            head: "State",
            get: (row) => row.state,
            cell: (row) => (
                <Badge
                    kind={row.state === "unknown" ? "bad" : row.state === "filled" ? "ok" : ""}
                    title={reasonOf(row)}
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
