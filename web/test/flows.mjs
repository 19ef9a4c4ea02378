// The flows, in the order in which a day has them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { download, flow, ok, row } from "./flow.mjs";
import { TESS, totp, until } from "./world.mjs";

flow(
    "a fresh server is set up with its one-time token, and its admin needs a second factor",
    async (person) => {
        const { page, world } = person;
        await page.goto(world.url);
        await page.getByRole("heading", { name: "Set up this server" }).waitFor();
        await page.getByLabel("One-time token").fill("0".repeat(40));
        await page.getByLabel("Name").fill("ann");
        await page.getByLabel("Password", { exact: true }).fill("correct horse battery staple 1");
        await page.getByLabel("The same again").fill("correct horse battery staple");
        await page.getByText("The two are not the same").waitFor();
        await page.getByLabel("The same again").fill("correct horse battery staple 1");
        person.allowed.push(/status of 40[0-9]/);
        await page.getByRole("button", { name: "Make the account" }).click();
        await page.getByRole("alert").first().waitFor();
        await page.getByLabel("One-time token").fill(world.about.setup_token);
        await page.getByRole("button", { name: "Make the account" }).click();
        await page.getByRole("button", { name: "Set it up" }).click();
        world.secret = await page.locator("pre").first().innerText();
        await page.getByLabel("Code").fill(totp(world.secret));
        await page.getByRole("button", { name: "Turn it on" }).click();
        await page.getByRole("button", { name: "They are written down" }).click();
        await page.getByRole("heading", { name: "Overview" }).waitFor();
        await page.goto(`${world.url}/people`);
        await page.getByRole("button", { name: "New person" }).click();
        const dialog = page.getByRole("dialog", { name: "New person" });
        await dialog.getByLabel("Name").fill(TESS.name);
        await dialog.getByLabel("Role").selectOption("trader");
        await dialog.getByLabel("First password").fill(TESS.password);
        await dialog.getByRole("button", { name: "Add" }).click();
        await row(person, "tess").waitFor();
        world.peopled = true;
        await page.goto(`${world.url}/audit`);
        await row(person, "user").waitFor();
        await page.getByRole("button", { name: "Verify" }).click();
        await page.getByText("The chain is whole").waitFor();
        await page.getByRole("button", { name: "Settings and account" }).click();
        await page.getByRole("button", { name: "Sign out" }).click();
        await page.getByRole("heading", { name: "Sign in" }).waitFor();
    },
    { fresh: true },
);

flow(
    "a wrong password is refused in one word, a right one lets in",
    async (person) => {
        const { page, world } = person;
        person.allowed.push(/status of 40[0-9]/);
        await page.goto(world.url);
        await page.getByLabel("Name").fill(TESS.name);
        await page.getByLabel("Password").fill("not it at all");
        await page.getByRole("button", { name: "Sign in" }).click();
        await page.getByRole("alert").waitFor();
        await page.getByLabel("Password").fill(TESS.password);
        await page.getByRole("button", { name: "Sign in" }).click();
        await page.getByTestId("connection").waitFor();
    },
    { out: true },
);

flow("two tabs that wake at once stay signed in", async (person) => {
    const { page, context, world } = person;
    const other = await context.newPage();
    await person.go("/");
    for (let round = 0; round < 4; round++) {
        await Promise.all([page.goto(`${world.url}/research`), other.goto(`${world.url}/system`)]);
        await Promise.all([page, other].map((one) => one.getByTestId("connection").waitFor()));
    }
    await other.close();
});

flow("the page is live by the stream", async (person) => {
    await person.go("/");
    await person.page.locator('[data-testid=connection][data-state="ok"]').waitFor();
});

flow(
    "an API key is made, shown once and revoked",
    async (person) => {
        const { page } = person;
        await person.go("/people");
        await page.getByRole("button", { name: "New key" }).click();
        const dialog = page.getByRole("dialog", { name: "New API key" });
        await dialog.getByLabel("Name").fill("nightly");
        await dialog.getByRole("button", { name: "Make it" }).click();
        ok((await dialog.getByTestId("new-key").innerText()).length > 30);
        await dialog.getByRole("button", { name: "Close" }).click();
        await page.getByRole("button", { name: "Revoke nightly" }).click();
        await page.getByTestId("confirm").click();
        await page.getByText("revoked", { exact: true }).waitFor();
    },
    { wide: true },
);

flow("the shell has its landmarks, one heading and a title", async (person) => {
    const { page } = person;
    await person.go("/");
    for (const role of ["banner", "main", "contentinfo"]) ok((await page.getByRole(role).count()) === 1, role);
    ok((await page.getByRole("navigation").count()) >= 1);
    assert.equal(await page.locator("h1").count(), 1);
    assert.equal(await page.title(), "Overview · Fulmar");
    ok(await page.getByTestId("kill").isVisible(), "the kill switch is always there");
});

flow("no script and no style stands in the page, and the policy allows none", async (person) => {
    const answer = await person.page.goto(`${person.world.url}/`);
    const policy = answer.headers()["content-security-policy"] ?? "";
    ok(/script-src 'self'(;|$)/.test(policy), policy);
    ok(!/unsafe-inline|unsafe-eval|https?:|\*/.test(policy), policy);
    const html = await answer.text();
    ok(!/<script(?![^>]*\bsrc=)/.test(html) && !/\son\w+=|style=/.test(html));
    await person.page.locator("main h1").waitFor();
});

flow(
    "the keyboard goes everywhere",
    async (person) => {
        const { page } = person;
        await person.go("/");
        await page.keyboard.press("Tab");
        assert.equal(await page.evaluate(() => document.activeElement.innerText.trim()), "Skip to the page");
        await page.keyboard.press("Enter");
        assert.equal(await page.evaluate(() => document.activeElement.id), "main");
        await page.keyboard.press("g");
        await page.keyboard.press("e");
        await page.waitForURL("**/research");
        await page.keyboard.press("?");
        await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
        await page.keyboard.press("Escape");
        await until("the dialog closes", async () => (await page.getByRole("dialog").count()) === 0);
        await page.keyboard.press("Control+Shift+K");
        assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), "kill");
    },
    { wide: true },
);

flow(
    "the theme, the colours and the time zone are kept",
    async (person) => {
        const { page } = person;
        await person.go("/system");
        await page.getByRole("button", { name: "Settings and account" }).click();
        await page.getByRole("radio", { name: "Light" }).click();
        await page.getByRole("radio", { name: "Blue, orange" }).click();
        assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "light");
        await page.reload();
        await page.locator("main h1").waitFor();
        assert.deepEqual(await page.evaluate(() => ({ ...document.documentElement.dataset })), {
            theme: "light",
            palette: "blue",
            density: "compact",
        });
    },
    { wide: true },
);

flow(
    "an address that is none says so",
    async (person) => {
        await person.page.goto(`${person.world.url}/nowhere/at/all`);
        await person.page.getByText("There is no page here").waitFor();
    },
    { wide: true },
);

flow("the tape's series are listed, filtered, sorted and kept in the address", async (person) => {
    const { page } = person;
    await person.go("/markets");
    await page.getByLabel("Filter Series").fill("brav");
    await until("one row is left", async () => (await page.locator(".market-list tbody tr").count()) === 1);
    ok(page.url().includes("series.find=brav"), page.url());
    await page.reload();
    await row(person, "BRAVO").waitFor();
    await page.getByLabel("Filter Series").fill("");
    await page.locator(".market-list").getByRole("button", { name: "Symbol" }).click();
    await until("it is turned round", async () => (await person.text(".market-list tbody tr")).startsWith("DELTA"));
    ok(page.url().includes("series.sort=-symbol"), page.url());
});

flow("a series is drawn, with its facts and the library's credit", async (person) => {
    const { page } = person;
    await person.go("/markets/LOCAL/ALFA/bar-1d");
    await page.locator(".chart canvas").first().waitFor();
    await page.getByText("TradingView").waitFor();
    await page.getByText("900", { exact: true }).first().waitFor();
    const painted = await page.evaluate(() =>
        [...document.querySelectorAll(".chart canvas")].some((canvas) => {
            const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
            return new Set(pixels).size > 20;
        }),
    );
    ok(painted, "the canvas is not empty");
});

flow("a run's page says what the program's own report says", async (person) => {
    const { page, world } = person;
    await person.go("/research/run/first");
    const report = JSON.parse(readFileSync(`${world.runs}/first/report.json`, "utf8"));
    await page.locator(".facts.large").first().waitFor();
    const facts = await page.locator(".facts.large").first().innerText();
    const sharpe = report.statistics.sharpe.toFixed(2).replace("-", "\u2212");
    ok(facts.includes(sharpe), `${facts} has no ${sharpe}`);
    ok(facts.includes(String(report.statistics.trades)), facts);
    await page.getByRole("tab", { name: /^Trades/ }).click();
    await until("all trades are counted", async () =>
        (await person.text(".table-tools")).includes(String(report.tables.trades.length)),
    );
    ok((await page.locator(".uplot canvas").count()) >= 2, "equity and drawdown are drawn");
});

flow(
    "a table leaves as CSV, exactly as the server wrote it",
    async (person) => {
        const { page, world } = person;
        await person.go("/research/run/first?table=trades");
        const report = JSON.parse(readFileSync(`${world.runs}/first/report.json`, "utf8"));
        await page.getByRole("tab", { name: /^Trades/ }).waitFor();
        const file = await download(person, () => page.getByRole("button", { name: "Export Trades as CSV" }).click());
        assert.equal(file.name, "trades.csv");
        const lines = file.text.trim().split("\r\n");
        assert.equal(lines.length, report.tables.trades.length + 1);
        ok(lines[1].includes(report.tables.trades[0].net), lines[1]);
    },
    { wide: true },
);

flow(
    "two runs are compared",
    async (person) => {
        const { page } = person;
        await person.go("/research");
        await page.getByLabel("Choose first to compare").check();
        await page.getByLabel("Choose second to compare").check();
        await page.getByRole("link", { name: "Compare 2" }).click();
        await page.getByRole("heading", { name: "Compare 2 runs" }).waitFor();
        await row(person, "Sharpe").waitFor();
        await page.locator(".uplot canvas").first().waitFor();
    },
    { wide: true },
);

flow("a backtest is submitted, followed to its end and opened", async (person) => {
    const { page } = person;
    await person.go("/research/new");
    await page.getByLabel("Name").fill("from-the-page");
    await page.getByLabel("LOCAL/ALFA/bar-1d").check();
    await page.getByLabel("LOCAL/CHARLIE/bar-1d").check();
    await page.getByLabel("Add a strategy").selectOption("sma_cross");
    await page.getByLabel(/^fast/).fill("10");
    await page.getByTestId("submit-run").click();
    await page.waitForURL("**/research/job/*");
    await page.getByTestId("open-run").click({ timeout: 60_000 });
    await page.waitForURL("**/research/run/from-the-page");
    await page
        .getByText(/sma_cross fast=10/)
        .first()
        .waitFor();
});

flow(
    "a parameter that cannot be is refused before it is sent",
    async (person) => {
        const { page } = person;
        await person.go("/research/new?strategy=sma_cross");
        await page.getByLabel(/^fast/).fill("-3");
        await page.getByText(/^At least/).waitFor();
        await page.getByLabel(/^fast/).fill("ten");
        await page.getByText("A whole number is needed").waitFor();
        await page.getByLabel("Name").fill("bad name!");
        ok(await page.getByTestId("submit-run").isDisabled());
    },
    { wide: true },
);

flow(
    "a sweep ends in a heat map and says how lucky the best is",
    async (person) => {
        const { page } = person;
        await person.go("/research/new?kind=sweep&strategy=sma_cross");
        await page.getByLabel("LOCAL/ALFA/bar-1d").check();
        await page.getByLabel("Search over").selectOption("fast");
        await page.getByLabel("Search over").selectOption("slow");
        await page.getByTestId("submit-run").click();
        await page.waitForURL("**/research/job/*");
        await page.getByRole("region", { name: /by slow and fast/ }).waitFor({ timeout: 60_000 });
        ok((await page.locator(".heat-table tbody td").count()) >= 9);
        await page.getByText("Deflated sharpe", { exact: true }).waitFor();
    },
    { wide: true },
);

flow(
    "tags are given and taken away",
    async (person) => {
        const { page } = person;
        await person.go("/research/run/second");
        await page.getByLabel("Add a tag").fill("candidate");
        await page.keyboard.press("Enter");
        await page.getByRole("button", { name: "Take the tag candidate away" }).click();
        await until("it is gone", async () => (await page.getByText("candidate").count()) === 0);
    },
    { wide: true },
);

flow(
    "what a run is called is text, whatever it holds",
    async (person) => {
        const { page, world } = person;
        const payloads = ["<img src=x onerror=alert(1)>", "<script>alert(2)</script>", '"><svg onload=alert(3)>'];
        for (const [index, title] of payloads.entries()) world.makeRun(`hostile-${index}`, title, "buy_and_hold");
        await person.go("/research");
        await row(person, "hostile-2").waitFor();
        for (const title of payloads) ok((await page.getByText(title, { exact: false }).count()) > 0, title);
        await person.go("/research/run/hostile-0");
        await page.getByRole("heading", { name: payloads[0] }).waitFor();
    },
    { wide: true },
);

flow(
    "the report leaves as one file",
    async (person) => {
        await person.go("/research/run/first");
        const file = await download(person, () =>
            person.page.getByRole("button", { name: "Report as a file" }).click(),
        );
        assert.equal(file.name, "first.html");
        ok(file.text.includes("Trend on two"));
    },
    { wide: true },
);

flow(
    "the catalogue of strategies has parameters with bounds",
    async (person) => {
        const { page } = person;
        await person.go("/strategies/sma_cross");
        await row(person, "fast").waitFor();
        await page.getByRole("link", { name: "Backtest it" }).click();
        await page.waitForURL("**/research/new?strategy=sma_cross");
        await page.getByLabel(/^slow/).waitFor();
    },
    { wide: true },
);

flow(
    "the system's page has health and metrics",
    async (person) => {
        const { page } = person;
        await person.go("/system");
        await page.getByText("0.1.0").waitFor();
        await page.getByText("well", { exact: true }).first().waitFor();
        await page.getByLabel("Filter Metrics").fill("requests");
        await row(person, "requests").waitFor();
    },
    { wide: true },
);

flow("a session is started on paper, stepped, run, paused", async (person) => {
    const { page } = person;
    await person.go("/session?new=1");
    await page.getByLabel("Name").fill("desk-1");
    await page.getByLabel("LOCAL/ALFA/bar-1d").check();
    await page.getByLabel("LOCAL/BRAVO/bar-1d").check();
    await page.getByLabel("Add a strategy").selectOption("sma_cross");
    await page.getByLabel(/^fast/).fill("5");
    await page.getByLabel(/^slow/).fill("15");
    await page.getByLabel("Begin paused").check();
    await page.getByTestId("start-session").click();
    await page.waitForURL("**/session/desk-1");
    await page.getByText("paused", { exact: true }).first().waitFor();
    const clock = () => page.locator(".facts dd").nth(5).innerText(); // of the next event
    const before = await clock();
    await page.getByRole("button", { name: "One step of data" }).click();
    await until("the clock moved", async () => (await clock()) !== before);
    await page.getByLabel("Pace of the data").selectOption("604800");
    await page.getByRole("button", { name: "Run the data" }).click();
    await page.getByText("running", { exact: true }).first().waitFor();
    await until(
        "it trades",
        async () => (await page.getByRole("tab", { name: /^Positions [1-9]/ }).count()) > 0,
        20_000,
    );
    await page.getByRole("button", { name: "Pause the data" }).click();
    await page.getByText("paused", { exact: true }).first().waitFor();
    await page.locator(".chart canvas").first().waitFor();
});

flow("an order is placed by hand, seen at work and canceled", async (person) => {
    const { page } = person;
    await person.go("/session/desk-1?instrument=LOCAL/ALFA&tab=orders");
    const ticket = page.locator(".ticket");
    await ticket.getByLabel("Type").selectOption("limit");
    await ticket.getByLabel("Quantity").fill("3");
    // Far enough from the market not to fill, near enough for the price band.
    const last = Number((await ticket.getByRole("button", { name: /^Last/ }).innerText()).replace(/[^0-9.]/g, ""));
    const limit = (last * 0.7).toFixed(2);
    await ticket.getByLabel("Limit").fill(limit);
    await ticket.getByTestId("place").click();
    await ticket.getByText(/^Order \d+ placed/).waitFor();
    const order = page.locator("tbody tr", { hasText: limit }).first();
    await order.waitFor();
    ok((await order.innerText()).includes("buy"));
    await order.getByRole("button", { name: /^Cancel order/ }).click();
    await until("it is gone", async () => (await page.locator("tbody tr", { hasText: limit }).count()) === 0);
    await page.getByRole("tab", { name: "Ended orders" }).click();
    await page.locator("tbody tr", { hasText: limit }).first().waitFor();
});

flow(
    "a market order fills at the next bar and becomes a position",
    async (person, { shots }) => {
        const { page } = person;
        await person.go("/session/desk-1?instrument=LOCAL/BRAVO&tab=fills");
        const ticket = page.locator(".ticket");
        await ticket.getByLabel("Quantity").fill("1");
        await ticket.getByTestId("place").click();
        await ticket.getByText(/^Order \d+ placed/).waitFor();
        for (let step = 0; step < 3; step++) {
            await page.getByRole("button", { name: "One step of data" }).click();
            await page.waitForTimeout(150);
        }
        const fill = page.locator("tbody tr", { hasText: "manual" }).first();
        await fill.waitFor();
        ok(/buy/.test(await fill.innerText()));
        await page.getByRole("tab", { name: /^Positions/ }).click();
        await page.locator("tbody tr", { hasText: "manual" }).first().waitFor();
        if (shots) await page.screenshot({ path: `${shots}/dashboard.png` });
    },
    { wide: true },
);

flow(
    "an order that a rule refuses says which and why",
    async (person) => {
        const { page } = person;
        await person.go("/session/desk-1?instrument=LOCAL/ALFA");
        const ticket = page.locator(".ticket");
        await ticket.getByLabel("Type").selectOption("limit");
        await ticket.getByLabel("Quantity").fill("1");
        await ticket.getByLabel("Limit").fill("0.5");
        person.allowed.push(/422/);
        await ticket.getByTestId("place").click();
        await ticket.getByRole("alert").waitFor();
        ok(/price_band/.test(await ticket.getByRole("alert").innerText()));
        await page.getByRole("tab", { name: "Risk words" }).click();
        await row(person, "price_band").waitFor();
    },
    { wide: true },
);

flow(
    "a running strategy's parameter is changed, and the strategy paused and resumed",
    async (person) => {
        const { page } = person;
        await person.go("/session/desk-1?tab=strategies");
        await page.getByRole("button", { name: "Pause sma_cross" }).click();
        await page.getByText("paused (operator)").waitFor();
        await page.getByRole("button", { name: "Resume sma_cross" }).click();
        await until("it runs", async () => (await page.getByText("paused (operator)").count()) === 0);
    },
    { wide: true },
);

flow(
    "a limit is changed after a question, and stands",
    async (person) => {
        const { page } = person;
        await person.go("/risk?rule=order_notional");
        const field = page.locator(".form-grid input").first();
        await field.waitFor();
        await field.fill("1.5");
        await page.getByRole("button", { name: "Change", exact: true }).click();
        await page.getByTestId("confirm").click();
        await page.getByText("The limit is changed").waitFor();
        await page.reload();
        await until("it stands", async () => /^1\.5/.test(await page.locator(".form-grid input").first().inputValue()));
    },
    { wide: true },
);

flow("the kill switch does nothing when let go early, and halts all when held", async (person) => {
    const { page } = person;
    await person.go("/session/desk-1");
    await page.getByText("paper money").waitFor();
    const kill = page.getByTestId("kill");
    const box = await kill.boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.waitForTimeout(300);
    await page.mouse.up();
    await page.waitForTimeout(300);
    assert.equal(await page.getByText(/halted in/).count(), 0);
    await page.mouse.down();
    await page.getByText(/1 session halted in/).waitFor();
    await page.mouse.up();
    await page.getByText("is halted by an operator").waitFor();
    await until("it says so", async () => /HALTED/.test(await kill.innerText()));
});

flow("trading is resumed on the risk page, after a question", async (person) => {
    const { page } = person;
    await person.go("/risk");
    await page.getByRole("button", { name: "Resume trading" }).click();
    await page.getByTestId("confirm").click(); // a login of the last minutes is proof enough
    await until("the banner goes", async () => (await page.getByText("is halted by").count()) === 0);
});

flow("a server that is gone is told at once, and the page goes on when it is back", async (person, { world }) => {
    const { page } = person;
    await person.go("/session/desk-1");
    await page.getByText("paper money").waitFor();
    person.allowed.push(/ERR_CONNECTION_REFUSED|Failed to load|WebSocket|ERR_/);
    const port = world.port;
    await world.stop("SIGKILL");
    await page.getByText("The server does not answer").waitFor();
    await world.serve(port);
    await until("it is back", async () => (await page.getByText("The server does not answer").count()) === 0, 15_000);
    await page.getByText("paper money").waitFor();
});

const PAGES = [
    "/", "/session?new=1", "/session/desk-1", "/markets/LOCAL/ALFA/bar-1d?ind=sma;rsi", "/strategies/sma_cross", "/risk",
    "/research", "/research/new", "/research/new?kind=walkforward&strategy=sma_cross", "/research/run/first",
    "/research/compare?runs=first,second", "/markets/BINANCE-USDM/BTCUSDT/feed",
    "/markets/BINANCE-USDM/BTCUSDT/feed?view=heat", "/markets/BINANCE-USDM/BTCUSDT/feed?view=footprint&bar=15s",
    "/markets/BINANCE-USDM/BTCUSDT/feed?view=profile", "/options", "/options?tab=surface",
    "/options?tab=strategy&legs=1:put:90;-1:put:95;-1:call:105;1:call:110&later=10", "/portfolio", "/people", "/account",
    "/system",
]; // biome-ignore format: a list
for (const theme of ["dark", "light"]) {
    for (const [width, height] of [
        [360, 740],
        [1024, 768],
        [1920, 1080],
    ]) {
        // biome-ignore format: three sizes
        flow(
            `every page fits ${width} pixels and passes the accessibility rules, ${theme}`,
            async (person, { shots }) => {
                const found = [];
                for (const path of PAGES) {
                    await person.go(path);
                    await person.page.waitForLoadState("networkidle").catch(() => {});
                    await person.page.waitForTimeout(350);
                    const wide = await person.fits();
                    if (wide) found.push(`${path} is wider than the window: ${wide}`);
                    for (const fault of await person.accessible()) found.push(`${path} ${fault}`);
                    if (shots) {
                        const name = path.replace(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "") || "overview";
                        await person.page.screenshot({ path: `${shots}/${name}-${theme}-${width}.png` });
                    }
                }
                assert.equal([...new Set(found)].join("\n"), "");
            },
            { wide: true, theme, size: { width, height } },
        );
    }
}
