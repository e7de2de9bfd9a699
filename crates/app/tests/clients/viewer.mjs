// The viewer in a real browser: an entity of many models, each shown before and after, and what is told when there is none.

import assert from "node:assert/strict";
import { join } from "node:path";
import { launched, patient } from "./browser.mjs";

const { WORLDLOG_PLATFORM: platform, WORLDLOG_ENTITY: entity, VIEWER_SHOTS: shots } = process.env;
const browser = await launched("--use-angle=swiftshader", "--enable-unsafe-swiftshader");
const page = await patient(browser, { viewport: { width: 1400, height: 900 } });
const faults = [];
page.on("pageerror", (error) => faults.push(error.message));
page.on("console", (line) => line.type() === "error" && faults.push(line.text()));

async function ready(what) {
  await page.waitForSelector("body[data-state=ready], body[data-state=failed]", { timeout: 120_000 });
  const told = await page.$$eval("#shown .facts", (all) => all.map((one) => one.textContent));
  assert.equal(await page.getAttribute("body", "data-state"), "ready", `${what}: ${told}`);
}
const facts = () => page.$$eval("#shown .facts", (all) => all.map((one) => one.textContent));

// How much two canvases differ: the mean over all channels, 0 to 255; and how much of the first one shows something.
const difference = () => page.evaluate(() => {
  const [one, other] = ["original", "converted"].map((id) => {
    const copy = document.createElement("canvas");
    const canvas = document.getElementById(id);
    [copy.width, copy.height] = [canvas.width, canvas.height];
    const context = copy.getContext("2d");
    context.drawImage(canvas, 0, 0);
    return context.getImageData(0, 0, copy.width, copy.height).data;
  });
  let [sum, seen] = [0, 0];
  for (let at = 0; at < one.length; at += 1) {
    sum += Math.abs(one[at] - other[at]);
    seen += at % 4 === 3 && one[at] > 0 ? 1 : 0;
  }
  return { mean: sum / one.length, shown: seen / (one.length / 4) };
});

await page.goto(`${platform}/assets/viewer?what=${entity}&platform=web`);
await ready(entity);
const files = await page.$$eval("#files tbody tr", (rows) => rows.map((row) => row.dataset.file));
assert.ok(files.length > 3, `${files}`);
let models = 0;
for (const file of files) {
  const button = page.locator("#files tbody tr", { hasText: file }).first().locator("button");
  if (await button.count() === 0) continue;
  await button.click();
  await ready(file);
  const [before, after] = await facts();
  if (/\.gl(b|tf)$/i.test(file)) {
    models += 1;
    assert.equal(before, after, file);
    assert.match(before, /^\d+ triangles in \d+ meshes/);
  }
  const { mean, shown } = await difference();
  assert.ok(shown > 0.005, `${file}: ${shown} of the canvas shows something`);
  assert.ok(mean < 6, `${file}: the pictures differ by ${mean}`);
}
assert.ok(models >= 2, `${models} models`);
const cells = await page.$$eval("#files tbody td.number", (all) => all.map((cell) => cell.textContent));
assert.ok(cells.every((text) => text !== "…"), `${cells}`);
if (shots) await page.screenshot({ path: join(shots, "viewer.png") });

await page.fill("#what", "123,-123");
await page.click("form button");
await page.waitForSelector("body[data-state=nothing]");
assert.match(await page.textContent("#summary"), /Nothing is ready at 123,-123/);
assert.deepEqual(faults, []);
await page.fill("#what", "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku");
await page.click("form button");
await page.waitForSelector("body[data-state=failed]");
assert.match(await page.textContent("#summary"), /404/);
await browser.close();
console.log(`viewer: ${files.length} files, ${models} models`);
