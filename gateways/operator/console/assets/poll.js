// What is shown is asked for again and again, in one place: once for all who show it, less often while nobody answers,
// not at all while nobody looks.

import { get } from "./api.js";
import { useEffect, useState } from "./vendor/hooks.js";

const EVERY_MS = 2000;
const LONGEST_MS = 30000;

/** By path: the last answer, who shows it, the timer. */
const polls = new Map();
const watchers = new Set();

/** Whether the platform answers; since when not, and when it is asked again. */
export const connection = { lost: false, locked: false, retryAt: 0, why: "" };

function tell() {
  for (const watcher of watchers) watcher();
}

/** Draws again when the state of the connection changes. */
export function useConnection() {
  const [, redraw] = useState(0);
  useEffect(() => {
    const watcher = () => redraw((n) => n + 1);
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  }, []);
  return connection;
}

function heard(poll, data) {
  poll.failures = 0;
  poll.data = data;
  poll.error = null;
  poll.at = performance.now();
  if (connection.lost || connection.locked) {
    Object.assign(connection, { lost: false, locked: false, why: "" });
    tell();
  }
}

function missed(poll, error) {
  poll.error = error;
  poll.failures += 1;
  const wait = Math.min(LONGEST_MS, poll.every * 2 ** Math.min(poll.failures, 5));
  if (error.status === 401 || error.status === 403) connection.locked = true;
  else if (error.status === undefined || error.status >= 500) {
    Object.assign(connection, { lost: true, retryAt: Date.now() + wait, why: error.message });
  }
  tell();
  return wait;
}

async function ask(poll) {
  clearTimeout(poll.timer);
  if (poll.busy) return;
  poll.busy = true;
  let wait = poll.every;
  try {
    heard(poll, await get(poll.path));
  } catch (error) {
    wait = missed(poll, error);
  }
  poll.busy = false;
  for (const draw of poll.shown) draw();
  if (poll.shown.size && !document.hidden) poll.timer = setTimeout(() => ask(poll), wait);
}

function of(path, every) {
  if (!polls.has(path)) {
    polls.set(path, { path, every, shown: new Set(), failures: 0, data: undefined, error: null, at: 0, busy: false });
  }
  return polls.get(path);
}

/** The newest answer of a route, for as long as the component is shown: `{ data, error, at }`. */
export function usePoll(path, every = EVERY_MS) {
  const [, redraw] = useState(0);
  useEffect(() => {
    if (!path) return undefined;
    const poll = of(path, every);
    const draw = () => redraw((n) => n + 1);
    poll.shown.add(draw);
    ask(poll);
    return () => {
      poll.shown.delete(draw);
      if (!poll.shown.size) clearTimeout(poll.timer);
    };
  }, [path]);
  return path ? of(path, every) : { data: undefined, error: null };
}

/** Asks at once: after a change, or when somebody says so. */
export function refresh() {
  for (const poll of polls.values()) if (poll.shown.size) ask(poll);
}

document.addEventListener("visibilitychange", () => document.hidden || refresh());
