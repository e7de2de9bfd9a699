// The console of a running platform, in a real Chromium: signing in, deciding, switching, reading; by keyboard, in the
// dark, on a telephone; and nothing of it asks another host or breaks the page's own policy.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { launched, PATIENCE } from "./browser.mjs";

const { WORLDLOG_PLATFORM: platform, WORLDLOG_TOKEN: token, CONSOLE_SHOTS: shots } = process.env;
const SCREENS = ["overview", "flow", "topics", "records?topic=user.actions", "processors", "generations", "dead-letters", "effects",
  "explain?model=badges&of=0x14791697260e4c9a71f18484c9f997b308e59325", "verify?model=badges"];

const browser = await launched("--disable-gpu");
const foreign = [];
const complaints = [];

/** A page whose requests and complaints are watched. */
async function opened(options = {}, path = "/operator") {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  page.on("request", (request) => {
    if (!request.url().startsWith(`${platform}/`) && !request.url().startsWith("data:")) foreign.push(request.url());
  });
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" && /Content Security Policy|Refused to/.test(message.text())) complaints.push(message.text());
  });
  await page.goto(`${platform}${path}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  return page;
}

const go = async (page, screen) => {
  await page.goto(`${platform}/operator/#/${screen}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
};

const said = (page, text) => page.locator(".note", { hasText: text }).waitFor();

/** A picture for the documentation, when somebody wants one: from the top, without notes. */
async function picture(page, name) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  const notes = (display) => page.evaluate((display) => { document.querySelector(".notes").style.display = display; scrollTo(0, 0); }, display);
  await notes("none");
  await page.waitForTimeout(6000);
  await page.screenshot({ path: `${shots}/${name}.png` });
  await notes("");
}

/** Something moves on pictures: people of other addresses walk. */
if (shots) {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  let n = 0;
  setInterval(() => {
    const walks = [2, 3, 4].map((person) => ({
      type: "client", subType: "walked-distance", key: `live-${n += 1}`, timestamp: 1767571300000 + n,
      metadata: { userAddress: `0x${String(person).repeat(40)}`, sessionId: "s", authChain: [], realm: "main", timestamp: "2026-01-05T00:00:00.000Z", stepCount: 70 } }));
    fetch(`${platform}/events-notifier/events`, { method: "POST", headers, body: JSON.stringify(walks) }).catch(() => {});
  }, 400).unref();
}

/** What has come to rest: no bar, nothing asked. */
const settled = (page) => page.locator("[aria-busy=true], .empty:has-text('Asking'), .empty:has-text('Reading')").first().waitFor({ state: "detached" });

async function step(name, work) {
  await work();
  console.log(`ok ${name}`);
}

let page;

await step("the page opens with and without a slash", async () => {
  page = await opened();
  assert.match(await page.title(), /Overview/);
  const slash = await opened({}, "/operator/");
  assert.match(await slash.title(), /Overview/);
  await slash.context().close();
});

await step("what is rejected is on the first page", async () => {
  await page.getByRole("row").filter({ hasText: "notices-moderation" }).getByRole("link").waitFor();
  await page.getByRole("link", { name: "Dead letters 1", exact: false }).first().waitFor();
  await picture(page, "overview");
});

await step("nobody changes anything before signing in, and a wrong token does not do", async () => {
  await go(page, "generations?model=badges");
  await page.getByRole("button", { name: "Build generation 1 of badges" }).click();
  const build = page.getByRole("dialog", { name: "Build badges anew" });
  await build.getByRole("button", { name: "Build" }).click();
  const dialog = page.getByRole("dialog", { name: "Sign in" });
  await dialog.getByLabel("Token").fill("wrong");
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await dialog.getByText("the token is not operator.token").waitFor();
  await picture(page, "sign-in");
  await dialog.getByLabel("Token").fill(token);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await said(page, "badges is being built");
  const cookies = await page.context().cookies();
  assert.deepEqual(cookies.map((c) => [c.name, c.httpOnly, c.sameSite, c.path]), [["worldlog_session", true, "Strict", "/operator"]]);
  assert.equal(await page.evaluate(() => document.cookie), "", "script sees none");
});

const badges = async () => {
  const answer = await fetch(`${platform}/operator/generations`);
  return (await answer.json()).find((model) => model.readModel === "badges");
};

await step("a built generation is made live by its button, and taken back by another", async () => {
  await page.getByRole("row").filter({ hasText: "ready" }).waitFor();
  await picture(page, "generations");
  await page.getByRole("button", { name: "Promote generation 2 of badges" }).click();
  const promote = page.getByRole("dialog");
  await picture(page, "promote");
  await promote.getByRole("button", { name: "Promote" }).click();
  await said(page, "Generation 2 of badges is live");
  assert.equal((await badges()).live, 2);
  await page.getByRole("row").filter({ hasText: "retired" }).waitFor();
  await page.getByRole("button", { name: "Roll back generation 1 of badges" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Roll back" }).click();
  await said(page, "Generation 1 of badges is live again");
  assert.equal((await badges()).live, 1);
  await page.getByRole("button", { name: "Drop generation 2 of badges" }).click();
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert.equal((await badges()).generations.length, 2, "Escape changes nothing");
});

await step("what was rejected says why, and is tried again and left out", async () => {
  await go(page, "dead-letters");
  await page.getByRole("table", { name: "Processors with dead letters" }).getByRole("link", { name: "notices-moderation" }).click();
  const table = page.getByRole("table", { name: "Dead letters of notices-moderation" });
  await table.getByText("NOTICE_ADDRESS").first().waitFor();
  await table.getByRole("button", { name: /^Letter / }).first().click();
  await page.locator("pre.json", { hasText: "bannedAddress" }).first().waitFor();
  await picture(page, "dead-letters");
  await table.getByRole("button", { name: /^Redrive / }).first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Redrive" }).click();
  await said(page, "To be tried again: 1 event.");
  // Nothing has changed, so it is rejected again.
  await table.getByText("tried again in vain").first().waitFor();
  await table.getByRole("button", { name: /^Discard / }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Why").fill("nobody has this address");
  await dialog.getByRole("button", { name: "Discard" }).click();
  await said(page, "Discarded: 1 event.");
  await table.getByText("discarded").first().waitFor();
  await page.getByText("0 events to decide about").waitFor();
});

await step("a processor stands still and goes on", async () => {
  await go(page, "processors?name=badges");
  await page.getByRole("button", { name: "Pause badges", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
  await said(page, "badges stands still");
  await page.getByRole("button", { name: "Resume badges", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Resume" }).click();
  await said(page, "badges goes on");
  await picture(page, "processors");
});

await step("records are shown decoded, by key, and one of them whole", async () => {
  await go(page, "topics");
  await page.getByLabel("Filter by name or words").fill("user.actions");
  await page.getByRole("link", { name: "user.actions" }).click();
  await page.getByRole("table", { name: "Records" }).getByText("client/walked-distance").first().waitFor();
  await page.getByLabel("Key").fill("nobody");
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByText("No such record.").waitFor();
  await page.getByLabel("Key").fill("0x14791697260e4c9a71f18484c9f997b308e59325");
  await page.getByRole("button", { name: "Show" }).click();
  const records = page.getByRole("table", { name: "Records" });
  await records.getByText("client/walked-distance").first().waitFor();
  assert.equal(await records.getByText("client/walked-distance").count(), 40);
  await records.getByRole("button", { name: /^Record / }).first().click();
  await page.locator("pre.json", { hasText: '"stepCount": 3000' }).first().waitFor();
  await picture(page, "records");
});

await step("pages of a partition lead to older records and back to newer ones", async () => {
  const place = await page.getByRole("button", { name: /^Record / }).first().getAttribute("aria-label");
  const partition = place.match(/Record (\d+):/)[1];
  await go(page, `records?topic=user.actions&partition=${partition}&from=30`);
  await page.getByRole("button", { name: `Record ${partition}:39` }).waitFor();
  // What was shown before stays until the answer is there.
  await page.getByRole("button", { name: `Record ${partition}:29`, exact: true }).waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Older" }).click();
  await page.getByRole("button", { name: `Record ${partition}:0`, exact: true }).waitFor();
  assert.equal(await page.getByRole("button", { name: /^Record / }).count(), 40, "none twice");
  assert.ok(await page.getByRole("button", { name: "Older" }).isDisabled(), "there is nothing older");
});

await step("a key explains itself", async () => {
  await go(page, "explain");
  await page.getByLabel("Read model").fill("badges");
  await page.getByLabel("Key").fill("0x14791697260e4c9a71f18484c9f997b308e59325");
  for (let drawn = 0; drawn < 2; drawn += 1) await page.waitForResponse(/operator\/processors$/);
  assert.equal(await page.getByLabel("Read model").inputValue(), "badges", "what is typed stays when the screen is drawn again");
  await page.getByRole("button", { name: "Explain" }).click();
  await page.getByText(/40 events shown of 40/).waitFor();
  assert.equal(await page.locator(".timeline > .event").count(), 40);
  await page.locator(".timeline ins").first().waitFor();
  await picture(page, "explain");
});

await step("a read model is verified", async () => {
  await go(page, "verify?model=badges");
  await page.getByLabel("All keys").check();
  await page.getByRole("button", { name: "Verify" }).click();
  await page.getByText("as the log says").waitFor();
});

await step("the flow is drawn, names what moves to ears and keyboards, and leads to things", async () => {
  await go(page, "flow");
  const node = page.getByRole("link", { name: /^processor ingest/ });
  await node.waitFor();
  const [topics, drawn] = [(await (await fetch(`${platform}/operator/flow`)).json()).topics.length, await page.locator(".node.topic").count()];
  assert.ok(drawn > 30 && drawn <= topics, `${drawn} of ${topics} topics`);
  await picture(page, "flow");
  await page.getByLabel("Show what is around…").fill("badges.facts");
  await page.getByRole("link", { name: /^processor ingest/ }).waitFor({ state: "detached" });
  await picture(page, "flow-around");
  await page.getByRole("link", { name: /^processor badges\b/ }).click();
  await page.getByRole("heading", { name: "badges", exact: true }).waitFor();
  await go(page, "flow");
  await page.getByRole("button", { name: "Table" }).click();
  await page.getByRole("row").filter({ hasText: "events.inbox" }).filter({ hasText: "is read by" }).waitFor();
});

await step("effects are listed", async () => {
  await go(page, "effects");
  await page.getByRole("table", { name: "Kinds of effect" }).getByRole("link", { name: "mail" }).waitFor();
});

await step("the keyboard goes everywhere", async () => {
  await go(page, "overview");
  await page.reload();
  await page.getByText("To look at").waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main", "the first stop skips to the content");
  await go(page, "topics");
  await page.getByRole("table", { name: "Topics" }).waitFor();
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("/");
  await page.keyboard.type("badges.facts");
  assert.equal(await page.getByLabel("Filter by name or words").inputValue(), "badges.facts");
  const names = new Set();
  for (let n = 0; n < 40; n += 1) {
    await page.keyboard.press("Tab");
    names.add(await page.evaluate(() => document.activeElement.textContent.trim()));
    const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    if (names.has("badges.facts")) {
      assert.notEqual(ring, "none", "one sees where one is");
      break;
    }
  }
  assert.ok(names.has("badges.facts"), [...names].join(", "));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Records" }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1", "a new screen takes the focus along");
});

await step("the session ends", async () => {
  await page.getByRole("button", { name: "Sign out" }).click();
  await said(page, "Signed out");
  assert.deepEqual(await page.context().cookies(), []);
  await page.getByRole("button", { name: "Sign in" }).waitFor();
});

const ground = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).slice(0, 3).map(Number));

await step("it is dark for who likes it dark, or says so", async () => {
  const dark = await opened({ colorScheme: "dark" });
  assert.ok((await ground(dark)).every((c) => c < 60));
  assert.ok((await ground(page)).every((c) => c > 200));
  await go(dark, "flow");
  await dark.getByRole("link", { name: /^processor ingest/ }).waitFor();
  await picture(dark, "flow-dark");
  await dark.getByRole("button", { name: "Colours: Auto" }).click();
  assert.ok((await ground(dark)).every((c) => c > 200), "light, though the system is dark");
  await dark.reload();
  await dark.getByRole("button", { name: "Colours: Light" }).waitFor();
  assert.ok((await ground(dark)).every((c) => c > 200), "it is kept");
  await dark.context().close();
});

await step("a telephone shows all of it without being moved sideways", async () => {
  const phone = await opened({ viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
  for (const screen of SCREENS) {
    await go(phone, screen);
    await settled(phone);
    const width = await phone.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 360, `${screen}: ${width}`);
  }
  await go(phone, "generations");
  await phone.getByRole("table").waitFor();
  await picture(phone, "phone-generations");
  await phone.getByRole("button", { name: "Menu" }).click();
  await phone.getByRole("link", { name: "Topics" }).click();
  await phone.getByRole("heading", { name: "Topics" }).waitFor();
  await phone.context().close();
});

await step("it says when the platform does not answer, and goes on when it does", async () => {
  await go(page, "overview");
  await page.getByText("To look at").waitFor();
  await page.route("**/operator/**", (route) => route.abort());
  await page.getByRole("alert").getByText("The platform does not answer.").waitFor();
  await picture(page, "lost");
  await page.unroute("**/operator/**");
  await page.getByRole("button", { name: "Ask now" }).click();
  await page.getByRole("alert").waitFor({ state: "detached" });
});

await browser.close();
assert.deepEqual(foreign, [], "it asks its own host only");
assert.deepEqual(complaints, [], "no error, and nothing that its policy forbids");
console.log("the console works");
