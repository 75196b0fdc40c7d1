// The screens, the keys, and what holds them together.

const state = { screen: "", drafts: 0, busy: false, turn: Promise.resolve(), keys: remembered("keys", "on") === "on" };

const SCREENS = [
  ["overview", "Overview", showOverview],
  ["decide", DATA.live ? "Decide" : "Cuts", showDecide],
  ["document", "Document", showDocument],
  ...(DATA.live ? [["save", "Save", showSave]] : []),
];

function drawTabs() {
  document.getElementById("tabs").replaceChildren(...SCREENS.map(([name, label], at) =>
    el("li", {}, el("a", { href: `#${name}`, "aria-current": state.screen === name ? "page" : null, onclick: (event) => { event.preventDefault(); go(name); } },
      el("kbd", {}, at + 1), label, name === "save" && state.drafts ? el("span", { class: "badge" }, count(state.drafts), el("span", { class: "only-read" }, " not written")) : null))));
}

function drawBar() {
  document.getElementById("bar-actions").replaceChildren(...(DATA.live && state.drafts
    ? [el("span", { class: "dim" }, `${many(state.drafts, "decision")} not written`),
       el("button", { type: "button", class: "quiet", onclick: () => undo() }, el("kbd", {}, "u"), "Undo the last"),
       el("button", { type: "button", class: "quiet", onclick: () => go("save") }, el("kbd", {}, "4"), "Save")]
    : []));
}

function failed(error) {
  say(error.message);
}

// One step after another: what changes something waits for what is under way.
function inTurn(run) {
  const before = state.turn;
  const step = (async () => {
    await before;
    state.busy = true;
    try {
      await run();
    } catch (error) {
      failed(error);
    } finally {
      state.busy = false;
    }
  })();
  state.turn = step;
  return step;
}

async function go(name) {
  await state.turn;
  const screen = SCREENS.find(([one]) => one === name) || SCREENS[0];
  state.screen = screen[0];
  state.saved = "";
  const moved = location.hash !== `#${screen[0]}`;
  if (moved) history.pushState(null, "", `#${screen[0]}`);
  document.title = `${screen[1]} · cleaner review`;
  try {
    await screen[2]();
  } catch (error) {
    show(el("h1", {}, screen[1]), el("p", { class: "note problem" }, error.message));
  }
}

function undo(number) {
  if (!DATA.live) return null;
  return inTurn(async () => {
    const done = await source.undo(number ?? null);
    state.drafts = done.drafts;
    drawTabs();
    drawBar();
    if (state.screen === "decide") {
      await decide.list.refresh();
      if (decide.cut) await drawCut(document.querySelector(".detail"), decide.cut.key);
    } else if (state.screen === "save") await showSave();
    else if (state.screen === "document") await showDocument();
    else await showOverview();
    say(done.said);
  });
}

function showHelp() {
  const dialog = document.getElementById("help");
  const line = (keys, words) => el("tr", {}, el("th", { scope: "row" }, keys.map((key) => [el("kbd", {}, key), " "])), el("td", {}, words));
  const box = el("input", { type: "checkbox", checked: state.keys, onchange: (event) => { state.keys = event.target.checked; remember("keys", state.keys ? "on" : "off"); } });
  fill(dialog,
    el("h2", { id: "help-title" }, "Keys"),
    el("table", {}, el("tbody", {},
      line(SCREENS.map((_, at) => at + 1), SCREENS.map(([, label]) => label).join(", ")),
      line(["↓", "↑"], "the next cut, the one before (also j and p)"),
      line(["←", "→"], "the same cut at its other places"),
      DATA.live ? ACTIONS.map((action) => line([action.key], `${action.label}. ${action.about}`)) : null,
      DATA.live ? line(["u"], "Undo the last decision, written or not") : null,
      line(["f"], "The cut in its whole document"),
      line(["[", "]"], "the document before, the next one"),
      line(["/"], "Find"),
      DATA.live ? line(["w"], "Write, on the screen Save") : null,
      line(["?"], "These keys"))),
    el("p", {}, el("label", {}, box, " Single keys do what stands above (switch off where they get in the way of other software)")),
    el("p", {}, el("button", { type: "button", class: "primary", onclick: () => dialog.close() }, "Close")));
  if (!dialog.open) dialog.showModal();
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (document.getElementById("help").open) return;
  const target = event.target;
  if (target.closest("input:not([type=checkbox]), select, textarea")) {
    if (event.key === "Escape") target.blur();
    return;
  }
  if (event.key === "?") return event.preventDefault(), showHelp();
  if (!state.keys) return;
  const run = keyOf(event.key);
  if (!run) return;
  event.preventDefault();
  Promise.resolve(run()).catch(failed);
}

function keyOf(key) {
  const screen = SCREENS[Number(key) - 1];
  if (screen) return () => go(screen[0]);
  if (key === "/") return () => document.getElementById("filter")?.focus();
  if (key === "u") return () => undo();
  const down = key === "ArrowDown" || key === "j";
  const up = key === "ArrowUp" || key === "p";
  if (state.screen === "decide") {
    if (down || up) return () => decide.list.step(down ? 1 : -1);
    if (key === "ArrowLeft" || key === "ArrowRight") return DATA.live ? () => otherPlace(key === "ArrowRight" ? 1 : -1) : null;
    if (key === "f" && decide.cut) return () => openDocument(decide.cut.document.number, decide.cut.key);
    const action = ACTIONS.find((one) => one.key === key);
    if (action && decide.cut && (!action.when || action.when(decide.cut))) return () => take(action.kind);
  }
  if (state.screen === "document") {
    if (down || up) return () => chooseMark(reading.at + (down ? 1 : -1));
    if (key === "[" && reading.previous !== null) return () => openDocument(reading.previous);
    if (key === "]" && reading.next !== null) return () => openDocument(reading.next);
    const kind = { a: "accept", k: "here", h: "here", e: "everywhere" }[key];
    if (kind) return () => takeMark(kind);
  }
  if (state.screen === "save" && key === "w" && document.getElementById("write")) return () => save(state.plan.digest);
  return null;
}

document.addEventListener("keydown", onKey);
document.getElementById("help-button").addEventListener("click", showHelp);
window.addEventListener("popstate", () => go(location.hash.slice(1)));
window.addEventListener("unhandledrejection", (event) => failed(event.reason));

(async () => {
  document.getElementById("run").textContent = DATA.run;
  state.drafts = DATA.drafts || 0;
  drawBar();
  await go(location.hash.slice(1));
})();
