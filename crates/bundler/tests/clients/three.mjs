// Loads files with three.js' own loader and decoders: the arguments are a list (JSON: [{id, input, output}])
// and where to write the report. Of each file: nodes by name with the box around what they show, the clips, the
// materials, the textures: what was transcoded for the GPU, with bytes in every mip map.

import fs from 'node:fs';
import * as THREE from 'three';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { KTX2Loader } from 'three/addons/loaders/KTX2Loader.js';
import { MeshoptDecoder } from 'three/addons/libs/meshopt_decoder.module.js';
import { beside } from './files.mjs';
import { Worker } from './worker.mjs';

// What a browser has. Of PNG and JPEG no pixel is looked at.
globalThis.self = globalThis;
globalThis.Worker = Worker;
globalThis.createImageBitmap = async () => ({ width: 1, height: 1, close() {} });
globalThis.ProgressEvent ??= class extends Event {};

// A desktop's GPU, whose driver is not here.
const renderer = { extensions: { has: (name) => name === 'EXT_texture_compression_bptc' } };
// Its transcoder comes from its own package, which no fetch reaches.
const packaged = new THREE.LoadingManager();
packaged.setURLModifier((url) => {
  if (!url.startsWith('file:')) return url;
  return `data:application/octet-stream;base64,${fs.readFileSync(new URL(url)).toString('base64')}`;
});
const ktx2 = new KTX2Loader(packaged).setWorkerLimit(1).detectSupport(renderer);

function load(file) {
  const manager = new THREE.LoadingManager();
  const problems = [];
  manager.onError = (url) => problems.push(url);
  manager.setURLModifier((url) => {
    if (/^(blob|data):/.test(url)) return url;
    const type = url.endsWith('.png') ? 'image/png' : 'application/octet-stream';
    return `data:${type};base64,${beside(file, url).toString('base64')}`;
  });
  const loader = new GLTFLoader(manager);
  loader.setMeshoptDecoder(MeshoptDecoder);
  loader.setKTX2Loader(ktx2);
  const bytes = fs.readFileSync(file);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  return new Promise((resolve, reject) => {
    loader.parse(buffer, '', (gltf) => resolve({ gltf, problems }), reject);
  });
}

/** The box around all vertices that are drawn, bent by skins and morphs as at rest. */
function box(mesh) {
  const around = new THREE.Box3();
  const position = mesh.geometry.attributes.position;
  const index = mesh.geometry.index;
  const count = index ? index.count : position.count;
  const point = new THREE.Vector3();
  for (let i = 0; i < count; i++) {
    mesh.getVertexPosition(index ? index.getX(i) : i, point);
    around.expandByPoint(point.applyMatrix4(mesh.matrixWorld));
  }
  return around;
}

/** How many different textures materials have: transcoded for the GPU, as images, and without all of their bytes. */
function counted(materials) {
  const textures = new Map();
  for (const material of materials) {
    for (const value of Object.values(material)) if (value?.isTexture) textures.set(value.source, value);
  }
  const counts = { transcoded: 0, images: 0, empty: 0 };
  for (const texture of textures.values()) {
    counts[texture.isCompressedTexture ? 'transcoded' : 'images'] += 1;
    const sides = (image) => image?.width > 0 && image?.height > 0;
    const filled = ({ data, ...image }) => sides(image) && data.some((byte) => byte !== 0);
    const whole = texture.isCompressedTexture
      ? texture.mipmaps.length > 0 && texture.mipmaps.every(filled)
      : sides(texture.image);
    if (!whole) counts.empty += 1;
  }
  return counts;
}

async function facts(file) {
  const { gltf, problems } = await load(file);
  const nodes = [];
  const materials = await gltf.parser.getDependencies('material');
  for (const scene of gltf.scenes) {
    scene.updateMatrixWorld(true);
    scene.traverse((object) => {
      if (object.isSkinnedMesh) object.skeleton.update();
    });
    scene.traverse((object) => {
      // Parts of a mesh are numbered by the loader; their node is the parent.
      const json = gltf.parser.associations.get(object);
      if (json?.nodes === undefined) return;
      const around = new THREE.Box3();
      object.traverse((part) => {
        const own = part === object || gltf.parser.associations.get(part)?.nodes === undefined;
        if (part.isMesh && own) {
          around.union(box(part));
        }
      });
      const empty = around.isEmpty();
      nodes.push({
        name: object.userData.name ?? object.name,
        collider: object.name.includes('_collider'),
        box: empty ? null : [around.min.toArray(), around.max.toArray()],
      });
    });
  }
  const clips = gltf.animations.map(({ name, duration }) => ({ name, duration }));
  const named = materials.map(({ name, transparent, alphaTest }) => `${name}|${transparent}|${alphaTest}`);
  return { nodes, clips, materials: named, textures: counted(materials), problems };
}

const [list, report] = process.argv.slice(2);
const rows = [];
for (const { id, input, output } of JSON.parse(fs.readFileSync(list))) {
  rows.push({ id, input: await facts(input), output: await facts(output) });
}
fs.writeFileSync(report, JSON.stringify(rows));
// The transcoder's worker would wait for more.
ktx2.dispose();
