// The platform as a graph: what its nodes and edges are, and where they are drawn.

import { Graph, layout } from "./vendor/dagre.js";
import { processorRate, topicRate } from "./rates.js";

const LETTER = 6.7;
const HEIGHT = 24;

/** Node ids: `topic/…`, `processor/…`, and units by their own names (`gateways/…`, `sources/…`, `runners/…`). */
const topicId = (name) => `topic/${name}`;
const processorId = (name) => `processor/${name}`;

/** A gateway that reads and writes is drawn at both ends: as one it would bend the flow back into itself. */
const writer = (unit) => (unit.startsWith("gateways/") ? `${unit} writes` : unit);

function units(edges) {
  const ids = new Set(edges.flatMap((edge) => [edge.from, edge.to]).filter((id) => !/^(topic|processor)\//.test(id)));
  return [...ids].map((id) => ({ id, kind: "unit", name: id.replace(" writes", "") }));
}

/** Edges out of the SPECs, and out of topics.yaml for what is no processor. */
function links(flow) {
  const topics = new Set(flow.topics.map((t) => t.name));
  const all = [];
  const add = (from, to, kind, rate) => all.push({ from, to, kind, rate });
  for (const p of flow.processors) {
    if (topics.has(p.input)) add(topicId(p.input), processorId(p.name), "reads", processorRate(p));
    for (const topic of [...p.emits, ...p.effects.map((kind) => `effects.${kind}`)]) {
      if (topics.has(topic)) add(processorId(p.name), topicId(topic), "writes");
    }
  }
  for (const topic of flow.topics) {
    for (const unit of topic.writers) if (!unit.startsWith("processors/")) add(writer(unit), topicId(topic.name), "writes");
    for (const unit of topic.readers) if (!unit.startsWith("processors/")) add(topicId(topic.name), unit, "reads");
  }
  for (const gateway of flow.gateways) {
    for (const model of gateway.readModels) add(processorId(model), `gateways/${gateway.name}`, "shows");
  }
  // What enters a topic is known for all of its writers together: of one writer it is that one's.
  const writers = new Map();
  for (const edge of all) if (edge.kind === "writes") writers.set(edge.to, (writers.get(edge.to) ?? 0) + 1);
  for (const edge of all) {
    if (edge.kind === "writes" && writers.get(edge.to) === 1) edge.rate = topicRate(edge.to.slice("topic/".length));
  }
  return all;
}

export function graph(flow) {
  const all = links(flow);
  const nodes = [
    ...flow.topics.map((t) => ({ id: topicId(t.name), kind: "topic", name: t.name, rate: topicRate(t.name), doc: t.doc })),
    ...flow.processors.map((p) => ({ id: processorId(p.name), kind: "processor", name: p.name, rate: processorRate(p), lag: p.lag })),
    ...units(all),
  ];
  const known = new Set(nodes.map((node) => node.id));
  const edges = all.filter((edge) => known.has(edge.from) && known.has(edge.to));
  const touched = new Set(edges.flatMap((edge) => [edge.from, edge.to]));
  return { nodes: nodes.filter((node) => touched.has(node.id)), edges };
}

/** What is so many steps up or down from the nodes that `wanted` picks. */
export function around({ nodes, edges }, wanted, steps) {
  const walk = (from, to) => {
    let front = new Set(nodes.filter(wanted).map((node) => node.id));
    const seen = new Set(front);
    for (let step = 0; step < steps; step += 1) {
      const next = new Set(edges.filter((edge) => front.has(edge[from]) && !seen.has(edge[to])).map((edge) => edge[to]));
      for (const id of next) seen.add(id);
      front = next;
    }
    return seen;
  };
  const kept = new Set([...walk("from", "to"), ...walk("to", "from")]);
  return { nodes: nodes.filter((node) => kept.has(node.id)), edges: edges.filter((edge) => kept.has(edge.from) && kept.has(edge.to)) };
}

const edgeId = (edge) => `${edge.from} ${edge.to} ${edge.kind}`;

/** Places for nodes and edges, by id; from left to right along the flow. */
export function placed({ nodes, edges }) {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", nodesep: 9, edgesep: 6, ranksep: 52, marginx: 12, marginy: 12, ranker: "network-simplex" });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) graph.setNode(node.id, { width: Math.round(node.name.length * LETTER) + 22, height: HEIGHT });
  for (const edge of edges) graph.setEdge(edge.from, edge.to, {}, edge.kind);
  layout(graph);
  const boxes = new Map(graph.nodes().map((id) => [id, graph.node(id)]));
  const lines = new Map(graph.edges().map((e) => [`${e.v} ${e.w} ${e.name}`, graph.edge(e).points]));
  const { width, height } = graph.graph();
  return { boxes, lines, width: width || 1, height: height || 1, lineOf: (edge) => lines.get(edgeId(edge)) };
}

/** A soft line through points. */
export function path(points) {
  if (!points?.length) return "";
  const at = (p) => `${p.x.toFixed(1)},${p.y.toFixed(1)}`;
  const [first, ...rest] = points;
  if (rest.length === 1) return `M${at(first)}L${at(rest[0])}`;
  let text = `M${at(first)}`;
  for (let i = 0; i < rest.length - 1; i += 1) {
    const middle = i === rest.length - 2 ? rest[i + 1] : { x: (rest[i].x + rest[i + 1].x) / 2, y: (rest[i].y + rest[i + 1].y) / 2 };
    text += `Q${at(rest[i])} ${at(middle)}`;
  }
  return text;
}
