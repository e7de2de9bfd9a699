// A compressed GLB without its compression, so that the validator can look at every number.
// Decoded by meshoptimizer's own decoder, not by ours.

import { MeshoptDecoder } from 'three/addons/libs/meshopt_decoder.module.js';
import { join, split } from './files.mjs';

const NAME = 'EXT_meshopt_compression';

export async function uncompressed(bytes) {
  await MeshoptDecoder.ready;
  const { json, binary } = split(bytes);
  if (!json.extensionsUsed?.includes(NAME)) return bytes;
  const parts = [];
  let length = 0;
  for (const view of json.bufferViews ?? []) {
    const packed = view.extensions?.[NAME];
    let content;
    if (packed) {
      const start = packed.byteOffset ?? 0;
      content = Buffer.alloc(packed.count * packed.byteStride);
      const source = binary.subarray(start, start + packed.byteLength);
      MeshoptDecoder.decodeGltfBuffer(
        content, packed.count, packed.byteStride, source, packed.mode, packed.filter,
      );
    } else {
      const start = view.byteOffset ?? 0;
      content = binary.subarray(start, start + view.byteLength);
    }
    const pad = (4 - (length % 4)) % 4;
    parts.push(Buffer.alloc(pad), content);
    Object.assign(view, { buffer: 0, byteOffset: length + pad, byteLength: content.length });
    delete view.extensions;
    length += pad + content.length;
  }
  json.buffers = [{ byteLength: length }];
  const others = (names) => names?.filter((name) => name !== NAME);
  for (const list of ['extensionsUsed', 'extensionsRequired']) {
    json[list] = others(json[list]);
    if (!json[list]?.length) delete json[list];
  }
  return join(json, Buffer.concat(parts));
}
