// gltfpack on a list of files (JSON: [{id, input, files, output}]), in one process: bytes and CPU of each. Files are
// read before the clock starts, and what it makes is written after the last round.

import fs from 'node:fs';
import path from 'node:path';
import { pack } from 'gltfpack';
import { split } from './files.mjs';

const OPTIONS = ['-cc', '-kn', '-km', '-ke'];
const ROUNDS = 3;

const [list, report] = process.argv.slice(2);
const models = JSON.parse(fs.readFileSync(list));
const known = new Map();
for (const { input, files } of models) {
  for (const file of files) {
    const full = path.join(path.dirname(input), file);
    known.set(full, fs.readFileSync(full));
  }
}
let written;
const files = {
  read: (name) => known.get(path.normalize(name)) ?? fs.readFileSync(name),
  write: (_, data) => { written = Buffer.from(data); },
};
const rows = new Map();
for (let round = 0; round < ROUNDS; round++) {
  for (const { id, input, output } of models) {
    const before = process.cpuUsage();
    await pack(['-i', input, '-o', 'out.glb', ...OPTIONS], files);
    const { user, system } = process.cpuUsage(before);
    if (round === ROUNDS - 1) fs.writeFileSync(output, written);
    const { json } = split(written);
    const images = (json.images ?? []).map((image) => json.bufferViews[image.bufferView].byteLength);
    const seconds = (user + system) / 1e6;
    rows.set(id, {
      id,
      bytes: written.length,
      without_images: written.length - images.reduce((sum, bytes) => sum + bytes, 0),
      clips: (json.animations ?? []).length,
      seconds: Math.min(seconds, rows.get(id)?.seconds ?? Infinity),
    });
  }
}
fs.writeFileSync(report, JSON.stringify([...rows.values()]));
