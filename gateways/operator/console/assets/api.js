// Requests to the routes beside the console.

/** Where the operator gateway is: `…/operator/`, or the root of a host that is its own. */
export const root = new URL("../", import.meta.url);

/** An answer that is no success. */
export class Refusal extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

let csrf = null;

/** What changes something shows this. */
export function show(token) {
  csrf = token ?? null;
}

/** The answer, or a Refusal in the words of the server. */
export async function ask(path, options = {}) {
  const answer = await fetch(new URL(path, root), { credentials: "same-origin", ...options });
  if (answer.ok) return answer;
  let body = {};
  try { body = await answer.json(); } catch { /* not ours: a proxy's page */ }
  throw new Refusal(answer.status, body.error ?? "", body.message ?? `${path}: status ${answer.status}`);
}

export const get = async (path, signal) => (await ask(path, { signal })).json();

/** Changes something. */
export async function change(path, body = {}, method = "POST") {
  const headers = { "content-type": "application/json" };
  if (csrf) headers["x-csrf-token"] = csrf;
  return (await ask(path, { method, headers, body: JSON.stringify(body) })).json();
}

/** A query without what is not there. */
export function query(members) {
  const kept = Object.entries(members).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const text = new URLSearchParams(kept).toString();
  return text ? `?${text}` : "";
}
