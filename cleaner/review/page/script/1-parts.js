"use strict";
// Small parts that every screen uses. Corpus text only ever becomes a text node, never markup.

function el(name, props, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(props || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "class") node.className = value;
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return node;
}

const NUMBERS = new Intl.NumberFormat("en");
const count = (number) => NUMBERS.format(number);
const many = (number, one, more) => `${count(number)} ${number === 1 ? one : more || one + "s"}`;

function percent(share) {
  if (!share) return "0 %";
  if (share < 0.001) return "< 0.1 %";
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}

// A stretch of corpus text. It is set apart, so that its writing direction cannot reorder what stands around it.
function corpus(piece, name, props) {
  const node = el(name || "span", { ...props, dir: "auto" });
  node.append(visible(piece.t));
  if (piece.o) {
    node.append(el("span", { class: "left-out" }, ` … ${many(piece.o, "character")} not shown … `), visible(piece.r));
  }
  return node;
}

// Marks that would turn text around, or that nobody can see, are written out.
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]/gu;
function visible(text) {
  const parts = document.createDocumentFragment();
  let at = 0;
  for (const found of text.matchAll(UNSEEN)) {
    if (found[0] === "\r" && text[found.index + 1] === "\n") continue;
    const code = found[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    parts.append(text.slice(at, found.index), el("span", { class: "unseen" }, `U+${code}`));
    at = found.index + found[0].length;
  }
  parts.append(text.slice(at));
  return parts;
}

const CATEGORIES = [
  "navigation", "headline", "byline", "dateline", "caption", "related", "promo", "newsletter", "share", "comments",
  "ad", "player", "paywall", "cookie", "tags", "bio", "credits", "legal", "pagination", "markup", "repeat",
];
const hue = (category) => `hue-${Math.max(0, CATEGORIES.indexOf(category)) % 7}`;
const chip = (category) => el("span", { class: `chip ${hue(category)}` }, category);

const STATES = {
  open: ["open", ""],
  accepted: ["accepted", "✓"],
  kept: ["kept", "↩"],
  part: ["kept in part", "½"],
  off: ["rule off", "⊘"],
};
function stateMark(state, draft) {
  const [word, mark] = STATES[state] || [state, ""];
  if (state === "open") return null;
  return el("span", { class: `state ${state}` }, el("span", { "aria-hidden": "true" }, mark), ` ${word}${draft ? ", not written" : ""}`);
}

function meter(value, label) {
  const bar = el("span", { class: "fill" });
  bar.style.width = `${Math.round(value * 100)}%`;
  return el("span", { class: "meter" }, el("span", { class: "track", "aria-hidden": "true" }, bar), el("span", { class: "number" }, label));
}

// The removed text in its place: struck through, what came instead behind it, and said in words for who cannot see that.
function cutNode(cut, category, props) {
  const body = cut.t === "" && !cut.o ? null : corpus(cut, "del", { class: `cut ${hue(category)}` });
  const fresh = cut.n ? corpus({ t: cut.n }, "ins", { class: "fresh" }) : null;
  return el(
    "span",
    props || {},
    el("span", { class: "only-read" }, `[removed as ${category}: `),
    body,
    fresh && el("span", { class: "only-read" }, " replaced by "),
    fresh,
    el("span", { class: "only-read" }, " end of removal]"),
  );
}

function say(words) {
  document.getElementById("said").textContent = words;
}

const main = document.getElementById("main");
function fill(node, ...children) {
  node.replaceChildren(...children.flat(Infinity).filter(Boolean));
}
const show = (...children) => fill(main, ...children);

function debounce(run, wait) {
  let timer = 0;
  return (...words) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...words), wait);
  };
}

function remembered(name, fallback) {
  try {
    return localStorage.getItem(`cleaner-review-${name}`) ?? fallback;
  } catch {
    return fallback;
  }
}
function remember(name, value) {
  try {
    localStorage.setItem(`cleaner-review-${name}`, value);
  } catch {
    // a page from disk may have no storage; then it is remembered until it is closed
  }
}
