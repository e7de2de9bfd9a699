// Whether all is well, and if not, where to look.

import { Badge, Empty, Head, Progress, Spark, Table, html, to } from "../parts.js";
import { usePoll } from "../poll.js";
import { count, plural, rate, seconds } from "../format.js";
import { history, topicRate, useFlow } from "../rates.js";

/** A processor so far behind is worth a look. */
const LATE_SECONDS = 10;

function Tile({ name, value, note, kind = "", href }) {
  return html`<a class="tile ${kind}" href=${href}><span class="muted">${name}</span><b>${value}</b><small class="muted">${note}</small></a>`;
}

function tiles({ processors, dlq, effects, flow }) {
  const lag = processors.reduce((n, p) => n + p.lag, 0);
  const slowest = processors.reduce((most, p) => Math.max(most, p.lagSeconds), 0);
  const blocked = processors.reduce((n, p) => n + p.blocked.length, 0);
  const letters = dlq.reduce((n, d) => n + (d.depth ?? d.records), 0);
  const due = effects.kinds.reduce((n, k) => n + k.untried + k.due, 0);
  const rates = flow?.topics.map((t) => topicRate(t.name)).filter((n) => n !== undefined) ?? [];
  const all = rates.reduce((n, r) => n + r, 0);
  return html`<div class="tiles">
    <${Tile} name="Events in" value=${rates.length ? rate(all) : "…"} note="all topics" href=${to("topics")} />
    <${Tile} name="Behind" value=${count(lag)} kind=${slowest > LATE_SECONDS ? "warn" : ""}
      note=${lag ? `oldest ${seconds(slowest)}` : "nothing waits"} href=${to("processors")} />
    <${Tile} name="Blocked" value=${count(blocked)} note="partitions" kind=${blocked ? "bad" : ""} href=${to("processors")} />
    <${Tile} name="Dead letters" value=${count(letters)} note="to decide about" kind=${letters ? "bad" : ""} href=${to("dead-letters")} />
    <${Tile} name="Effects due" value=${count(due)} note="${count(effects.pending.length)} wait for another try"
      kind=${effects.pending.length ? "warn" : ""} href=${to("effects")} />
  </div>`;
}

function troubles({ processors, dlq, effects }) {
  const found = [];
  for (const p of processors) {
    for (const b of p.blocked) {
      found.push({ kind: b.passing ? "warn" : "bad", what: "blocked", name: p.name, href: to("processors", { name: p.name }),
        text: `partition ${b.partition}: ${b.message}` });
    }
    if (p.lagSeconds > LATE_SECONDS) {
      found.push({ kind: "warn", what: "behind", name: p.name, href: to("processors", { name: p.name }),
        text: `${plural(p.lag, "event")}, the oldest ${seconds(p.lagSeconds)} old` });
    }
  }
  for (const d of dlq) {
    const waiting = d.depth ?? d.records;
    if (waiting) {
      found.push({ kind: "bad", what: "dead letters", name: d.processor, href: to("dead-letters", { processor: d.processor }),
        text: `${count(waiting)} to decide about${d.oldestSeconds ? `, the oldest ${seconds(d.oldestSeconds)} old` : ""}` });
    }
  }
  const failing = new Map();
  for (const e of effects.pending) failing.set(e.kind, [...(failing.get(e.kind) ?? []), e]);
  for (const [kind, all] of failing) {
    found.push({ kind: "warn", what: "failing", name: `effects.${kind}`, href: to("effects", { kind }),
      text: `${plural(all.length, "effect")} wait for another try: ${all[0].reason}` });
  }
  return found;
}

function Building({ models }) {
  const building = models.flatMap((m) => m.generations
    .filter((g) => ["building", "ready", "complete"].includes(g.state) || m.switching === g.generation)
    .map((g) => ({ ...g, readModel: m.readModel })));
  if (!building.length) return null;
  return html`<section class="panel"><h2>Generations on the way</h2>
    <${Table} label="Generations on the way" rows=${building} id=${(g) => `${g.readModel}/${g.generation}`} columns=${[
      { name: "Read model", of: (g) => g.readModel, cell: (g) => html`<a href=${to("generations", { model: g.readModel })}>${g.readModel}</a>` },
      { name: "Generation", of: (g) => g.generation, number: true },
      { name: "State", of: (g) => g.state, cell: (g) => html`<${Badge} kind=${g.state}>${g.state}<//>` },
      { name: "Progress", wide: true, of: (g) => g.done / Math.max(1, g.done + g.lag),
        cell: (g) => html`<${Progress} at=${g.done / Math.max(1, g.done + g.lag)} label="events taken" />` },
    ]} /></section>`;
}

/** Those that move most now, else those that hold most. */
function Busy({ flow }) {
  const [most, moving] = [8, flow.topics.filter((t) => topicRate(t.name) > 0)];
  const of = (t) => (moving.length ? topicRate(t.name) ?? 0 : t.appended);
  const shown = [...(moving.length ? moving : flow.topics)].sort((a, b) => of(b) - of(a)).slice(0, most);
  return html`<section class="panel"><h2>${moving.length ? "Busiest topics" : "Largest topics"}</h2>
    <${Table} label="Topics" rows=${shown} id=${(t) => t.name} columns=${[
      { name: "Topic", plain: true, wide: true, of: (t) => t.name, cell: (t) => html`<a href=${to("records", { topic: t.name })}>${t.name}</a>` },
      { name: "Appended", plain: true, number: true, of: (t) => t.appended, cell: (t) => count(t.appended) },
      { name: "Rate", plain: true, number: true, cell: (t) => rate(topicRate(t.name)) },
      { name: "Last minute", plain: true, cell: (t) => html`<${Spark} values=${history(`topic:${t.name}`)} label="rate of ${t.name}" />` },
    ]} /></section>`;
}

export function Overview() {
  const processors = usePoll("processors").data;
  const dlq = usePoll("dlq", 5000).data;
  const effects = usePoll("effects").data;
  const models = usePoll("generations").data;
  const flow = useFlow().data;
  const ready = processors && dlq && effects;
  const found = ready ? troubles({ processors, dlq, effects }) : [];
  return html`<${Head} title="Overview" hint="Whether all is well, and if not, where to look." />
    ${ready ? tiles({ processors, dlq, effects, flow }) : html`<${Empty}>Asking…<//>`}
    ${ready && html`<section class="panel"><h2>To look at</h2>
      <${Table} label="To look at" rows=${found} id=${(t) => t.what + t.name + t.text} none="All is well: nothing is blocked, late or rejected."
        columns=${[
          { name: "What", plain: true, of: (t) => t.what, cell: (t) => html`<${Badge} kind=${t.kind}>${t.what}<//>` },
          { name: "Where", plain: true, of: (t) => t.name, cell: (t) => html`<a href=${t.href}>${t.name}</a>` },
          { name: "Why", plain: true, wide: true, of: (t) => t.text },
        ]} /></section>`}
    ${models && html`<${Building} models=${models} />`}
    ${flow && html`<${Busy} flow=${flow} />`}`;
}
