// Texts that were written to run as code, in every place where the page shows a text of somebody else's: what it shows is
// the text. The payloads are our own few and, where the shared data are, four public collections.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { flow, ok } from "./flow.mjs";

const OWN = [
    "<script>window.pwned=1</script>",
    '"><img src=x onerror=window.pwned=2>',
    "'><svg onload=window.pwned=3>",
    "javascript:window.pwned=4",
    '<a href="javascript:window.pwned=5">x</a>',
    "<iframe srcdoc='<script>parent.pwned=6</script>'></iframe>",
    "</title></textarea></style></script><script>pwned=7</script>",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a payload
    "{{constructor.constructor('pwned=8')()}}${pwned=9}",
    "<math><mtext><table><mglyph><style><img src=x onerror=pwned=10>",
    "=HYPERLINK(\"javascript:pwned=11\")",
]; // biome-ignore format: a list

export function payloads() {
    const folder = process.env.FULMAR_SHARED && `${process.env.FULMAR_SHARED}/fixtures/payloads`;
    const files = ["xss.txt", "xss-rsnake.txt", "xss-polyglots.txt", "xss-detection.txt", "blns.txt"];
    const found = folder ? files.map((name) => `${folder}/${name}`).filter(existsSync) : [];
    const lines = found.flatMap((name) => readFileSync(name, "utf8").split(/\r?\n/));
    return [...new Set([...OWN, ...lines.filter((line) => line.trim() && !line.startsWith("#"))])];
}

// Whatever would run leaves a trace: a dialog function that was called, a name that was set, an element that no component
// of the page makes, a request to another host.
async function watch(person) {
    const { page, world } = person;
    const strange = [];
    page.on("request", (request) => {
        const url = request.url();
        if (!url.startsWith(world.url) && !url.startsWith("data:") && !url.startsWith("blob:")) strange.push(url);
    });
    await page.addInitScript(() => {
        window.ran = [];
        for (const name of ["alert", "confirm", "prompt", "print", "open"])
            window[name] = (...words) => window.ran.push(`${name} ${words}`);
        document.addEventListener("securitypolicyviolation", (event) =>
            window.ran.push(`refused by policy: ${event.violatedDirective} ${event.blockedURI}`),
        );
    });
    return async (where) => {
        const traces = await page.evaluate(() => {
            const own = [...document.querySelectorAll("*")].filter(
                (one) =>
                    [...one.attributes].some((at) => /^on/i.test(at.name)) ||
                    (/^(iframe|object|embed|marquee|base|frame|math|meta)$/i.test(one.tagName) &&
                        one.closest("body")) ||
                    (one.tagName === "SCRIPT" && !one.src.startsWith(location.origin)) ||
                    (one.tagName === "A" && /^\s*(javascript|data|vbscript):/i.test(one.getAttribute("href") ?? "")),
            );
            return [
                ...window.ran,
                ...(window.pwned === undefined ? [] : [`pwned ${window.pwned}`]),
                ...own.map((one) => one.outerHTML.slice(0, 120)),
            ];
        });
        assert.deepEqual([...traces, ...strange], [], where);
    };
}

const SIZE = 150; // rows that a table draws at once

// The answers of the real server, with payloads where somebody else's words are.
const PLACES = [
    {
        path: "/research",
        route: /\/api\/v1\/runs(\?|$)/,
        fill: (answer, list) => ({
            ...answer,
            items: list.map((text, at) => ({
                ...answer.items[0],
                name: `run-${at}`,
                title: text,
                tags: [text.slice(0, 60)],
                strategies: [text],
            })),
        }),
    },
    {
        path: "/research?tab=jobs",
        route: /\/api\/v1\/jobs(\?|$)/,
        fill: (_answer, list) => ({
            items: list.map((text, at) => ({
                job: String(at + 1), kind: text, state: "failed", story: text, run: text, progress: null,
                began: "2026-01-01T00:00:00Z", ended: null, owner: text, made: "2026-01-01T00:00:00Z",
            })),
            next: null,
        }),
    },
    {
        path: "/people",
        route: /\/api\/v1\/keys(\?|$)/,
        fill: (_answer, list) => ({
            items: list.map((text, at) => ({
                key: String(at), user: "1", public_id: text, name: text, scopes: text, from: text, signing: false,
                created: "2026-01-01T00:00:00Z", expires: null, revoked: null,
            })),
            next: null,
        }),
    },
    {
        path: "/markets",
        route: /\/api\/v1\/series(\?|$)/,
        fill: (_answer, list) => ({
            items: list.map((text) => ({ name: `LOCAL/${text}/bar-1d`, venue: text, symbol: text, kind: "bar-1d", frame_s: 0 })),
            next: null,
        }),
    },
    {
        path: "/strategies",
        route: /\/api\/v1\/strategies(\?|$)/,
        fill: (_answer, list) => ({
            items: list.map((text) => ({ name: text, summary: text, scope: "instrument", inputs: [text], params: [] })),
        }),
    },
]; // biome-ignore format: answers in few lines

flow(
    "what was written to run as code is shown as text wherever the page shows words of others",
    async (person) => {
        const { page } = person;
        const all = payloads();
        ok(all.length >= 10);
        const check = await watch(person);
        person.allowed.push(/status of 40[0-9]/);
        let list = [];
        for (const place of PLACES)
            await page.route(place.route, async (route) => {
                if (route.request().method() !== "GET") return route.continue();
                const answer = await route.fetch();
                const body = answer.ok() ? await answer.json() : { items: [] };
                return route.fulfill({ response: answer, json: place.fill(body, list) });
            });
        for (let from = 0; from < all.length; from += SIZE) {
            list = all.slice(from, from + SIZE);
            for (const place of PLACES) {
                await person.go(place.path);
                await page.waitForFunction(
                    (count) => document.querySelectorAll("tbody tr").length >= count,
                    list.length,
                );
                const shown = await page.evaluate(() => document.querySelector("main").textContent);
                // Text stays text: each is there, letter by letter.
                const lost = list.filter((text) => !shown.includes(text.replace(/\r/g, "")));
                assert.deepEqual(lost, [], `${place.path} has lost some`);
                await check(place.path);
            }
        }
        console.log(`# ${all.length} payloads in ${PLACES.length} places`);
    },
    { wide: true },
);

flow(
    "what stands in an address is text, too",
    async (person) => {
        const { page } = person;
        const check = await watch(person);
        person.allowed.push(/status of 40[0-9]/);
        await person.go("/markets");
        await page.getByLabel("Filter Series").waitFor();
        for (const text of payloads()) {
            await page.evaluate((words) => {
                const word = encodeURIComponent(words);
                for (const to of [`/markets?series.find=${word}&ind=${word}`, `/nowhere/${word}`, "/markets"]) {
                    history.pushState(null, "", to);
                    dispatchEvent(new PopStateEvent("popstate"));
                }
            }, text.toWellFormed?.() ?? text);
        }
        await page.waitForTimeout(200);
        await check("the address");
        for (const text of OWN) {
            const word = encodeURIComponent(text);
            for (const path of [`/research/run/${word}`, `/session/${word}`, `/explain/run/${word}?order=${word}`]) {
                await page.goto(person.world.url + path);
                await page.locator("main h1").first().waitFor();
            }
        }
        await check("pages of names that are none");
    },
    { wide: true },
);

flow("a table's CSV holds no formula of somebody else's", async (person) => {
    const { page } = person;
    await page.route(/\/api\/v1\/keys(\?|$)/, (route) =>
        route.fulfill({
            json: PLACES[2].fill(null, ["=1+2", "+cmd|' /C calc'!A0", "@SUM(1)", "-2+3", "plain", '"quoted", twice']),
        }),
    );
    await person.go("/people");
    const [file] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: /^Export .*keys.* as CSV/i }).click(),
    ]);
    const text = readFileSync(await file.path(), "utf8");
    for (const begin of ["'=1+2", "'+cmd", "'@SUM", "'-2+3", "plain", '"""quoted"", twice"'])
        ok(text.includes(begin), text);
    ok(!/(^|,)"?[=+@]/m.test(text), text);
});
