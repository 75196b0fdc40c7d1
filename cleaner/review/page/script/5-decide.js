// Decide: one cut after another, each in its context, with all that is known of it.

const decide = { view: { order: "risk", rule: "", category: "", state: "open", words: "" }, list: null, cut: null, place: undefined, id: "" };

const ACTIONS = [
  { key: "a", kind: "accept", label: "Accept", about: "This cut is right; do not ask again." },
  { key: "k", kind: "keep", label: "Keep this", about: "This cut is wrong here: leave the text in." },
  { key: "h", kind: "here", label: "Keep only here", about: "Leave it in at this place alone; elsewhere it goes.", when: (cut) => cut.places > 1 },
  { key: "e", kind: "everywhere", label: "Keep everywhere", about: "This text stays, whatever rule wants it, wherever it stands." },
  { key: "r", kind: "rest", label: "Accept the rest of the rule", about: "All its cuts that are still open are right." },
  { key: "d", kind: "demote", label: "Demote the rule", about: "One confidence lower: certain, likely, maybe (reported, not cut)." },
  { key: "o", kind: "off", label: "Switch off the rule", about: "The rule cuts nothing any more." },
  { key: "x", kind: "example", label: "Save as example", about: "Put this text into the rule's examples: what must go, or, once it is kept, what must stay." },
  { key: "s", kind: "skip", label: "Skip", about: "Look at the next; nothing is decided." },
];

function openDecide(view) {
  Object.assign(decide.view, { rule: "", category: "", words: "", order: "risk" }, view);
  return go("decide");
}

async function showDecide() {
  const summary = (state.summary = await source.summary());
  drawTabs();
  const picker = (label, name, choices) => el("label", {}, el("span", {}, label),
    el("select", { onchange: (event) => { decide.view[name] = event.target.value; reload(); } },
      choices.map(([value, word]) => el("option", { value, selected: decide.view[name] === value }, word))));
  const field = el("input", { type: "search", id: "filter", "aria-label": "Find in the text", placeholder: "Find in the text", value: decide.view.words,
    oninput: debounce((event) => { decide.view.words = event.target.value; reload(); }, 250) });
  const total = el("p", { class: "dim total" });
  const detail = el("article", { class: "card detail", "aria-label": "The cut" });
  const reload = () => {
    decide.id = Math.random().toString(36).slice(2);
    return decide.list.load().catch(failed);
  };
  decide.list = new LongList({
    label: "Cuts",
    fetch: async (start, amount) => {
      const found = await source.cuts({ ...decide.view, view: decide.id, start, count: amount });
      total.textContent = DATA.live ? many(found.total, "cut text") : found.total < summary.run.texts ? `${many(found.total, "cut text")} of ${count(summary.run.texts)}: a sample of each rule, and its riskiest` : many(found.total, "cut text");
      return found;
    },
    render: cutRow,
    chosen: async (row) => {
      decide.place = undefined;
      decide.row = row;
      await drawCut(detail, row && row.key).catch(failed);
    },
  });
  const rules = summary.rules.map((row) => [row.id, row.id]).sort();
  const categories = [...new Set(summary.rules.map((row) => row.category))].sort().map((name) => [name, name]);
  show(
    el("h1", { class: "only-read" }, "Decide"),
    el("div", { class: "two" },
      el("section", { class: "side", "aria-label": "Cuts to decide on" },
        el("form", { class: "pickers", onsubmit: (event) => event.preventDefault() },
          picker("Order", "order", [["risk", "Riskiest first"], ["sample", "Random sample of each rule"]]),
          DATA.live ? picker("Show", "state", [["open", "Still open"], ["all", "All"], ["decided", "Decided"]]) : null,
          picker("Rule", "rule", [["", "Every rule"], ...rules]),
          picker("Category", "category", [["", "Every category"], ...categories]),
          field),
        total,
        decide.list.node),
      detail));
  await reload();
  decide.list.node.focus({ preventScroll: true });
}

function cutRow(cut) {
  return [
    el("span", { class: "row-text" }, cut.text ? corpus({ t: cut.text }, "span") : el("i", {}, "(nothing but blanks)")),
    el("span", { class: "row-more" },
      chip(cut.category), el("span", { class: "row-rule" }, cut.rule),
      el("span", { class: "row-count" }, cut.places > 1 ? `×${count(cut.places)}` : ""),
      stateMark(cut.state, cut.draft) || el("span", { class: "row-risk" }, `risk ${cut.risk.toFixed(2)}`)),
  ];
}

async function drawCut(node, key) {
  if (!key) {
    decide.cut = null;
    fill(node, el("p", { class: "empty" }, decide.view.state === "open" && DATA.live ? "Nothing is left to decide here." : "No cut is like that."),
      DATA.live ? el("p", {}, el("button", { type: "button", onclick: () => go("save") }, "See what will be written ", el("kbd", {}, "4"))) : null);
    return;
  }
  const cut = await source.cut(key, decide.place);
  if (decide.row && decide.row.key !== key) return; // another one was chosen meanwhile
  decide.cut = cut;
  decide.place = cut.place;
  const places = cut.places > 1
    ? el("span", { class: "places" },
        DATA.live ? el("button", { type: "button", class: "quiet", "aria-label": "Previous place", onclick: () => otherPlace(-1) }, el("kbd", {}, "←")) : null,
        ` place ${count(cut.place + 1)} of ${count(cut.places)} `,
        DATA.live ? el("button", { type: "button", class: "quiet", "aria-label": "Next place", onclick: () => otherPlace(1) }, el("kbd", {}, "→")) : null)
    : null;
  fill(node,
    el("header", {},
      el("p", { class: "head-line" }, chip(cut.category), el("h2", {}, cut.rule), el("span", { class: "dim" }, cut.confidence), stateMark(cut.state, cut.draft)),
      el("p", {}, cut.why),
      el("p", { class: "where" },
        el("button", { type: "button", class: "link", onclick: () => openDocument(cut.document.number, cut.key) }, el("bdi", {}, cut.document.name)),
        el("span", { class: "dim" }, ` line ${count(cut.line)}${cut.document.source ? `, ${cut.document.source}` : ""}`), places)),
    contextNode(cut),
    DATA.live ? actionBar(cut) : null,
    el("dl", { class: "facts" },
      fact("Share of the document", `${percent(cut.share)} (${count(cut.length)} of ${count(cut.document.characters)} characters)`),
      fact("Same cut", cut.places > 1 ? `${many(cut.places, "place")} in ${many(cut.files, "file")}; one decision counts for all` : "nowhere else"),
      fact("Same text elsewhere", cut.same_text > cut.places ? `cut ${many(cut.same_text - cut.places, "more time")} by other rules` : "by no other rule"),
      cut.rules.length > 1 ? fact("Also wanted by", cut.rules.slice(1).join(", ")) : null,
      fact("Risk", el("span", {}, `${cut.risk.toFixed(2)}: `, cut.signs.map(([name, value]) => `${name} ${value.toFixed(2)}`).join(" · "))),
      fact("Fingerprint", el("code", {}, cut.fingerprint)),
      DATA.live ? fact("Random sample of the rule", `${cut.bound || "nothing of it decided yet"} (drawn from its ${many(cut.rule_texts, "distinct text")}, each counted once)`) : null),
    el("section", { class: "matched" },
      el("h3", {}, "What matched"),
      cut.captures.length
        ? el("table", { class: "captures" }, el("caption", { class: "only-read" }, "Taken over into the document's metadata"), el("tbody", {}, cut.captures.map(([name, value]) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, corpus({ t: value }))))))
        : null,
      cut.definition
        ? [el("pre", { tabindex: "0", "aria-label": "The rule as its file has it" }, cut.definition), el("p", { class: "dim" }, cut.defined_at)]
        : el("p", { class: "dim" }, cut.undefined)));
}

const fact = (name, value) => el("div", {}, el("dt", {}, name), el("dd", {}, value));

function contextNode(cut) {
  return el("div", { class: "context", tabindex: "0", role: "region", "aria-label": "The cut in its context" },
    cut.before ? corpus(cut.before, "span", { class: "around" }) : el("span", { class: "edge" }, "beginning of the text"),
    cutNode(cut.cut, cut.category),
    cut.after ? corpus(cut.after, "span", { class: "around" }) : el("span", { class: "edge" }, "end of the text"));
}

function actionBar(cut) {
  return el("div", { class: "actions", role: "group", "aria-label": "Decide" },
    ACTIONS.filter((action) => !action.when || action.when(cut)).map((action) =>
      el("button", { type: "button", title: action.about, "data-kind": action.kind, onclick: () => take(action.kind) },
        el("kbd", {}, action.key), action.kind === "keep" && cut.places > 1 ? `Keep all ${count(cut.places)}` : action.label)));
}

async function otherPlace(by) {
  if (!decide.cut || decide.cut.places < 2) return;
  decide.place = (decide.cut.place + by + decide.cut.places) % decide.cut.places;
  await drawCut(document.querySelector(".detail"), decide.cut.key);
  say(`Place ${decide.place + 1} of ${decide.cut.places}.`);
}

// Decide about the cut in sight, then show the next that is open. What is said was written to the disk first. While that
// goes on a further decision is passed over, for nobody has seen yet what it would be about.
async function take(kind) {
  const cut = decide.cut;
  if (!cut || !DATA.live || state.busy || decide.row?.key !== cut.key) return;
  if (kind === "skip") {
    await decide.list.step(1);
    return say("Skipped.");
  }
  await inTurn(async () => {
    const done = await source.decide({ kind, key: cut.key, place: decide.place ?? cut.place });
    state.drafts = done.drafts;
    drawTabs();
    drawBar();
    await decide.list.refresh();
    let more = "";
    if (kind === "example" || kind === "demote") await drawCut(document.querySelector(".detail"), cut.key);
    else {
      const { at } = await source.next({ ...decide.view, view: decide.id }, decide.list.at);
      if (at !== null) await decide.list.choose(at);
      else {
        await drawCut(document.querySelector(".detail"), cut.key);
        more = " Nothing further is open in this list.";
      }
    }
    say(done.said + more);
  });
}
