// Read models and their generations: build one beside the live one, make it live, go back, give one up.

import { useState } from "../vendor/hooks.js";
import { Badge, Empty, Fault, Filter, Head, Progress, Table, confirmed, html, matches } from "../parts.js";
import { usePoll } from "../poll.js";
import { act, useSession } from "../session.js";
import { count, exact, plural, rate, seconds, time } from "../format.js";
import { counted, rateOf } from "../rates.js";

const at = (model, verb) => `generations/${model}/${verb}`;

function build(model) {
  confirmed({
    title: `Build ${model} anew`,
    body: "A new generation is made from the start of the log, beside the live one. Nobody reads it before it is made live.",
    action: "Build",
    fields: [
      { name: "throttle", label: "At most so many events a second", type: "number", min: 1, hint: "Empty: as fast as it goes." },
      { name: "until", label: "Take no event later than", type: "datetime-local", step: 1, hint: "Then it can be read by its number, and never be made live. Empty: it follows the log." },
    ],
  }, ({ throttle, until }) => act(at(model, "build"), {
    ...(throttle && { throttle: Number(throttle) }),
    ...(until && { until: new Date(until).valueOf() }),
  }), `${model} is being built.`);
}

function promote(model, g) {
  confirmed({
    title: `Make generation ${g.generation} of ${model} live`,
    body: g.state === "ready" ? "Everyone reads it from then on; the one that was live follows in the shadow, and you can go back to it."
      : `It is ${plural(g.lag, "event")} behind: until it has caught up, readers see an older state.`,
    action: "Promote",
    danger: g.state !== "ready",
  }, () => act(at(model, "promote"), { generation: g.generation, ...(g.state !== "ready" && { force: true }) }),
  `Generation ${g.generation} of ${model} is live.`);
}

function back(model, generation) {
  confirmed({
    title: `Roll ${model} back`,
    body: `Generation ${generation}, which was live before, becomes live again.`,
    action: "Roll back",
    danger: true,
  }, () => act(at(model, "rollback"), { generation }), (m) => `Generation ${m.live} of ${model} is live again.`);
}

function drop(model, generation) {
  confirmed({
    title: `Drop generation ${generation} of ${model}`,
    body: "Its tables are removed. It can be built anew from the log.",
    action: "Drop",
    danger: true,
  }, () => act(at(model, "drop"), { generation }), `Generation ${generation} of ${model} is being dropped.`);
}

function turn(model, g) {
  confirmed({
    title: `${g.paused ? "Resume" : "Pause"} generation ${g.generation} of ${model}`,
    body: g.paused ? "It goes on where it stood." : "It stands still until somebody resumes it.",
    action: g.paused ? "Resume" : "Pause",
  }, () => act(`processors/${model}/${g.paused ? "resume" : "pause"}`, { generation: g.generation }),
  `Generation ${g.generation} of ${model} ${g.paused ? "goes on" : "stands still"}.`);
}

/** How far it is; how fast and for how long yet, as long as it is on its way. */
function Way({ g }) {
  const speed = rateOf(`generation:${g.model}/${g.generation}`);
  const onTheWay = g.lag > 0 || ["building", "ready"].includes(g.state);
  if (!onTheWay) return html`<span class="muted">${[plural(g.done, "event"), speed > 0 ? rate(speed) : ""].filter(Boolean).join(" · ")}</span>`;
  const share = g.done / Math.max(1, g.done + g.lag);
  const left = g.lag && speed > 0 ? `${seconds(g.lag / speed)} to go` : "";
  const words = [`${count(g.done)} of ${count(g.done + g.lag)}`, rate(speed), left].filter(Boolean);
  return html`<div class="way"><${Progress} at=${share} label="events taken" /><small class="muted">${words.join(" · ")}</small></div>`;
}

function Actions({ g, can }) {
  const { model, live, previous } = g;
  const isLive = g.generation === live;
  const may = !isLive && !["dropping", "complete"].includes(g.state);
  const button = (name, work, kind = "") => html`<button class=${kind} disabled=${!can} aria-label="${name} generation ${g.generation} of ${model}" onClick=${work}>${name}</button>`;
  return html`<div class="row">
    ${isLive && button("Build", () => build(model))}
    ${may && g.state !== "retired" && button("Promote", () => promote(model, g), g.state === "ready" ? "primary" : "")}
    ${may && g.generation === previous && button("Roll back", () => back(model, g.generation))}
    ${g.state !== "dropping" && button(g.paused ? "Resume" : "Pause", () => turn(model, g))}
    ${!isLive && g.state !== "dropping" && button("Drop", () => drop(model, g.generation), "danger")}
  </div>`;
}

/** Where there is a choice comes first. */
function rows(models) {
  const several = (m) => (m.generations.length > 1 ? 0 : 1);
  return [...models].sort((a, b) => several(a) - several(b)).flatMap((m) => {
    const retired = m.generations.filter((g) => g.state === "retired");
    return m.generations.map((g) => ({ ...g, model: m.readModel, input: m.input, live: m.live, now: m.revision,
      switching: m.switching, previous: retired.at(-1)?.generation }));
  });
}

export function Generations({ model = "" }) {
  const poll = usePoll("generations");
  const { who } = useSession();
  const [text, setText] = useState(model);
  if (!poll.data) return html`<${Head} title="Generations" /><${Fault} error=${poll.error} />${!poll.error && html`<${Empty}>Asking…<//>`}`;
  const all = rows(poll.data);
  counted("generation:", poll.at, all.map((g) => [`${g.model}/${g.generation}`, g.done]));
  const found = all.filter((g) => matches(text, g.model, g.input, g.state));
  return html`<${Head} title="Generations" hint="${plural(poll.data.length, "read model")}, ${plural(all.length, "generation")}">
      <${Filter} value=${text} onInput=${setText} label="Filter by name, input or state" /><//>
    <section class="panel"><${Table} label="Generations" rows=${found} id=${(g) => `${g.model}/${g.generation}`} none="No read model is called so." columns=${[
      { name: "Read model", of: (g) => g.model, cell: (g) => html`<b class="name">${g.model}</b>` },
      { name: "Gen.", number: true, of: (g) => g.generation },
      { name: "State", of: (g) => g.state, cell: (g) => html`<${Badge} kind=${g.state}>${g.state}<//>
        ${g.paused && html`<${Badge} kind="warn">paused<//>`}${g.switching === g.generation && html`<${Badge} kind="building">switching<//>`}
        ${g.until && html`<small class="muted under">until ${time(g.until)}</small>`}` },
      { name: "Taken", wide: true, of: (g) => g.done / Math.max(1, g.done + g.lag), cell: (g) => html`<${Way} g=${g} />` },
      { name: "Behind", number: true, of: (g) => g.lag, cell: (g) => count(g.lag) },
      { name: "Revision", number: true, of: (g) => g.revision, cell: (g) => html`${g.revision}${g.revision !== g.now && html` <${Badge} kind="warn">now ${g.now}<//>`}` },
      { name: "Made", of: (g) => g.createdAt, cell: (g) => (g.createdAt ? html`<time datetime=${exact(g.createdAt)}>${time(g.createdAt).replace(/:\d\d\.\d+$/, "")}</time>` : "at first") },
      { name: "", kind: "actions", cell: (g) => html`<${Actions} g=${g} can=${who.enabled} />` },
    ]} /></section>`;
}
