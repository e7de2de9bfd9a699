// The island map in a real browser: everybody has a dot, dots move, islands have colours, and it keeps up with 20 000.

import assert from "node:assert/strict";
import { join } from "node:path";
import { launched, patient } from "./browser.mjs";

const { WORLDLOG_PLATFORM: platform, WORLDLOG_BOTS: bots, ISLANDS_SHOTS: shots } = process.env;
const browser = await launched();
const page = await patient(browser, { viewport: { width: 1400, height: 900 } });
const faults = [];
page.on("pageerror", (error) => faults.push(error.message));
page.on("console", (line) => line.type() === "error" && faults.push(line.text()));

// How many pixels of the canvas are of each of the 24 hues of islands.
const hues = () => page.evaluate(() => {
  const canvas = document.getElementById("map");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const counts = {};
  for (let at = 0; at < data.length; at += 4) {
    const [r, g, b] = [data[at], data[at + 1], data[at + 2]];
    const [most, least] = [Math.max(r, g, b), Math.min(r, g, b)];
    // Dots are bright and full of colour; lines and rings are neither.
    if (most < 200 || most - least < 100) continue;
    const span = most - least;
    const sixth = most === r ? ((g - b) / span + 6) % 6 : most === g ? (b - r) / span + 2 : (r - g) / span + 4;
    const hue = (Math.round(sixth * 60 / 15) * 15) % 360;
    counts[hue] = (counts[hue] ?? 0) + 1;
  }
  return counts;
});
const positions = () => page.evaluate(() => [...globalThis.worldlogMap.crowd.to]);

await page.goto(`${platform}/archipelago/map`);
await page.waitForFunction((bots) => document.getElementById("players").textContent === bots, bots);
assert.equal(await page.textContent("#state"), "The core is well");
assert.ok(await page.isHidden("#empty"));
const islands = Number(await page.textContent("#count"));
assert.ok(islands >= 2, `${islands} islands`);
await page.waitForFunction(() => document.querySelectorAll("#scenes b").length === 2);
const scenes = await page.$$eval("#scenes span", (all) => all.map((one) => one.textContent));
assert.ok(scenes.some((scene) => scene.startsWith("Plaza of Tides (")), `${scenes}`);

const seen = await hues();
const coloured = Object.values(seen).filter((count) => count > 20);
assert.ok(coloured.length >= 2, `hues of dots: ${JSON.stringify(seen)}`);
const before = await positions();
await page.waitForFunction((first) => globalThis.worldlogMap.crowd.to[0] !== first, before[0]);
const after = await positions();
assert.equal(after.length, before.length);
if (shots) await page.screenshot({ path: join(shots, "islands.png") });

// Under the pointer: who is there.
await page.evaluate(() => {
  const { camera, crowd } = globalThis.worldlogMap;
  Object.assign(camera, { fits: false, x: crowd.to[0], z: crowd.to[1], scale: 4 });
});
const box = await page.locator("#map").boundingBox();
await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
assert.match(await page.textContent("#tip"), /^parcel -?\d+,-?\d+/);
await page.focus("#map");
await page.keyboard.press("0");
assert.ok(await page.evaluate(() => globalThis.worldlogMap.camera.fits));

// Twenty thousand, in pictures of the gateway's form.
await page.route("**/map/frame", async (route) => {
  const [count, islands] = [20_000, 220];
  let head = JSON.stringify({
    at: 1, core: { healthy: true, userCount: count },
    islands: Array.from({ length: islands }, (_, n) => [`I${n.toString(36)}`, 90, (n % 15) * 300, Math.floor(n / 15) * 300, 60]),
  });
  while (head.length % 4) head += " ";
  const bytes = Buffer.alloc(4 + head.length + count * 16);
  bytes.writeUInt32LE(head.length, 0);
  bytes.write(head, 4, "latin1");
  for (let n = 0; n < count; n++) {
    const [at, island] = [4 + head.length + n * 16, n % islands];
    bytes.writeFloatLE((island % 15) * 300 + (Math.random() - 0.5) * 120, at);
    bytes.writeFloatLE(Math.floor(island / 15) * 300 + (Math.random() - 0.5) * 120, at + 4);
    bytes.writeUInt32LE(island, at + 8);
    bytes.writeUInt32LE(n, at + 12);
  }
  await route.fulfill({ body: bytes, contentType: "application/octet-stream" });
});
await page.waitForFunction(() => document.getElementById("players").textContent === "20,000");
const drawn = await page.evaluate(() => new Promise((done) => {
  const times = [];
  const frame = (now) => {
    times.push(now);
    if (times.length < 30) requestAnimationFrame(frame);
    else done((times.at(-1) - times[0]) / (times.length - 1));
  };
  requestAnimationFrame(frame);
}));
if (shots) await page.screenshot({ path: join(shots, "islands-20000.png") });
assert.deepEqual(faults, []);
await browser.close();
console.log(`islands: ${islands} islands of ${bots}; 20 000 drawn every ${drawn.toFixed(1)} ms`);
