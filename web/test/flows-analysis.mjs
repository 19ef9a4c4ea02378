// What the page shows of recordings, options, portfolios and risk.
import assert from "node:assert/strict";
import { download, flow, ok, painted, row } from "./flow.mjs";
import { dailyBars, until } from "./world.mjs";

const FEED = "/markets/BINANCE-USDM/BTCUSDT/feed";

flow(
    "indicators stand over the bars and below them, from the address and by choice",
    async (person) => {
        const { page } = person;
        await person.go("/markets/LOCAL/ALFA/bar-1d?ind=sma:timeperiod=20");
        await page.getByRole("button", { name: "Change sma:timeperiod=20" }).waitFor();
        const legend = () => page.locator(".chart-legend .swatch").allInnerTexts();
        await until("the average has a value", async () => /^sma \d/.test((await legend())[0] ?? ""));
        await page.getByLabel("Add an indicator").selectOption("rsi");
        await until("two are there", async () => (await legend()).length === 2);
        ok(page.url().includes("ind=sma%3Atimeperiod%3D20%3Brsi"), page.url());
        await page.getByRole("button", { name: "Change rsi" }).click();
        const dialog = page.getByRole("dialog", { name: "rsi" });
        await dialog.getByLabel(/^timeperiod/).fill("1");
        await dialog.getByText("At least 2").waitFor();
        ok(await dialog.getByRole("button", { name: "Apply" }).isDisabled());
        await dialog.getByLabel(/^timeperiod/).fill("5");
        await dialog.getByRole("button", { name: "Apply" }).click();
        await page.getByRole("button", { name: "Take rsi:timeperiod=5 away" }).click();
        await until("one is left", async () => (await legend()).length === 1);
    },
    { wide: true },
);

flow("the last value of an indicator is the mean of the last closes", async (person) => {
    const { page } = person;
    const closes = dailyBars(1, 900).trim().split("\n").slice(-20);
    const last = closes.reduce((sum, line) => sum + Number(line.split(",")[4]), 0) / 20;
    await person.go("/markets/LOCAL/ALFA/bar-1d?ind=sma:timeperiod=20");
    const legend = page.locator(".chart-legend .swatch").first();
    await until("it is drawn", async () => /^sma \d/.test(await legend.innerText()));
    assert.equal(await legend.innerText(), `sma ${last.toFixed(2)}`);
});

flow("the book of a recording is that of the command line, at any instant", async (person) => {
    const { page, world } = person;
    const book = (...more) =>
        JSON.parse(world.call("data", "book", "--tape", world.tape, "BINANCE-USDM/BTCUSDT", "--json", ...more));
    await person.go(FEED);
    const best = () => page.getByRole("region", { name: "Bids, best first" }).locator("tbody tr").first().innerText();
    const shown = (text) => Number(text).toLocaleString("en-US", { minimumFractionDigits: 1 });
    const end = book();
    await until("the end is there", async () => (await best()).startsWith(shown(end.bids[0].price)));
    ok(await painted(page.locator(".drawing canvas").first()), "the depth is drawn");
    const at = "2023-11-14T22:14:00.000Z";
    await person.go(`${FEED}?at=${at}`);
    const then = book("--at", at);
    await until("another instant", async () => (await best()).startsWith(shown(then.bids[0].price)));
    assert.notEqual(end.bids[0].price, then.bids[0].price);
});

flow(
    "the heat map, the footprint and the profile of a recording are drawn, and their tables have the figures",
    async (person, { shots }) => {
        const { page, world } = person;
        await person.go(FEED);
        await page.getByRole("tab", { name: "Liquidity" }).click();
        await page.getByText(/moments by 120 prices/).waitFor({ timeout: 60_000 });
        ok(await painted(page.locator(".drawing canvas").first()));
        const box = await page.locator(".drawing canvas").first().boundingBox();
        await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
        await page.getByText(/price \d+\.\d.*quantity/).waitFor();
        if (shots) await page.screenshot({ path: `${shots}/market.png` });
        await page.getByRole("tab", { name: "Footprint" }).click();
        await page.getByLabel("A bar is").selectOption("1m");
        await page.locator("caption", { hasText: "Footprint bars" }).waitFor({ state: "attached", timeout: 60_000 });
        const footprint = JSON.parse(
            world.call("data", "footprint", "--tape", world.tape, "BINANCE-USDM/BTCUSDT", "--bar", "1m", "--json"),
        );
        const file = await download(person, () =>
            page.getByRole("button", { name: "Export Footprint bars as CSV" }).click(),
        );
        const lines = file.text.trim().split("\r\n");
        assert.equal(lines.length, footprint.bars.length + 1);
        ok(lines[1].includes(`,${Number(footprint.bars[0].volume)},`), lines[1]);
        await page.getByRole("tab", { name: "Volume profile" }).click();
        await page.getByText("Point of control").waitFor({ timeout: 60_000 });
        const profile = JSON.parse(
            world.call("data", "profile", "--tape", world.tape, "BINANCE-USDM/BTCUSDT", "--json"),
        ).profiles[0];
        const facts = await page.locator(".facts").first().innerText();
        ok(facts.includes(Number(profile.poc).toFixed(1)), `${facts} has no ${profile.poc}`);
        await page.getByRole("radio", { name: "Rolling" }).click();
        await page.getByText(/^Profile \d+ of \d+/).waitFor({ timeout: 60_000 });
    },
    { wide: true },
);

flow("a file of option quotes becomes a chain, and its prices legs of a position", async (person) => {
    const { page, world } = person;
    await person.go("/options?date=2014-06-06&style=european");
    await page.getByLabel("Or a CSV file of yours").setInputFiles(world.optionFile);
    await page.getByText(/81 of 81 quotes are sound/).waitFor({ timeout: 30_000 });
    await page.getByRole("button", { name: /^Buy the 100 call/ }).click();
    await page.getByRole("button", { name: /^Sell the 110 call/ }).click();
    await page.getByRole("tab", { name: /^Strategy 2/ }).click();
    await page.getByText("Greatest profit").waitFor({ timeout: 30_000 });
    // Bought at 3.04, sold at 0.32: 10 wide.
    const facts = await page.locator(".facts").first().innerText();
    for (const figure of ["2.72", "+7.28", "\u22122.72", "102.72"]) ok(facts.includes(figure), `${facts}: ${figure}`);
});

flow(
    "a position by its name pays what it should, now and after a what-if",
    async (person) => {
        const { page } = person;
        await person.go("/options?tab=strategy");
        await page.getByLabel("Begin with").selectOption("Iron condor");
        assert.equal(await page.locator(".leg").count(), 4);
        await page.getByText("Chance of profit").waitFor({ timeout: 30_000 });
        await page.locator(".uplot canvas").first().waitFor();
        await page.getByLabel("What if: days later").fill("10");
        await page.getByText(/After 10 days/).waitFor({ timeout: 30_000 });
        await page.getByLabel("What if: days later").fill("99");
        await page.getByText("The days of the what-if are fewer").waitFor();
        await page.getByLabel("What if: days later").fill("0");
        await page.getByRole("button", { name: "Take leg 1 away" }).click();
        await until("three legs", async () => (await page.locator(".leg").count()) === 3);
        await page
            .getByText("unlimited")
            .first()
            .waitFor({ state: "detached" })
            .catch(() => {});
        await page.reload();
        await until("the address has them", async () => (await page.locator(".leg").count()) === 3);
    },
    { wide: true },
);

flow(
    "the surface of volatility is a map of numbers where the browser has no third dimension",
    async (person) => {
        const { page, world } = person;
        await person.go("/options?tab=surface&date=2014-06-06&style=european&shape=map");
        await page.getByLabel("Or a CSV file of yours").setInputFiles(world.optionFile);
        const map = page.getByRole("region", { name: /^Implied volatility by expiry/ });
        await map.waitFor({ timeout: 60_000 });
        assert.equal(await map.locator("tbody tr").count(), 2);
        ok(/2\d\.\d%/.test(await map.innerText()));
        await row(person, "2014-07-19").waitFor();
    },
    { wide: true },
);

flow(
    "a frontier is drawn and weights are found that sum to one",
    async (person) => {
        const { page } = person;
        await person.go("/portfolio");
        ok(await page.getByTestId("optimise").isDisabled());
        for (const name of ["ALFA", "BRAVO", "CHARLIE"]) await page.getByLabel(`LOCAL/${name}/bar-1d`).check();
        await page.getByLabel("Method").selectOption("min-variance");
        await page.getByTestId("optimise").click();
        await page.getByRole("region", { name: "Weights" }).waitFor({ timeout: 60_000 });
        const weights = await page
            .getByRole("region", { name: "Weights" })
            .locator("tbody tr td:nth-child(2)")
            .allInnerTexts();
        const sum = weights.reduce((total, text) => total + Number(text.replace("%", "").replace("\u2212", "-")), 0);
        ok(Math.abs(sum - 100) < 0.05, `${weights} sum to ${sum}`);
        await page.locator(".uplot canvas").first().waitFor();
    },
    { wide: true },
);

flow(
    "a walk-forward is submitted and its windows are shown",
    async (person) => {
        const { page } = person;
        await person.go("/research/new?kind=walkforward&strategy=sma_cross");
        await page.getByLabel("LOCAL/ALFA/bar-1d").check();
        await page.getByLabel("Search over").selectOption("fast");
        await page.getByLabel("Windows").fill("0");
        await page.getByText(/Windows are 1 to/).waitFor();
        await page.getByLabel("Windows").fill("3");
        await page.getByTestId("submit-run").click();
        await page.waitForURL("**/research/job/*");
        await page.getByText("Efficiency").waitFor({ timeout: 90_000 });
        assert.equal(await page.getByRole("region", { name: "Windows" }).locator("tbody tr").count(), 3);
        await page.getByText("How steady the choice was").waitFor();
    },
    { wide: true },
);

flow(
    "risk has what could be lost, what is held and what moves together",
    async (person) => {
        const { page } = person;
        await person.go("/risk");
        const correlations = page.getByRole("region", { name: "Correlations" });
        await correlations.waitFor({ timeout: 60_000 });
        const cells = await correlations.locator("tbody td").allInnerTexts();
        assert.equal(cells.length, 4);
        assert.equal(cells[0], "1.00");
        assert.equal(cells[1], cells[2]);
        const exposure = page.getByRole("region", { name: "Exposure by instrument" });
        await exposure.locator("tbody tr").first().waitFor({ timeout: 60_000 });
        await page.getByRole("region", { name: "Value at risk and expected shortfall" }).waitFor({ timeout: 60_000 });
        const losses = await page
            .getByRole("region", { name: "Value at risk and expected shortfall" })
            .locator("tbody td:nth-child(2)")
            .allInnerTexts();
        const [often, seldom] = losses.map((text) => Number(text.replace(/,/g, "")));
        ok(often > 0 && seldom >= often, `${losses}`);
    },
    { wide: true },
);

flow(
    "a route that is asked for and is not there is told with its request's number, and can be asked again",
    async (person) => {
        const { page } = person;
        person.allowed.push(/status of 500/);
        let broken = true;
        await page.route("**/api/v1/risk/rules", async (route) => {
            if (!broken) return route.continue();
            return route.fulfill({
                status: 500,
                contentType: "application/problem+json",
                body: JSON.stringify({ title: "It broke", status: 500, detail: "It broke here.", request_id: "abc-1" }),
            });
        });
        await person.go("/risk");
        await page.getByText("It broke here.").waitFor();
        await page.getByText("request abc-1").waitFor();
        broken = false;
        await page.getByRole("button", { name: "Try again" }).click();
        await row(person, "price_band").waitFor();
    },
    { wide: true },
);

flow("a socket that drops is told and opened again, with nothing lost", async (person) => {
    const { page } = person;
    const sockets = [];
    await page.routeWebSocket(/\/api\/v1\/stream/, (socket) => {
        socket.connectToServer();
        sockets.push(socket);
    });
    await person.go("/session/desk-1");
    await page.locator('[data-testid=connection][data-state="ok"]').waitFor();
    const before = sockets.length;
    await sockets.at(-1).close({ code: 1011, reason: "dropped" });
    await page.locator('[data-testid=connection]:not([data-state="ok"])').waitFor();
    await page.locator('[data-testid=connection][data-state="ok"]').waitFor();
    ok(sockets.length > before, "a new socket was opened");
    // What comes by the new socket is shown: a step of the data moves its clock.
    const clock = () => page.locator(".facts dd").nth(5).innerText();
    const was = await clock();
    await page.getByRole("button", { name: "One step of data" }).click();
    await until("the clock moved", async () => (await clock()) !== was);
});

flow("every fill leads to why its order was sent", async (person) => {
    const { page } = person;
    await person.go("/session/desk-1?tab=fills");
    const fill = page.locator("tbody tr", { hasText: "sma_cross" }).first();
    const words = await fill.innerText();
    await fill.getByRole("link", { name: /^Why order/ }).click();
    await page.getByRole("heading", { name: /^Why order \d+/ }).waitFor();
    await page.getByText("The risk gate said").waitFor({ timeout: 60_000 });
    const steps = await page.locator(".steps").innerText();
    ok(steps.includes("sma(close, $fast)") && steps.includes("price_band"), steps);
    ok(/filled/.test(steps) && steps.includes(words.split("\t")[4]), `${steps}: ${words}`);
});

flow(
    "a trade of a run leads to the decision before it",
    async (person) => {
        const { page } = person;
        await person.go("/research/run/first?table=trades");
        await page
            .getByRole("link", { name: /^Why the trade/ })
            .first()
            .click();
        await page.getByText("It wanted").first().waitFor({ timeout: 60_000 });
        ok(/set a weight of/.test(await page.locator(".steps").first().innerText()));
        await page
            .getByText(/submit order \d+/)
            .first()
            .waitFor();
    },
    { wide: true },
);
