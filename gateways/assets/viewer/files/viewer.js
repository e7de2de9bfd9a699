// The page: find an entity, list what became of its files, show one of them before and after.

import { entitiesAt, manifestOf, sizeOf } from "./entity.js";
import { Panel } from "./panel.js";

const root = document.body.dataset.root;
const byId = (id) => document.getElementById(id);
const panels = [new Panel(byId("original"), root), new Panel(byId("converted"), root)];
const IMAGES = ["png", "jpg", "jpeg", "webp", "gif", "bmp", "ktx2"];
let shown = null;

function state(name) {
  document.body.dataset.state = name;
}

function element(name, text, classes = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (classes) made.className = classes;
  return made;
}

function size(bytes) {
  if (bytes === null) return "–";
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(2)} MB`;
}

function say(text, isBad = false) {
  byId("summary").textContent = text;
  byId("summary").className = isBad ? "bad" : "muted";
}

async function ask(what, platform) {
  state("asking");
  byId("files").hidden = true;
  byId("shown").hidden = true;
  byId("entities").replaceChildren();
  try {
    const found = /^[A-Za-z0-9]{40,}$/.test(what) ? [{ id: what }] : await entitiesAt(root, what);
    if (found.length === 0) {
      say(`Nothing is ready at ${what}.`, true);
      return state("nothing");
    }
    if (found.length > 1) {
      const choices = found.map((entity) => {
        const choice = document.createElement("li");
        const button = element("button", `${entity.type} ${entity.id.slice(0, 14)}…`);
        button.addEventListener("click", () => show(entity, platform));
        choice.append(button);
        return choice;
      });
      byId("entities").replaceChildren(...choices);
    }
    await show(found[0], platform);
  } catch (error) {
    say(error.message, true);
    state("failed");
  }
}

async function show(entity, platform) {
  const manifest = await manifestOf(root, entity.id, platform);
  entity.content ??= manifest.outcomes.map(({ file, hash }) => ({ file, hash }));
  byId("entity").textContent = `${entity.type ?? "entity"} ${entity.id}`;
  const usable = manifest.outcomes.filter((outcome) => outcome.bundle).length;
  say(`${manifest.version}, exit code ${manifest.exitCode}, ${manifest.date}: ${usable} of ${manifest.outcomes.length} files have a bundle.`);
  shown = { entity, manifest };
  const rows = manifest.outcomes.map((outcome) => row(outcome));
  byId("files").querySelector("tbody").replaceChildren(...rows.map(([line]) => line));
  byId("files").hidden = false;
  const isModel = (outcome) => outcome.bundle && /\.gl(b|tf)$/i.test(outcome.file);
  const first = manifest.outcomes.find(isModel) ?? manifest.outcomes.find((outcome) => outcome.bundle);
  await Promise.all(rows.map(([, measured]) => measured));
  if (first) await compare(first);
  state("ready");
}

// A line of the table, and when its sizes are known.
function row(outcome) {
  const { manifest } = shown;
  const line = document.createElement("tr");
  line.dataset.file = outcome.file;
  const name = document.createElement("td");
  if (outcome.bundle) {
    const button = element("button", outcome.file);
    button.addEventListener("click", () => compare(outcome));
    name.append(button);
  } else {
    name.textContent = outcome.file;
  }
  const became = document.createElement("td");
  became.append(element("span", outcome.outcome, `outcome ${outcome.outcome}`));
  if (outcome.reason) became.append(element("span", outcome.reason, "reason"));
  const [before, after] = [element("td", "…", "number"), element("td", outcome.bundle ? "…" : "–", "number")];
  line.append(name, became, before, after);
  const fill = async (cell, url) => (cell.textContent = size(await sizeOf(url)));
  const measured = [fill(before, contents(manifest, outcome.hash))];
  if (outcome.bundle) measured.push(fill(after, bundleOf(manifest, outcome)));
  return [line, Promise.all(measured)];
}

const contents = (manifest, hash) => `${manifest.contentServerUrl.replace(/\/$/, "")}/contents/${hash}`;
const bundleOf = (manifest, outcome) => `${root}/${manifest.version}/assets/${outcome.bundle}`;

async function compare(outcome) {
  const { entity, manifest } = shown;
  state("loading");
  byId("shown").hidden = false;
  for (const line of byId("files").querySelectorAll("tbody tr")) {
    line.setAttribute("aria-selected", String(line.dataset.file === outcome.file));
  }
  const extension = outcome.file.split(".").pop().toLowerCase();
  const kind = IMAGES.includes(extension) ? "image" : "model";
  const hashes = new Map(entity.content.map(({ file, hash }) => [file.toLowerCase(), hash]));
  const named = (path) => {
    const hash = hashes.get(path.toLowerCase());
    return hash && contents(manifest, hash);
  };
  const loads = [
    panels[0].show(kind, contents(manifest, outcome.hash), { path: outcome.file, named }),
    panels[1].show(kind, bundleOf(manifest, outcome), {}),
  ];
  const told = await Promise.allSettled(loads);
  const captions = document.querySelectorAll("#shown .facts");
  told.forEach((one, at) => {
    captions[at].textContent = one.status === "fulfilled" ? one.value : String(one.reason?.message ?? one.reason);
    captions[at].classList.toggle("bad", one.status !== "fulfilled");
  });
  state(told.every((one) => one.status === "fulfilled") ? "ready" : "failed");
}

byId("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  const [what, platform] = [byId("what").value.trim(), byId("platform").value.trim()];
  history.replaceState(null, "", `?${new URLSearchParams({ what, platform })}`);
  ask(what, platform);
});

const given = new URLSearchParams(location.search);
if (given.get("platform")) byId("platform").value = given.get("platform");
if (given.get("what")) {
  byId("what").value = given.get("what");
  ask(byId("what").value, byId("platform").value);
}
