// Who is signed in. Reading mostly needs nobody; what changes something asks for a sign-in first.

import { change, get, show } from "./api.js";
import { useEffect, useState } from "./vendor/hooks.js";
import { refresh } from "./poll.js";

let who = { signedIn: false, enabled: true };
let wish = null;
const watchers = new Set();

function tell() {
  for (const watcher of watchers) watcher();
}

function take(answer) {
  who = answer;
  show(answer.csrf);
  tell();
}

export async function load() {
  take(await get("session"));
}

export async function signIn(token) {
  take(await change("session", { token }));
  refresh();
  const waiting = wish;
  wish = null;
  tell();
  waiting?.(true);
}

export async function signOut() {
  take(await change("session", {}, "DELETE"));
  refresh();
}

/** Opens the sign-in; true once somebody is signed in, false when they would rather not. */
export function wantSignIn() {
  if (who.signedIn) return Promise.resolve(true);
  return new Promise((resolve) => {
    wish?.(false);
    wish = resolve;
    tell();
  });
}

export function dropWish() {
  wish?.(false);
  wish = null;
  tell();
}

/** Changes something, after a sign-in if that is needed, and once more if the session had ended meanwhile. */
export async function act(path, body) {
  if (!(await wantSignIn())) return null;
  try {
    return await change(path, body);
  } catch (error) {
    if (error.status !== 401 && error.code !== "csrf") throw error;
    await load();
    if (!(await wantSignIn())) return null;
    return change(path, body);
  } finally {
    refresh();
  }
}

/** `{ who, asked }`: who is signed in, and whether the sign-in is to be open. */
export function useSession() {
  const [, redraw] = useState(0);
  useEffect(() => {
    const watcher = () => redraw((n) => n + 1);
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  }, []);
  return { who, asked: wish !== null };
}
