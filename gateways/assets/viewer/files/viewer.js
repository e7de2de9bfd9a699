// The page: find an entity, list what became of its files, show one of them before and after.

import { entitiesAt, manifestOf, sizeOf } from "./entity.js";
import { Panel } from "./panel.js";

const root = document.body.dataset.root;
const byId = (id) => document.getElementById(id);
const panels = [new Panel(byId("original"), root), new Panel(byId("converted"), root)];
// Names what is no file: all that stands in the scene.
const SCENE = "The scene from afar";
const IMAGES = ["png", "jpg", "jpeg", "webp", "gif", "bmp", "ktx2"];
const choices = [...document.querySelectorAll("#shown .choice")];
const captions = [...document.querySelectorAll("#shown .facts")];
// The entity, its manifest, and what may be seen of the chosen file.
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
  const { lods } = manifest;
  if (lods) {
    byId("summary").append(` Levels of detail: exit code ${lods.exitCode}.`);
    rows.unshift(sceneRow(lods.scene));
  }
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

// The line of the scene as one mesh.
function sceneRow(scene) {
  const line = document.createElement("tr");
  line.dataset.file = SCENE;
  const name = document.createElement("td");
  const finest = scene.levels[0];
  if (finest) {
    const button = element("button", SCENE);
    button.addEventListener("click", () => compare(null));
    name.append(button);
  } else {
    name.textContent = SCENE;
  }
  const became = document.createElement("td");
  became.append(element("span", scene.outcome, `outcome ${scene.outcome}`));
  if (scene.reason) became.append(element("span", scene.reason, "reason"));
  line.append(name, became, element("td", "–", "number"), element("td", finest ? size(finest.bytes) : "–", "number"));
  return [line, Promise.resolve()];
}

// The levels of a file or of the scene, as they are chosen from.
function levelsOf(outcome, name) {
  const { lods } = shown.manifest;
  return (outcome?.levels ?? []).map(({ level, triangles, bytes, file }) => ({
    name: `${name} ${level} · ${triangles} triangles · ${size(bytes)}`,
    kind: "model",
    url: `${root}/${lods.version}/assets/${file}`,
    more: {},
  }));
}

const contents = (manifest, hash) => `${manifest.contentServerUrl.replace(/\/$/, "")}/contents/${hash}`;
const bundleOf = (manifest, outcome) => `${root}/${manifest.version}/assets/${outcome.bundle}`;

// What there is to see of a file: as it was deployed, converted, its levels, those of the scene. Of the scene: its levels.
function choicesOf(outcome) {
  const { entity, manifest } = shown;
  const lods = manifest.lods;
  const ofScene = levelsOf(lods?.scene, "Scene, merged, LOD");
  if (!outcome) return ofScene;
  const extension = outcome.file.split(".").pop().toLowerCase();
  const kind = IMAGES.includes(extension) ? "image" : "model";
  const hashes = new Map(entity.content.map(({ file, hash }) => [file.toLowerCase(), hash]));
  const named = (path) => {
    const hash = hashes.get(path.toLowerCase());
    return hash && contents(manifest, hash);
  };
  const own = [
    { name: "Original", kind, url: contents(manifest, outcome.hash), more: { path: outcome.file, named } },
    { name: "Converted", kind, url: bundleOf(manifest, outcome), more: {} },
  ];
  if (kind === "image") return own;
  own[1].name = "Converted · LOD 0";
  const levels = lods?.models.find((model) => model.file === outcome.file);
  return [...own, ...levelsOf(levels, "LOD"), ...ofScene];
}

async function compare(outcome) {
  byId("shown").hidden = false;
  const file = outcome?.file ?? SCENE;
  for (const line of byId("files").querySelectorAll("tbody tr")) {
    line.setAttribute("aria-selected", String(line.dataset.file === file));
  }
  shown.choices = choicesOf(outcome);
  choices.forEach((select, side) => {
    select.replaceChildren(...shown.choices.map((choice) => element("option", choice.name)));
    select.selectedIndex = Math.min(side, shown.choices.length - 1);
  });
  await view([0, 1]);
}

// Shows what is chosen on these sides.
async function view(sides) {
  state("loading");
  const told = await Promise.allSettled(sides.map((side) => {
    const { kind, url, more } = shown.choices[choices[side].selectedIndex];
    return panels[side].show(kind, url, more);
  }));
  told.forEach((one, at) => {
    const caption = captions[sides[at]];
    caption.textContent = one.status === "fulfilled" ? one.value : String(one.reason?.message ?? one.reason);
    caption.classList.toggle("bad", one.status !== "fulfilled");
  });
  state(told.every((one) => one.status === "fulfilled") ? "ready" : "failed");
}

choices.forEach((select, side) => select.addEventListener("change", () => view([side])));

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
