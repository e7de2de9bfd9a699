// The viewer in a real browser: an entity of many models, each shown before and after, a scene with its levels of detail, and what
// is told when there is none.

import assert from "node:assert/strict";
import { join } from "node:path";
import { launched, patient } from "./browser.mjs";

const { WORLDLOG_PLATFORM: platform, WORLDLOG_ENTITY: entity, WORLDLOG_SCENE: scene, VIEWER_SHOTS: shots } = process.env;
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
  const button = page.locator(`#files tbody tr[data-file="${file}"] button`);
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

// A scene: as one mesh at two levels, and a model of it with its own.
if (scene) {
  await page.goto(`${platform}/assets/viewer?what=${scene}&platform=web`);
  await ready(scene);
  assert.match(await page.textContent("#summary"), /Levels of detail: exit code 0/);
  await page.locator('#files tbody tr[data-file="The scene from afar"] button').click();
  await ready("the scene");
  const options = (side) => page.locator("#shown .choice").nth(side).locator("option").allTextContents();
  const counted = (text) => Number(/(\d+) triangles/.exec(text)[1]);
  const levels = await options(0);
  assert.equal(levels.length, 2, `${levels}`);
  const seen = (await facts()).map(counted);
  assert.deepEqual(seen, levels.map(counted), "the manifest says what is drawn");
  assert.ok(seen[0] > seen[1] && seen[1] <= 500, `${seen}`);
  const { mean, shown } = await difference();
  assert.ok(shown > 0.02 && mean < 12, `${shown} of the canvas, the pictures differ by ${mean}`);
  if (shots) await page.screenshot({ path: join(shots, "viewer-lods.png") });
  await page.locator('#files tbody tr[data-file="assets/scene/tables.glb"] button').click();
  await ready("tables");
  const all = await options(1);
  assert.equal(all[0], "Original");
  assert.match(all[1], /^Converted/);
  assert.match(all.at(-1), /^Scene, merged, LOD 1/);
  const coarse = all.findIndex((name) => name.startsWith("LOD "));
  assert.ok(coarse > 1, `${all}`);
  await page.locator("#shown .choice").nth(1).selectOption({ index: coarse });
  await ready(all[coarse]);
  const [fine, coarser] = (await facts()).map(counted);
  assert.equal(coarser, counted(all[coarse]));
  assert.ok(coarser < fine, `${coarser} of ${fine}`);
  await page.goto(`${platform}/assets/viewer?what=${entity}&platform=web`);
  await ready(entity);
}

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
