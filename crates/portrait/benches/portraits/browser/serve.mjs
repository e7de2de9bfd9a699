// Serves a page that draws avatars to a headless Chromium, and watches what that takes: the browser's processes together.
//
//   DRAW_PLAN      JSON of the avatars
//   DRAW_DATA      folder of their files
//   DRAW_MODULES   node_modules with three.js
//   DRAW_BROWSER   the browser; DRAW_PROFILE: a folder for it
//   DRAW_PHASE     cold or warm; DRAW_WORKERS: how many workers the page has
//   DRAW_SHOTS     a folder for pictures, or nothing

import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const { DRAW_PLAN, DRAW_DATA, DRAW_MODULES, DRAW_BROWSER, DRAW_PROFILE, DRAW_PHASE, DRAW_WORKERS, DRAW_SHOTS } = process.env;
const PATIENCE_MS = 20 * 60_000;
const SAMPLE_MS = 50;
/** A tick of processor time is a hundredth of a second on all common kernels; a page has 4 KiB. */
const TICKS = 100;
const TYPES = { ".html": "text/html", ".mjs": "text/javascript", ".js": "text/javascript", ".json": "application/json", ".png": "image/png" };

const read = (path) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // It has ended meanwhile.
  }
};

/** The processes of the browser: each with its parent, its processor time and its memory. */
function processes() {
  const all = new Map();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const stat = read(`/proc/${pid}/stat`);
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields.length > 20) all.set(+pid, { parent: +fields[1], ticks: +fields[11] + +fields[12], pages: +fields[21] });
  }
  const own = new Map();
  const is_own = (pid) => pid === browser.pid || (all.has(pid) && all.get(pid).parent > 1 && is_own(all.get(pid).parent));
  for (const [pid, of] of all) if (is_own(pid)) own.set(pid, of);
  return own;
}

const seen = new Map(); // Processor time by process, those included that have ended.
const peak = { resident: 0, shared_once: 0 };

function sample() {
  let [resident, proportional] = [0, 0];
  for (const [pid, { ticks, pages }] of processes()) {
    seen.set(pid, ticks);
    resident += pages * 4;
    proportional += +(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
  }
  peak.resident = Math.max(peak.resident, resident / 1024);
  peak.shared_once = Math.max(peak.shared_once, proportional / 1024);
}

const processor = () => {
  sample();
  return [...seen.values()].reduce((sum, ticks) => sum + ticks, 0) / TICKS;
};

/** The bare name that examples import three.js by is nothing to a worker. */
const served = (path, text) => (path.startsWith("/three/") ? text.replaceAll(/from\s+'three'/g, "from '/three/build/three.module.js'") : text);

async function file(path) {
  const [, root] = path.split("/");
  const rest = normalize(path.slice(root.length + 1));
  if (path === "/plan.json") return readFile(DRAW_PLAN);
  if (root === "data") return readFile(join(DRAW_DATA, rest));
  if (root === "three") return served(path, await readFile(join(DRAW_MODULES, path), "utf8"));
  return readFile(join(import.meta.dirname, path === "/" ? "page.html" : path));
}

let started;
const took = {};

/** What the page tells: that it begins, that it is done, that it failed, a picture. */
async function told(path, body) {
  if (path === "/begins") started = { at: performance.now(), processor: processor() };
  if (path === "/done") {
    const seconds = (performance.now() - started.at) / 1000;
    Object.assign(took, { ...JSON.parse(body), seconds, processor: processor() - started.processor, ...peak });
  }
  if (path === "/failed") finish(1, `the page failed: ${body}`);
  if (path.startsWith("/picture/") && DRAW_SHOTS) await writeFile(join(DRAW_SHOTS, normalize(path.slice(9))), body);
  if (path === "/over") finish(0, JSON.stringify(took));
}

const server = createServer(async (request, response) => {
  const path = decodeURIComponent(new URL(request.url, "http://page").pathname);
  try {
    if (request.method === "POST") {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      await told(path, Buffer.concat(chunks));
      return response.end();
    }
    const body = await file(path);
    response.writeHead(200, { "content-type": TYPES[extname(path || ".html")] ?? (path === "/" ? "text/html" : "application/octet-stream"), "cache-control": "no-store" });
    response.end(body);
  } catch (error) {
    response.writeHead(404).end(String(error));
  }
});

function finish(code, text) {
  clearInterval(sampling);
  (code ? console.error : console.log)(text);
  browser.once("exit", () => process.exit(code));
  browser.kill("SIGTERM");
  setTimeout(() => browser.kill("SIGKILL"), 5000).unref();
}

await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const url = `http://127.0.0.1:${server.address().port}/?phase=${DRAW_PHASE}&workers=${DRAW_WORKERS}`;
const browser = spawn(DRAW_BROWSER, [
  "--headless=new", "--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--no-first-run",
  "--disable-extensions", "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
  `--user-data-dir=${DRAW_PROFILE}`, url,
], { stdio: "ignore" });
const sampling = setInterval(sample, SAMPLE_MS);
browser.once("error", (error) => { console.error(`no browser: ${error.message}`); process.exit(1); });
browser.once("exit", () => { if (!took.seconds) { console.error("the browser ended"); process.exit(1); } });
setTimeout(() => finish(1, "the page took too long"), PATIENCE_MS).unref();
