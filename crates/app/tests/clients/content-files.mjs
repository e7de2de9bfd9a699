// Content files as browsers, caches and game clients ask for them: whole, in parts, conditionally, compressed or not.

import assert from 'node:assert/strict'
import { get } from 'node:http'
import { test } from 'node:test'

import { contentHashes, contentUrl, fileBytes, hasFile, knownIds } from './world.mjs'

const hash = contentHashes.filter(hasFile).find((h) => fileBytes(h).length > 10_000)
const bytes = fileBytes(hash)
const url = `${contentUrl}/contents/${hash}`

/** An answer as it came over the wire: `fetch` would undo a compression. */
function raw(address, headers, method = 'GET') {
  return new Promise((resolve, reject) => {
    get(address, { headers, method }, (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('end', () => {
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) })
      })
      response.on('error', reject)
    }).on('error', reject)
  })
}

test('a file has its length, its ETag and a life without end', async () => {
  const { status, headers, body } = await raw(url, { 'accept-encoding': 'gzip' })
  assert.equal(status, 200)
  assert.ok(body.equals(bytes), 'the bytes as they are, whatever encodings are accepted')
  assert.equal(headers['content-encoding'], undefined)
  assert.equal(headers['content-length'], String(bytes.length))
  assert.equal(headers.etag, `"${hash}"`)
  assert.equal(headers['cache-control'], 'public,max-age=31536000,s-maxage=31536000,immutable')
  assert.equal(headers['accept-ranges'], 'bytes')
  assert.equal(headers['content-type'], 'application/octet-stream')
})

test('HEAD says the same and sends nothing', async () => {
  const whole = await raw(url, {})
  const head = await raw(url, {}, 'HEAD')
  assert.equal(head.status, 200)
  assert.equal(head.body.length, 0)
  for (const name of ['content-length', 'etag', 'cache-control', 'accept-ranges', 'content-type']) {
    assert.equal(head.headers[name], whole.headers[name], name)
  }
})

test('a client that has the file is told so', async () => {
  const { status, body } = await raw(url, { 'if-none-match': `"${hash}"` })
  assert.equal(status, 304)
  assert.equal(body.length, 0)
  assert.equal((await raw(url, { 'if-none-match': '"another"' })).status, 200)
})

test('a file comes in parts', async () => {
  const last = bytes.length - 1
  const parts = [
    ['0-0', 0, 0],
    ['100-199', 100, 199],
    [`${last}-`, last, last],
    ['-10', last - 9, last],
    [`5-${last + 100}`, 5, last]
  ]
  for (const [range, from, to] of parts) {
    const { status, headers, body } = await raw(url, { range: `bytes=${range}` })
    assert.equal(status, 206, range)
    assert.equal(headers['content-range'], `bytes ${from}-${to}/${bytes.length}`)
    assert.ok(body.equals(bytes.subarray(from, to + 1)), range)
  }
  const { status, headers } = await raw(url, { range: `bytes=${bytes.length}-` })
  assert.equal(status, 416)
  assert.equal(headers['content-range'], `bytes */${bytes.length}`)
})

test('includeMimeType tells what the bytes are', async () => {
  const isPng = (h) => fileBytes(h).subarray(1, 4).toString() === 'PNG'
  const png = contentHashes.filter(hasFile).find(isPng)
  const { headers } = await raw(`${contentUrl}/contents/${png}?includeMimeType`, {})
  assert.equal(headers['content-type'], 'image/png')
})

test('what is no hash, or a hash of nothing, is not found', async () => {
  for (const name of ['nothing', '..%2fsnapshots.json', '%2e%2e', `${hash}0`, hash.slice(1), hash.toUpperCase()]) {
    const { status } = await raw(`${contentUrl}/contents/${name}`, {})
    assert.equal(status, 404, name)
  }
  assert.equal((await raw(url, {}, 'POST')).status, 405)
})

test('many clients at once get what one gets', async () => {
  const wanted = [...contentHashes.filter(hasFile), ...knownIds]
  const answers = await Promise.all(wanted.map(async (h) => [h, await fetch(`${contentUrl}/contents/${h}`)]))
  for (const [h, response] of answers) {
    assert.equal(response.status, 200, h)
    assert.ok(fileBytes(h).equals(Buffer.from(await response.arrayBuffer())), h)
  }
})
