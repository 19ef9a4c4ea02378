// SPDX-License-Identifier: Apache-2.0
"use strict";
(function () {
  const root = document.documentElement;
  const data = JSON.parse(document.getElementById("data").textContent);
  const tip = document.getElementById("tip");
  const DAY = 86400;
  root.classList.add("js");

  // Light and dark.
  const theme = document.getElementById("theme");
  const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  try { const kept = localStorage.getItem("fulmar-theme"); if (kept) root.dataset.theme = kept; } catch (e) { /* no storage */ }
  theme.hidden = false;
  theme.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    try { localStorage.setItem("fulmar-theme", root.dataset.theme); } catch (e) { /* no storage */ }
  });

  // Numbers and times as the rest of the page has them.
  const missing = "\u2013";
  const known = (v) => v !== null && v !== undefined && !Number.isNaN(v);
  const number = (v, digits) => known(v) ? v.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }) : missing;
  const percent = (v, digits) => known(v) ? number(v * 100, digits) + "\u00a0%" : missing;
  const price = (v) => known(v) ? v.toLocaleString("en-US", { maximumSignificantDigits: 8, maximumFractionDigits: 8 }) : missing;
  const date = (s) => new Date(s * 1000).toISOString().slice(0, 10);
  const time = (s) => s === null ? missing : new Date(s * 1000).toISOString().slice(0, 16).replace("T", " ");
  const length = (s) => {
    const d = Math.floor(s / DAY), h = Math.floor(s / 3600) % 24, m = Math.floor(s / 60) % 60;
    return d >= 731 ? number(d / 365.25, 1) + " years" : d >= 10 ? d + " d" : d > 0 ? d + " d " + h + " h" : h > 0 ? h + " h " + m + " min" : m > 0 ? m + " min" : Math.floor(s) + " s";
  };
  const el = (name, attributes, text) => {
    const node = document.createElement(name);
    for (const key in attributes || {}) node.setAttribute(key, attributes[key]);
    if (text !== undefined) node.textContent = text;
    return node;
  };
  const running = (steps) => { let sum = 0; return steps.map((step) => sum += step); };

  function showTip(rows, x, y) {
    tip.replaceChildren(...rows.map(([name, value, css]) => {
      const row = el("div", css ? { class: css } : {});
      row.append(el("span", {}, name), el("b", {}, value));
      return row;
    }));
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    const left = x + 16 + box.width > innerWidth ? x - 16 - box.width : x + 16;
    tip.style.left = Math.max(4, left) + "px";
    tip.style.top = Math.max(4, Math.min(y + 12, innerHeight - box.height - 4)) + "px";
  }
  const hideTip = () => { tip.hidden = true; };

  // The first index whose time is not before s.
  function lowerBound(times, s) {
    let low = 0, high = times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[middle] < s) low = middle + 1; else high = middle;
    }
    return low;
  }

  function niceStep(span, count) {
    const raw = span / count, power = Math.pow(10, Math.floor(Math.log10(raw))), part = raw / power;
    return power * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
  }

  function timeTicks(from, to, count) {
    const span = (to - from) / count, ticks = [];
    const monthly = span > 20 * DAY;
    if (!monthly) {
      const steps = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, DAY, 2 * DAY, 7 * DAY, 14 * DAY];
      const step = steps.find((s) => s >= span) || 14 * DAY;
      for (let t = Math.ceil(from / step) * step; t <= to; t += step) {
        const text = new Date(t * 1000).toISOString();
        ticks.push([t, step < DAY ? (t % DAY === 0 ? text.slice(5, 10) : text.slice(11, step < 60 ? 19 : 16)) : text.slice(5, 10)]);
      }
      return ticks;
    }
    const months = [1, 2, 3, 6, 12, 24, 60, 120].find((m) => m * 30.4 * DAY >= span) || 240;
    const first = new Date(from * 1000);
    for (let k = first.getUTCFullYear() * 12 + Math.ceil(first.getUTCMonth() / months) * months; ; k += months) {
      const t = Date.UTC(Math.floor(k / 12), k % 12, 1) / 1000;
      if (t > to) return ticks;
      if (t < from) continue;
      ticks.push([t, months >= 12 ? String(Math.floor(k / 12)) : Math.floor(k / 12) + "-" + String(k % 12 + 1).padStart(2, "0")]);
    }
  }

  // A chart over time: lines or candles, a cursor, zoom by dragging. Charts of one group move together.
  class Chart {
    constructor(host, options) {
      Object.assign(this, { digits: 0, height: 300, lines: [] }, options);
      this.host = host;
      host.tabIndex = 0;
      host.setAttribute("role", "group");
      host.setAttribute("aria-label", this.label + ". Arrow keys move the cursor, plus and minus zoom, Escape shows all.");
      this.group.charts.push(this);
      host.addEventListener("pointermove", (e) => this.move(e));
      host.addEventListener("pointerleave", () => { if (!this.drag) { this.group.point(null); hideTip(); } });
      host.addEventListener("pointerdown", (e) => this.down(e));
      host.addEventListener("pointerup", (e) => this.up(e));
      host.addEventListener("pointercancel", () => { this.drag = null; });
      host.addEventListener("dblclick", () => this.group.zoom(null));
      host.addEventListener("keydown", (e) => this.key(e));
      host.addEventListener("blur", () => { this.group.point(null); hideTip(); });
      this.draw();
    }
    x(s) { return this.left + (s - this.from) / (this.to - this.from || 1) * (this.width - this.left - 8); }
    y(v) {
      const [high, low, at] = this.log ? [Math.log(this.high), Math.log(this.low), Math.log(Math.max(v, this.low))] : [this.high, this.low, v];
      return 8 + (high - at) / (high - low || 1) * (this.height - 30);
    }
    at(pixel) { return this.from + (pixel - this.left) / (this.width - this.left - 8) * (this.to - this.from); }

    range(first, last) {
      let low = Infinity, high = -Infinity;
      const see = (v) => { if (known(v)) { if (v < low) low = v; if (v > high) high = v; } };
      for (let i = first; i <= last; i++) {
        for (const line of this.lines) see(line.values[i]);
        if (this.candles) { see(this.candles.high[i]); see(this.candles.low[i]); }
      }
      // A book that is not whole yet, or a price for an instant, would flatten all the rest: a few of the farthest are cut off.
      for (const band of this.bands || [])
        for (const values of [band.low, band.high]) {
          const some = values.slice(first, last + 1).filter(known).sort((a, b) => a - b), cut = Math.floor(some.length / 200);
          if (some.length > 0) { see(some[cut]); see(some[some.length - 1 - cut]); }
        }
      for (const mark of this.marks || []) if (mark.t >= this.from && mark.t <= this.to) see(mark.y);
      if (low > high) { low = 0; high = 1; }
      if (this.zero) { low = Math.min(low, 0); high = Math.max(high, 0); }
      this.log = this.wantsLog && low > 0;
      if (this.log) { this.low = low * 0.97; this.high = high * 1.03; return; }
      const room = (high - low) * 0.05 || Math.abs(high) * 0.01 || 1;
      this.low = low - room;
      this.high = this.area ? high : high + room;
    }

    draw() {
      const all = this.times;
      if (all.length === 0) return;
      const view = this.group.view;
      this.width = Math.max(280, this.host.clientWidth);
      this.from = view ? view[0] : all[0];
      this.to = view ? view[1] : all[all.length - 1];
      const first = Math.max(0, lowerBound(all, this.from) - 1);
      const last = Math.min(all.length - 1, lowerBound(all, this.to));
      this.range(first, last);
      this.labels = this.yLabels();
      // Digits are 6.4 wide: no label is cut off, whatever the account is worth. Charts of a group keep one edge.
      this.room = Math.max(this.width < 500 ? 44 : 66, 12 + 6.4 * Math.max(...this.labels.map(([, text]) => text.length), 0));
      this.left = Math.max(...this.group.charts.map((chart) => chart.room || 0));
      const out = [];
      this.axes(out);
      const clip = "clip" + this.host.id;
      out.push(`<clipPath id="${clip}"><rect x="${this.left}" y="0" width="${this.width - this.left - 8}" height="${this.height - 20}"/></clipPath><g clip-path="url(#${clip})">`);
      if (this.candles) this.drawCandles(out, first, last);
      for (const band of this.bands || []) this.drawBand(out, band, first, last);
      for (const line of this.lines.slice().reverse()) this.drawLine(out, line, first, last);
      if (this.trades) this.drawTrades(out);
      if (this.marks) this.drawMarks(out);
      // Words that would stand in each other are left out; their lines stay.
      let until = 0;
      for (const [halt, word] of this.halts || []) {
        if (halt < this.from || halt > this.to) continue;
        const x = this.x(halt);
        out.push(`<line class="halt" x1="${x.toFixed(1)}" x2="${x.toFixed(1)}" y1="8" y2="${this.height - 22}"/>`);
        if (x < until) continue;
        out.push(`<text class="halt" x="${x.toFixed(1)}" y="18" dx="4">${word}</text>`);
        until = x + 8 + 6.2 * word.length;
      }
      out.push('</g><line class="cursor" y1="8" y2="' + (this.height - 22) + '" visibility="hidden"/><rect class="brush" y="8" height="' + (this.height - 30) + '" visibility="hidden"/>');
      this.host.innerHTML = `<svg viewBox="0 0 ${this.width} ${this.height}" role="img"></svg>`;
      this.host.firstChild.setAttribute("aria-label", this.label);
      this.host.firstChild.innerHTML = out.join("");
      this.cursor = this.host.querySelector(".cursor");
      this.brush = this.host.querySelector(".brush");
    }
    axes(out) {
      for (const [v, text] of this.labels) this.yTick(out, this.y(v).toFixed(1), text);
      this.timeAxis(out);
    }
    yLabels() {
      if (this.log && this.high / this.low > 3) return this.logLabels();
      const step = niceStep(this.high - this.low, this.ticks || (this.height < 200 ? 3 : 7)), labels = [];
      const digits = Math.max(0, Math.min(8, -Math.floor(Math.log10(this.percent ? step * 100 : step) + 1e-9)));
      for (let v = Math.ceil(this.low / step) * step; v <= this.high + step * 1e-6; v += step) {
        const clean = Math.abs(v) < step * 1e-6 ? 0 : v;
        labels.push([v, this.percent ? percent(clean, digits) : number(clean, digits)]);
      }
      return labels;
    }
    yTick(out, y, text) {
      out.push(`<line class="grid" x1="${this.left}" x2="${this.width - 8}" y1="${y}" y2="${y}"/><text x="${this.left - 6}" y="${+y + 4}" text-anchor="end">${text}</text>`);
    }
    logLabels() {
      const labels = [];
      for (let power = Math.pow(10, Math.floor(Math.log10(this.low))); power < this.high; power *= 10)
        for (const part of this.high / this.low > 60 ? [1, 3] : this.high / this.low > 10 ? [1, 2, 5] : [1, 1.5, 2, 3, 5, 7])
          if (part * power > this.low && part * power < this.high) labels.push([part * power, number(part * power, power < 1 ? 2 : 0)]);
      return labels;
    }
    timeAxis(out) {
      for (const [t, text] of timeTicks(this.from, this.to, Math.max(4, Math.floor(this.width / 95)))) {
        const x = this.x(t);
        if (x < this.left + 14 || x > this.width - 26) continue;
        out.push(`<line class="tick" x1="${x.toFixed(1)}" x2="${x.toFixed(1)}" y1="${this.height - 22}" y2="${this.height - 18}"/><text x="${x.toFixed(1)}" y="${this.height - 5}" text-anchor="middle">${text}</text>`);
      }
    }
    drawLine(out, line, first, last) {
      let path = "", pen = false, area = "", end = 0;
      for (let i = first; i <= last; i++) {
        const v = line.values[i];
        if (!known(v)) { pen = pen && !line.gaps; continue; }
        const x = this.x(this.times[i]).toFixed(1), y = this.y(v).toFixed(1);
        if (pen && line.step) path += "H" + x;
        if (area === "") area = `M${x} ${this.y(0).toFixed(1)}`;
        path += (pen ? "L" : "M") + x + " " + y;
        area += `L${x} ${y}`;
        end = x;
        pen = true;
      }
      if (this.area && area) out.push(`<path class="area" d="${area}L${end} ${this.y(0).toFixed(1)}Z"/>`);
      out.push(`<path class="line ${line.css}" d="${path}"/>`);
    }
    // From the lowest to the highest of each stretch, which lasts until the next begins.
    drawBand(out, band, first, last) {
      let path = "";
      for (let i = first; i <= last; i++) {
        if (!known(band.low[i]) || !known(band.high[i])) continue;
        const from = this.x(i > first ? this.times[i - 1] : this.times[i]), until = this.x(this.times[i]);
        const top = this.y(band.high[i]), tall = Math.max(1, this.y(band.low[i]) - top);
        path += `M${from.toFixed(1)} ${top.toFixed(1)}H${Math.max(until, from + 0.6).toFixed(1)}v${tall.toFixed(1)}H${from.toFixed(1)}Z`;
      }
      out.push(`<path class="band" d="${path}"/>`);
    }
    // Points with a direction and a story.
    drawMarks(out) {
      const paths = { up: "", down: "" };
      this.spots = [];
      for (const mark of this.marks) {
        if (mark.t < this.from || mark.t > this.to) continue;
        const x = this.x(mark.t), y = this.y(mark.y), up = mark.up ? 1 : -1;
        paths[mark.up ? "up" : "down"] += `M${x.toFixed(1)} ${(y - up * 4).toFixed(1)}l4 ${up * 8}h-8z`;
        this.spots.push([x, y, mark]);
      }
      out.push(`<path class="mark" d="${paths.up}"/><path class="mark loss" d="${paths.down}"/>`);
    }
    drawCandles(out, first, last) {
      const c = this.candles, parts = { up: ["", ""], fall: ["", ""] };
      const wide = Math.max(1, Math.min(14, (this.width - this.left) / (last - first + 1) * 0.62));
      for (let i = first; i <= last; i++) {
        const x = this.x(this.times[i]), part = c.close[i] >= c.open[i] ? parts.up : parts.fall;
        const top = this.y(Math.max(c.open[i], c.close[i])), bottom = Math.max(this.y(Math.min(c.open[i], c.close[i])), top + 0.7);
        part[0] += `M${x.toFixed(1)} ${this.y(c.high[i]).toFixed(1)}V${this.y(c.low[i]).toFixed(1)}`;
        part[1] += `M${(x - wide / 2).toFixed(1)} ${top.toFixed(1)}h${wide.toFixed(1)}V${bottom.toFixed(1)}h-${wide.toFixed(1)}Z`;
      }
      for (const kind in parts) out.push(`<path class="wick ${kind}" d="${parts[kind][0]}"/><path class="body ${kind}" d="${parts[kind][1]}"/>`);
    }
    drawTrades(out) {
      const link = { win: "", loss: "" }, mark = { win: "", loss: "" }, end = { win: "", loss: "" };
      this.spots = [];
      for (const trade of this.trades) {
        const until = trade.exit === null ? this.times[this.times.length - 1] : trade.exit;
        if (until < this.from || trade.entry > this.to) continue;
        const kind = trade.net >= 0 ? "win" : "loss";
        const x1 = this.x(trade.entry), y1 = this.y(trade.entryPrice * trade.factor);
        const up = trade.side > 0 ? 1 : -1;
        mark[kind] += `M${x1.toFixed(1)} ${(y1 - up * 5).toFixed(1)}l5 ${up * 9}h-10z`;
        this.spots.push([x1, y1, trade]);
        if (trade.exit === null || !known(trade.exitPrice)) continue;
        const x2 = this.x(trade.exit), y2 = this.y(trade.exitPrice * trade.factor);
        link[kind] += `M${x1.toFixed(1)} ${y1.toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}`;
        end[kind] += `M${(x2 - 4).toFixed(1)} ${y2.toFixed(1)}l4 -4l4 4l-4 4z`;
        this.spots.push([x2, y2, trade]);
      }
      for (const kind of ["loss", "win"])
        out.push(`<path class="link ${kind}" d="${link[kind]}"/><path class="mark ${kind}" d="${mark[kind]}"/><path class="mark out ${kind}" d="${end[kind]}"/>`);
    }

    // The cursor stands on a point, wherever the pointer is between two.
    point(index, s) {
      if (!this.cursor) return;
      const hidden = s === null || s < this.from || s > this.to;
      this.cursor.setAttribute("visibility", hidden ? "hidden" : "visible");
      if (hidden) return;
      this.cursor.setAttribute("x1", this.x(s));
      this.cursor.setAttribute("x2", this.x(s));
    }
    nearest(s) {
      const i = lowerBound(this.times, s);
      if (i === 0) return 0;
      if (i === this.times.length) return i - 1;
      return s - this.times[i - 1] < this.times[i] - s ? i - 1 : i;
    }
    trade(x, y) {
      let best = null, least = 14 * 14;
      for (const [sx, sy, trade] of this.spots || []) {
        const d = (sx - x) * (sx - x) + (sy - y) * (sy - y);
        if (d < least) { least = d; best = trade; }
      }
      return best;
    }
    local(e) {
      const box = this.host.getBoundingClientRect(), scale = this.width / (box.width || 1);
      return [(e.clientX - box.left) * scale, (e.clientY - box.top) * scale];
    }
    tell(index, x, y, trade) {
      showTip(!trade ? this.rows(index) : trade.rows ? trade.rows() : tradeRows(trade), x, y);
    }
    move(e) {
      if (this.times.length === 0) return;
      const [x, y] = this.local(e);
      if (this.drag) {
        this.drag.to = x;
        const left = Math.min(this.drag.from, x), right = Math.max(this.drag.from, x);
        this.brush.setAttribute("visibility", "visible");
        this.brush.setAttribute("x", left);
        this.brush.setAttribute("width", right - left);
        return;
      }
      if (x < this.left) { this.group.point(null); hideTip(); return; }
      this.index = this.nearest(this.at(x));
      this.group.point(this.times[this.index]);
      this.tell(this.index, e.clientX, e.clientY, this.trade(x, y));
    }
    down(e) {
      const [x] = this.local(e);
      if (e.button !== 0 || x < this.left) return;
      this.drag = { from: x, to: x };
      this.host.setPointerCapture(e.pointerId);
    }
    up() {
      const drag = this.drag;
      this.drag = null;
      if (!drag) return;
      this.brush.setAttribute("visibility", "hidden");
      if (Math.abs(drag.to - drag.from) < 6) return;
      this.group.zoom([this.at(Math.min(drag.from, drag.to)), this.at(Math.max(drag.from, drag.to))]);
    }
    key(e) {
      const keys = { ArrowLeft: -1, ArrowRight: 1, "+": "in", "=": "in", "-": "out", Escape: "all", "0": "all" };
      const what = keys[e.key];
      if (what === undefined || this.times.length === 0) return;
      e.preventDefault();
      if (what === "all") { this.group.zoom(null); return; }
      if (typeof what === "string") {
        const half = (this.to - this.from) * (what === "in" ? 0.25 : 1);
        const middle = this.index === undefined ? (this.from + this.to) / 2 : this.times[this.index];
        this.group.zoom([middle - half, middle + half]);
        return;
      }
      const start = this.index === undefined ? this.nearest((this.from + this.to) / 2) : this.index + what;
      this.index = Math.max(0, Math.min(this.times.length - 1, start));
      const s = this.times[this.index], box = this.host.getBoundingClientRect();
      this.group.point(s);
      this.tell(this.index, box.left + this.x(s) * box.width / this.width, box.top + 20, null);
    }
  }

  class Group {
    constructor() { this.charts = []; this.view = null; this.least = 60; }
    all() {
      const times = this.charts[0].times;
      return [times[0], times[times.length - 1]];
    }
    zoom(view) {
      if (view) {
        const [first, last] = this.all();
        view = [Math.max(first, view[0]), Math.min(last, view[1])];
        if (view[1] - view[0] >= last - first || view[1] - view[0] < this.least) view = view[1] - view[0] < this.least ? this.view : null;
      }
      this.view = view;
      hideTip();
      this.draw();
    }
    point(s) { for (const chart of this.charts) chart.point(0, s); }
    draw() { for (const chart of this.charts) chart.draw(); }
  }

  const groups = [];
  const curve = Object.assign({}, data.curve, { t: running(data.curve.t) });
  const rolling = Object.assign({}, data.rolling, { t: running(data.rolling.t) });

  function drawCurves() {
    const group = new Group();
    const money = (v) => (known(v) ? number(v, data.money_digits) + " " + data.currency : missing);
    const kept = curve.benchmark && curve.benchmark.slice();
    for (let i = 1; kept && i < kept.length; i++) if (!known(kept[i])) kept[i] = kept[i - 1];
    const rows = (i) => [[time(curve.t[i]), ""], ["Equity", money(curve.equity[i])],
      ...(curve.benchmark ? [[data.benchmark, money(kept[i])]] : []),
      ["Drawdown", percent(curve.drawdown[i], 2), "neg"]];
    const lines = [{ values: curve.equity, css: "equity" }];
    if (curve.benchmark) lines.push({ values: curve.benchmark, css: "benchmark" });
    const hosts = ["chart-equity", "chart-drawdown", "chart-sharpe"].map((id) => document.getElementById(id));
    if (hosts[0]) {
      const chart = new Chart(hosts[0], { group, times: curve.t, lines, rows, height: 320, label: "Equity", halts: data.halts });
      const tools = el("div", { class: "tools" }), scale = el("button", { type: "button", "aria-pressed": "false" }, "Log scale");
      const all = el("button", { type: "button" }, "Show all");
      scale.addEventListener("click", () => {
        chart.wantsLog = !chart.wantsLog;
        scale.setAttribute("aria-pressed", String(chart.wantsLog));
        chart.draw();
      });
      all.addEventListener("click", () => group.zoom(null));
      // Years of growth are read better on a log scale.
      const known = curve.equity.filter((v) => v > 0);
      if (known.length === curve.equity.length && Math.max(...known) / Math.min(...known) > 5) scale.click();
      tools.append(scale, all);
      hosts[0].before(tools);
    }
    if (hosts[1]) new Chart(hosts[1], { group, times: curve.t, lines: [{ values: curve.drawdown, css: "drawdown" }], rows, height: 150, zero: true, area: true, percent: true, label: "Drawdown" });
    if (hosts[2]) new Chart(hosts[2], { group, times: rolling.t, lines: [{ values: rolling.sharpe, css: "sharpe" }], height: 180, zero: true, label: "Rolling Sharpe ratio",
      rows: (i) => [[date(rolling.t[i]), ""], ["Sharpe", number(rolling.sharpe[i], 2)]] });
    if (data.daily) drawDays(group);
    groups.push(group);
  }

  // Exposure, risk and allocation move with the equity.
  function drawDays(group) {
    const days = Object.assign({}, data.daily, { t: running(data.daily.t) });
    const host = (id) => document.getElementById(id);
    const add = (id, label, lines, rows) => {
      if (host(id)) new Chart(host(id), { group, times: days.t, lines, rows, height: 180, zero: true, percent: true, label });
    };
    const exposure = [{ values: days.gross, css: "gross" }, { values: days.net, css: "net" }];
    if (days.limit.length) exposure.push({ values: days.t.map(() => days.limit[0]), css: "limit" });
    add("chart-exposure", "Exposure", exposure,
      (i) => [[date(days.t[i]), ""], ["Gross", percent(days.gross[i], 1)], ["Net", percent(days.net[i], 1)]]);
    add("chart-var", "Value at risk", [{ values: days.var, css: "var" }, { values: days.es, css: "es" }, { values: days.change, css: "change" }],
      (i) => [[date(days.t[i]), ""], ["Change of the day", percent(days.change[i], 2), days.change[i] < 0 ? "neg" : ""],
        ["Value at risk", percent(days.var[i], 2)], ["Expected shortfall", percent(days.es[i], 2)]]);
    add("chart-allocation", "Allocation", days.strategies.map((s, k) => ({ values: s.gross, css: "s" + k })),
      (i) => [[date(days.t[i]), ""], ...days.strategies.map((s) => [s.name, percent(s.gross[i], 1)])]);
  }

  // Trades come as rows of numbers: report_data.c.
  const names = ["strategy", "instrument", "side", "entry", "exit", "qty", "entryPrice", "exitPrice", "net", "return", "adverse", "favourable", "fees", "factor", "end"];
  const lastTime = curve.t[curve.t.length - 1];
  const trades = data.trades.map((row) => {
    const trade = {};
    names.forEach((name, i) => { trade[name] = row[i]; });
    trade.held = (trade.exit === null ? lastTime : trade.exit) - trade.entry;
    return trade;
  });

  function tradeRows(trade) {
    return [[data.instruments[trade.instrument], trade.side > 0 ? "long" : "short"], ["Strategy", data.strategies[trade.strategy]],
      ["Quantity", price(trade.qty)], ["Entry", time(trade.entry) + "  " + price(trade.entryPrice)],
      ["Exit", trade.exit === null ? "still open" : time(trade.exit) + "  " + price(trade.exitPrice)],
      ["Net P&L", number(trade.net, data.money_digits), trade.net < 0 ? "neg" : "pos"], ["Return", percent(trade.return, 2), trade.net < 0 ? "neg" : "pos"],
      ["Ended by", data.ends[trade.end].replace("_", " ")]];
  }

  let showTrade = () => {};
  function drawCandles() {
    const place = document.getElementById("candles");
    if (data.charts.length === 0) {
      place.firstElementChild.textContent = trades.length === 0 ? "The run made no trade." : data.feeds ? "Fills stand in the chart of the book, below." : "No bars were handed to the report.";
      return;
    }
    const tools = el("div", { class: "tools" }), host = el("div", { class: "chart", id: "chart-candles" });
    const pick = el("select", { "aria-label": "Instrument" }), who = el("select", { "aria-label": "Strategy" });
    data.charts.forEach((c, k) => pick.append(el("option", { value: k }, data.instruments[c.i])));
    who.append(el("option", { value: -1 }, "All strategies"));
    data.strategies.forEach((name, s) => who.append(el("option", { value: s }, name)));
    const all = el("button", { type: "button" }, "Show all"), note = el("p", { class: "legend" });
    tools.append(pick, who, all);
    place.replaceChildren(tools, host, note);
    const group = new Group();
    groups.push(group);
    let chart = null;
    function set() {
      const c = data.charts[pick.value], n = c.c.length / 5;
      const candles = { open: [], high: [], low: [], close: [] }, times = [];
      for (let i = 0, s = 0; i < n; i++) {
        times.push(s += c.c[5 * i]);
        candles.open.push(c.c[5 * i + 1]); candles.high.push(c.c[5 * i + 2]);
        candles.low.push(c.c[5 * i + 3]); candles.close.push(c.c[5 * i + 4]);
      }
      const some = trades.filter((t) => t.instrument === c.i && (+who.value < 0 || t.strategy === +who.value));
      const rows = (i) => [[time(times[i]), ""], ["Open", price(candles.open[i])], ["High", price(candles.high[i])],
        ["Low", price(candles.low[i])], ["Close", price(candles.close[i])]];
      group.view = null;
      const wantsLog = Math.max(...candles.high) > 5 * Math.min(...candles.low);
      const options = { times, candles, trades: some, rows, wantsLog, label: "Trades of " + data.instruments[c.i] };
      if (chart) { Object.assign(chart, options); chart.draw(); }
      else chart = new Chart(host, Object.assign({ group, height: innerWidth < 600 ? 300 : 420 }, options));
      note.textContent = number(some.length, 0) + (some.length === 1 ? " trade, " : " trades, ") + number(n, 0) + " candles" +
        (c.stride > 1 ? " of " + number(c.stride, 0) + " bars each" : "") +
        (wantsLog ? ", log scale" : "") + ". \u25b2 long entry, \u25bc short entry, \u25c6 exit; blue won, orange lost. Drag to zoom, point at a trade for its story." +
        (data.charts_left_out ? " " + data.charts_left_out + " instruments that traded less have no chart." : "");
    }
    pick.addEventListener("change", set);
    who.addEventListener("change", set);
    all.addEventListener("click", () => group.zoom(null));
    // Begin with what was traded most.
    const counts = data.charts.map((c) => trades.filter((t) => t.instrument === c.i).length);
    pick.value = counts.indexOf(Math.max(...counts));
    set();
    showTrade = (trade) => {
      const k = data.charts.findIndex((c) => c.i === trade.instrument);
      if (k < 0) return;
      pick.value = k;
      who.value = -1;
      set();
      const room = Math.max(trade.held, (chart.times[chart.times.length - 1] - chart.times[0]) / 60);
      group.zoom([trade.entry - room, trade.entry + trade.held + room]);
      document.getElementById("chart").scrollIntoView({ behavior: "smooth" });
    };
  }

  // The table of trades: sorted, filtered, fifty at a time.
  function listTrades() {
    const tools = document.getElementById("trades-tools"), place = document.getElementById("trades-table");
    if (!tools || trades.length === 0) return;
    const PAGE = 50;
    const columns = [
      ["Strategy", (t) => data.strategies[t.strategy], (t) => data.strategies[t.strategy], "l"],
      ["Instrument", (t) => data.instruments[t.instrument], (t) => data.instruments[t.instrument], "l"],
      ["Side", (t) => t.side, (t) => t.side > 0 ? "long" : "short", "l"],
      ["Entry (UTC)", (t) => t.entry, (t) => time(t.entry)],
      ["Exit (UTC)", (t) => t.exit === null ? Infinity : t.exit, (t) => t.exit === null ? "open" : time(t.exit)],
      ["Held", (t) => t.held, (t) => length(t.held)],
      ["Quantity", (t) => t.qty, (t) => price(t.qty)],
      ["Entry price", (t) => t.entryPrice, (t) => price(t.entryPrice)],
      ["Exit price", (t) => t.exitPrice, (t) => price(t.exitPrice)],
      ["Net", (t) => t.net, (t) => number(t.net, data.money_digits), "sign"],
      ["Return", (t) => t.return, (t) => percent(t.return, 2), "sign"],
      ["Fees", (t) => t.fees, (t) => number(t.fees, data.money_digits)],
      ["Worst", (t) => t.adverse, (t) => percent(t.adverse, 2)],
      ["Best", (t) => t.favourable, (t) => percent(t.favourable, 2)],
      ["Ended by", (t) => t.end, (t) => data.ends[t.end].replace("_", " "), "l"],
    ];
    let sorted = 4, down = true, page = 0;
    const find = el("input", { type: "search", placeholder: "Filter: instrument, strategy, reason", "aria-label": "Filter trades" });
    const side = el("select", { "aria-label": "Side" }), result = el("select", { "aria-label": "Result" });
    for (const [value, text] of [["", "Long and short"], ["1", "Long"], ["-1", "Short"]]) side.append(el("option", { value }, text));
    for (const [value, text] of [["", "Won and lost"], ["1", "Won"], ["-1", "Lost"]]) result.append(el("option", { value }, text));
    const count = el("span", { class: "count", role: "status" });
    const before = el("button", { type: "button", "aria-label": "Previous page" }, "\u2039"), after = el("button", { type: "button", "aria-label": "Next page" }, "\u203a");
    tools.className = "tools";
    tools.append(find, side, result, before, after, count);
    const scroll = el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Trades" }), table = el("table");
    const head = table.createTHead().insertRow(), body = table.createTBody();
    table.insertBefore(el("caption", {}, "Round trips from flat to flat. Worst and best: how far the price went against and for the trade. A row's button shows the trade on the chart." +
      (data.trades_all > trades.length ? " The latest " + number(trades.length, 0) + " of " + number(data.trades_all, 0) + "; the CSV file has all." : "")), table.firstChild);
    columns.forEach(([name, , , css], k) => {
      const th = el("th", { scope: "col", class: css === "l" ? "l" : "" }), button = el("button", { type: "button" }, name);
      button.addEventListener("click", () => { down = sorted === k ? !down : css !== "l"; sorted = k; page = 0; fill(); });
      th.append(button);
      head.append(th);
    });
    head.append(el("th", { scope: "col" }, ""));
    scroll.append(table);
    place.replaceChildren(scroll);
    function fill() {
      const words = find.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
      const rows = trades.filter((t) => (!side.value || t.side === +side.value) && (!result.value || (+result.value > 0 ? t.net > 0 : t.net < 0)) &&
        words.every((word) => (data.strategies[t.strategy] + " " + data.instruments[t.instrument] + " " + data.ends[t.end]).toLowerCase().includes(word)));
      const key = columns[sorted][1];
      rows.sort((a, b) => { const x = key(a), y = key(b); return (x < y ? -1 : x > y ? 1 : 0) * (down ? -1 : 1); });
      const pages = Math.max(1, Math.ceil(rows.length / PAGE));
      page = Math.min(page, pages - 1);
      [...head.children].forEach((th, k) => th.setAttribute("aria-sort", k === sorted ? (down ? "descending" : "ascending") : "none"));
      body.replaceChildren(...rows.slice(page * PAGE, page * PAGE + PAGE).map((t) => {
        const row = el("tr");
        for (const [, , text, css] of columns) row.append(el("td", css === "l" ? { class: "l" } : css === "sign" && t.net < 0 ? { class: "neg" } : {}, text(t)));
        const cell = el("td"), show = el("button", { type: "button", class: "go", "aria-label": "Show on the chart" }, "\u2197");
        show.addEventListener("click", () => showTrade(t));
        cell.append(show);
        row.append(cell);
        return row;
      }));
      const net = rows.reduce((sum, t) => sum + t.net, 0);
      count.textContent = number(rows.length, 0) + " trades, net " + number(net, data.money_digits) + " \u00b7 page " + (page + 1) + " of " + pages;
      before.disabled = page === 0;
      after.disabled = page === pages - 1;
    }
    for (const input of [find, side, result]) input.addEventListener("input", () => { page = 0; fill(); });
    before.addEventListener("click", () => { page--; fill(); });
    after.addEventListener("click", () => { page++; fill(); });
    fill();
  }

  // Static tables that sort by their cells' data-v, or by text.
  for (const table of document.querySelectorAll("table.sort")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((th, k) => th.querySelector("button").addEventListener("click", () => {
      const down = th.getAttribute("aria-sort") ? th.getAttribute("aria-sort") === "ascending" : !th.classList.contains("l");
      const rows = [...table.tBodies[0].rows];
      const key = (row) => { const cell = row.cells[k]; return cell.dataset.v !== undefined ? +cell.dataset.v : th.classList.contains("l") ? cell.textContent : -Infinity; };
      rows.sort((a, b) => { const x = key(a), y = key(b); return (x < y ? -1 : x > y ? 1 : 0) * (down ? -1 : 1); });
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      th.setAttribute("aria-sort", down ? "descending" : "ascending");
      table.tBodies[0].append(...rows);
    }));
  }

  // What page_feed.js builds on.
  globalThis.fulmarPage = { data, el, Chart, Group, groups, number, price, known, showTip, hideTip, niceStep, length };

  drawCurves();
  drawCandles();
  listTrades();
  let wait = 0;
  addEventListener("resize", () => { cancelAnimationFrame(wait); wait = requestAnimationFrame(() => groups.forEach((group) => group.draw())); });
  addEventListener("beforeprint", () => groups.forEach((group) => group.draw()));
})();
