// Rates out of two looks at what has been counted since the beginning.

import { usePoll } from "./poll.js";

/** Looks that are remembered: a minute of them. */
const LOOKS = 31;
/** A rate is of so many looks, so that it does not flicker. */
const SPAN = 5;

/** By name: `[at (ms), counted]`, oldest first. */
const looks = new Map();

function note(name, at, counted) {
  const known = looks.get(name) ?? [];
  const last = known.at(-1);
  if (last && last[0] === at) return;
  // A generation was switched, or the log is another one: what came before says nothing.
  const kept = last && counted < last[1] ? [] : known;
  looks.set(name, [...kept, [at, counted]].slice(-LOOKS));
}

function between([fromAt, from], [toAt, to]) {
  return ((to - from) * 1000) / Math.max(1, toAt - fromAt);
}

/** Events a second of late; undefined before there were two looks. */
export function rateOf(name) {
  const known = looks.get(name) ?? [];
  if (known.length < 2) return undefined;
  return between(known[Math.max(0, known.length - 1 - SPAN)], known.at(-1));
}

/** Rates of the last minute, oldest first. */
export function history(name) {
  const known = looks.get(name) ?? [];
  return known.slice(1).map((look, i) => between(known[i], look));
}

/** Notes what a poll counted. */
export function counted(prefix, at, pairs) {
  for (const [name, n] of pairs) note(`${prefix}${name}`, at, n);
}

/** The platform as a graph, its rates noted. */
export function useFlow() {
  const poll = usePoll("flow");
  if (poll.data) {
    counted("topic:", poll.at, poll.data.topics.map((t) => [t.name, t.appended]));
    counted("processor:", poll.at, poll.data.processors.map((p) => [`${p.name}:${p.generation}`, p.passed]));
  }
  return poll;
}

export const topicRate = (name) => rateOf(`topic:${name}`);
export const processorRate = (p) => rateOf(`processor:${p.name}:${p.generation}`);
