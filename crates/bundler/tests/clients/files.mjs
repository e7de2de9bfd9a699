// Reading the files that the test names: GLB and glTF with what lies beside them.

import fs from 'node:fs';
import path from 'node:path';

/** The JSON and the binary chunk of a GLB; a bare glTF has no chunk. */
export function split(bytes) {
  if (bytes.toString('latin1', 0, 4) !== 'glTF') {
    return { json: JSON.parse(bytes.toString('utf8')), binary: undefined };
  }
  const length = bytes.readUInt32LE(12);
  const json = JSON.parse(bytes.toString('utf8', 20, 20 + length));
  const start = 20 + length;
  if (bytes.length < start + 8) return { json, binary: undefined };
  const binary = bytes.subarray(start + 8, start + 8 + bytes.readUInt32LE(start));
  return { json, binary };
}

/** A GLB of JSON and bytes. */
export function join(json, binary) {
  const text = Buffer.from(JSON.stringify(json));
  const pad = (length) => (4 - (length % 4)) % 4;
  const head = Buffer.alloc(20);
  const parts = [text, Buffer.alloc(pad(text.length), ' ')];
  const bytes = text.length + pad(text.length);
  head.write('glTF', 0, 'latin1');
  head.writeUInt32LE(2, 4);
  head.writeUInt32LE(bytes, 12);
  head.write('JSON', 16, 'latin1');
  if (binary?.length) {
    const chunk = Buffer.alloc(8);
    chunk.writeUInt32LE(binary.length + pad(binary.length), 0);
    chunk.write('BIN\0', 4, 'latin1');
    parts.push(chunk, binary, Buffer.alloc(pad(binary.length)));
  }
  const all = Buffer.concat([head, ...parts]);
  all.writeUInt32LE(all.length, 8);
  return all;
}

/** The bytes of what a file names, from its own folder. */
export function beside(file, uri) {
  return fs.readFileSync(path.join(path.dirname(file), decodeURIComponent(uri)));
}
