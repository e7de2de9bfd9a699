// Dead letters: what could not be applied, why, and deciding about it.

import { useEffect, useState } from "../vendor/hooks.js";
import { get, query } from "../api.js";
import { Badge, Empty, Fault, Head, Json, Table, confirmed, html, to } from "../parts.js";
import { usePoll } from "../poll.js";
import { act, useSession } from "../session.js";
import { bytes, count, plural, seconds, time } from "../format.js";

const PAGE = 50;
const KINDS = { waiting: "bad", decided: "building", redriven: "live", discarded: "retired" };

/** Asks why, and decides; `named` says about which. */
function decide(processor, verb, what, named, done) {
  const discard = verb === "discard";
  confirmed({
    title: `${discard ? "Discard" : "Redrive"} ${what}`,
    body: discard ? "What was rejected is left out for good; what waits behind it is applied."
      : "It is tried again, at its own position and in its order; what waits behind it follows.",
    action: discard ? "Discard" : "Redrive",
    danger: discard,
    fields: [{ name: "reason", label: "Why", hint: "Kept with the decision.", required: discard }],
  }, ({ reason }) => act(`dlq/${processor}/${verb}`, { ...named, reason, by: "console" }),
  (answer) => {
    done();
    const left = answer.left ? ` ${plural(answer.left, "event")} are left for another decision.` : "";
    return `${discard ? "Discarded" : "To be tried again"}: ${plural(answer.events.length, "event")}.${left}`;
  });
}

function Two({ processor, what, named, label, can, done }) {
  return html`<div class="row">
    <button disabled=${!can} aria-label="Redrive ${label}" onClick=${() => decide(processor, "redrive", what, named, done)}>Redrive</button>
    <button class="danger" disabled=${!can} aria-label="Discard ${label}" onClick=${() => decide(processor, "discard", what, named, done)}>Discard</button>
  </div>`;
}

function Letter({ d, processor, can, done }) {
  const [open, setOpen] = useState(false);
  const place = `${d.partition}:${d.offset}`;
  return html`<tr>
      <td data-label="State"><${Badge} kind=${KINDS[d.state]}>${d.state}<//></td>
      <td class="n" data-label="Event">${place}</td>
      <td data-label="Key"><a class="plain cut" title=${d.key} href=${to("dead-letters", { processor, of: d.key })}>${d.key ?? ""}</a></td>
      <td data-label="Code"><code>${d.code}</code>${d.decision !== undefined && html`<small class="muted under">tried again in vain</small>`}</td>
      <td class="wide value" data-label="Why"><button class="unfold" aria-expanded=${open} aria-label="Letter ${place}" onClick=${() => setOpen(!open)}>
        <span>${d.message}</span>${d.behind !== undefined && html` <small class="muted">behind ${d.partition}:${d.behind}</small>`}</button></td>
      <td class="actions">${d.state === "waiting" && d.behind === undefined && html`<${Two} processor=${processor} label=${place} can=${can} done=${done}
        what="event ${place}" named=${{ partition: d.partition, offset: d.offset }} />`}</td>
    </tr>
    ${open && html`<tr class="detail"><td colspan="6">${d.letter ? html`<${Json} value=${d.letter.undecodable ? { undecodable: d.letter.undecodable } : d.letter.value} />
      <details><summary>Headers</summary><${Json} value=${d.letter.headers} /></details>` : html`<p class="muted">The letter is not kept any more.</p>`}
      <p class="row"><span class="muted">rejected ${time(d.writtenAt ?? d.letter?.timestamp)}, generation ${d.generation}</span>
        ${d.key !== null && html`<a href=${to("explain", { model: processor, of: d.key })}>explain the key</a>`}</p></td></tr>`}`;
}

/** The letters of one processor, asked for again after each decision and now and then. */
function useLetters(processor, wanted) {
  const [state, setState] = useState({ letters: null });
  const path = `dlq/${encodeURIComponent(processor)}${query(wanted)}`;
  const load = async () => {
    try {
      const letters = await get(path);
      setState({ letters, error: null });
    } catch (error) {
      setState((now) => ({ ...now, error }));
    }
  };
  useEffect(() => {
    load();
    const timer = setInterval(() => document.hidden || load(), 3000);
    return () => clearInterval(timer);
  }, [path]);
  return { ...state, load };
}

function Letters({ processor, of, code, state, skip }) {
  const { who } = useSession();
  const at = Number(skip) || 0;
  const { letters, error, load } = useLetters(processor, { key: of, code, state, skip: at || undefined, limit: PAGE + 1 });
  const here = (more) => to("dead-letters", { processor, of, code, state, ...more });
  const submit = (event) => {
    event.preventDefault();
    location.hash = to("dead-letters", { processor, ...Object.fromEntries(new FormData(event.currentTarget).entries()) });
  };
  const can = who.enabled;
  const done = () => setTimeout(load, 300);
  const shown = letters?.slice(0, PAGE) ?? [];
  const waiting = shown.some((d) => d.state === "waiting");
  return html`<form class="form" onSubmit=${submit} key=${[processor, of, code, state].join("|")}>
      <label class="grow"><span>Key</span><input name="of" defaultValue=${of} placeholder="any" autocomplete="off" spellcheck="false" /></label>
      <label><span>Code</span><input name="code" defaultValue=${code} placeholder="any" autocomplete="off" /></label>
      <label><span>State</span><select name="state"><option value="">any</option>${Object.keys(KINDS).map((name) => html`<option value=${name} selected=${name === state}>${name}</option>`)}</select></label>
      <button class="primary" type="submit">Show</button>
    </form>
    <${Fault} error=${error} />
    ${error && !letters && html`<p><a href=${to("records", { topic: `dlq.${processor}` })}>The records of dlq.${processor}</a></p>`}
    ${letters && html`<section class="panel">
      <div class="row spread"><h2>${processor}</h2>
        ${waiting && html`<div class="row"><span class="muted small">${of ? "All of this key:" : "All that wait:"}</span>
          <${Two} processor=${processor} label="all" can=${can} done=${done} what=${of ? `what waits of key ${of}` : `all that waits for ${processor}`}
            named=${of ? { key: of } : { all: true }} /></div>`}</div>
      ${shown.length ? html`<div class="frame"><table aria-label="Dead letters of ${processor}" class="letters"><thead><tr>
        ${["State", "Event", "Key", "Code", "Why", ""].map((name) => html`<th scope="col" class=${name === "Event" ? "n" : name === "Why" ? "wide" : ""}>${name}</th>`)}</tr></thead>
        <tbody>${shown.map((d) => html`<${Letter} key=${`${d.partition}:${d.offset}`} d=${d} processor=${processor} can=${can} done=${done} />`)}</tbody></table></div>`
      : html`<${Empty}>No such dead letter.<//>`}
      ${(at > 0 || letters.length > PAGE) && html`<p class="row">${at > 0 && html`<a href=${here({ skip: Math.max(0, at - PAGE) })}>Before</a>`}
        ${letters.length > PAGE && html`<a href=${here({ skip: at + PAGE })}>After</a>`}</p>`}
    </section>`}`;
}

export function DeadLetters({ processor = "", of = "", code = "", state = "", skip = "" }) {
  const { data, error } = usePoll("dlq");
  if (!data) return html`<${Head} title="Dead letters" /><${Fault} error=${error} />${!error && html`<${Empty}>Asking…<//>`}`;
  const some = data.filter((d) => d.records > 0 || d.processor === processor);
  const depth = (d) => d.depth ?? d.records;
  return html`<${Head} title="Dead letters" hint="${plural(data.reduce((n, d) => n + depth(d), 0), "event")} to decide about" />
    <section class="panel"><${Table} label="Processors with dead letters" rows=${some} id=${(d) => d.processor} none="Nothing was ever rejected." columns=${[
      { name: "Processor", wide: true, of: (d) => d.processor, cell: (d) => html`<a href=${to("dead-letters", { processor: d.processor })} aria-current=${d.processor === processor ? "true" : undefined}>${d.processor}</a>` },
      { name: "Policy", of: (d) => d.policy ?? "", cell: (d) => d.policy ?? "" },
      { name: "To decide", number: true, of: depth, cell: (d) => html`${count(depth(d))}${d.truncated && " or more"}` },
      { name: "Rejected", number: true, of: (d) => d.rejected ?? 0, cell: (d) => count(d.rejected) },
      { name: "Oldest", number: true, of: (d) => d.oldestSeconds ?? 0, cell: (d) => (d.oldestSeconds && depth(d) ? seconds(d.oldestSeconds) : "") },
      { name: "Kept", number: true, of: (d) => d.records, cell: (d) => html`<a class="plain" href=${to("records", { topic: d.topic })}>${count(d.records)}</a>` },
      { name: "Size", number: true, of: (d) => d.bytes, cell: (d) => bytes(d.bytes) },
    ]} /></section>
    ${processor && html`<${Letters} key=${processor} processor=${processor} of=${of} code=${code} state=${state} skip=${skip} />`}`;
}
