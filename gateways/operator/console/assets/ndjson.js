// Answers that come a JSON object a line.

import { ask } from "./api.js";

/** Calls `each` for every object as it comes. */
export async function lines(path, each, signal) {
  const answer = await ask(path, { signal });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const parts = (rest + value).split("\n");
    rest = parts.pop();
    for (const part of parts) if (part) each(JSON.parse(part));
  }
  if (rest.trim()) each(JSON.parse(rest));
}
