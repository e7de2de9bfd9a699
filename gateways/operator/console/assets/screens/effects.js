// Effects: what is left to do, what waits for another try, what did not happen.

import { Badge, Empty, Fault, Head, Table, confirmed, html, to } from "../parts.js";
import { usePoll } from "../poll.js";
import { act, useSession } from "../session.js";
import { query } from "../api.js";
import { count, exact, plural, time } from "../format.js";

function retry({ kind, key }) {
  confirmed({ title: `Try ${kind} again`, body: key, action: "Try again" },
    () => act("effects/retry", { kind, key }),
    (answer) => (answer.action === "due" ? "Its next try is now." : "It is asked for once more."));
}

function cancel({ kind, key }) {
  confirmed({ title: `Give ${kind} up`, body: key, action: "Give up", danger: true,
    fields: [{ name: "reason", label: "Why", hint: "Kept with the outcome.", required: true }] },
  ({ reason }) => act("effects/cancel", { kind, key, reason }), "It is given up.");
}

const kind = (e) => html`<a class="plain" href=${to("records", { topic: `effects.${e.kind}`, of: e.key })}>${e.kind}</a>`;
const key = (e) => html`<span class="cut" title=${e.key}>${e.key}</span>`;

function Waiting({ pending, can }) {
  return html`<section class="panel"><h2>Waiting for another try</h2>
    <${Table} label="Waiting for another try" rows=${pending} id=${(e) => `${e.kind}/${e.key}`} none="None failed." columns=${[
      { name: "Kind", of: (e) => e.kind, cell: kind },
      { name: "Key", of: (e) => e.key, cell: key },
      { name: "Tries", number: true, of: (e) => e.attempts },
      { name: "Next", of: (e) => e.due, cell: (e) => html`<time datetime=${exact(e.due)}>${time(e.due)}</time>` },
      { name: "Why", wide: true, of: (e) => e.reason },
      { name: "", kind: "actions", cell: (e) => html`<div class="row">
        <button disabled=${!can} aria-label="Try ${e.kind} ${e.key} again" onClick=${() => retry(e)}>Try again</button>
        <button class="danger" disabled=${!can} aria-label="Give ${e.kind} ${e.key} up" onClick=${() => cancel(e)}>Give up</button></div>` },
    ]} /></section>`;
}

function Ended({ failed, can }) {
  return html`<section class="panel"><h2>Did not happen</h2>
    <${Table} label="Did not happen" rows=${failed} id=${(e) => `${e.kind}/${e.key}`} none="Everything that was asked for happened or is still on its way." columns=${[
      { name: "Kind", of: (e) => e.kind, cell: kind },
      { name: "Key", of: (e) => e.key, cell: key },
      { name: "Outcome", of: (e) => e.outcome, cell: (e) => html`<${Badge} kind=${e.outcome === "failed" ? "bad" : "retired"}>${e.outcome}<//>` },
      { name: "Tries", number: true, of: (e) => e.attempts },
      { name: "When", of: (e) => e.at, cell: (e) => html`<time datetime=${exact(e.at)}>${time(e.at)}</time>` },
      { name: "Why", wide: true, of: (e) => e.reason ?? "" },
      { name: "", kind: "actions", cell: (e) => html`<button disabled=${!can} aria-label="Try ${e.kind} ${e.key} again" onClick=${() => retry(e)}>Try again</button>` },
    ]} /></section>`;
}

export function Effects({ kind: only = "" }) {
  const { data, error } = usePoll("effects");
  const failed = usePoll(`effects/failed${query({ kind: only })}`, 4000).data;
  const { who } = useSession();
  if (!data) return html`<${Head} title="Effects" /><${Fault} error=${error} />${!error && html`<${Empty}>Asking…<//>`}`;
  const pending = data.pending.filter((e) => !only || e.kind === only);
  return html`<${Head} title="Effects" hint="What processors asked of the outside world. ${plural(data.pending.length, "effect")} wait for another try." >
      ${only && html`<a href=${to("effects")}>All kinds</a>`}<//>
    <section class="panel"><h2>By kind</h2><${Table} label="Kinds of effect" rows=${data.kinds} id=${(k) => k.kind} none="This process runs no effects." columns=${[
      { name: "Kind", wide: true, of: (k) => k.kind, cell: (k) => html`<a href=${to("effects", { kind: k.kind })} aria-current=${k.kind === only ? "true" : undefined}>${k.kind}</a>` },
      { name: "Not yet tried", number: true, of: (k) => k.untried, cell: (k) => count(k.untried) },
      { name: "Due again", number: true, of: (k) => k.due, cell: (k) => count(k.due) },
      { name: "Later", number: true, of: (k) => k.waiting, cell: (k) => count(k.waiting) },
    ]} /></section>
    <${Waiting} pending=${pending} can=${who.enabled} />
    ${failed && html`<${Ended} failed=${failed} can=${who.enabled} />`}`;
}
