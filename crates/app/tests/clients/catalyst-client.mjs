// dcl-catalyst-client, unmodified: what every Decentraland service reads a catalyst with.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import hashing from '@dcl/hashing'
import { createCatalystClient, createContentClient } from 'dcl-catalyst-client'

import {
  activeEntities,
  activeIds,
  catalystUrl,
  comparable,
  contentHashes,
  contentUrl,
  deployedIds,
  fetcher,
  fileBytes,
  hasFile,
  knownIds,
  request
} from './world.mjs'

const content = createContentClient({ url: contentUrl, fetcher })
const absent = 'bafkreigsuluz6bdjs2nyq3x6rlbuufp37acy6ik3x55frmo5yaeskc5gly'

test('the catalyst client finds content and lambdas through /about', async () => {
  const catalyst = createCatalystClient({ url: catalystUrl, fetcher })
  const about = await catalyst.fetchAbout()
  assert.equal(about.healthy, true)
  assert.equal(about.content.publicUrl.replace(/\/$/, ''), contentUrl)
  const client = await catalyst.getContentClient()
  const [entity] = await client.fetchEntitiesByIds([activeIds[0]])
  assert.equal(entity.id, activeIds[0])
  await catalyst.getLambdasClient()
})

test('entities by pointers: every active entity, once, whole', async () => {
  const pointers = activeEntities.flatMap((entity) => entity.pointers)
  const entities = await content.fetchEntitiesByPointers(pointers)
  assert.deepEqual(comparable(entities), comparable(activeEntities))
})

test('entities by pointers: the case of a pointer does not matter and unknown ones are missing', async () => {
  const wearable = activeEntities.find((entity) => entity.type === 'wearable')
  const pointers = [wearable.pointers[0].toUpperCase(), wearable.pointers[0], '149,149', 'urn:nowhere']
  const entities = await content.fetchEntitiesByPointers(pointers)
  assert.deepEqual(entities.map((entity) => entity.id), [wearable.id])
})

test('entities by ids: what is active, and nothing that was overwritten', async () => {
  const entities = await content.fetchEntitiesByIds([...deployedIds, absent])
  assert.deepEqual(comparable(entities), comparable(activeEntities))
})

test('an entity by id, or a refusal to find it', async () => {
  const [id] = activeIds
  assert.equal((await content.fetchEntityById(id)).id, id)
  await assert.rejects(() => content.fetchEntityById(absent), /Failed to find an entity/)
})

test('every content file downloads and has the hash that the entity names', async () => {
  const present = contentHashes.filter(hasFile)
  assert.ok(present.length > 50, 'the data set has content files')
  for (const hash of present) {
    // Files of the Builder are named by a true IPFS CID, which the client cannot compute.
    const avoidChecks = hash.startsWith('Qm') && (await hashing.hashV0(fileBytes(hash))) !== hash
    const bytes = await content.downloadContent(hash, { attempts: 1, avoidChecks })
    assert.ok(fileBytes(hash).equals(bytes), `${hash}: ${bytes.length} bytes`)
  }
})

test('every entity file downloads under its id', async () => {
  for (const id of knownIds) {
    const bytes = await content.downloadContent(id, { attempts: 1 })
    assert.ok(fileBytes(id).equals(bytes), id)
  }
})

test('a file that nobody has is refused', async () => {
  await assert.rejects(() => content.downloadContent(absent, { attempts: 1 }), /Failed to fetch file|Attempts/)
})

test('availability of more ids than fit one URL', async () => {
  const cids = [...new Set([...contentHashes, ...knownIds, absent])]
  assert.ok(cids.join('').length > 2 * 2048, 'the client has to split them')
  // What an entity names and no server has is found to be missing when it is asked for.
  const missing = cids.filter((cid) => !hasFile(cid))
  await Promise.all(missing.map((cid) => request(`${contentUrl}/contents/${cid}`, 404)))
  const answer = await content.isContentAvailable(cids)
  const available = new Map(answer.map(({ cid, available }) => [cid, available]))
  assert.equal(available.size, cids.length)
  for (const cid of cids) {
    assert.equal(available.get(cid), hasFile(cid), cid)
  }
})

test('two bases of one server are consistent', async () => {
  const both = createContentClient({ url: contentUrl, fetcher, parallelConfig: { urls: [`${contentUrl}/`] } })
  const [pointer] = activeEntities[0].pointers
  assert.equal((await both.checkPointerConsistency(pointer)).isConsistent, true)
  const entities = await both.fetchEntitiesByIds([activeIds[0]])
  assert.deepEqual(entities.map((entity) => entity.id), [activeIds[0]])
})
