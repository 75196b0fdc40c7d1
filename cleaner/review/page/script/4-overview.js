// Overview: how much went, by source and category, and the rules that did it, riskiest first.

const overview = { sort: "risk", down: true, words: "" };

async function showOverview() {
  const summary = (state.summary = await source.summary());
  drawTabs();
  const run = summary.run;
  show(
    el("h1", {}, "Overview"),
    summary.notes.map((note) => el("p", { class: "note" }, note)),
    el("dl", { class: "figures" },
      figure("documents", count(run.documents), run.failed ? `${count(run.failed)} failed` : "looked at"),
      figure("changed", count(run.changed), percent(run.documents ? run.changed / run.documents : 0)),
      figure("characters removed", percent(run.characters ? run.removed / run.characters : 0), `${count(run.removed)} of ${count(run.characters)}`),
      figure("cuts", count(run.cuts), `${many(run.texts, "distinct text")}`),
      DATA.live ? figure("decided", count(run.decided), `of ${many(run.texts, "distinct text")}`) : null),
    el("div", { class: "charts" },
      chart("Removed by category", "Category", summary.by_category, (one) => one.name, "of all characters"),
      chart("Removed by source", "Source", summary.by_source, (one) => one.name || "no source known", "of its characters")),
    rulesTable(summary));
}

const figure = (name, value, more) => el("div", {}, el("dt", {}, name), el("dd", {}, el("b", {}, value), el("span", {}, more)));

function chart(title, head, shares, name, of) {
  const largest = Math.max(...shares.map((one) => one.share), 0);
  const shown = shares.slice(0, 12);
  const rows = shown.map((one) => {
    const fill = el("span", { class: `fill ${head === "Category" ? hue(one.name) : ""}` });
    fill.style.width = largest ? `${Math.max(0.5, (one.share / largest) * 100)}%` : "0";
    return el("tr", {},
      el("th", { scope: "row" }, el("bdi", {}, name(one))),
      el("td", { class: "bar-cell" }, el("span", { class: "track", "aria-hidden": "true" }, fill)),
      el("td", { class: "number" }, percent(one.share)),
      el("td", { class: "number dim" }, count(one.removed)));
  });
  return el("section", { class: "card chart" },
    el("table", {},
      el("caption", {}, title, el("span", { class: "dim" }, ` share ${of}`)),
      el("thead", { class: "only-read" }, el("tr", {}, ...[head, "Bar", "Share", "Characters"].map((word) => el("th", { scope: "col" }, word)))),
      el("tbody", {}, rows)),
    shares.length > shown.length ? el("p", { class: "dim" }, `and ${many(shares.length - shown.length, "smaller one")}`) : null,
    shares.length ? null : el("p", { class: "dim" }, "Nothing was removed."));
}

const COLUMNS = [
  ["id", "Rule", "text"], ["category", "Category", "text"], ["confidence", "Confidence", "text"], ["cuts", "Cuts"], ["texts", "Distinct texts"],
  ["files", "Files"], ["characters", "Characters"], ...(DATA.live ? [["decided", "Decided"]] : []), ["risk", "Risk"],
];

function rulesTable(summary) {
  const body = el("tbody");
  const heads = COLUMNS.map(([key, label, kind]) => {
    const mark = el("span", { "aria-hidden": "true", class: "sort-mark" });
    return el("th", { scope: "col", class: kind === "text" ? "" : "number", "data-key": key },
      el("button", { type: "button", onclick: () => {
        if (overview.sort === key) overview.down = !overview.down;
        else Object.assign(overview, { sort: key, down: kind !== "text" });
        draw();
      } }, label, mark));
  });
  const draw = () => {
    const words = overview.words.toLowerCase();
    const strength = ["maybe", "likely", "certain"];
    const value = (row) => (overview.sort === "confidence" ? strength.indexOf(row.confidence) : overview.sort === "decided" ? row.decided / row.texts : row[overview.sort]);
    const rows = summary.rules
      .filter((row) => !words || `${row.id} ${row.category} ${row.why}`.toLowerCase().includes(words))
      .sort((a, b) => {
        const [x, y] = [value(a), value(b)];
        return (x < y ? -1 : x > y ? 1 : a.id < b.id ? -1 : 1) * (overview.down ? -1 : 1);
      });
    for (const head of heads) {
      const is = head.dataset.key === overview.sort;
      if (is) head.setAttribute("aria-sort", overview.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
      head.querySelector(".sort-mark").textContent = is ? (overview.down ? " ↓" : " ↑") : "";
    }
    body.replaceChildren(...rows.map(ruleRow));
    if (!rows.length) body.append(el("tr", {}, el("td", { colspan: COLUMNS.length, class: "dim" }, "No rule is like that.")));
  };
  const field = el("input", { type: "search", id: "filter", "aria-label": "Find a rule", placeholder: "Find a rule", value: overview.words,
    oninput: (event) => { overview.words = event.target.value; draw(); } });
  draw();
  return el("section", { class: "card rules" },
    el("div", { class: "table-head" }, el("h2", {}, "Rules", el("span", { class: "dim" }, ` ${count(summary.rules.length)}, riskiest first unless sorted otherwise`)), field),
    el("div", { class: "scroll-x", tabindex: "0", role: "region", "aria-label": "Rules" },
      el("table", { class: "wide" },
        el("thead", {}, el("tr", {}, heads)),
        body)));
}

function ruleRow(row) {
  return el("tr", {},
    el("th", { scope: "row" },
      el("button", { type: "button", class: "link", onclick: () => openDecide({ rule: row.id, order: "sample" }) }, row.id),
      row.note ? el("span", { class: "state off" }, ` ${row.note}`) : null,
      el("span", { class: "why" }, row.why)),
    el("td", {}, chip(row.category)),
    el("td", {}, row.confidence),
    el("td", { class: "number" }, count(row.cuts)),
    el("td", { class: "number" }, count(row.texts)),
    el("td", { class: "number" }, count(row.files)),
    el("td", { class: "number" }, count(row.characters)),
    DATA.live ? el("td", { class: "number" }, `${count(row.decided)} of ${count(row.texts)}`, row.bound ? el("span", { class: "why" }, row.bound) : null) : null,
    el("td", { class: "number" }, meter(row.risk, row.risk.toFixed(2))));
}
