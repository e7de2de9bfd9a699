// Pieces that several screens are made of.

import { h } from "./vendor/preact.js";
import { useEffect, useRef, useState } from "./vendor/hooks.js";
import htm from "./vendor/htm.js";

// What a person types into `defaultValue` stays theirs; a `value` is set again whenever the screen is drawn.
export const html = htm.bind(h);

/** A link to a screen, with what it shows. */
export function to(screen, members = {}) {
  const kept = Object.entries(members).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const query = new URLSearchParams(kept).toString();
  return `#/${screen}${query ? `?${query}` : ""}`;
}

export const Badge = ({ kind = "", children }) => html`<span class="badge ${kind}">${children}</span>`;

export const Empty = ({ children }) => html`<p class="empty">${children}</p>`;

export function Fault({ error }) {
  return error ? html`<p class="fault" role="alert">${error.message}</p>` : null;
}

/** The head of a screen. */
export const Head = ({ title, hint, children }) => html`
  <header class="head">
    <div><h1 tabindex="-1">${title}</h1>${hint && html`<p class="muted">${hint}</p>`}</div>
    ${children && html`<div class="tools">${children}</div>`}
  </header>`;

function compare(a, b) {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a ?? "").localeCompare(String(b ?? ""), "en", { numeric: true });
}

/**
 * A table whose columns can be sorted. A column: `name`, `of(row)` (what is sorted and, without `cell`, shown),
 * `cell(row)`, `number`, `wide` (takes what room is left), `plain` (cannot be sorted). On a telephone each row is a block.
 */
export function Table({ columns, rows, id, label, none = "Nothing here.", sort }) {
  const [order, setOrder] = useState(sort ?? null);
  if (!rows.length) return html`<${Empty}>${none}<//>`;
  let sorted = rows;
  const by = order && columns.find((column) => column.name === order.name);
  if (by?.of) {
    sorted = [...rows].sort((a, b) => compare(by.of(a), by.of(b)) * (order.down ? -1 : 1));
  }
  const turn = (column) => setOrder((now) =>
    now?.name === column.name ? { name: column.name, down: !now.down } : { name: column.name, down: Boolean(column.number) });
  const head = (column) => {
    const is = order?.name === column.name;
    const state = is ? (order.down ? "descending" : "ascending") : undefined;
    const kind = `${column.number ? "n" : ""} ${column.wide ? "wide" : ""}`;
    return html`<th scope="col" class=${kind} aria-sort=${state}>
      ${column.plain || !column.of ? column.name
        : html`<button class="sort" onClick=${() => turn(column)}>${column.name}<i aria-hidden="true">${is ? (order.down ? "↓" : "↑") : ""}</i></button>`}
    </th>`;
  };
  return html`<div class="frame"><table aria-label=${label}>
    <thead><tr>${columns.map(head)}</tr></thead>
    <tbody>${sorted.map((row) => html`<tr key=${id(row)}>
      ${columns.map((column) => html`<td class="${column.number ? "n" : ""} ${column.wide ? "wide" : ""} ${column.kind ?? ""}" data-label=${column.name}>
        ${column.cell ? column.cell(row) : column.of(row)}</td>`)}
    </tr>`)}</tbody></table></div>`;
}

/** Narrows a list; the key `/` goes there. */
export function Filter({ value, onInput, label = "Filter" }) {
  return html`<input type="search" class="filter" aria-label=${label} placeholder=${label} value=${value}
    onInput=${(event) => onInput(event.currentTarget.value)} />`;
}

export const matches = (text, ...where) =>
  text.toLowerCase().split(/\s+/).every((word) => where.join(" ").toLowerCase().includes(word));

/** The last minute as a line. */
export function Spark({ values, label }) {
  const [width, height] = [84, 18];
  if (values.length < 2) return html`<svg class="spark" width=${width} height=${height} aria-hidden="true" />`;
  const most = Math.max(...values, 1e-9);
  const x = (i) => (i * width) / 29 + (width - ((values.length - 1) * width) / 29);
  const y = (value) => height - 1.5 - (value / most) * (height - 3);
  const points = values.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  const quiet = values.every((value) => value === 0);
  return html`<svg class="spark ${quiet ? "quiet" : ""}" width=${width} height=${height} viewBox="0 0 ${width} ${height}" role="img" aria-label=${label}>
    <polyline points=${points} /></svg>`;
}

/** How much is done; `at` is a share of 1. */
export function Progress({ at, label }) {
  const share = Math.max(0, Math.min(1, at));
  return html`<progress max="1" value=${share} aria-label=${label}>${Math.round(share * 100)} %</progress>`;
}

/** JSON with its kinds of words in colours. */
export function Json({ value }) {
  const text = JSON.stringify(value, null, 2) ?? "";
  const words = text.split(/("(?:[^"\\]|\\.)*"(?:\s*:)?|\btrue\b|\bfalse\b|\bnull\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/);
  const kind = (word) => {
    if (word.endsWith(":")) return "key";
    if (word.startsWith('"')) return "text";
    return "other";
  };
  return html`<pre class="json">${words.map((word, i) => (i % 2 ? html`<span class=${kind(word)}>${word}</span>` : word))}</pre>`;
}

// --- dialogs and notes: one of each at a time, for whoever asks ---

/** So many notes at a time: the newest. */
const NOTES = 2;

let open = null;
let notes = [];
const watchers = new Set();

function tell() {
  for (const watcher of watchers) watcher();
}

/** Says for a moment what has happened. */
export function say(text, kind = "") {
  const note = { text, kind, id: Math.random() };
  notes = [...notes, note].slice(-NOTES);
  tell();
  setTimeout(() => {
    notes = notes.filter((other) => other !== note);
    tell();
  }, kind === "bad" ? 12000 : 5000);
}

/**
 * Asks before something happens: the values of its fields, or null. A field: `name`, `label`, `type`, `hint`, `value`,
 * `required`.
 */
export function ask({ title, body, action, danger = false, fields = [] }) {
  return new Promise((resolve) => {
    open?.resolve(null);
    open = { title, body, action, danger, fields, resolve };
    tell();
  });
}

/** Asks, does it, and says how it went. */
export async function confirmed(question, work, done) {
  const values = await ask(question);
  if (!values) return;
  try {
    const answer = await work(values);
    if (answer !== null) say(typeof done === "function" ? done(answer) : done);
  } catch (error) {
    say(error.message, "bad");
  }
}

/** A native dialog: it keeps the focus, and Escape closes it. */
export function Dialog({ title, onClose, children }) {
  const dialog = useRef(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current.showModal();
    return () => before?.focus?.();
  }, []);
  return html`<dialog ref=${dialog} aria-label=${title} onCancel=${(event) => { event.preventDefault(); onClose(); }}>
    <h2>${title}</h2>${children}</dialog>`;
}

function Field({ field }) {
  if (field.type === "checkbox") {
    return html`<label class="check"><input type="checkbox" name=${field.name} /><span>${field.label}</span></label>`;
  }
  return html`<label><span>${field.label}</span>
    <input name=${field.name} type=${field.type ?? "text"} defaultValue=${field.value ?? ""} required=${field.required} min=${field.min}
      step=${field.step} autocomplete="off" />
    ${field.hint && html`<small>${field.hint}</small>`}</label>`;
}

/** What `ask` and `say` show; once in the page. */
export function Dialogs() {
  const [, redraw] = useState(0);
  useEffect(() => {
    const watcher = () => redraw((n) => n + 1);
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  }, []);
  const close = (values) => {
    open?.resolve(values);
    open = null;
    tell();
  };
  const submit = (event) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    close(Object.fromEntries(form.entries()));
  };
  return html`
    ${open && html`<${Dialog} key=${open.title} title=${open.title} onClose=${() => close(null)}>
      <form onSubmit=${submit}>
        ${open.body && html`<p>${open.body}</p>`}
        ${open.fields.map((field) => html`<${Field} key=${field.name} field=${field} />`)}
        <div class="buttons">
          <button type="button" onClick=${() => close(null)}>Cancel</button>
          <button type="submit" class=${open.danger ? "danger" : "primary"}>${open.action}</button>
        </div>
      </form><//>`}
    <div class="notes" aria-live="polite">${notes.map((note) => html`<p key=${note.id} class="note ${note.kind}">${note.text}</p>`)}</div>`;
}
