// Records of a topic, decoded: by place, by time, by key.

import { useEffect, useState } from "../vendor/hooks.js";
import { ask as request, query } from "../api.js";
import { Empty, Fault, Head, Json, html, to } from "../parts.js";
import { usePoll } from "../poll.js";
import { count, exact, gist, kind, plural, time } from "../format.js";
import { useSession, wantSignIn } from "../session.js";

const PAGE = 50;
/** Without a partition, so many before the end of each. */
const NEWEST = 20;

/** What the routes are asked for what stands in the form. */
function asked({ partition, from, key }, page = {}) {
  const time = from && Number.isNaN(Number(from)) && !["earliest", "latest"].includes(from) ? Date.parse(from) : undefined;
  const offset = from === "" ? (key ? "earliest" : `-${page.newest ?? (partition ? PAGE : NEWEST)}`) : from;
  return { partition, key, limit: page.newest ? 10000 : partition || key || from ? PAGE : 10000,
    ...(time === undefined ? { offset } : { timestamp: time }), ...page.over };
}

const name = (r) => `${r.partition}:${r.offset}`;

function joined(old, more) {
  const all = new Map([...old, ...more].map((r) => [name(r), r]));
  return [...all.values()].sort((a, b) => b.timestamp - a.timestamp || b.partition - a.partition || b.offset - a.offset);
}

function Row({ r, topic, readers }) {
  const [open, setOpen] = useState(false);
  const value = r.undecodable ? `undecodable: ${r.undecodable}` : r.value === null ? "tombstone" : gist(r.value);
  return html`<tr class=${open ? "open" : ""}>
      <td data-label="Time"><time datetime=${exact(r.timestamp)} title=${exact(r.timestamp)}>${time(r.timestamp)}</time></td>
      <td class="n" data-label="Place">${name(r)}</td>
      <td data-label="Key"><a class="plain cut" title=${r.key} href=${to("records", { topic, of: r.key })}>${r.key ?? ""}</a></td>
      <td class="wide value" data-label="Value"><button class="unfold" aria-expanded=${open} aria-label="Record ${name(r)}" onClick=${() => setOpen(!open)}>
        <b>${kind(r)}</b> <span>${value}</span></button></td>
    </tr>
    ${open && html`<tr class="detail"><td colspan="4">
      <${Json} value=${r.undecodable ? { undecodable: r.undecodable } : r.value} />
      <details><summary>Headers</summary><${Json} value=${r.headers} /></details>
      <p class="row">${readers.filter(() => r.key !== null).map((reader) => html`<a href=${to("explain", { model: reader, of: r.key })}>explain in ${reader}</a>`)}</p>
    </td></tr>`}`;
}

/** The form: what it says goes into the address. */
function Form({ topics, topic, partition, from, wanted }) {
  const submit = (event) => {
    event.preventDefault();
    const members = Object.fromEntries(new FormData(event.currentTarget).entries());
    const next = to("records", members);
    if (location.hash === next) dispatchEvent(new HashChangeEvent("hashchange"));
    location.hash = next;
  };
  return html`<form class="form" onSubmit=${submit} key=${[topic, partition, from, wanted].join("|")}>
    <label class="grow"><span>Topic</span><input name="topic" list="topics" defaultValue=${topic} required autocomplete="off" spellcheck="false" />
      <datalist id="topics">${topics.map((t) => html`<option value=${t.name} />`)}</datalist></label>
    <label><span>Partition</span><input name="partition" type="number" min="0" defaultValue=${partition} placeholder="all" /></label>
    <label><span>From</span><input name="from" defaultValue=${from} placeholder="newest" title="An offset, earliest, or a time such as 2026-01-31T12:00" autocomplete="off" /></label>
    <label class="grow"><span>Key</span><input name="of" defaultValue=${wanted} placeholder="any" autocomplete="off" spellcheck="false" /></label>
    <button class="primary" type="submit">Show</button>
  </form>`;
}

async function fetched(topic, form, page) {
  const answer = await request(`topics/${encodeURIComponent(topic)}/records${query(asked(form, page))}`);
  return { records: await answer.json(), cut: answer.headers.get("x-worldlog-truncated") === "true" };
}

/** The page of records, and the ways to older and newer ones. */
function Pages({ topic, partition, from, wanted: key, readers }) {
  const [state, setState] = useState({ records: null, newest: NEWEST });
  const { who } = useSession();
  const form = { partition, from, key };
  const load = async (page, keep) => {
    setState((now) => ({ ...now, busy: true }));
    try {
      const { records, cut } = await fetched(topic, form, page);
      setState((now) => ({ ...now, records: joined(keep ? now.records ?? [] : [], records), got: records.length, cut, error: null, busy: false,
        newest: page?.newest ?? now.newest }));
    } catch (error) {
      setState((now) => ({ ...now, error, busy: false }));
    }
  };
  useEffect(() => { load(); }, [topic, partition, from, key, who.signedIn]);
  const { records, error, cut, busy } = state;
  if (error) {
    const locked = error.status === 401;
    return html`<${Fault} error=${error} />${locked && html`<p><button class="primary" onClick=${wantSignIn}>Sign in</button></p>`}`;
  }
  if (!records) return html`<${Empty}>Reading…<//>`;
  const one = partition !== "" || key !== "";
  const of = records.at(0)?.partition ?? partition;
  const first = records.at(-1);
  // In one partition the next page is a place; of all of them, more before each end, or a later time.
  const newer = () => (one && records.length ? load({ over: { partition: of, offset: records[0].offset + 1, timestamp: undefined } }, true)
    : from ? load({ over: { timestamp: records[0]?.timestamp, offset: undefined } }, true) : load(undefined, true));
  const canOlder = partition !== "" && !key ? first?.offset > 0 : !key && !from && records.length;
  const older = () => (partition !== "" ? load({ over: { offset: Math.max(0, first.offset - PAGE), limit: Math.min(PAGE, first.offset), timestamp: undefined } }, true)
    : load({ newest: state.newest * 3 }, true));
  return html`<section class="panel">
    <div class="row spread"><p class="muted small">${plural(records.length, "record")}, newest first${cut ? "; the answer stopped at operator.records_bytes_max" : ""}</p>
      <div class="row"><button disabled=${busy} onClick=${newer}>Newer</button><button disabled=${busy || !canOlder} onClick=${older}>Older</button></div></div>
    ${records.length ? html`<div class="frame"><table aria-label="Records" class="records">
      <thead><tr><th scope="col">Time</th><th scope="col" class="n">Place</th><th scope="col">Key</th><th scope="col" class="wide">Value</th></tr></thead>
      <tbody>${records.map((r) => html`<${Row} key=${name(r)} r=${r} topic=${topic} readers=${readers} />`)}</tbody></table></div>`
    : html`<${Empty}>No such record.<//>`}</section>`;
}

export function Records({ topic = "", partition = "", from = "", of: wanted = "" }) {
  const topics = usePoll("topics", 10000).data ?? [];
  const processors = usePoll("processors", 10000).data ?? [];
  const readers = processors.filter((p) => p.input === topic).map((p) => p.name);
  const about = topics.find((t) => t.name === topic);
  return html`<${Head} title="Records" hint=${about ? `${about.doc ?? ""} Key: ${about.key ?? "none"}. ${count(about.partitions)} partitions.` : "Choose a topic."} />
    <${Form} topics=${topics} topic=${topic} partition=${partition} from=${from} wanted=${wanted} />
    ${topic && html`<${Pages} key=${topic} topic=${topic} partition=${partition} from=${from} wanted=${wanted} readers=${readers} />`}`;
}
