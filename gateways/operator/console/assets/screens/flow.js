// The platform drawn from topics.yaml and the SPECs, with what flows where now; and the same as a table.

import { useEffect, useMemo, useRef, useState } from "../vendor/hooks.js";
import { Badge, Empty, Fault, Filter, Head, Table, html, matches, to } from "../parts.js";
import { around, graph, path, placed } from "../graph.js";
import { count, plural, rate } from "../format.js";
import { useFlow } from "../rates.js";

const STEPS = 2;
const [LEAST, MOST] = [0.15, 3];

function link(node) {
  if (node.kind === "topic") return to("records", { topic: node.name });
  if (node.kind === "processor") return to("processors", { name: node.name });
  return to("flow", { around: node.name });
}

const width = (n) => (n ? Math.min(5, 1.2 + Math.log10(1 + n)) : 1);

function label(node) {
  const parts = [node.kind === "unit" ? node.name : `${node.kind} ${node.name}`];
  if (node.rate) parts.push(rate(node.rate));
  if (node.lag) parts.push(`${count(node.lag)} behind`);
  return parts.join(", ");
}

function Node({ node, box, lit, onLight, onReach }) {
  const kind = `node ${node.kind} ${node.rate ? "moving" : ""} ${node.lag ? "late" : ""} ${lit === false ? "dim" : ""}`;
  return html`<a class=${kind} href=${link(node)} aria-label=${label(node)} transform="translate(${box.x - box.width / 2},${box.y - box.height / 2})"
      onMouseEnter=${() => onLight(node.id)} onMouseLeave=${() => onLight(null)} onFocus=${(event) => { onLight(node.id); if (event.currentTarget.matches(":focus-visible")) onReach(box); }} onBlur=${() => onLight(null)}>
    <title>${[label(node), node.doc].filter(Boolean).join("\n")}</title>
    <rect width=${box.width} height=${box.height} rx=${node.kind === "topic" ? 12 : 4} />
    <text x=${box.width / 2} y=${box.height / 2 + 4} text-anchor="middle">${node.name}</text></a>`;
}

function Edge({ edge, points, lit }) {
  const moving = edge.rate > 0;
  const middle = points[Math.floor(points.length / 2)];
  const kind = `edge ${edge.kind} ${moving ? "moving" : ""} ${lit === true ? "lit" : ""} ${lit === false ? "dim" : ""}`;
  return html`<g class=${kind}><path d=${path(points)} stroke-width=${width(edge.rate)} marker-end="url(#arrow)" />
    ${moving && html`<text x=${middle.x} y=${middle.y - 4} text-anchor="middle">${rate(edge.rate)}</text>`}</g>`;
}

/** Where the drawing is looked at: dragged with a pointer, zoomed by wheel, buttons and keys. */
function useView(size) {
  const frame = useRef(null);
  const [view, setView] = useState(null);
  const fit = (whole) => {
    const { clientWidth: w, clientHeight: h } = frame.current;
    const zoom = Math.min(1.1, w / size.width, whole ? h / size.height : 1);
    const scale = whole ? zoom : Math.max(zoom, 0.55);
    setView({ scale, x: Math.max(0, (w - size.width * scale) / 2), y: Math.max(0, (h - size.height * scale) / 2) });
  };
  useEffect(() => fit(false), [size.width, size.height]);
  const zoom = (by, at) => setView((now) => {
    const scale = Math.max(LEAST, Math.min(MOST, now.scale * by));
    const { clientWidth, clientHeight } = frame.current;
    const [x, y] = at ?? [clientWidth / 2, clientHeight / 2];
    const turn = scale / now.scale;
    return { scale, x: x - (x - now.x) * turn, y: y - (y - now.y) * turn };
  });
  const move = (x, y) => setView((now) => ({ ...now, x: now.x + x, y: now.y + y }));
  /** Whoever goes from node to node by keyboard sees where they are. */
  const reach = (box) => setView((now) => {
    const { clientWidth: w, clientHeight: h } = frame.current;
    const [x, y] = [now.x + box.x * now.scale, now.y + box.y * now.scale];
    const margin = 40;
    const seen = x > margin && x < w - margin && y > margin && y < h - margin;
    return seen ? now : { ...now, x: w / 2 - box.x * now.scale, y: h / 2 - box.y * now.scale };
  });
  return { frame, view, fit, zoom, move, reach };
}

function pointers({ frame, zoom, move }) {
  const at = (event) => {
    const box = frame.current.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  let from = null;
  let dragged = false;
  return {
    onWheel: (event) => { event.preventDefault(); zoom(Math.exp(-event.deltaY / 400), at(event)); },
    onPointerDown: (event) => { from = at(event); dragged = false; },
    onPointerMove: (event) => {
      if (!from || !event.buttons) return;
      const [x, y] = at(event);
      if (!dragged && Math.hypot(x - from[0], y - from[1]) < 4) return;
      dragged = true;
      move(x - from[0], y - from[1]);
      from = [x, y];
    },
    onPointerUp: () => { from = null; },
    onPointerLeave: () => { from = null; },
    // A drag that ends on a node is no click on it.
    onClickCapture: (event) => { if (dragged) { event.preventDefault(); event.stopPropagation(); dragged = false; } },
    onDragStart: (event) => event.preventDefault(),
    onKeyDown: (event) => {
      const step = 60;
      const keys = { "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), ArrowLeft: () => move(step, 0), ArrowRight: () => move(-step, 0),
        ArrowUp: () => move(0, step), ArrowDown: () => move(0, -step) };
      if (keys[event.key] && !event.ctrlKey && !event.metaKey) { event.preventDefault(); keys[event.key](); }
    },
  };
}

function Drawing({ shown }) {
  // Rates change every few seconds; the places only when something comes or goes.
  const shape = shown.nodes.map((n) => n.id).join() + shown.edges.map((e) => e.from + e.to).join();
  const places = useMemo(() => placed(shown), [shape]);
  const look = useView(places);
  const handlers = useMemo(() => pointers(look), [places]);
  const [light, setLight] = useState(null);
  const near = light && new Set([light, ...shown.edges.filter((e) => e.from === light || e.to === light).flatMap((e) => [e.from, e.to])]);
  const { view } = look;
  // The browser would scroll the page on a wheel that nobody stops, and listens passively unless told otherwise.
  useEffect(() => {
    const frame = look.frame.current;
    frame.addEventListener("wheel", handlers.onWheel, { passive: false });
    return () => frame.removeEventListener("wheel", handlers.onWheel);
  }, [handlers]);
  const { onWheel: _, ...rest } = handlers;
  return html`<div class="panel drawing">
    <div class="row zoom"><button aria-label="Closer" onClick=${() => look.zoom(1.25)}>+</button><button aria-label="Further" onClick=${() => look.zoom(0.8)}>−</button>
      <button onClick=${() => look.fit(true)}>All</button></div>
    <div class="canvas" ref=${look.frame} tabindex="0" role="group" aria-label="Flow. Arrow keys move it, plus and minus zoom." ...${rest}>
      <svg role="presentation" width="100%" height="100%"><defs><marker id="arrow" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 1L8 4L0 7z" /></marker></defs>
        ${view && html`<g transform="translate(${view.x},${view.y}) scale(${view.scale})">
          ${shown.edges.map((edge) => html`<${Edge} key=${edge.from + edge.to + edge.kind} edge=${edge} points=${places.lineOf(edge) ?? []} lit=${light ? edge.from === light || edge.to === light : null} />`)}
          ${shown.nodes.map((node) => places.boxes.has(node.id) && html`<${Node} key=${node.id} node=${node} box=${places.boxes.get(node.id)} lit=${near ? near.has(node.id) : null} onLight=${setLight} onReach=${look.reach} />`)}
        </g>`}</svg></div>
    <p class="legend muted small"><span class="key topic" /> topic <span class="key processor" /> processor <span class="key unit" /> gateway, source, runner
      <span class="key dashes" /> shows its rows. A rate stands on an edge where one writer or reader makes it.</p>
  </div>`;
}

function Edges({ shown }) {
  const names = new Map(shown.nodes.map((node) => [node.id, node]));
  const cell = (id) => html`<a href=${link(names.get(id))}>${names.get(id).name}</a>${names.get(id).lag ? html` <${Badge} kind="building">${count(names.get(id).lag)} behind<//>` : ""}`;
  const words = { reads: "is read by", writes: "writes", shows: "is shown by" };
  return html`<section class="panel"><${Table} label="Flow" rows=${shown.edges} id=${(e) => e.from + e.to + e.kind} sort=${{ name: "From" }} none="Nothing is called so." columns=${[
    { name: "From", of: (e) => names.get(e.from).name, cell: (e) => cell(e.from) },
    { name: "How", of: (e) => words[e.kind], cell: (e) => html`<span class="muted">${words[e.kind]}</span>` },
    { name: "To", wide: true, of: (e) => names.get(e.to).name, cell: (e) => cell(e.to) },
    { name: "Rate", number: true, of: (e) => e.rate ?? -1, cell: (e) => rate(e.rate) },
  ]} /></section>`;
}

export function Flow({ around: wanted = "", as = "" }) {
  const { data, error } = useFlow();
  const [text, setText] = useState(wanted);
  const [table, setTable] = useState(as === "table" || matchMedia("(max-width: 46rem)").matches);
  useEffect(() => setText(wanted), [wanted]);
  if (!data) return html`<${Head} title="Flow" /><${Fault} error=${error} />${!error && html`<${Empty}>Asking…<//>`}`;
  const whole = graph(data);
  const exact = whole.nodes.some((node) => node.name === text);
  const shown = text ? around(whole, (node) => (exact ? node.name === text : matches(text, node.name)), STEPS) : whole;
  return html`<${Head} title="Flow" hint="${plural(data.topics.length, "topic")}, ${plural(data.processors.length, "processor")}${text ? `; what is ${STEPS} steps around “${text}”` : ""}">
      <${Filter} value=${text} onInput=${setText} label="Show what is around…" />
      <div class="switch" role="group" aria-label="Shown as"><button aria-pressed=${!table} onClick=${() => setTable(false)}>Graph</button><button aria-pressed=${table} onClick=${() => setTable(true)}>Table</button></div><//>
    ${table ? html`<${Edges} shown=${shown} />` : shown.nodes.length ? html`<${Drawing} shown=${shown} />` : html`<${Empty}>Nothing is called so.<//>`}`;
}
