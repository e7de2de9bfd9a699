// Reads the pictures of /map/frame, and follows everybody from one to the next.

const NO_ISLAND = 0xffffffff;
const PEER_WORDS = 4;

/// A picture: what its head says, and columns of what its peers are.
export function read(buffer) {
  const view = new DataView(buffer);
  const length = view.getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const start = 4 + length;
  const floats = new Float32Array(buffer, start);
  const words = new Uint32Array(buffer, start);
  const count = words.length / PEER_WORDS;
  return { head, floats, words, count };
}

/// Peers as they are drawn: each has where it was, where it is, and the hue of its island.
export class Crowd {
  constructor() {
    this.count = 0;
    this.from = new Float32Array(0);
    this.to = new Float32Array(0);
    this.hues = new Uint16Array(0);
    this.islands = new Uint32Array(0);
    this.order = new Uint32Array(0);
    this.places = new Map();
  }

  /// Takes a picture; `part` says how far everybody has come on their way to the last one. `hue` gives an island's.
  take(picture, part, hue) {
    const { floats, words, count } = picture;
    const from = new Float32Array(count * 2);
    const to = new Float32Array(count * 2);
    const hues = new Uint16Array(count);
    const islands = new Uint32Array(count);
    const places = new Map();
    for (let i = 0; i < count; i++) {
      const at = i * PEER_WORDS;
      const [x, z] = [floats[at], floats[at + 1]];
      const before = this.places.get(words[at + 3]);
      let [fromX, fromZ] = [x, z];
      if (before !== undefined) {
        fromX = this.from[2 * before] + (this.to[2 * before] - this.from[2 * before]) * part;
        fromZ = this.from[2 * before + 1] + (this.to[2 * before + 1] - this.from[2 * before + 1]) * part;
      }
      // Who teleports does not fly.
      if (Math.hypot(x - fromX, z - fromZ) > 100) [fromX, fromZ] = [x, z];
      from[2 * i] = fromX;
      from[2 * i + 1] = fromZ;
      to[2 * i] = x;
      to[2 * i + 1] = z;
      islands[i] = words[at + 2];
      hues[i] = words[at + 2] === NO_ISLAND ? 360 : hue(words[at + 2]);
      places.set(words[at + 3], i);
    }
    // By hue: a colour is set once for all who have it.
    const order = Uint32Array.from(hues, (_, i) => i).sort((a, b) => hues[a] - hues[b]);
    Object.assign(this, { count, from, to, hues, islands, order, places });
  }
}

/// The hue of an island's name: always the same, and far from that of its neighbours in the alphabet.
export function hueOf(name) {
  let hash = 2166136261;
  for (const char of name) hash = Math.imul(hash ^ char.codePointAt(0), 16777619);
  return Math.floor(((hash >>> 0) * 0.6180339887) % 1 * 24) * 15;
}
