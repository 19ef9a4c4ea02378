// What every test of a page needs: a person who is signed in, and an eye on what must never happen.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

export class Person {
    constructor(context, page, world) {
        this.context = context;
        this.page = page;
        this.world = world;
        this.faults = []; // errors of the console, exceptions, dialogs, refused styles and scripts
        this.allowed = []; // what a test brings about on purpose
        page.on("console", (message) => {
            const text = message.text();
            if (message.type() === "error" && !this.allowed.some((one) => one.test(text))) this.faults.push(text);
        });
        page.on("pageerror", (error) => this.faults.push(String(error.stack ?? error)));
        page.on("dialog", (dialog) => {
            this.faults.push(`a dialog: ${dialog.message()}`);
            void dialog.dismiss();
        });
    }

    async go(path) {
        await this.page.goto(this.world.url + path);
        await this.page.locator("main h1").first().waitFor();
    }

    async signIn({ name, password }) {
        await this.page.goto(this.world.url);
        await this.page.getByLabel("Name").fill(name);
        await this.page.getByLabel("Password").fill(password);
        await this.page.getByRole("button", { name: "Sign in" }).click();
        await this.page.getByTestId("connection").waitFor();
    }

    text(selector) {
        return this.page.locator(selector).first().innerText();
    }

    // Nothing that the accessibility rules (WCAG 2.2 A and AA) find.
    async accessible() {
        // The page's own policy refuses inline scripts; this is the browser's door for tools.
        const found = await this.page.evaluate(`${AXE}; axe.run(document, {
            runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
            resultTypes: ["violations"],
        }).then((result) => result.violations.map((one) =>
            one.id + ": " + one.nodes.slice(0, 4).map((node) => node.target.join(" ") + " " +
            (node.any[0] ? node.any[0].message : "")).join(" | ")))`);
        return found;
    }

    // The page is no wider than the window.
    async fits() {
        return this.page.evaluate(() => {
            const wide = [...document.querySelectorAll("main *, header *")]
                .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
                .filter((one) => !one.closest(".table-wrap, .drawing, .tabs, pre, .pick, .ticker, .vh"))
                .slice(0, 3)
                .map((one) => `${one.tagName}.${one.className} ${Math.round(one.getBoundingClientRect().right)}`);
            return document.documentElement.scrollWidth > innerWidth + 1 || wide.length > 0
                ? wide.join(", ") || "yes"
                : "";
        });
    }
}
