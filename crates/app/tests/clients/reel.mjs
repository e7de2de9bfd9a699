// The camera reel as a web page uses it: a real browser draws pictures, sends them as forms from another origin, shows them, and
// ends them; every request is signed by `decentraland-crypto-fetch`, which then does the same by itself. What is told of it
// is what `@dcl/schemas` publishes. No client of the reel is published.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import crypto from "@dcl/crypto/dist/crypto.js";
import schemas from "@dcl/schemas";
import { Authenticator } from "@dcl/crypto";
import { signedFetchFactory, signedHeaderFactory } from "decentraland-crypto-fetch";
import { launched, patient } from "./browser.mjs";

const { WORLDLOG_PLATFORM: platform, WORLDLOG_TOKEN: token } = process.env;
const reel = `${platform}/camera-reel`;
const place = "2f1f0d2c-8a05-4a3f-8ad5-0c1c8b4c8e11";
const headersOf = signedHeaderFactory();

/** A wallet, logged in. */
async function person() {
  const wallet = crypto.createUnsafeIdentity();
  const sign = async (message) => Authenticator.createSignature(wallet, message);
  const identity = await Authenticator.initializeAuthChain(wallet.address, crypto.createUnsafeIdentity(), 60, sign);
  return { address: wallet.address.toLowerCase(), identity };
}

const people = { ann: await person(), bob: await person() };
const metadata = (who) => JSON.stringify({
  userName: who, userAddress: people[who].address, dateTime: String(Math.floor(Date.now() / 1000)), realm: "main", placeId: place,
  scene: { name: "Plaza", location: { x: "10", y: "-4" } },
  visiblePeople: [{ userName: "Bob", userAddress: people.bob.address, wearables: [], isGuest: false }],
});

// The page has nothing of its own; it only is somewhere else.
const server = createServer((_, response) => response.setHeader("content-type", "text/html").end("<!doctype html><title>Elsewhere</title>"));
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const browser = await launched();
const page = await patient(browser);
const faults = [];
page.on("pageerror", (error) => faults.push(error.message));
await page.exposeFunction("signed", (who, method, path) => Object.fromEntries(headersOf(people[who].identity, method, path, {})));
await page.goto(`http://127.0.0.1:${server.address().port}/`);
await page.evaluate(() => {
  // A request of a page, signed by whom it names, and its answer.
  window.ask = async (who, method, url, body, headers = {}) => {
    const own = who ? await window.signed(who, method, new URL(url).pathname) : {};
    const answer = await fetch(url, { method, body, headers: { ...headers, ...own } });
    const text = await answer.text();
    return { status: answer.status, text, json: text.startsWith("{") ? JSON.parse(text) : undefined };
  };
  // A picture off a canvas, in a form.
  window.upload = async (who, url, { type, width, height, metadata, isPublic, colour }) => {
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const context = canvas.getContext("2d");
    context.fillStyle = colour;
    context.fillRect(0, 0, width, height);
    const file = await new Promise((resolve) => canvas.toBlob(resolve, type));
    const form = new FormData();
    form.append("image", file, type === "image/png" ? "seen.png" : "seen.jpg");
    form.append("metadata", new Blob([metadata], { type: "application/json" }));
    if (isPublic !== undefined) form.append("is_public", String(isPublic));
    return window.ask(who, "POST", url, form);
  };
  // How large a picture is that the page shows, and the colour of its middle.
  window.shown = async (url) => {
    const image = Object.assign(new Image(), { crossOrigin: "anonymous", src: url });
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const middle = context.getImageData(image.width >> 1, image.height >> 1, 1, 1).data;
    return { size: [image.naturalWidth, image.naturalHeight], middle: [...middle] };
  };
});
const upload = (who, given) => page.evaluate(([who, url, given]) => window.upload(who, url, given), [who, `${reel}/api/images`, given]);
const ask = (who, method, path, body) => page.evaluate(
  ([who, method, url, body]) => window.ask(who, method, url, body, body ? { "content-type": "application/json" } : {}),
  [who, method, `${reel}${path}`, body && JSON.stringify(body)],
);
const shown = (url) => page.evaluate((url) => window.shown(url), url);
const ids = ({ status, json }) => {
  assert.equal(status, 200);
  return json.images.map((image) => image.id);
};
const gallery = `/api/users/${people.ann.address}/images`;

// Up, as a JPEG for everybody and as a PNG for oneself.
const wide = { type: "image/jpeg", width: 1920, height: 1080, colour: "#2060c0", metadata: metadata("ann"), isPublic: true };
const taken = await upload("ann", wide);
assert.equal(taken.status, 200, taken.text);
assert.deepEqual([taken.json.currentImages, taken.json.maxImages, taken.json.image.isPublic], [1, 500, true]);
const square = await upload("ann", { ...wide, type: "image/png", width: 400, height: 400, colour: "#c06020", isPublic: undefined });
assert.equal(square.status, 200, square.text);
assert.equal(square.json.image.isPublic, false, "private unless it says so");
const [open, own] = [taken.json.image, square.json.image];

// Shown from another origin: the file, and the small one within 640 by 360.
assert.deepEqual((await shown(open.url)).size, [1920, 1080]);
assert.deepEqual((await shown(open.thumbnailUrl)).size, [640, 360]);
assert.deepEqual(await shown(own.url), { size: [400, 400], middle: [0xc0, 0x60, 0x20, 255] });
assert.deepEqual((await shown(own.thumbnailUrl)).size, [360, 360]);

// Who sees what.
assert.deepEqual(ids(await ask("ann", "GET", gallery)), [own.id, open.id]);
for (const who of ["bob", null]) assert.deepEqual(ids(await ask(who, "GET", gallery)), [open.id]);
assert.deepEqual(ids(await ask(null, "GET", `/api/places/${place}/images`)), [open.id]);
assert.equal((await ask(null, "GET", `/api/images/${own.id}/metadata`)).json.metadata.scene.name, "Plaza");

// Shown to all: by its owner alone.
const visible = { is_public: true };
assert.equal((await ask("bob", "PATCH", `/api/images/${own.id}/visibility`, visible)).status, 403);
assert.equal((await ask("ann", "PATCH", `/api/images/${own.id}/visibility`, visible)).status, 200);
assert.deepEqual(ids(await ask(null, "GET", `/api/places/${place}/images`)), [own.id, open.id]);

// Refusals that a page can read.
const unsigned = await upload(null, wide);
assert.deepEqual([unsigned.status, unsigned.text], [401, "Unathorized"]);
const another = await upload("bob", wide);
assert.deepEqual([another.status, another.json], [400, { message: "invalid user address" }]);

// Gone, for everybody.
assert.equal((await ask("bob", "DELETE", `/api/images/${open.id}`)).status, 403);
const left = await ask("ann", "DELETE", `/api/images/${open.id}`);
assert.deepEqual([left.status, left.json], [200, { currentImages: 1, maxImages: 500 }]);
assert.deepEqual(ids(await ask("ann", "GET", gallery)), [own.id]);
await assert.rejects(shown(`${open.url}?again`), "its file is gone");
assert.deepEqual(faults, []);
await browser.close();
server.close();

// The same by the signing client alone, whose forms are those of Node.js.
const signedFetch = signedFetchFactory();
async function plain(method, path, body, headers) {
  const answer = await signedFetch(`${reel}${path}`, { method, body, headers, identity: people.bob.identity, metadata: {} });
  const text = await answer.text();
  assert.equal(answer.status, 200, `${method} ${path}: ${text}`);
  return text && JSON.parse(text);
}
const form = new FormData();
const pixel = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
form.append("image", new Blob([pixel], { type: "image/png" }), "pixel.png");
form.append("metadata", metadata("bob"));
const { image } = await plain("POST", "/api/images", form);
await plain("PATCH", `/api/images/${image.id}/visibility`, JSON.stringify(visible), { "content-type": "application/json" });
const bobs = `/api/users/${people.bob.address}/images`;
assert.deepEqual((await plain("GET", `${bobs}?compact=true`)).images.map(({ id, isPublic }) => [id, isPublic]), [[image.id, true]]);
assert.deepEqual(await plain("DELETE", `/api/images/${image.id}`), { currentImages: 0, maxImages: 500 });
assert.deepEqual((await plain("GET", bobs)).images, []);

// What others are told.
await fetch(`${platform}/operator/settled?timeout=60s`, { headers: { authorization: `Bearer ${token}` } });
const lines = await (await fetch(`${platform}/operator/topics/user.actions/records?format=ndjson&limit=1000`)).text();
const told = lines.split("\n").filter(Boolean).map((line) => JSON.parse(line).value).filter((event) => event.type === "camera");
const validators = { "photo-taken": schemas.PhotoTakenEvent, "photo-privacy-changed": schemas.PhotoPrivacyChangedEvent };
for (const event of told) {
  const { validate } = validators[event.subType];
  assert.ok(validate(event), `${JSON.stringify(event)}: ${JSON.stringify(validate.errors)}`);
}
const counts = Object.groupBy(told, (event) => event.subType);
assert.deepEqual([counts["photo-taken"].length, counts["photo-privacy-changed"].length], [3, 2]);
console.log("reel: three photos taken, two shown to all, two ended");
