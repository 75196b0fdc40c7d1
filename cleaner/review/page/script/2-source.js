// Where the page's data comes from: the server, or what was written into the page. Both answer the same questions.

const DATA = JSON.parse(document.getElementById("data").textContent);

class Served {
  async ask(path, body) {
    const options = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    let answer;
    try {
      answer = await fetch(path, { ...options, cache: "no-store", redirect: "error" });
    } catch {
      throw new Error("The server does not answer. Start `cleaner review` again; what the page showed as saved is saved.");
    }
    const found = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(found.error || `The server refused: ${answer.status}`);
    return found;
  }
  query(values) {
    return new URLSearchParams(Object.entries(values).filter(([, value]) => value !== "" && value !== undefined));
  }
  summary() { return this.ask("api/summary"); }
  cuts(view) { return this.ask(`api/cuts?${this.query(view)}`); }
  next(view, after) { return this.ask(`api/next?${this.query({ ...view, after })}`); }
  cut(key, place) { return this.ask(`api/cut?${this.query({ key, place })}`); }
  documents(view) { return this.ask(`api/documents?${this.query(view)}`); }
  document(number) { return this.ask(`api/document?${this.query({ number })}`); }
  plan() { return this.ask("api/plan"); }
  decide(decision) { return this.ask("api/decide", decision); }
  undo(number) { return this.ask("api/undo", { number }); }
  save(digest) { return this.ask("api/save", { digest }); }
}

class Written {
  async summary() { return DATA.summary; }
  found(view) {
    const words = (view.words || "").toLowerCase();
    let found = DATA.cuts.filter(
      (cut) =>
        (!view.rule || cut.rule === view.rule) &&
        (!view.category || cut.category === view.category) &&
        (!words || `${cut.text} ${cut.rule}`.toLowerCase().includes(words)),
    );
    if (view.order === "sample") {
      found = found.filter((cut) => cut.sample !== null).sort((a, b) => (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : a.sample - b.sample));
    }
    return found;
  }
  async cuts(view) {
    const found = this.found(view);
    return { total: found.length, rows: found.slice(view.start, view.start + view.count) };
  }
  async next() { return { at: null }; }
  async cut(key) {
    const { detail } = DATA.cuts.find((cut) => cut.key === key);
    return { ...detail, ...DATA.definitions[detail.rule] };
  }
  async documents(view) {
    const words = (view.words || "").toLowerCase();
    const found = DATA.documents.filter((one) => one.name.toLowerCase().includes(words));
    return { total: found.length, rows: found.slice(view.start, view.start + view.count) };
  }
  async document(number) {
    const found = DATA.documents.find((one) => one.number === Number(number));
    if (!found) throw new Error("This document is not among those that were written into the page; `cleaner review` shows all.");
    return found.whole;
  }
}

const source = DATA.live ? new Served() : new Written();
