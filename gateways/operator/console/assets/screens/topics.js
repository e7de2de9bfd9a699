// Every topic: what it says, how much it holds, how fast it grows.

import { useState } from "../vendor/hooks.js";
import { Badge, Empty, Fault, Filter, Head, Spark, Table, html, matches, to } from "../parts.js";
import { usePoll } from "../poll.js";
import { bytes, count, plural, rate, seconds } from "../format.js";
import { history, topicRate, useFlow } from "../rates.js";

const kept = (topic) => {
  if (topic.compacted) return html`<${Badge}>newest of a key<//>`;
  return topic.retentionSeconds ? seconds(topic.retentionSeconds) : "for ever";
};

export function Topics() {
  const { data, error } = usePoll("topics");
  useFlow();
  const [text, setText] = useState("");
  const [empty, setEmpty] = useState(false);
  if (!data) return html`<${Head} title="Topics" /><${Fault} error=${error} />${!error && html`<${Empty}>Asking…<//>`}`;
  const found = data.filter((t) => matches(text, t.name, t.doc ?? "") && (empty || text || t.records > 0));
  const all = data.reduce((n, t) => n + t.bytes, 0);
  return html`<${Head} title="Topics" hint="${plural(data.length, "topic")}, ${bytes(all)}">
      <${Filter} value=${text} onInput=${setText} label="Filter by name or words" />
      <label class="check"><input type="checkbox" checked=${empty} onChange=${(e) => setEmpty(e.currentTarget.checked)} /><span>Empty ones, too</span></label>
    <//>
    <section class="panel"><${Table} label="Topics" rows=${found} id=${(t) => t.name} sort=${{ name: "Topic" }}
      none="No topic is called so." columns=${[
        { name: "Topic", of: (t) => t.name, wide: true, cell: (t) => html`<a href=${to("records", { topic: t.name })}>${t.name}</a>
          ${t.doc && html`<small class="muted under">${t.doc}</small>`}` },
        { name: "Rate", number: true, of: (t) => topicRate(t.name) ?? 0, cell: (t) => rate(topicRate(t.name)) },
        { name: "Last minute", cell: (t) => html`<${Spark} values=${history(`topic:${t.name}`)} label="rate of ${t.name}" />` },
        { name: "Records", number: true, of: (t) => t.records, cell: (t) => count(t.records) },
        { name: "Size", number: true, of: (t) => t.bytes, cell: (t) => bytes(t.bytes) },
        { name: "Partitions", number: true, of: (t) => t.partitions },
        { name: "Kept", cell: kept },
      ]} /></section>`;
}
