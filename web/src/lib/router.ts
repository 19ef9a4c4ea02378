// Where the page is: the path says what is shown, the query how. Both are signals, and links are plain links.
import { batch, createMemo, createSignal } from "solid-js";

const [path, setPath] = createSignal(location.pathname);
const [search, setSearch] = createSignal(location.search);

export { path };

export const query = createMemo(() => new URLSearchParams(search()));

function take(): void {
    batch(() => {
        setPath(location.pathname);
        setSearch(location.search);
    });
}

export function go(to: string, replace = false): void {
    if (to === location.pathname + location.search) return;
    if (replace) history.replaceState(null, "", to);
    else history.pushState(null, "", to);
    take();
}

// Changes some of the query: null takes a name away.
export function setQuery(changes: Record<string, string | null>, replace = true): void {
    const next = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(changes)) {
        if (value === null || value === "") next.delete(name);
        else next.set(name, value);
    }
    const text = next.toString();
    go(location.pathname + (text ? `?${text}` : ""), replace);
}

// "/session/{name}" and "/session/a%20b" give { name: "a b" }; null: another path.
export function matchPath(pattern: string, at: string): Record<string, string> | null {
    const want = pattern.split("/");
    const have = at.replace(/\/+$/, "").split("/");
    if (at === "/" && pattern === "/") return {};
    if (want.length !== have.length) return null;
    const params: Record<string, string> = {};
    for (const [index, part] of want.entries()) {
        const value = have[index] ?? "";
        if (part.startsWith("{")) {
            if (!value) return null;
            try {
                params[part.slice(1, -1)] = decodeURIComponent(value);
            } catch {
                return null;
            }
        } else if (part !== value) return null;
    }
    return params;
}

// A click on a link of ours stays in the page; with a modifier it is the browser's.
export function startRouter(): void {
    window.addEventListener("popstate", take);
    document.addEventListener("click", (event) => {
        if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
        const link = (event.target as Element | null)?.closest?.("a");
        if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
        if (/^\/(api|health|metrics)(\/|$)/.test(link.pathname)) return;
        event.preventDefault();
        if (link.hash && link.pathname === location.pathname) {
            document.getElementById(link.hash.slice(1))?.focus();
            return;
        }
        go(link.pathname + link.search);
    });
}
