// Portraits, the newest first: those there are, then each as it is drawn.

const MOST = 200;
const root = document.body.dataset.root;
const list = document.getElementById("portraits");
const dialog = document.getElementById("large");
const text = (id, value) => { document.getElementById(id).textContent = value; };
const time = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const shown = new Map();

function short(address) {
  return address.length > 14 ? `${address.slice(0, 8)}…${address.slice(-4)}` : address || "unknown";
}

function picture(portrait, part) {
  // The path stays when it is drawn anew, so the time tells the pictures apart.
  return `${root}/avatars/${encodeURIComponent(portrait.avatarHash)}/${part}.png?at=${portrait.at}`;
}

function card(portrait) {
  const item = document.createElement("li");
  item.dataset.avatar = portrait.avatarHash;
  const button = document.createElement("button");
  button.type = "button";
  const image = document.createElement("img");
  image.src = picture(portrait, "face");
  image.alt = `Face of ${portrait.address}`;
  image.width = image.height = 256;
  image.loading = "lazy";
  const name = document.createElement("span");
  name.textContent = short(portrait.address);
  name.title = portrait.address;
  const note = document.createElement("small");
  const lacks = portrait.missing.length;
  note.textContent = lacks ? `${lacks} missing` : time.format(portrait.at);
  note.className = lacks ? "lacks" : "";
  button.append(image, name, note);
  button.addEventListener("click", () => open(portrait));
  item.append(button);
  return item;
}

function fact(name, value) {
  const term = document.createElement("dt");
  term.textContent = name;
  const said = document.createElement("dd");
  said.textContent = value;
  return [term, said];
}

async function open(portrait) {
  const image = document.getElementById("body");
  image.src = picture(portrait, "body");
  image.alt = `${portrait.address} from head to foot`;
  text("who", portrait.address);
  const facts = document.getElementById("facts");
  facts.replaceChildren(
    ...fact("Drawn", time.format(portrait.at)),
    ...fact("Profile", portrait.entityId),
    ...fact("Avatar", portrait.avatarHash),
  );
  dialog.showModal();
  const answer = await fetch(`${root}/entities/${encodeURIComponent(portrait.entityId)}`);
  if (!answer.ok) return;
  const profile = await answer.json();
  for (const { urn, reason } of profile.leftOut ?? []) facts.append(...fact("Left out", `${urn}: ${reason}`));
}

function add(portrait, isNew) {
  shown.get(portrait.avatarHash)?.remove();
  const item = card(portrait);
  shown.set(portrait.avatarHash, item);
  if (isNew) {
    item.className = "new";
    list.prepend(item);
  } else {
    list.append(item);
  }
  while (list.children.length > MOST) {
    shown.delete(list.lastElementChild.dataset.avatar);
    list.lastElementChild.remove();
  }
}

function tell(state, words) {
  document.body.dataset.state = state;
  text("live", words);
}

function count() {
  text("count", `${list.children.length} shown`);
  document.getElementById("none").hidden = list.children.length > 0;
}

async function load() {
  const answer = await fetch(`${root}/portraits`);
  if (!answer.ok) throw new Error(`${answer.status}`);
  const portraits = await answer.json();
  list.replaceChildren();
  shown.clear();
  for (const portrait of portraits) add(portrait, false);
  count();
}

// Opened first, so that nothing falls between the list and the stream; the browser opens it again when it breaks.
const events = new EventSource(`${root}/portraits/events`);
const early = [];
let loaded = false;
events.addEventListener("message", ({ data }) => {
  const portrait = JSON.parse(data);
  if (!loaded) return early.push(portrait);
  add(portrait, true);
  count();
});
events.addEventListener("open", async () => {
  loaded = false;
  try {
    await load();
    loaded = true;
    for (const portrait of early.splice(0)) add(portrait, true);
    count();
    tell("live", "live");
  } catch (error) {
    tell("failed", `the list cannot be read: ${error.message}`);
  }
});
events.addEventListener("error", () => tell("waiting", "connecting again"));
document.getElementById("close").addEventListener("click", () => dialog.close());
