// Save: what was decided, and what will be written for it, as a diff, before it is written.

async function showSave() {
  const plan = await source.plan();
  state.drafts = plan.drafts.length;
  drawTabs();
  drawBar();
  const write = el("button", { type: "button", class: "primary", id: "write", onclick: () => save(plan.digest) },
    el("kbd", {}, "w"), `Write ${many(plan.files.length, "file")}`);
  state.plan = plan;
  show(
    el("h1", {}, "Save"),
    plan.problems.map((problem) => el("p", { class: "note problem" }, problem)),
    plan.drafts.length
      ? [el("p", {}, `${many(plan.drafts.length, "decision")} taken and kept safe in the run's folder; not yet in the files that \`cleaner clean\` reads.`),
         plan.files.length && !plan.problems.length ? el("p", {}, write) : null,
         el("section", { class: "card" }, el("h2", {}, "Decisions"),
           el("ul", { class: "drafts" }, plan.drafts.map((draft) => el("li", {},
             el("span", {}, el("b", {}, draft.word), " ", draft.rule, draft.text ? [" ", corpus({ t: draft.text }, "q")] : null),
             el("button", { type: "button", class: "quiet", "aria-label": `Undo: ${draft.word} ${draft.rule}`, onclick: () => undo(draft.number) }, "Undo")))))]
      : el("p", { class: "empty" }, state.saved ? `Saved: ${state.saved}` : "Nothing is waiting to be written. Decide about some cuts first."),
    plan.files.map((file) => el("section", { class: "card diff" },
      el("h2", {}, file.path, el("span", { class: "dim" }, file.is_new ? " new" : "")),
      el("pre", { tabindex: "0", "aria-label": `Changes to ${file.path}` }, file.lines.map((line) => el("span", { class: { "+": "added", "-": "taken", "@": "place" }[line[0]] || "" }, visible(line), "\n"))))),
    plan.saved.length
      ? el("section", { class: "card" }, el("h2", {}, "Already written in this review"),
          el("ul", { class: "drafts" }, plan.saved.map((one) => el("li", {},
            el("span", {}, el("b", {}, one.word), " ", one.rule, one.text ? [" ", corpus({ t: one.text }, "q")] : null),
            el("button", { type: "button", class: "quiet", "aria-label": `Undo: ${one.word} ${one.rule}`, onclick: () => undo(one.number) }, "Undo")))))
      : null);
}

function save(digest) {
  say("Trying the rules and writing…");
  return inTurn(async () => {
    const done = await source.save(digest);
    state.saved = done.said;
    await showSave();
    say(done.said);
    main.focus();
  });
}
