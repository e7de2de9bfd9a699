// Draws avatars with three.js: the models of the body and of what is worn, each with its own skeleton in the same pose, in plain
// colours. Both pictures of an avatar are read back as PNG files.

import * as THREE from "/three/build/three.module.js";
import { GLTFLoader } from "/three/examples/jsm/loaders/GLTFLoader.js";
import * as SkeletonUtils from "/three/examples/jsm/utils/SkeletonUtils.js";

/** Times that each avatar is drawn when everything is decoded. */
const ROUNDS = 3;
/** Avatars whose PNG files may be in the making while the next is drawn. */
const PENDING = 2;
const WHITE = new THREE.Color(1, 1, 1);

const heard = [];
const waiting = [];
self.onmessage = ({ data }) => (waiting.length ? waiting.shift()(data) : heard.push(data));
const next = () => new Promise((resolve) => (heard.length ? resolve(heard.shift()) : waiting.push(resolve)));

const canvas = new OffscreenCanvas(256, 512);
const renderer = new THREE.WebGLRenderer({ canvas, antialias: true, alpha: true });
renderer.setClearColor(0, 0);
const loader = new GLTFLoader();

const get = async (path) => {
  const answer = await fetch(encodeURI(path));
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer;
};
const json = async (path) => (await get(path)).json();
const bytes = async (path) => (await get(`/data/${path}`)).arrayBuffer();
const pose = await json("/data/poses/idle_pose_t0.json");
const plan = await json("/plan.json");

const camera = (width, height, at, turn) => {
  const made = new THREE.OrthographicCamera(-width / 2, width / 2, height / 2, -height / 2, 0.05, 100);
  made.position.set(...at);
  made.rotation.x = turn;
  return made;
};
const SHOTS = [
  { name: "body", size: [256, 512], camera: camera(1.25, 2.5, [0, 1.25, 3.5], (-5 * Math.PI) / 180) },
  { name: "face", size: [256, 256], camera: camera(0.55, 0.55, [0, 1.7, 1.25], 0) },
];

function posed(root) {
  root.traverse((node) => {
    const bone = pose[node.name];
    node.frustumCulled = false;
    if (!bone) return;
    if (bone.translation) node.position.fromArray(bone.translation);
    if (bone.rotation) node.quaternion.fromArray(bone.rotation);
    if (bone.scale) node.scale.fromArray(bone.scale);
  });
  return root;
}

async function model(path) {
  const gltf = await loader.parseAsync(await bytes(path), "");
  return posed(gltf.scene);
}

async function picture(path, space) {
  const blob = new Blob([await bytes(path)], { type: "image/png" });
  const texture = new THREE.Texture(await createImageBitmap(blob, { colorSpaceConversion: "none", premultiplyAlpha: "none" }));
  texture.flipY = false;
  texture.colorSpace = space;
  texture.wrapS = texture.wrapT = THREE.RepeatWrapping;
  texture.needsUpdate = true;
  return texture;
}

const colour = (rgb) => new THREE.Color().setRGB(...rgb, THREE.SRGBColorSpace);

/** The material of a model, without light, in the avatar's colour where it has one. */
function plain(old, avatar) {
  const name = old.name.toLowerCase();
  const tint = name.includes("skin") ? colour(avatar.skin) : name.includes("hair") ? colour(avatar.hair) : old.color;
  return new THREE.MeshBasicMaterial({
    map: old.map, color: tint, side: old.side, alphaTest: old.alphaTest, transparent: old.transparent, opacity: old.opacity, depthWrite: old.depthWrite,
  });
}

/** The material of a part of the face: a picture, tinted; eyes only where their mask is black. */
function face(part, { picture: map, mask }, avatar) {
  const tint = part === "mask_eyes" ? avatar.eyes : part === "mask_eyebrows" ? avatar.hair : avatar.skin;
  const color = part === "mask_eyes" && !mask ? WHITE : colour(tint);
  const material = new THREE.MeshBasicMaterial({ map, color, alphaTest: 0.5, polygonOffset: true, polygonOffsetFactor: -1, polygonOffsetUnits: -1 });
  if (mask) {
    material.onBeforeCompile = (shader) => {
      shader.uniforms.tintMask = { value: mask };
      shader.fragmentShader = shader.fragmentShader
        .replace("void main() {", "uniform sampler2D tintMask;\nvoid main() {")
        .replace("#include <map_fragment>", `vec4 shown = texture2D(map, vMapUv), kept = texture2D(tintMask, vMapUv);
          diffuseColor = vec4(shown.rgb * mix(diffuse, vec3(1.0), kept.r * kept.a), shown.a);`);
    };
    material.customProgramCacheKey = () => "masked";
  }
  return material;
}

/** Files that were read: forgotten after each avatar, or kept. */
class Shelf {
  constructor() { this.all = new Map(); }
  get(path, read) {
    if (!this.all.has(path)) this.all.set(path, read());
    return this.all.get(path);
  }
  async forget() {
    for (const kept of this.all.values()) dispose(await kept);
    this.all.clear();
  }
}

function dispose(what) {
  const texture = (of) => { of?.image?.close?.(); of?.dispose(); };
  if (what.isTexture) return texture(what);
  what.traverse((node) => {
    node.geometry?.dispose();
    node.skeleton?.dispose();
    for (const material of [node.material ?? []].flat()) {
      for (const of of Object.values(material)) if (of?.isTexture) texture(of);
      material.dispose();
    }
  });
}

async function dressed(avatar, shelf) {
  const scene = new THREE.Scene();
  const made = [];
  const parts = {};
  const faces = Object.entries(avatar.faces).map(async ([part, { picture: path, mask }]) => {
    parts[part] = {
      picture: await shelf.get(path, () => picture(path, THREE.SRGBColorSpace)),
      mask: mask && (await shelf.get(mask, () => picture(mask, THREE.NoColorSpace))),
    };
  });
  const read = Promise.all(avatar.models.map((path) => shelf.get(path, () => model(path))));
  await Promise.all(faces);
  const hidden = new Set(avatar.hidden);
  for (const [index, original] of (await read).entries()) {
    const root = SkeletonUtils.clone(original);
    scene.add(root);
    root.traverse((node) => {
      if (/collider/i.test(node.name)) node.visible = false;
      if (index === 0 && hidden.has(node.name)) node.visible = false;
      if (!node.isMesh) return;
      const part = index === 0 && /mask_(eyes|eyebrows|mouth)$/i.exec(node.name)?.[0].toLowerCase();
      if (part && parts[part]) {
        node.material = face(part, parts[part], avatar);
        node.renderOrder = 1;
      } else {
        node.material = plain(node.material, avatar);
      }
      made.push(node.material);
      if (node.skeleton) made.push(node.skeleton);
    });
  }
  return { scene, made };
}

/** Draws both pictures; gives the promises of their files, which are encoded elsewhere. */
async function portrait(avatar, shelf) {
  const { scene, made } = await dressed(avatar, shelf);
  const files = SHOTS.map((shot) => {
    renderer.setSize(...shot.size, false);
    renderer.render(scene, shot.camera);
    return canvas.convertToBlob({ type: "image/png" });
  });
  for (const of of made) of.dispose();
  return { files: Promise.all(files) };
}

async function all(avatars, rounds, shelf, forgets) {
  const pending = [];
  let count = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (const avatar of avatars) {
      const { files } = await portrait(avatar, shelf);
      pending.push(files.then((blobs) => Promise.all(blobs.map((blob) => blob.arrayBuffer()))));
      if (pending.length > PENDING) await pending.shift();
      if (forgets) await shelf.forget();
      count += 1;
    }
  }
  await Promise.all(pending);
  return count;
}

async function work() {
  const { index, workers, phase } = await next();
  const own = plan.filter((_, at) => at % workers === index);
  const shelf = new Shelf();
  const warm = phase === "warm";
  // Shaders are compiled before anything is measured, whatever the phase.
  await all(own.slice(0, 2), 1, shelf, true);
  if (warm) await all(own, 1, shelf, false);
  self.postMessage("ready");
  await next();
  self.postMessage(await all(own, warm ? ROUNDS : 1, shelf, !warm));
  await next();
  for (const [at, avatar] of own.slice(0, 3).entries()) {
    const blobs = await (await portrait(avatar, shelf)).files;
    for (const [which, { name }] of SHOTS.entries()) {
      await fetch(`/picture/${at * workers + index}_${name}.png`, { method: "POST", body: blobs[which] });
    }
  }
  self.postMessage("shown");
}

work().catch((error) => fetch("/failed", { method: "POST", body: String(error?.stack ?? error) }));
