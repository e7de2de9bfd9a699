// How far each processor is, and letting one stand still.

import { useState } from "../vendor/hooks.js";
import { Badge, Empty, Fault, Filter, Head, Table, confirmed, html, matches, to } from "../parts.js";
import { usePoll } from "../poll.js";
import { act, useSession } from "../session.js";
import { count, plural, rate, seconds } from "../format.js";
import { processorRate, useFlow } from "../rates.js";

function turn(name, paused) {
  const verb = paused ? "resume" : "pause";
  confirmed({
    title: `${paused ? "Resume" : "Pause"} ${name}`,
    body: paused ? "It goes on where it stood." : "It stands still until somebody resumes it: what it makes grows old, and nothing is lost.",
    action: paused ? "Resume" : "Pause",
    danger: !paused,
  }, () => act(`processors/${name}/${verb}`, {}), `${name} ${paused ? "goes on" : "stands still"}.`);
}

function state(p, paused) {
  if (p.blocked.some((b) => !b.passing)) return html`<${Badge} kind="bad">blocked<//>`;
  if (paused) return html`<${Badge} kind="warn">paused<//>`;
  if (p.blocked.length) return html`<${Badge} kind="warn">waits<//>`;
  return p.lag ? html`<${Badge} kind="building">behind<//>` : html`<${Badge} kind="live">up to date<//>`;
}

function Detail({ p }) {
  const behind = Object.entries(p.partitions);
  return html`<section class="panel"><h2>${p.name}</h2>
    <dl class="facts">
      <dt>Reads</dt><dd><a href=${to("records", { topic: p.input })}>${p.input}</a></dd>
      <dt>Writes</dt><dd>${p.emits.length ? p.emits.map((t, i) => html`${i ? ", " : ""}<a href=${to("records", { topic: t })}>${t}</a>`) : "no topic"}</dd>
      <dt>Tables</dt><dd>${p.tables.join(", ") || "none"}</dd>
      <dt>Kind</dt><dd>${p.kind}, revision ${p.revision}, <a href=${to("generations", { model: p.name })}>generation ${p.generation}</a></dd>
      <dt>Behind</dt><dd>${behind.length ? behind.map(([n, lag]) => `partition ${n}: ${count(lag)}`).join(", ") : "nowhere"}</dd>
      <dt>More</dt><dd><a href=${to("explain", { model: p.name })}>explain a key</a>, <a href=${to("verify", { model: p.name })}>verify</a>, <a href=${to("flow", { around: p.name })}>in the flow</a></dd>
    </dl>
    ${p.blocked.map((b) => html`<p class="fault">partition ${b.partition} (${b.reason}): ${b.message}</p>`)}
  </section>`;
}

export function Processors({ name = "" }) {
  const { data, error } = usePoll("processors");
  const models = usePoll("generations").data ?? [];
  const flow = useFlow().data;
  const { who } = useSession();
  const [text, setText] = useState("");
  if (!data) return html`<${Head} title="Processors" /><${Fault} error=${error} />${!error && html`<${Empty}>Asking…<//>`}`;
  const paused = new Set(models.filter((m) => m.generations.some((g) => g.generation === m.live && g.paused)).map((m) => m.readModel));
  const rates = new Map(flow?.processors.map((p) => [p.name, processorRate(p)]) ?? []);
  const found = data.filter((p) => matches(text, p.name, p.input));
  const one = data.find((p) => p.name === name);
  return html`<${Head} title="Processors" hint="${plural(data.length, "processor")}, ${plural(data.reduce((n, p) => n + p.lag, 0), "event")} behind">
      <${Filter} value=${text} onInput=${setText} label="Filter by name or input" /><//>
    ${one && html`<${Detail} p=${one} />`}
    <section class="panel"><${Table} label="Processors" rows=${found} id=${(p) => p.name} none="No processor is called so." columns=${[
      { name: "Processor", of: (p) => p.name, cell: (p) => html`<a href=${to("processors", { name: p.name })}>${p.name}</a>` },
      { name: "State", cell: (p) => state(p, paused.has(p.name)) },
      { name: "Input", of: (p) => p.input, wide: true, cell: (p) => html`<a class="plain" href=${to("records", { topic: p.input })}>${p.input}</a>` },
      { name: "Rate", number: true, of: (p) => rates.get(p.name) ?? 0, cell: (p) => rate(rates.get(p.name)) },
      { name: "Behind", number: true, of: (p) => p.lag, cell: (p) => count(p.lag) },
      { name: "Oldest", number: true, of: (p) => p.lagSeconds, cell: (p) => (p.lag ? seconds(p.lagSeconds) : "") },
      { name: "Generation", number: true, of: (p) => p.generation },
      { name: "", kind: "actions", cell: (p) => html`<button disabled=${!who.enabled} aria-label="${paused.has(p.name) ? "Resume" : "Pause"} ${p.name}"
        onClick=${() => turn(p.name, paused.has(p.name))}>${paused.has(p.name) ? "Resume" : "Pause"}</button>` },
    ]} /></section>`;
}
