// The island map.

import { Crowd, hueOf, read } from "./read.js";

const root = document.body.dataset.root;
const element = (id) => document.getElementById(id);
const canvas = element("map");
const context = canvas.getContext("2d", { alpha: false });
const EVERY_MS = 1000;
const SCENES_EVERY_MS = 5000;
const LISTED = 8;
const PARCEL = 16;
const MARGIN = 40;
const DENSITY_MAX = 2;

const crowd = new Crowd();
let head = { islands: [] };
let taken = performance.now();
let span = EVERY_MS;
// What is in the middle, and how many pixels a metre has.
const camera = { x: 0, z: 0, scale: 1, fits: true };
// A dot of each hue, drawn once: to copy is cheaper than to draw.
const dots = new Map();

const colour = (hue) => (hue === 360 ? "#8793a6" : `hsl(${hue} 85% 64%)`);

function dot(hue, radius) {
  const key = `${hue}/${radius}`;
  let image = dots.get(key);
  if (!image) {
    image = document.createElement("canvas");
    image.width = image.height = 2 * radius + 2;
    const of = image.getContext("2d");
    of.fillStyle = colour(hue);
    of.beginPath();
    of.arc(radius + 1, radius + 1, radius, 0, 2 * Math.PI);
    of.fill();
    dots.set(key, image);
  }
  return image;
}

function fit() {
  const { count, to } = crowd;
  if (!count) return;
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < count; i++) {
    left = Math.min(left, to[2 * i]);
    right = Math.max(right, to[2 * i]);
    low = Math.min(low, to[2 * i + 1]);
    high = Math.max(high, to[2 * i + 1]);
  }
  const width = Math.max(right - left, 160);
  const height = Math.max(high - low, 160);
  camera.x = (left + right) / 2;
  camera.z = (low + high) / 2;
  camera.scale = Math.min((canvas.clientWidth - 2 * MARGIN) / width, (canvas.clientHeight - 2 * MARGIN) / height);
}

function resize() {
  const density = Math.min(devicePixelRatio || 1, DENSITY_MAX);
  const [width, height] = [Math.round(canvas.clientWidth * density), Math.round(canvas.clientHeight * density)];
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  return density;
}

// Lines between parcels, or between as many as are worth a line.
function grid(x, y, scale, density) {
  let step = PARCEL;
  while (step * scale < 24 * density) step *= 4;
  context.strokeStyle = "#1b222d";
  context.lineWidth = 1;
  context.beginPath();
  const first = (edge) => Math.ceil(edge / step) * step;
  for (let at = first(camera.x - canvas.width / 2 / scale); x(at) < canvas.width; at += step) {
    context.moveTo(Math.round(x(at)) + 0.5, 0);
    context.lineTo(Math.round(x(at)) + 0.5, canvas.height);
  }
  for (let at = first(camera.z - canvas.height / 2 / scale); y(at) > 0; at += step) {
    context.moveTo(0, Math.round(y(at)) + 0.5);
    context.lineTo(canvas.width, Math.round(y(at)) + 0.5);
  }
  context.stroke();
}

function rings(x, y, scale, density) {
  for (const [name, peers, centreX, centreZ, radius] of head.islands) {
    const [atX, atY, size] = [x(centreX), y(centreZ), (radius + 8) * scale];
    if (peers < 2 || size < 3 * density) continue;
    if (atX + size < 0 || atX - size > canvas.width || atY + size < 0 || atY - size > canvas.height) continue;
    const hue = hueOf(name);
    context.fillStyle = `hsl(${hue} 70% 50% / 0.10)`;
    context.strokeStyle = `hsl(${hue} 70% 60% / 0.45)`;
    context.beginPath();
    context.arc(atX, atY, size, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}

function draw(now) {
  const density = resize();
  if (camera.fits) fit();
  const scale = camera.scale * density;
  const x = (metres) => (metres - camera.x) * scale + canvas.width / 2;
  // North is up.
  const y = (metres) => canvas.height / 2 - (metres - camera.z) * scale;
  context.fillStyle = "#10141b";
  context.fillRect(0, 0, canvas.width, canvas.height);
  grid(x, y, scale, density);
  rings(x, y, scale, density);
  const part = Math.min((now - taken) / span, 1);
  const { count, from, to, hues, order } = crowd;
  // The fewer there are, the more room each has.
  const least = count > 5000 ? 1.4 : 2.6;
  const radius = Math.max(1, Math.round(density * Math.min(6, Math.max(least, camera.scale * 2))));
  let hue = -1;
  for (const i of order) {
    const atX = Math.round(x(from[2 * i] + (to[2 * i] - from[2 * i]) * part));
    const atY = Math.round(y(from[2 * i + 1] + (to[2 * i + 1] - from[2 * i + 1]) * part));
    if (atX < -9 || atY < -9 || atX > canvas.width + 9 || atY > canvas.height + 9) continue;
    if (radius > 2) {
      context.drawImage(dot(hues[i], radius), atX - radius - 1, atY - radius - 1);
      continue;
    }
    // Nobody sees that such a small one is no circle.
    if (hues[i] !== hue) {
      hue = hues[i];
      context.fillStyle = colour(hue);
    }
    context.fillRect(atX - radius, atY - radius, 2 * radius, 2 * radius);
  }
  requestAnimationFrame(draw);
}

function item(list, hue, text, number, title) {
  const line = document.createElement("li");
  if (hue !== undefined) {
    const mark = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const circle = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    for (const [name, value] of [["cx", 5], ["cy", 5], ["r", 5], ["fill", `hsl(${hue} 85% 64%)`]]) {
      circle.setAttribute(name, value);
    }
    mark.append(circle);
    line.append(mark);
  }
  const name = document.createElement("span");
  name.textContent = text;
  if (title) name.title = title;
  const count = document.createElement("b");
  count.textContent = number;
  line.append(name, count);
  list.append(line);
}

function none(list, text) {
  const line = document.createElement("li");
  line.className = "none";
  line.textContent = text;
  list.append(line);
}

function show() {
  const islands = [...head.islands].sort((a, b) => b[1] - a[1]);
  element("players").textContent = crowd.count.toLocaleString("en");
  element("count").textContent = islands.length.toLocaleString("en");
  element("largest").textContent = islands.length ? islands[0][1] : "–";
  element("empty").hidden = crowd.count > 0;
  const list = element("islands");
  list.replaceChildren();
  for (const [name, peers] of islands.slice(0, LISTED)) item(list, hueOf(name), name, peers);
  if (!islands.length) none(list, "none");
  const state = element("state");
  state.className = head.core.healthy ? "well" : "ill";
  state.textContent = head.core.healthy ? "The core is well" : "No core is heard of";
}

async function look() {
  try {
    const answer = await fetch(`${root}/map/frame`);
    if (!answer.ok) throw new Error(`the gateway answers ${answer.status}`);
    const picture = read(await answer.arrayBuffer());
    const now = performance.now();
    const hues = picture.head.islands.map(([name]) => hueOf(name));
    crowd.take(picture, Math.min((now - taken) / span, 1), (place) => hues[place]);
    span = Math.min(Math.max(now - taken, 200), 2 * EVERY_MS);
    taken = now;
    head = picture.head;
    show();
  } catch (error) {
    element("state").className = "ill";
    element("state").textContent = `Not connected: ${error.message}`;
  }
  setTimeout(look, EVERY_MS);
}

async function scenes() {
  try {
    const answer = await fetch(`${root}/hot-scenes`);
    const found = answer.ok ? await answer.json() : [];
    const list = element("scenes");
    list.replaceChildren();
    for (const scene of found.slice(0, LISTED)) {
      const place = scene.baseCoords.join(",");
      item(list, undefined, scene.name ? `${scene.name} (${place})` : place, scene.usersTotalCount, scene.description);
    }
    if (!found.length) none(list, "Nobody stands in a scene.");
  } catch {
    // The state line tells of it.
  }
  setTimeout(scenes, SCENES_EVERY_MS);
}

function zoom(factor, atX, atY) {
  const dx = (atX - canvas.clientWidth / 2) / camera.scale;
  const dz = (canvas.clientHeight / 2 - atY) / camera.scale;
  camera.fits = false;
  camera.x += dx - dx / factor;
  camera.z += dz - dz / factor;
  camera.scale = Math.min(Math.max(camera.scale * factor, 0.002), 60);
}

canvas.addEventListener("wheel", (event) => {
  event.preventDefault();
  zoom(Math.exp(-event.deltaY * 0.0015), event.offsetX, event.offsetY);
}, { passive: false });

canvas.addEventListener("pointerdown", (event) => canvas.setPointerCapture(event.pointerId));
canvas.addEventListener("pointermove", (event) => {
  if (event.buttons & 1) {
    camera.fits = false;
    camera.x -= event.movementX / camera.scale;
    camera.z += event.movementY / camera.scale;
  }
  point(event.offsetX, event.offsetY);
});
canvas.addEventListener("pointerleave", () => { element("tip").hidden = true; });
canvas.addEventListener("keydown", (event) => {
  const pan = 60 / camera.scale;
  const keys = {
    0: () => { camera.fits = true; },
    "+": () => zoom(1.3, canvas.clientWidth / 2, canvas.clientHeight / 2),
    "-": () => zoom(1 / 1.3, canvas.clientWidth / 2, canvas.clientHeight / 2),
    ArrowLeft: () => { camera.fits = false; camera.x -= pan; },
    ArrowRight: () => { camera.fits = false; camera.x += pan; },
    ArrowUp: () => { camera.fits = false; camera.z += pan; },
    ArrowDown: () => { camera.fits = false; camera.z -= pan; },
  };
  if (keys[event.key]) {
    event.preventDefault();
    keys[event.key]();
  }
});

// Says what is under the pointer.
function point(atX, atY) {
  const x = camera.x + (atX - canvas.clientWidth / 2) / camera.scale;
  const z = camera.z + (canvas.clientHeight / 2 - atY) / camera.scale;
  let text = `parcel ${Math.floor(x / PARCEL)},${Math.floor(z / PARCEL)}`;
  let near = 10 / camera.scale;
  for (let i = 0; i < crowd.count; i++) {
    const far = Math.hypot(crowd.to[2 * i] - x, crowd.to[2 * i + 1] - z);
    if (far < near) {
      near = far;
      const island = head.islands[crowd.islands[i]];
      text = `parcel ${Math.floor(x / PARCEL)},${Math.floor(z / PARCEL)}` + (island ? ` · island ${island[0]}, ${island[1]} players` : "");
    }
  }
  const tip = element("tip");
  tip.textContent = text;
  tip.hidden = false;
}

look();
scenes();
requestAnimationFrame(draw);
// For tests: what is shown.
globalThis.worldlogMap = { crowd, camera, get head() { return head; } };
