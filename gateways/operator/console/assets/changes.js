// Where two documents differ: what stood there, what stands there.

import { html } from "./parts.js";
import { line } from "./format.js";

function Change({ change }) {
  const { path, before, after } = change;
  return html`<li><code>${path || "/"}</code>
    ${before !== undefined && html`<del>${line(before, 400)}</del>`}
    ${after !== undefined && html`<ins>${line(after, 400)}</ins>`}</li>`;
}

export function Changes({ title, changes }) {
  if (!changes?.length) return null;
  return html`<h4>${title}</h4><ul class="changes">${changes.map((change) => html`<${Change} change=${change} />`)}</ul>`;
}
