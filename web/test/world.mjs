// A server of its own with data of its own, and a browser, for the tests of the page.
import { spawn, spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const WEB = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const ROOT = resolve(WEB, "..");

export function findProgram() {
    const wanted = process.env.FULMAR_PROGRAM;
    const known = [wanted, "build/release/src/app/fulmar", "build/asan/src/app/fulmar"].filter(Boolean);
    return known.map((path) => resolve(ROOT, path)).find((path) => existsSync(path)) ?? null;
}

export function findChromium() {
    return [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
        .filter(Boolean)
        .find((path) => existsSync(path));
}

// Numbers that are the same every time.
function random(seed) {
    let state = seed >>> 0;
    return () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return state / 2 ** 32;
    };
}

// Daily bars of a walk with a trend that turns, as a CSV that fulmar imports.
export function dailyBars(seed, days) {
    const next = random(seed);
    const lines = ["date,open,high,low,close,volume"];
    let price = 100 + seed;
    const day = new Date("2015-01-05T00:00:00Z");
    while (lines.length <= days) {
        const weekday = day.getUTCDay();
        if (weekday !== 0 && weekday !== 6) {
            const drift = Math.sin(lines.length / 90 + seed) * 0.004;
            const open = price;
            const close = Math.max(5, open * (1 + drift + (next() - 0.5) * 0.03));
            const high = Math.max(open, close) * (1 + next() * 0.008);
            const low = Math.min(open, close) * (1 - next() * 0.008);
            const text = [open, high, low, close].map((value) => value.toFixed(2));
            lines.push(`${day.toISOString().slice(0, 10)},${text.join(",")},${Math.round(1e5 + next() * 1e6)}`);
            price = Number(text[3]);
        }
        day.setUTCDate(day.getUTCDate() + 1);
    }
    return `${lines.join("\n")}\n`;
}

// A recording of a perpetual future's book and trades: a snapshot, then a walk of the best prices in which levels come and
// go and trades hit either side. In the form that the venue's stream has, with the receipt's time before each line.
export function recording(seed, steps) {
    const next = random(seed);
    const start = 1_700_000_000_000;
    let middle = 20_000;
    let update = 1000;
    const level = (price, quantity) => [price.toFixed(1), quantity.toFixed(3)];
    const ladder = (side) =>
        Array.from({ length: 60 }, (_, at) => level(middle + side * (0.1 + at * 0.5), 0.2 + next() * 4));
    const line = (ms, body) => `${BigInt(start + ms) * 1_000_000n} ${JSON.stringify(body)}`;
    const lines = [line(0, { lastUpdateId: update, E: start, T: start, bids: ladder(-1), asks: ladder(1) })];
    for (let step = 1; step <= steps; step++) {
        const ms = step * 100;
        const moved = Math.round((next() - 0.5) * 4) * 0.5;
        const gone = [];
        // What the price runs through is gone.
        for (let at = 0; at < Math.abs(moved); at += 0.5)
            gone.push(level(moved > 0 ? middle + 0.1 + at : middle - 0.1 - at, 0));
        middle += moved;
        const near = (side) =>
            Array.from({ length: 3 }, () => level(middle + side * (0.1 + Math.floor(next() * 50) * 0.5), next() * 4));
        const before = update;
        update += 10;
        const common = { E: start + ms, T: start + ms, s: "BTCUSDT" };
        lines.push(
            line(ms, {
                stream: "btcusdt@depth@0ms",
                data: {
                    e: "depthUpdate",
                    ...common,
                    U: before + 1,
                    u: update,
                    pu: before,
                    b: [...(moved < 0 ? gone : []), ...near(-1), level(middle - 0.1, 1 + next() * 2)],
                    a: [...(moved > 0 ? gone : []), ...near(1), level(middle + 0.1, 1 + next() * 2)],
                },
            }),
        );
        if (next() < 0.7) {
            const sold = next() < 0.5;
            const price = sold ? middle - 0.1 : middle + 0.1;
            lines.push(
                line(ms + 10, {
                    stream: "btcusdt@trade",
                    data: {
                        e: "trade",
                        ...common,
                        t: step,
                        p: price.toFixed(1),
                        q: (0.01 + next()).toFixed(3),
                        X: "MARKET",
                        m: sold,
                    },
                }),
            );
        }
    }
    return `${lines.join("\n")}\n`;
}

// Quotes of European options around 100 on two expiries, from a smile by Black and Scholes.
export function optionQuotes() {
    const normal = (x) => {
        // Abramowitz and Stegun 7.1.26: good to 1e-7, which is far below a quote's spread.
        const t = 1 / (1 + 0.3275911 * Math.abs(x / Math.SQRT2));
        const tail = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
        const erf = 1 - tail * Math.exp((-x * x) / 2);
        return 0.5 * (1 + Math.sign(x) * erf);
    };
    const lines = ["expiry,type,strike,bid,ask"];
    for (const [expiry, days] of [
        ["2014-07-19", 43],
        ["2014-10-18", 134],
    ]) {
        const root = Math.sqrt(days / 365);
        for (let strike = 80; strike <= 120; strike += 2) {
            const vol = 0.22 + 0.6 * Math.log(strike / 100) ** 2 - 0.12 * Math.log(strike / 100);
            const d1 = (Math.log(100 / strike) + (vol * vol * days) / 730) / (vol * root);
            const call = 100 * normal(d1) - strike * normal(d1 - vol * root);
            for (const [type, price] of [
                ["C", call],
                ["P", call - 100 + strike],
            ]) {
                const bid = Math.floor((price - 0.03) * 100) / 100;
                if (bid > 0) lines.push(`${expiry},${type},${strike},${bid.toFixed(2)},${(bid + 0.06).toFixed(2)}`);
            }
        }
    }
    return `${lines.join("\n")}\n`;
}

export class World {
    constructor(program) {
        this.program = program;
        this.folder = mkdtempSync(join(tmpdir(), "fulmar-e2e-"));
        this.tape = join(this.folder, "tape");
        this.runs = join(this.folder, "runs");
        this.env = { ...process.env, XDG_DATA_HOME: join(this.folder, "data"), LC_ALL: "C.UTF-8" };
        this.process = null;
    }

    call(...words) {
        const run = spawnSync(this.program, words, { env: this.env, encoding: "utf8", cwd: this.folder });
        if (run.status !== 0) throw new Error(`fulmar ${words.join(" ")}: ${run.stderr}`);
        return run.stdout;
    }

    makeData() {
        for (const [index, symbol] of ["ALFA", "BRAVO", "CHARLIE", "DELTA"].entries()) {
            const file = join(this.folder, `${symbol}.csv`);
            writeFileSync(file, dailyBars(index + 1, 900));
            this.call(
                "data", "import", "--tape", this.tape, "--symbol", symbol, "--asset", "equity", "--currency", "USD",
                "--calendar", "XNYS", "--frame", "1d", file,
            ); // biome-ignore format: one word after the other
        }
    }

    makeRecording() {
        const file = join(this.folder, "binance_usdm_btcusdt.txt");
        writeFileSync(file, recording(7, 1800));
        this.call("data", "import", "--tape", this.tape, "--venue", "BINANCE-USDM", "--symbol", "BTCUSDT", file);
        this.optionFile = join(this.folder, "quotes.csv");
        writeFileSync(this.optionFile, optionQuotes());
    }

    makeRun(name, title, strategy) {
        this.call(
            "backtest", "--tape", this.tape, "--data", "LOCAL/ALFA/bar-1d", "--data", "LOCAL/BRAVO/bar-1d",
            "--strategy", strategy, "--runs", this.runs, "--run", name, "--name", title,
        ); // biome-ignore format: one word after the other
    }

    // Starts the server and waits until it says where it is.
    async serve(port = 0) {
        const words = [
            "serve", "--bind", `127.0.0.1:${port}`, "--tape", this.tape, "--runs", this.runs,
            "--state", join(this.folder, "state"), "--web", join(WEB, "dist"), "--json",
        ]; // biome-ignore format: one word after the other
        const child = spawn(this.program, words, { env: this.env, cwd: this.folder });
        this.process = child;
        this.log = "";
        child.stderr.on("data", (data) => {
            this.log = (this.log + data).slice(-20_000);
        });
        let said = "";
        await new Promise((done, failed) => {
            const timer = setTimeout(() => failed(new Error(`the server says nothing: ${said} ${this.log}`)), 30_000);
            child.stdout.on("data", (data) => {
                said += data;
                try {
                    this.about = JSON.parse(said);
                    clearTimeout(timer);
                    done();
                } catch {
                    // More is to come.
                }
            });
            child.on("exit", (code) => failed(new Error(`the server ended with ${code}: ${this.log}`)));
        });
        this.url = this.about.url;
        this.port = Number(new URL(this.url).port);
    }

    async stop(signal = "SIGTERM") {
        const child = this.process;
        this.process = null;
        if (!child || child.exitCode !== null) return;
        const ended = new Promise((done) => child.once("exit", done));
        child.kill(signal);
        await ended;
    }

    async close() {
        await this.stop();
        rmSync(this.folder, { recursive: true, force: true });
    }
}

// Asks until it is so, or the time is over.
export async function until(what, check, ms = 20_000) {
    const end = Date.now() + ms;
    let last;
    for (;;) {
        try {
            last = await check();
            if (last) return last;
        } catch (error) {
            last = error;
        }
        if (Date.now() > end) throw new Error(`${what}: not within ${ms} ms (last: ${String(last)})`);
        await new Promise((done) => setTimeout(done, 40));
    }
}

const ANN = { name: "ann", password: "correct horse battery staple 1" }; // admin
export const TESS = { name: "tess", password: "slow green turtle on a fence 2" }; // trader

// RFC 6238, six digits in thirty seconds, of a secret in base 32.
export function totp(secret, now = Date.now()) {
    const bits = [...secret.replace(/[\s=]/g, "").toUpperCase()]
        .map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"))
        .join("");
    const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
    const digest = createHmac("sha1", key).update(counter).digest();
    const at = digest[19] & 15;
    return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

Object.assign(World.prototype, {
    async api(method, path, body, token) {
        const answer = await fetch(`${this.url}/api/v1${path}`, {
            method,
            headers: {
                ...(body === undefined ? {} : { "Content-Type": "application/json" }),
                ...(token ? { Authorization: `Bearer ${token}` } : {}),
            },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await answer.text();
        if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
        return text ? JSON.parse(text) : null;
    },

    // The two people of the tests, where no flow has made them through the page.
    async people() {
        if (this.peopled) return;
        this.peopled = true;
        await this.api("POST", "/auth/setup", { token: this.about.setup_token, ...ANN });
        const first = await this.api("POST", "/auth/login", ANN);
        const offer = await this.api("POST", "/auth/factor", undefined, first.access);
        this.secret = offer.secret;
        const codes = await this.api("PUT", "/auth/factor", { code: totp(offer.secret) }, first.access);
        this.admin = codes.access ?? first.access;
        await this.api("POST", "/users", { ...TESS, role: "trader" }, this.admin);
    },

    // A browser of its own for a flow, signed in as the trader unless it says otherwise. The cookie goes from flow to flow.
    async enter(Person, flow = {}) {
        if (!flow.fresh) await this.people();
        const context = await this.browser.newContext({
            viewport: flow.size ?? { width: 1440, height: 900 },
            reducedMotion: "reduce",
            acceptDownloads: true,
            ...(flow.fresh || flow.out || !this.kept
                ? {}
                : { storageState: { cookies: this.kept.cookies, origins: [] } }),
        });
        await context.addInitScript(
            (prefs) => {
                // Once a flow: what it changes stays while it lasts.
                if (sessionStorage.getItem("begun")) return;
                sessionStorage.setItem("begun", "1");
                localStorage.setItem("fulmar.prefs", JSON.stringify(prefs));
                if (prefs.signedIn) localStorage.setItem("fulmar.signed-in", "1");
            },
            { theme: flow.theme ?? "dark", signedIn: !flow.fresh && !flow.out && this.kept !== undefined },
        );
        const page = await context.newPage();
        page.setDefaultTimeout(20_000);
        const person = new Person(context, page, this);
        if (!flow.fresh && !flow.out && !this.kept) await person.signIn(TESS);
        return person;
    },

    async leave(person, flow) {
        if (!flow.fresh && !flow.out) this.kept = await person.context.storageState();
        await person.context.close();
    },
});
