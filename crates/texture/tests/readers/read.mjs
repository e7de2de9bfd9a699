// Reads KTX2 files with two readers that are not ours: ktx-parse, and the transcoder that three.js's KTX2Loader runs.
// Says a line of JSON for each file. RGBA of every level of a universal texture goes beside it, as FILE.LEVEL.rgba.
import { createRequire } from 'node:module'
import { readFileSync, writeFileSync } from 'node:fs'
import { read } from 'ktx-parse'

const folder = new URL('./node_modules/three/examples/jsm/libs/basis/', import.meta.url)
const source = readFileSync(new URL('basis_transcoder.js', folder), 'utf8')
// The file is a plain script in a package of modules: it is run as the worker of KTX2Loader runs it.
const BASIS = new Function('require', '__filename', '__dirname', `${source}; return BASIS`)(createRequire(import.meta.url), '', '')
const basis = await BASIS({ wasmBinary: readFileSync(new URL('basis_transcoder.wasm', folder)) })
basis.initializeBasis()
const RGBA32 = 13

for (const path of process.argv.slice(2)) {
  const bytes = new Uint8Array(readFileSync(path))
  const parsed = read(bytes)
  const [description] = parsed.dataFormatDescriptor
  const said = {
    format: parsed.vkFormat,
    width: parsed.pixelWidth,
    height: parsed.pixelHeight,
    levels: parsed.levels.length,
    supercompression: parsed.supercompressionScheme,
    model: description.colorModel,
    transfer: description.transferFunction,
    orientation: parsed.keyValue.KTXorientation,
  }
  if (parsed.vkFormat === 0) {
    const file = new basis.KTX2File(bytes)
    if (!file.isValid() || !file.startTranscoding()) throw new Error(`${path}: the transcoder refuses it`)
    said.alpha = Boolean(file.getHasAlpha())
    said.uastc = Boolean(file.isUASTC())
    for (let level = 0; level < file.getLevels(); level++) {
      const rgba = new Uint8Array(file.getImageTranscodedSizeInBytes(level, 0, 0, RGBA32))
      if (!file.transcodeImage(rgba, level, 0, 0, RGBA32, 0, -1, -1)) throw new Error(`${path}: level ${level}`)
      writeFileSync(`${path}.${level}.rgba`, rgba)
    }
    file.close()
    file.delete()
  }
  console.log(JSON.stringify(said))
}
