// The events that made a row, in order, with what each changed.

import { useEffect, useRef, useState } from "../vendor/hooks.js";
import { query } from "../api.js";
import { Badge, Empty, Fault, Head, Json, Progress, html, to } from "../parts.js";
import { Changes } from "../changes.js";
import { lines } from "../ndjson.js";
import { usePoll } from "../poll.js";
import { exact, gist, kind, line, plural, time } from "../format.js";

const KINDS = { applied: "live", repeated: "retired", behind: "warn", rejected: "bad", panicked: "bad" };

function Event({ event, topic }) {
  const silent = !event.document.length && !event.parts?.length && !event.rows?.length && !event.emits?.length && !event.effects?.length;
  return html`<li class="event ${KINDS[event.outcome]}">
    <header><time datetime=${exact(event.timestamp)} title=${exact(event.timestamp)}>${time(event.timestamp)}</time>
      <b>${kind(event)}</b><a class="plain" href=${to("records", { topic, partition: event.partition, from: event.offset })}>${event.partition}:${event.offset}</a>
      ${event.outcome !== "applied" && html`<${Badge} kind=${KINDS[event.outcome]}>${event.outcome}<//>`}
      ${!event.applied && event.outcome === "applied" && html`<${Badge} kind="building">not yet<//>`}</header>
    ${event.reason && html`<p class=${KINDS[event.outcome] === "bad" ? "fault" : "muted"}>${event.reason}${event.parks ? "; the key is parked from here on" : ""}</p>`}
    <${Changes} title="State" changes=${event.document} />
    ${event.parts?.map((part) => html`<${Changes} title="Part ${part.part}" changes=${part.changes} />`)}
    ${event.rows?.length > 0 && html`<h4>Rows</h4><ul class="changes">${event.rows.map((row) => html`<li><code>${row.table} ${row.key}${row.row ? `/${row.row}` : ""}</code>
      ${row.doc === null ? html`<del>deleted</del>` : html`<ins>${line(row.doc, 400)}</ins>`}</li>`)}</ul>`}
    ${event.emits?.length > 0 && html`<h4>Emits</h4><ul class="changes">${event.emits.map((emit) => html`<li><a href=${to("records", { topic: emit.topic, of: emit.key })}>${emit.topic}</a>${" "}
      <code>${emit.key}</code>${emit.value ? html`<ins>${emit.kind} ${gist(emit.value)}</ins>` : html`<ins>${emit.kind}</ins>`}</li>`)}</ul>`}
    ${event.effects?.length > 0 && html`<h4>Asks for</h4><ul class="changes">${event.effects.map((effect) => html`<li><a href=${to("effects", { kind: effect.kind })}>${effect.kind}</a> <code>${effect.key}</code></li>`)}</ul>`}
    ${silent && event.outcome === "applied" && html`<p class="muted">changed nothing</p>`}
    <details><summary>The event</summary><${Json} value=${event.undecodable ? { undecodable: event.undecodable } : event.value} /></details>
  </li>`;
}

const NOTHING = { started: null, events: [], progress: null, end: null, error: null };

/** Reads the lines as they come; another question ends the one before. */
function useStream(path) {
  const [state, setState] = useState(NOTHING);
  const found = useRef(NOTHING);
  useEffect(() => {
    if (!path) return undefined;
    const stop = new AbortController();
    const set = (more) => {
      found.current = { ...found.current, ...more };
      setState(found.current);
    };
    found.current = NOTHING;
    setState({ ...NOTHING, busy: true });
    found.current = { ...NOTHING, busy: true };
    const each = (told) => {
      if (told.event) set({ events: [...found.current.events, told.event] });
      else if (told.error) set({ error: new Error(told.error) });
      else set(told);
    };
    lines(path, each, stop.signal)
      .then(() => found.current.end || found.current.error || set({ error: new Error("the answer broke off") }))
      .catch((error) => stop.signal.aborted || set({ error }))
      .finally(() => stop.signal.aborted || set({ busy: false }));
    return () => stop.abort();
  }, [path]);
  return state;
}

function Story({ model, of, generation, from }) {
  const path = `explain/${encodeURIComponent(model)}/${encodeURIComponent(of)}${query({ generation, from })}`;
  const { started, events, progress, end, error, busy } = useStream(path);
  const topic = started?.input ?? "";
  return html`<${Fault} error=${error} />
    ${busy && progress && html`<p class="way"><${Progress} at=${progress.done / Math.max(1, progress.total)} label="events read" /></p>`}
    <section class="panel" aria-busy=${Boolean(busy)}>
      <div class="row spread"><h2>${of}</h2><span class="muted small">${started && `${started.readModel}, generation ${started.generation}, from ${started.input}`}</span></div>
      ${events.length ? html`<ol class="timeline">${events.map((event) => html`<${Event} key=${`${event.partition}:${event.offset}`} event=${event} topic=${topic} />`)}</ol>`
        : !busy && !error && html`<${Empty}>No event of the log has this key.<//>`}
      ${end && html`<p class="muted">${plural(end.shown, "event")} shown${end.events !== undefined ? ` of ${end.events}` : ""}.
        ${end.next !== undefined && end.next !== null && html` <a href=${to("explain", { model, of, generation, from: end.next })}>Go on at ${end.next}</a>`}</p>`}
      ${end?.rows?.length > 0 && html`<h3>Rows of tables with this key</h3><ul class="changes">${end.rows.map((row) => html`<li><code>${row.table} ${row.row}</code>
        ${row.key === null || row.key === undefined ? "nobody knows who wrote it" : html`written by <a href=${to("explain", { model, of: row.key })}>${row.key}</a>${row.offset !== null && row.offset !== undefined ? ` at ${row.partition}:${row.offset}` : ""}`}</li>`)}</ul>`}
    </section>`;
}

export function Explain({ model = "", of = "", generation = "", from = "" }) {
  const processors = usePoll("processors", 10000).data ?? [];
  const submit = (event) => {
    event.preventDefault();
    location.hash = to("explain", Object.fromEntries(new FormData(event.currentTarget).entries()));
  };
  return html`<${Head} title="Explain" hint="Why a row is as it is: the events that made it, and what each of them changed." />
    <form class="form" onSubmit=${submit} key=${[model, of, generation].join("|")}>
      <label class="grow"><span>Read model</span><input name="model" list="models" defaultValue=${model} required autocomplete="off" spellcheck="false" />
        <datalist id="models">${processors.map((p) => html`<option value=${p.name} />`)}</datalist></label>
      <label class="grow"><span>Key</span><input name="of" defaultValue=${of} required autocomplete="off" spellcheck="false" /></label>
      <label><span>Generation</span><input name="generation" type="number" min="1" defaultValue=${generation} placeholder="live" /></label>
      <button class="primary" type="submit">Explain</button>
    </form>
    ${model && of && html`<${Story} key=${[model, of, generation, from].join("|")} model=${model} of=${of} generation=${generation} from=${from} />`}`;
}
