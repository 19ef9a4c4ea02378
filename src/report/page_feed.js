// SPDX-License-Identifier: Apache-2.0
// Charts of a run over recorded feeds: the book with our quotes and fills, mark-outs, positions.
"use strict";
(function () {
  const { data, el, Chart, Group, groups, number, price, known, showTip, hideTip, niceStep, length } = globalThis.fulmarPage;
  const instant = (s) => new Date(s * 1000).toISOString().slice(0, 23).replace("T", " ");
  const SHORT = [[1, "s"], [1e-3, "ms"]];
  const span = (s) => {
    const size = Math.abs(s), unit = size >= 60 || size === 0 ? null : SHORT.find(([least]) => size >= least);
    return (s < 0 ? "\u2212" : "+") + (unit ? +(size / unit[0]).toPrecision(3) + "\u00a0" + unit[1] : length(size));
  };

  // Columns out of one flat list; the first is time in milliseconds, each less the one before.
  function columns(flat, count) {
    const out = Array.from({ length: count }, () => []);
    let ms = 0;
    for (let i = 0; i < flat.length; i += count) {
      out[0].push((ms += flat[i]) / 1000);
      for (let k = 1; k < count; k++) out[k].push(flat[i + k]);
    }
    return out;
  }

  const FILL = ["t", "side", "maker", "qty", "price", "bid", "ask", "better", "position"];
  const feeds = data.feeds.map((feed) => {
    const [t, bid, ask, low, high, ownBid, ownAsk, position] = columns(feed.path, 8);
    const cells = columns(feed.fills, FILL.length);
    const fills = cells[0].map((_, i) => Object.fromEntries(FILL.map((name, k) => [name, cells[k][i]])));
    return Object.assign({}, feed, { t, bid, ask, low, high, ownBid, ownAsk, position, fills });
  });

  function fillRows(f) {
    return [[instant(f.t), f.side > 0 ? "bought" : "sold"], ["Quantity", price(f.qty)], ["Price", price(f.price)],
      ["As", f.maker ? "maker" : "taker"], ["Best at the venue", price(f.bid) + " / " + price(f.ask)],
      ["Better than the middle", known(f.better) ? number(f.better, 2) + " bp" : "\u2013", f.better < 0 ? "neg" : "pos"],
      ["Position after it", price(f.position)]];
  }

  const key = (css, text) => { const span_ = el("span"); span_.append(el("span", { class: "key " + css }), text); return span_; };

  function drawBook(place, feed) {
    const group = new Group();
    group.least = 1;
    groups.push(group);
    const host = el("div", { class: "chart", id: "chart-book" }), tools = el("div", { class: "tools" });
    const all = el("button", { type: "button" }, "Show all"), legend = el("p", { class: "legend" });
    all.addEventListener("click", () => group.zoom(null));
    tools.append(all);
    legend.append(key("touch", "best bid to best ask "), key("own-bid", "our best bid "), key("own-ask", "our best ask "),
      "\u25b2 bought, \u25bc sold" + (feed.fills.length < feed.fills_all ? " (the latest " + number(feed.fills.length, 0) + " of " +
      number(feed.fills_all, 0) + ")" : "") + ". Drag to zoom, point at a fill for its story.");
    place.replaceChildren(tools, host, legend);
    const rows = (i) => [[instant(feed.t[i]), ""], ["Best ask", price(feed.ask[i])], ["Best bid", price(feed.bid[i])],
      ["Our ask", price(feed.ownAsk[i])], ["Our bid", price(feed.ownBid[i])], ["Position", price(feed.position[i])]];
    const marks = feed.fills.map((f) => ({ t: f.t, y: f.price, up: f.side > 0, rows: () => fillRows(f) }));
    const line = (values, css) => ({ values, css, step: true, gaps: true });
    new Chart(host, { group, times: feed.t, rows, marks, height: innerWidth < 600 ? 300 : 400, label: "Book of " + data.instruments[feed.i],
      bands: [{ low: feed.low, high: feed.high }], lines: [line(feed.ownBid, "own-bid"), line(feed.ownAsk, "own-ask")] });
    const position = document.getElementById("position-chart"), below = el("div", { class: "chart", id: "chart-position" });
    position.replaceChildren(below);
    new Chart(below, { group, times: feed.t, rows, height: 170, ticks: 5, zero: true, label: "Position", lines: [line(feed.position, "position")] });
  }

  // A picture that is drawn anew at the width there is.
  class Picture {
    constructor(place, id, height, label) {
      this.host = el("div", { class: "chart", id });
      Object.assign(this, { height, label, charts: [] });
      place.replaceChildren(this.host);
      groups.push(this);
      this.host.addEventListener("pointermove", (e) => this.tell(e));
      this.host.addEventListener("pointerleave", hideTip);
    }
    draw() {
      this.width = Math.max(280, this.host.clientWidth);
      this.left = this.width < 500 ? 44 : 60;
      const out = [];
      this.paint(out);
      this.host.innerHTML = `<svg viewBox="0 0 ${this.width} ${this.height}" role="img"></svg>`;
      this.host.firstChild.setAttribute("aria-label", this.label);
      this.host.firstChild.innerHTML = out.join("");
    }
    y(v) { return 10 + (this.high - v) / (this.high - this.low || 1) * (this.height - 44); }
    axis(out, text) {
      const step = niceStep(this.high - this.low, 6), digits = Math.max(0, Math.min(6, -Math.floor(Math.log10(step) + 1e-9)));
      for (let v = Math.ceil(this.low / step) * step; v <= this.high + step * 1e-6; v += step) {
        const y = this.y(v).toFixed(1), zero = Math.abs(v) < step * 1e-6;
        out.push(`<line class="${zero ? "zero" : "grid"}" x1="${this.left}" x2="${this.width - 8}" y1="${y}" y2="${y}"/>`);
        out.push(`<text x="${this.left - 6}" y="${+y + 4}" text-anchor="end">${text(zero ? 0 : v, digits)}</text>`);
      }
    }
    local(e) { return (e.clientX - this.host.getBoundingClientRect().left) * this.width / (this.host.clientWidth || 1); }
  }

  const GROUPS = [["Maker buys", "buy"], ["Maker sells", "sell"], ["Taker buys", "buy taker"], ["Taker sells", "sell taker"]];
  class Markouts extends Picture {
    set(feed) {
      const half = data.horizons.length / 2;
      this.horizons = [...data.horizons.slice(0, half), 0, ...data.horizons.slice(half)];
      this.lines = GROUPS.map(([name, css], g) => {
        const flat = feed.markouts[g], points = [];
        for (let i = 0; i < flat.length; i += 3) points.push({ n: flat[i], mean: flat[i + 1], error: flat[i + 2] });
        points.splice(half, 0, { n: 0, mean: 0, error: 0 });
        return { name, css, points, some: points.some((p) => p.n > 0) };
      }).filter((line) => line.some);
      this.low = -0.1;
      this.high = 0.1;
      // Horizons that few fills have, near the ends of the feed, may go out of the picture: the many give its scale.
      for (const line of this.lines) {
        const most = Math.max(...line.points.map((p) => p.n));
        for (const p of line.points)
          if (known(p.mean) && p.n * 2 >= most) {
            this.low = Math.min(this.low, p.mean - 2 * (p.error || 0));
            this.high = Math.max(this.high, p.mean + 2 * (p.error || 0));
          }
      }
      this.draw();
    }
    x(k) { return this.left + 18 + k * (this.width - this.left - 44) / (this.horizons.length - 1); }
    paint(out) {
      this.axis(out, (v, digits) => number(v, digits));
      const every = this.width < 560 ? 4 : 1, bottom = this.height - 30;
      this.horizons.forEach((h, k) => {
        if (Math.abs(k - 8) % every !== 0) return;
        const x = this.x(k).toFixed(1);
        out.push(`<line class="tick" x1="${x}" x2="${x}" y1="${bottom}" y2="${bottom + 4}"/><text x="${x}" y="${this.height - 12}" text-anchor="middle">${h === 0 ? "fill" : span(h)}</text>`);
      });
      out.push(`<line class="now" x1="${this.x(8).toFixed(1)}" x2="${this.x(8).toFixed(1)}" y1="10" y2="${bottom}"/>`);
      out.push(`<clipPath id="clip-markouts"><rect x="${this.left}" y="4" width="${this.width - this.left}" height="${bottom - 4}"/></clipPath><g clip-path="url(#clip-markouts)">`);
      this.lines.forEach((line, g) => {
        const shift = (g - (this.lines.length - 1) / 2) * 3;
        let path = "", pen = false, bars = "";
        line.points.forEach((p, k) => {
          if (!known(p.mean)) { pen = false; return; }
          const x = (this.x(k) + shift).toFixed(1), y = this.y(p.mean).toFixed(1);
          path += (pen ? "L" : "M") + x + " " + y;
          pen = true;
          if (p.error) bars += `M${x} ${this.y(Math.min(this.high, p.mean + 2 * p.error)).toFixed(1)}V${this.y(Math.max(this.low, p.mean - 2 * p.error)).toFixed(1)}`;
        });
        out.push(`<path class="bars ${line.css}" d="${bars}"/><path class="line ${line.css}" d="${path}"/>`);
      });
      out.push("</g>");
    }
    tell(e) {
      const at = this.local(e);
      let k = 0;
      for (let i = 1; i < this.horizons.length; i++) if (Math.abs(this.x(i) - at) < Math.abs(this.x(k) - at)) k = i;
      if (at < this.left || this.horizons[k] === 0) { hideTip(); return; }
      showTip([[span(this.horizons[k]), ""], ...this.lines.map((line) => {
        const p = line.points[k];
        return [line.name, known(p.mean) ? number(p.mean, 2) + (known(p.error) ? " \u00b1 " + number(p.error, 2) : "") + " bp, " + number(p.n, 0) + " fills" : "\u2013"];
      })], e.clientX, e.clientY);
    }
  }

  class Holdings extends Picture {
    set(feed) {
      const shares = new Map();
      for (const [, from, to, share] of feed.holdings) {
        const name = from + " " + to, before = shares.get(name);
        shares.set(name, { from, to, share: share + (before ? before.share : 0) });
      }
      this.bars = [...shares.values()].sort((a, b) => a.from + a.to - b.from - b.to);
      this.low = 0;
      this.high = Math.max(...this.bars.map((bar) => bar.share), 0.01);
      this.draw();
    }
    place(k) {
      const wide = (this.width - this.left - 16) / this.bars.length;
      return [this.left + k * wide, wide];
    }
    paint(out) {
      this.axis(out, (v) => number(v * 100, 0) + "\u00a0%");
      const every = Math.ceil(this.bars.length * 56 / (this.width - this.left));
      this.bars.forEach((bar, k) => {
        const [x, wide] = this.place(k), y = this.y(bar.share), middle = (x + wide / 2).toFixed(1);
        const css = bar.to > 0 ? "long" : bar.from < 0 ? "short" : "flat";
        out.push(`<rect class="hold ${css}" x="${(x + wide * 0.1).toFixed(1)}" width="${(wide * 0.8).toFixed(1)}" y="${y.toFixed(1)}" height="${Math.max(0.5, this.y(0) - y).toFixed(1)}"/>`);
        if (k % every === 0) out.push(`<text x="${middle}" y="${this.height - 12}" text-anchor="middle">${price(bar.to > 0 ? bar.to : bar.from)}</text>`);
      });
    }
    tell(e) {
      const at = this.local(e), k = this.bars.findIndex((_, i) => at >= this.place(i)[0] && at < this.place(i)[0] + this.place(i)[1]);
      if (k < 0) { hideTip(); return; }
      const bar = this.bars[k];
      showTip([[bar.from === bar.to ? "Flat" : price(bar.from) + " to " + price(bar.to), ""], ["Of the time", number(bar.share * 100, 1) + "\u00a0%"]], e.clientX, e.clientY);
    }
  }

  function drawAll(feed) {
    const book = document.getElementById("book-chart"), marks = document.getElementById("markout-chart"), held = document.getElementById("holding-chart");
    drawBook(book, feed);
    if (feed.markouts.some((group) => group.some((v, i) => i % 3 === 0 && v > 0))) {
      const chart = new Markouts(marks, "chart-markouts", 300, "Move of the middle around our fills, basis points"), legend = el("p", { class: "legend" });
      chart.set(feed);
      for (const line of chart.lines) legend.append(key(line.css, line.name.toLowerCase() + " "));
      legend.append("\u2014 basis points of the middle at the fill");
      marks.append(legend);
    } else {
      marks.replaceChildren(el("p", { class: "empty" }, "No fill has a middle of the book at any horizon."));
    }
    if (feed.holdings.length > 0) new Holdings(held, "chart-holdings", 200, "Share of time by position").set(feed);
    else held.replaceChildren(el("p", { class: "empty" }, "Nothing was held."));
  }

  if (feeds.length === 0) return;
  const own = groups.length;
  drawAll(feeds[0]);
  if (feeds.length > 1) {
    const pick = el("select", { "aria-label": "Instrument" });
    feeds.forEach((feed, k) => pick.append(el("option", { value: k }, data.instruments[feed.i])));
    document.getElementById("book-chart").before(pick);
    pick.addEventListener("change", () => { groups.length = own; drawAll(feeds[pick.value]); });
  }
})();
