// A list of any length: only the rows in sight exist, and they are asked for in pages.

const ROW = 56; // pixels, as in the style sheet
const PAGE = 100; // rows in one request
const HIGHEST = 15000000; // pixels; browsers stop drawing somewhere above twice that

class LongList {
  // fetch(start, count) -> {total, rows}; render(row, index) -> children of the row; chosen(row, index) is called.
  constructor({ label, fetch, render, chosen }) {
    Object.assign(this, { fetch, render, chosen });
    this.pages = new Map();
    this.asked = new Set();
    this.total = 0;
    this.at = -1;
    this.turn = 0;
    this.space = el("div", { class: "space", role: "presentation" });
    this.node = el("div", { class: "long-list", role: "listbox", "aria-label": label, tabindex: "0" }, this.space);
    this.node.addEventListener("scroll", () => this.later(), { passive: true });
    this.node.addEventListener("click", (event) => {
      const row = event.target.closest("[data-at]");
      if (row) this.choose(Number(row.dataset.at));
    });
    this.node.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity }[event.key];
      if (step === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      event.stopPropagation();
      this.choose(Math.min(this.total - 1, Math.max(0, this.at + step)));
    });
    this.watch = new ResizeObserver(() => this.later());
    this.watch.observe(this.node);
  }
  async load(at) {
    this.turn += 1;
    this.pages.clear();
    this.asked.clear();
    this.total = 0;
    this.at = -1;
    this.node.scrollTop = 0;
    await this.page(0);
    this.draw();
    if (this.total) await this.choose(Math.min(at || 0, this.total - 1));
    else this.chosen(null, -1);
  }
  // What is shown may have changed: ask again for what is in sight.
  async refresh() {
    this.turn += 1;
    this.pages.clear();
    this.asked.clear();
    await this.page(Math.floor(Math.max(0, this.at) / PAGE));
    this.draw();
  }
  async page(number) {
    if (this.pages.has(number) || this.asked.has(number)) return;
    this.asked.add(number);
    const turn = this.turn;
    const { total, rows } = await this.fetch(number * PAGE, PAGE);
    if (turn !== this.turn) return;
    this.total = total;
    this.pages.set(number, rows);
    this.node.setAttribute("aria-busy", "false");
  }
  get height() { return Math.min(this.total * ROW, HIGHEST); }
  // Where the list is too high for a browser, a pixel of the scroll bar stands for more than a pixel of rows.
  get scale() {
    const room = Math.max(1, this.height - this.node.clientHeight);
    return Math.max(1, (this.total * ROW - this.node.clientHeight) / room);
  }
  later() {
    if (this.due) return;
    this.due = requestAnimationFrame(() => {
      this.due = 0;
      this.draw();
    });
  }
  draw() {
    const top = this.node.scrollTop * this.scale;
    const first = Math.max(0, Math.floor(top / ROW) - 6);
    const last = Math.min(this.total, Math.ceil((top + this.node.clientHeight) / ROW) + 6);
    this.space.style.height = `${this.height}px`;
    const rows = [];
    for (let at = first; at < last; at += 1) {
      const row = this.row(at);
      const node = el("div", {
        class: "row", role: "option", id: `row-${at}`, "data-at": at,
        "aria-selected": at === this.at ? "true" : "false", "aria-setsize": this.total, "aria-posinset": at + 1,
      }, row ? this.render(row, at) : "…");
      node.style.transform = `translateY(${at * ROW - top + this.node.scrollTop}px)`;
      rows.push(node);
      if (!row) this.page(Math.floor(at / PAGE)).then(() => this.later());
    }
    this.space.replaceChildren(...rows);
    if (this.at >= first && this.at < last) this.node.setAttribute("aria-activedescendant", `row-${this.at}`);
    else this.node.removeAttribute("aria-activedescendant");
  }
  row(at) {
    const page = this.pages.get(Math.floor(at / PAGE));
    return page && page[at % PAGE];
  }
  async choose(at) {
    if (at < 0 || at >= this.total) return;
    this.at = at;
    await this.page(Math.floor(at / PAGE));
    const top = at * ROW;
    const seen = this.node.scrollTop * this.scale;
    if (top < seen) this.node.scrollTop = top / this.scale;
    else if (top + ROW > seen + this.node.clientHeight) this.node.scrollTop = (top + ROW - this.node.clientHeight) / this.scale;
    this.draw();
    const row = this.row(at);
    if (row && this.at === at) await this.chosen(row, at);
  }
  step(by) { return this.choose(Math.min(this.total - 1, Math.max(0, this.at + by))); }
}
