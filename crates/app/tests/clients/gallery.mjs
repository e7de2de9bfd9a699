// The gallery of portraits in a real browser: those there are, one that comes while it is open, and one looked at closely.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { launched, patient } from "./browser.mjs";

const { WORLDLOG_PLATFORM: platform, WORLDLOG_FLAG: flag, GALLERY_SHOTS: shots } = process.env;
const browser = await launched();
const page = await patient(browser, { viewport: { width: 1100, height: 640 }, reducedMotion: "reduce" });
const faults = [];
page.on("pageerror", (error) => faults.push(error.message));
page.on("console", (line) => line.type() === "error" && faults.push(line.text()));

// How much of a picture shows something: its own pixels, not what is behind it.
const seen = (selector) => page.$$eval(selector, (images) => images.map((image) => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  if (!canvas.width) return 0;
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let at = 3; at < data.length; at += 4) count += data[at] > 0 ? 1 : 0;
  return count / (data.length / 4);
}));

await page.goto(`${platform}/profile-images/gallery`);
await page.waitForSelector("body[data-state=live]", { timeout: 60_000 });
const before = await page.$$eval("#portraits li", (items) => items.map((item) => item.dataset.avatar));
assert.equal(before.length, 5);
await page.waitForFunction(() => [...document.images].filter((image) => image.id !== "body").every((image) => image.complete));
for (const part of await seen("#portraits img")) assert.ok(part > 0.2, `${part} of a face shows something`);

writeFileSync(flag, "it looks");
await page.waitForFunction(() => document.querySelectorAll("#portraits li").length === 6, undefined, { timeout: 120_000 });
const first = await page.$eval("#portraits li", (item) => item.dataset.avatar);
assert.ok(!before.includes(first), "the new one comes first");
await page.waitForFunction(() => document.querySelector("#portraits img").complete);
assert.ok((await seen("#portraits img"))[0] > 0.2);
assert.match(await page.textContent("#count"), /^6 /);
if (shots) await page.screenshot({ path: join(shots, "gallery.png") });

await page.click("#portraits li button");
await page.waitForSelector("dialog[open]");
await page.waitForFunction(() => document.getElementById("body").complete);
const [body] = await seen("#body");
assert.ok(body > 0.08, `${body} of the body shows something`);
assert.match(await page.textContent("#facts"), new RegExp(first));
if (shots) await page.screenshot({ path: join(shots, "gallery-body.png") });
await page.click("#close");
assert.equal(await page.$("dialog[open]"), null);
assert.deepEqual(faults, []);
await browser.close();
console.log(`gallery: ${before.length} portraits and one more`);
