// Document: the whole article with every cut in place, and the clean text beside it.

const reading = { number: null, key: "", at: -1, words: "" };

function openDocument(number, key) {
  Object.assign(reading, { number, key: key || "" });
  return go("document");
}

async function showDocument() {
  drawTabs();
  if (reading.number === null) {
    const first = await source.documents({ start: 0, count: 1, words: "" });
    if (!first.total) return show(el("h1", {}, "Document"), el("p", { class: "empty" }, "This run changed no document."));
    reading.number = first.rows[0].number;
  }
  const found = await source.document(reading.number);
  const one = found.document;
  const beside = (step) => (step === null ? null : () => openDocument(step));
  const marks = [];
  const original = el("div", { class: "page-text", lang: "und" });
  const clean = el("div", { class: "page-text", lang: "und" });
  for (const piece of found.pieces) {
    if (piece.e === undefined) {
      original.append(corpus(piece, "span", { class: "kept" }));
      clean.append(corpus(piece, "span", { class: "kept" }));
      continue;
    }
    const edit = found.edits[piece.e];
    const mark = cutNode(piece, edit.category, { class: "mark", role: "button", tabindex: "-1", id: `edit-${piece.e}`, "aria-label": `${edit.category}: ${piece.t.slice(0, 80)}`,
      onclick: () => chooseMark(piece.e) });
    mark.prepend(el("span", { class: `tag ${hue(edit.category)}`, "aria-hidden": "true" }, edit.category));
    original.append(mark);
    const gap = piece.n ? corpus({ t: piece.n }, "ins", { class: "fresh" }) : el("span", { class: "gap", title: edit.category, "aria-hidden": "true" });
    clean.append(gap);
    marks[piece.e] = { mark, gap, edit };
  }
  reading.marks = marks;
  reading.panel = el("aside", { class: "card panel", "aria-label": "The chosen cut" });
  const finder = documentFinder();
  show(
    el("div", { class: "document-head" },
      el("h1", {}, el("bdi", {}, one.name)),
      el("p", { class: "dim" }, `${one.source || "no source known"} · ${many(one.cuts, "cut")} · ${count(one.removed)} of ${many(one.characters, "character")} removed (${percent(one.characters ? one.removed / one.characters : 0)})`),
      el("p", { class: "document-steps" },
        el("button", { type: "button", disabled: found.previous === null, onclick: beside(found.previous) }, el("kbd", {}, "["), "Previous document"),
        el("button", { type: "button", disabled: found.next === null, onclick: beside(found.next) }, el("kbd", {}, "]"), "Next document"),
        finder)),
    found.reason ? el("p", { class: "note" }, `${found.reason} Here are its cuts with what stood around them.`) : null,
    el("div", { class: "pages" },
      found.reason
        ? el("section", { class: "card", "aria-label": "Cuts" }, found.edits.map((edit, at) => {
            const context = contextNode({ ...edit, cut: edit.cut });
            context.id = `edit-${at}`;
            reading.marks[at] = { mark: context, edit };
            context.addEventListener("click", () => chooseMark(at));
            return context;
          }))
        : [el("section", { class: "card", tabindex: "0", "aria-label": "As it came, with what was removed" }, el("h2", {}, "As it came, with every cut"), legend(found.edits), original),
           el("section", { class: "card", tabindex: "0", "aria-label": "Clean text" }, el("h2", {}, "Clean text"), el("p", { class: "legend dim" }, "A gap marks where something went."), clean)],
    ),
    reading.panel);
  const at = reading.marks.findIndex((one) => one.edit.key === reading.key);
  await chooseMark(at >= 0 ? at : 0, true);
  reading.previous = found.previous;
  reading.next = found.next;
}

function legend(edits) {
  const names = [...new Set(edits.map((edit) => edit.category))];
  return el("p", { class: "legend" }, names.map((name) => chip(name)));
}

function documentFinder() {
  const list = el("datalist", { id: "documents" });
  const numbers = new Map();
  const field = el("input", { type: "search", id: "filter", list: "documents", "aria-label": "Go to a document", placeholder: "Go to a document", autocomplete: "off",
    oninput: debounce(async () => {
      if (numbers.has(field.value)) return openDocument(numbers.get(field.value));
      const found = await source.documents({ start: 0, count: 20, words: field.value });
      numbers.clear();
      list.replaceChildren(...found.rows.map((row) => {
        numbers.set(row.name, row.number);
        return el("option", { value: row.name });
      }));
    }, 200),
    onchange: () => numbers.has(field.value) && openDocument(numbers.get(field.value)) });
  return [field, list];
}

// Scroll the box that holds a node, and not the page with it.
function intoView(node) {
  const box = node.closest("section.card");
  const [inner, outer] = [node.getBoundingClientRect(), box.getBoundingClientRect()];
  box.scrollTop += inner.top - outer.top - outer.height / 3;
}

async function chooseMark(at, quietly) {
  const chosen = reading.marks[at];
  if (!chosen) return;
  for (const { mark, gap } of reading.marks) {
    mark.classList.remove("chosen");
    gap?.classList.remove("chosen");
  }
  chosen.mark.classList.add("chosen");
  intoView(chosen.mark.firstElementChild);
  if (chosen.gap) {
    chosen.gap.classList.add("chosen");
    intoView(chosen.gap);
  }
  reading.at = at;
  reading.key = chosen.edit.key;
  decide.cut = null;
  const edit = chosen.edit;
  fill(reading.panel,
    el("p", { class: "head-line" },
      el("span", { class: "dim" }, `cut ${at + 1} of ${reading.marks.length}`), chip(edit.category), el("b", {}, edit.rule), el("span", { class: "dim" }, `line ${count(edit.line)}`), stateMark(edit.state, edit.draft)),
    el("p", {}, edit.why),
    el("div", { class: "actions", role: "group", "aria-label": "This cut" },
      DATA.live
        ? [["accept", "a", "Accept"], ["here", "k", "Keep this"], ["everywhere", "e", "Keep everywhere"]].map(([kind, key, label]) =>
            el("button", { type: "button", "data-kind": kind, onclick: () => takeMark(kind) }, el("kbd", {}, key), label))
        : null,
      el("button", { type: "button", class: "quiet", onclick: () => chooseMark(at - 1) }, el("kbd", {}, "↑"), "Previous cut"),
      el("button", { type: "button", class: "quiet", onclick: () => chooseMark(at + 1) }, el("kbd", {}, "↓"), "Next cut")));
  if (!quietly) say(`Cut ${at + 1} of ${reading.marks.length}: ${edit.rule}.`);
}

async function takeMark(kind) {
  const chosen = reading.marks[reading.at];
  if (!chosen || !DATA.live || state.busy) return;
  await inTurn(async () => {
    const done = await source.decide({ kind, key: chosen.edit.key, place: chosen.edit.place });
    state.drafts = done.drafts;
    Object.assign(chosen.edit, { state: done.state, draft: true });
    drawTabs();
    drawBar();
    await chooseMark(Math.min(reading.at + 1, reading.marks.length - 1), true);
    say(done.said);
  });
}
