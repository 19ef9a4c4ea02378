// Which page stands at which address. Pages come when they are needed.
import {
    type Component,
    createEffect,
    createMemo,
    ErrorBoundary,
    type JSX,
    lazy,
    onCleanup,
    onMount,
    Show,
    Suspense,
} from "solid-js";
import { Dynamic } from "solid-js/web";
import { phase } from "./api/auth";
import { matchPath, path } from "./lib/router";
import { Questions, Toasts } from "./ui/act";
import { Gate } from "./ui/gate";
import { Empty, Failed, Loading } from "./ui/load";
import { Proof } from "./ui/proof";
import { onKey, Shell } from "./ui/shell";

type Page = Component<{ params: Record<string, string> }> & { preload: () => Promise<unknown> };

const PAGES: readonly [pattern: string, title: string, page: Page][] = [
    ["/", "Overview", lazy(() => import("./pages/overview"))],
    ["/session", "Session", lazy(() => import("./pages/session"))],
    ["/session/{name}", "Session", lazy(() => import("./pages/session"))],
    ["/markets", "Markets", lazy(() => import("./pages/markets"))],
    ["/markets/{venue}/{symbol}/{kind}", "Markets", lazy(() => import("./pages/markets"))],
    ["/strategies", "Strategies", lazy(() => import("./pages/strategies"))],
    ["/strategies/{strategy}", "Strategies", lazy(() => import("./pages/strategies"))],
    ["/options", "Options", lazy(() => import("./pages/options"))],
    ["/portfolio", "Portfolio", lazy(() => import("./pages/portfolio"))],
    ["/risk", "Risk", lazy(() => import("./pages/risk"))],
    ["/research", "Research", lazy(() => import("./pages/research"))],
    ["/research/new", "New run", lazy(() => import("./pages/new-run"))],
    ["/research/compare", "Compare runs", lazy(() => import("./pages/compare"))],
    ["/research/run/{run}", "Run", lazy(() => import("./pages/run"))],
    ["/research/job/{job}", "Job", lazy(() => import("./pages/job"))],
    ["/explain/{of}/{name}", "Why", lazy(() => import("./pages/explain"))],
    ["/people", "People and keys", lazy(() => import("./pages/people"))],
    ["/account", "Your account", lazy(() => import("./pages/account"))],
    ["/audit", "Audit", lazy(() => import("./pages/audit"))],
    ["/system", "System", lazy(() => import("./pages/system"))],
];

function Nowhere(): JSX.Element {
    return (
        <div class="page">
            <Empty title="There is no page here">
                <a href="/">Go to the overview</a>
            </Empty>
        </div>
    );
}

// A part of the page that could not be fetched: the server was gone. When it is back, so is the page, where it was.
function Unfetched(): JSX.Element {
    const timer = setInterval(() => {
        void fetch("/health/live", { cache: "no-store" })
            .then((answer) => answer.ok && location.reload())
            .catch(() => {});
    }, 1500);
    onCleanup(() => clearInterval(timer));
    return (
        <div class="page">
            <Empty title="The server does not answer">
                <span>This page comes back when it does.</span>
            </Empty>
        </div>
    );
}

const isUnfetched = (error: unknown): boolean => /import|module|chunk/i.test(String((error as Error)?.message ?? ""));

// Once the first page stands, the others are fetched too, so that they are there when the server is not.
function prefetch(): void {
    const idle = window.requestIdleCallback ?? ((work: () => void) => setTimeout(work, 1500));
    idle(() => {
        for (const [, , page] of PAGES) void page.preload().catch(() => {});
        void import("./charts/candles").catch(() => {});
        void import("./charts/lines").catch(() => {});
    });
}

function Routes(): JSX.Element {
    onMount(() => setTimeout(prefetch, 1200));
    const found = createMemo(() => {
        for (const [pattern, title, page] of PAGES) {
            const params = matchPath(pattern, path());
            if (params) return { params, page, title };
        }
        return null;
    });
    const page = createMemo(() => found()?.page);
    createEffect(() => {
        const title = found()?.title;
        document.title = title ? `${title} · Fulmar` : "Fulmar";
    });
    return (
        <ErrorBoundary
            fallback={(error, reset) => (
                <Show when={!isUnfetched(error)} fallback={<Unfetched />}>
                    <div class="page">
                        <Failed error={error} retry={reset} />
                    </div>
                </Show>
            )}
        >
            <Suspense fallback={<Loading lines={8} />}>
                <Show when={page()} fallback={<Nowhere />}>
                    {(at) => <Dynamic component={at()} params={found()?.params ?? {}} />}
                </Show>
            </Suspense>
        </ErrorBoundary>
    );
}

export function App(): JSX.Element {
    onMount(() => {
        document.addEventListener("keydown", onKey);
        onCleanup(() => document.removeEventListener("keydown", onKey));
    });
    return (
        <>
            <Show when={phase() === "in"} fallback={<Gate />}>
                <Shell>
                    <Routes />
                </Shell>
            </Show>
            <Toasts />
            <Questions />
            <Proof />
        </>
    );
}
