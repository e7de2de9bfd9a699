// What the gateway says of entities, manifests and sizes.

async function json(url, options) {
  const answer = await fetch(url, options);
  if (!answer.ok) throw new Error(`${new URL(url, location.href).pathname}: ${answer.status}`);
  return answer.json();
}

export function entitiesAt(root, pointer) {
  const body = JSON.stringify({ pointers: [pointer] });
  return json(`${root}/entities/active`, { method: "POST", headers: { "content-type": "application/json" }, body });
}

export function manifestOf(root, id, platform) {
  return json(`${root}/manifest/${id}_${platform}.json`);
}

// Bytes, or null where nobody says.
export async function sizeOf(url) {
  try {
    const answer = await fetch(url, { method: "HEAD" });
    const length = answer.ok ? answer.headers.get("content-length") : null;
    return length === null ? null : Number(length);
  } catch {
    return null;
  }
}
