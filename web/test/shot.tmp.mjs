import { chromium } from "playwright-core";
const [,, base, token, ...paths] = process.argv;
const widths = (process.env.W ?? "1440x900").split(",").map((x) => x.split("x").map(Number));
const themes = (process.env.TH ?? "dark").split(",");
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
for (const theme of themes) for (const [w, h] of widths) {
  const ctx = await browser.newContext({ viewport: { width: w, height: h } });
  await ctx.addInitScript((t) => localStorage.setItem("fulmar.prefs", JSON.stringify({ theme: t })), theme);
  const page = await ctx.newPage();
  page.on("console", (m) => { if (m.type() === "error") console.log("CONSOLE", m.text().slice(0, 300)); });
  page.on("pageerror", (e) => console.log("PAGEERROR", String(e.stack).slice(0, 600)));
  await page.route("**/api/v1/auth/refresh", (r) => r.fulfill({ json: { access_token: token, expires_in: 1800 } }));
  await page.route("**/api/v1/me", (r) => r.fulfill({ json: { id: "1", name: "ann", role: "admin", tenant: "main", second_factor: false } }));
  for (const p of paths) {
    await page.goto(base + p);
    await page.waitForTimeout(Number(process.env.MS ?? 1800));
    if (process.env.DO) await eval(process.env.DO);
    const name = `/tmp/shots/${p.replace(/[^a-z0-9]+/gi, "_")}-${theme}-${w}.png`;
    await page.screenshot({ path: name, fullPage: !!process.env.FULL });
    console.log(name);
  }
  await ctx.close();
}
await browser.close();
