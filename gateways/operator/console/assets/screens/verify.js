// Whether a read model is what the log makes it.

import { useRef, useState } from "../vendor/hooks.js";
import { query } from "../api.js";
import { Badge, Fault, Head, Json, Progress, html, to } from "../parts.js";
import { Changes } from "../changes.js";
import { lines } from "../ndjson.js";
import { usePoll } from "../poll.js";
import { count, plural } from "../format.js";

const SHOWN = 200;

/** The store's side is what stood there, the log's what should. */
function Difference({ found, model }) {
  const { kind, table, key, row, aggregate, changes, stored, log } = found;
  return html`<div class="difference"><p><${Badge} kind="bad">${kind}<//> <b>${table}</b> <code>${key}${row ? `/${row}` : ""}</code>
      ${" "}<a href=${to("explain", { model, of: aggregate ?? key })}>explain</a></p>
    <${Changes} title="Stored, and what the log says" changes=${changes} />
    ${!changes.length && html`<details><summary>Both sides</summary><${Json} value=${{ stored, log }} /></details>`}</div>`;
}

function Report({ run }) {
  const { started, progress, differences, report, error, busy } = run;
  const well = report && report.differences === 0;
  return html`<section class="panel" aria-busy=${Boolean(busy)}>
    <div class="row spread"><h2>${started ? `${started.readModel}, generation ${started.generation}` : "…"}</h2>
      ${report && html`<${Badge} kind=${well ? "live" : "bad"}>${well ? "as the log says" : plural(report.differences, "difference")}<//>`}</div>
    <${Fault} error=${error} />
    ${busy && progress && html`<div class="way"><${Progress} at=${progress.done / Math.max(1, progress.total)} label=${progress.what} />
      <small class="muted">${count(progress.done)} of ${count(progress.total)} ${progress.what}</small></div>`}
    ${report && html`<dl class="facts">
      <dt>Keys</dt><dd>${count(report.keys)}</dd><dt>Rows</dt><dd>${count(report.rows)}</dd>
      <dt>Events read</dt><dd>${count(report.events)} in ${plural(report.passes, "pass", "passes")}</dd>
      ${started?.seed !== null && started?.seed !== undefined && html`<dt>Seed</dt><dd>${started.seed}</dd>`}</dl>
      ${report.notes.map((note) => html`<p class="muted">${note}</p>`)}`}
    ${differences.slice(0, SHOWN).map((found) => html`<${Difference} found=${found} model=${started?.readModel} />`)}
    ${differences.length > SHOWN && html`<p class="muted">${count(differences.length - SHOWN)} more</p>`}
  </section>`;
}

export function Verify({ model = "" }) {
  const processors = usePoll("processors", 10000).data ?? [];
  const [run, setRun] = useState(null);
  const [all, setAll] = useState(false);
  const stop = useRef(null);
  const submit = async (event) => {
    event.preventDefault();
    const form = Object.fromEntries(new FormData(event.currentTarget).entries());
    stop.current?.abort();
    const mine = new AbortController();
    stop.current = mine;
    let state = { started: null, progress: null, differences: [], report: null, error: null, busy: true };
    const set = (more) => { if (!mine.signal.aborted) { state = { ...state, ...more }; setRun(state); } };
    set({});
    const each = (told) => {
      if (told.difference) set({ differences: [...state.differences, told.difference] });
      else if (told.error) set({ error: new Error(told.error) });
      else set(told);
    };
    const path = `verify/${encodeURIComponent(form.model)}${query(all ? { all: true } : { sample: form.sample, seed: form.seed })}`;
    try {
      await lines(path, each, mine.signal);
      if (!state.report && !state.error) set({ error: new Error("the answer broke off") });
    } catch (error) {
      set({ error });
    }
    set({ busy: false });
  };
  return html`<${Head} title="Verify" hint="Folds keys of the log again and compares what comes out with the store." />
    <form class="form" onSubmit=${submit}>
      <label class="grow"><span>Read model</span><input name="model" list="models" defaultValue=${model} required autocomplete="off" spellcheck="false" />
        <datalist id="models">${processors.map((p) => html`<option value=${p.name} />`)}</datalist></label>
      <label><span>Keys</span><input name="sample" type="number" min="1" max="1000000" placeholder="1000" disabled=${all} /></label>
      <label><span>Seed</span><input name="seed" type="number" min="0" placeholder="drawn" disabled=${all} /></label>
      <label class="check"><input type="checkbox" checked=${all} onChange=${(e) => setAll(e.currentTarget.checked)} /><span>All keys</span></label>
      ${run?.busy ? html`<button type="button" onClick=${() => { stop.current?.abort(); setRun({ ...run, busy: false }); }}>Stop</button>` : html`<button class="primary" type="submit">Verify</button>`}
    </form>
    ${run ? html`<${Report} run=${run} />` : html`<p class="muted small">It reads beside the live work and changes nothing. <a href=${to("generations")}>Generations</a> that differ can be built anew.</p>`}`;
}
