// The published schemas: @dcl/schemas for entities, the catalyst's OpenAPI document for answers.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { test } from 'node:test'

import schemas from '@dcl/schemas'
import Ajv from 'ajv'
import { parse } from 'yaml'

import {
  activeEntities,
  activeIds,
  assertHistory,
  catalystUrl,
  contentHashes,
  contentUrl,
  deployments,
  hasFile,
  postJson,
  request
} from './world.mjs'

const file = path.join(path.dirname(createRequire(import.meta.url).resolve('@dcl/catalyst-api-specs')), 'api.yaml')
const document = parse(readFileSync(file, 'utf8'))
const ajv = new Ajv.default({ strict: false, validateFormats: false, allErrors: true })
ajv.addSchema({ $id: 'catalyst', components: document.components, paths: document.paths })

/** Fails unless `value` is what the document promises for this operation and status. */
function conforms(method, route, status, value) {
  const answer = document.paths[route][method].responses[status]
  const [kind] = Object.keys(answer.content)
  const pointer = [route, method, 'responses', status, 'content', kind, 'schema']
  const escaped = pointer.map((part) => encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1')))
  const validate = ajv.compile({ $ref: `catalyst#/paths/${escaped.join('/')}` })
  assert.ok(validate(value), `${method} ${route} ${status}: ${ajv.errorsText(validate.errors)}`)
}

test('active entities validate as entities, each by the schema of its type too', async () => {
  const entities = (await postJson(`${contentUrl}/entities/active`, { ids: activeIds })).json()
  conforms('post', '/content/entities/active', 200, entities)
  assert.equal(entities.length, activeIds.length)
  for (const entity of entities) {
    assert.ok(schemas.Entity.validate(entity), `${entity.id}: ${ajv.errorsText(schemas.Entity.validate.errors)}`)
  }
  // The metadata is the author's: it is as valid or as broken in our answer as in the file.
  const byType = { profile: schemas.Profile, scene: schemas.Scene, wearable: schemas.Wearable }
  for (const expected of activeEntities) {
    const { metadata } = entities.find((entity) => entity.id === expected.id)
    const { validate } = byType[expected.type]
    assert.equal(validate(metadata), validate(expected.metadata), expected.id)
  }
})

test('the rows of pointer-changes validate as deployments that can be synced', async () => {
  const page = (await request(`${contentUrl}/pointer-changes?limit=500`)).json()
  conforms('get', '/content/pointer-changes', 200, page)
  assertHistory(page.deltas.map((row) => row.entityId))
  for (const row of page.deltas) {
    const { validate } = schemas.PointerChangesSyncDeployment
    assert.ok(validate(row), `${row.entityId}: ${ajv.errorsText(validate.errors)}`)
  }
})

test('pages lead through the whole history in both orders, each deployment once', async () => {
  for (const [route, list] of [['pointer-changes', 'deltas'], ['deployments', 'deployments']]) {
    for (const order of ['ASC', 'DESC']) {
      for (const field of ['local_timestamp', 'entity_timestamp']) {
        const first = new URL(`${contentUrl}/${route}?sortingOrder=${order}&sortingField=${field}&limit=7`)
        const rows = await pages(first, list)
        const about = `${route} ${order} ${field}`
        assertHistory(rows.map((row) => row.entityId), about)
        const key = field === 'local_timestamp' ? 'localTimestamp' : 'entityTimestamp'
        const times = rows.map((row) => (order === 'ASC' ? row[key] : -row[key]))
        assert.deepEqual(times, times.toSorted((a, b) => a - b), about)
      }
    }
  }
})

/** The rows of all pages from this one on. */
async function pages(first, list) {
  const rows = []
  for (let url = first; url; ) {
    const page = (await request(url)).json()
    rows.push(...page[list])
    assert.equal(page.pagination.next !== undefined, page.pagination.moreData, `${url}`)
    assert.ok(rows.length <= deployments.length, `${first} never ends`)
    url = page.pagination.moreData && new URL(page.pagination.next, url)
  }
  return rows
}

test('history can be narrowed by type, pointer, id and to what is active', async () => {
  const counts = Object.groupBy(activeEntities, (entity) => entity.type)
  for (const [type, entities] of Object.entries(counts)) {
    const query = `entityType=${type}&onlyCurrentlyPointed=true&limit=500`
    const found = (await request(`${contentUrl}/deployments?${query}`)).json().deployments
    assert.deepEqual(found.map((row) => row.entityId).sort(), entities.map((entity) => entity.id).sort())
    for (const row of found) {
      const entity = entities.find((entity) => entity.id === row.entityId)
      const content = entity.content.map(({ file, hash }) => ({ key: file, hash }))
      const byKey = (a, b) => (a.key < b.key ? -1 : 1)
      assert.deepEqual(row.content.toSorted(byKey), content.toSorted(byKey), row.entityId)
    }
    const changes = (await request(`${contentUrl}/pointer-changes?entityType=${type}s`)).json().deltas
    assert.ok(changes.length >= entities.length && changes.every((row) => row.entityType === type))
  }
  const [{ id, pointers }] = activeEntities.filter((entity) => entity.type === 'scene')
  for (const query of [`entityId=${id}`, `pointer=${pointers[0]}&onlyCurrentlyPointed=true`]) {
    const found = (await request(`${contentUrl}/deployments?${query}`)).json().deployments
    assert.deepEqual(found.map((row) => row.entityId), [id], query)
  }
})

test('the wearables of a collection come page by page', async () => {
  const urn = 'urn:decentraland:off-chain:base-avatars'
  const expected = activeEntities.filter((entity) => entity.pointers[0].startsWith(`${urn}:`))
  const route = `${contentUrl}/entities/active/collections/${urn}`
  const found = []
  for (let pageNum = 1; found.length < expected.length; pageNum += 1) {
    const { total, entities } = (await request(`${route}?pageSize=5&pageNum=${pageNum}`)).json()
    assert.equal(total, expected.length)
    assert.ok(entities.length > 0, `page ${pageNum} is empty`)
    found.push(...entities.map((entity) => entity.id))
  }
  assert.deepEqual(found.sort(), expected.map((entity) => entity.id).sort())
  await request(`${contentUrl}/entities/active/collections/nonsense`, 400)
})

test('a snapshot lists deployments that can be synced, after the line that names the format', async () => {
  const snapshots = (await request(`${contentUrl}/snapshots`)).json()
  conforms('get', '/content/snapshots', 200, snapshots)
  assert.ok(snapshots.length > 0)
  const listed = []
  for (const { hash, numberOfEntities } of snapshots) {
    const lines = (await request(`${contentUrl}/contents/${hash}`)).text.split('\n')
    assert.equal(lines.shift(), '### Decentraland json snapshot')
    assert.equal(lines.pop(), '', 'the last line ends too')
    assert.equal(lines.length, numberOfEntities, hash)
    for (const row of lines.map((line) => JSON.parse(line))) {
      const { validate } = schemas.SnapshotSyncDeployment
      assert.ok(validate(row), `${row.entityId}: ${ajv.errorsText(validate.errors)}`)
      listed.push(row.entityId)
    }
  }
  assert.deepEqual(listed.sort(), activeIds, 'each active entity is in exactly one snapshot')
})

test('/about and /content/status are what the document says', async () => {
  conforms('get', '/about', 200, (await request(`${catalystUrl}/about`)).json())
  conforms('get', '/content/status', 200, (await request(`${contentUrl}/status`)).json())
})

test('audit, availability, users of a file and failed deployments are what the document says', async () => {
  for (const { entityType, entityId, authChain } of deployments.filter((row) => activeIds.includes(row.entityId))) {
    const audit = (await request(`${contentUrl}/audit/${entityType}/${entityId}`)).json()
    conforms('get', '/content/audit/{entityType}/{entityId}', 200, audit)
    assert.deepEqual(audit.authChain, authChain)
  }
  const present = contentHashes.filter(hasFile).slice(0, 5)
  for (const hash of present) {
    const users = (await request(`${contentUrl}/contents/${hash}/active-entities`)).json()
    conforms('get', '/content/contents/{hashId}/active-entities', 200, users)
    const expected = activeEntities.filter((entity) => entity.content.some((c) => c.hash === hash))
    assert.deepEqual(users.sort(), expected.map((entity) => entity.id).sort(), hash)
  }
  const query = present.map((hash) => `cid=${hash}`).join('&')
  conforms('get', '/content/available-content', 200, (await request(`${contentUrl}/available-content?${query}`)).json())
  conforms('get', '/content/failed-deployments', 200, (await request(`${contentUrl}/failed-deployments`)).json())
})

test('refusals have the catalyst shape', async () => {
  const both = { ids: ['a'], pointers: ['b'] }
  for (const body of [{}, { ids: [] }, both, { ids: [''] }, { pointers: 'x' }, { ids: ['a'], more: 1 }]) {
    const refused = (await postJson(`${contentUrl}/entities/active`, body, 400)).json()
    conforms('post', '/content/entities/active', 400, refused)
  }
  const many = { pointers: Array.from({ length: 1001 }, (_, i) => `${i},0`) }
  conforms('post', '/content/entities/active', 400, (await postJson(`${contentUrl}/entities/active`, many, 400)).json())
  await postJson(`${contentUrl}/entities/active`, { pointers: many.pointers.slice(1) })
  conforms('get', '/content/available-content', 400, (await request(`${contentUrl}/available-content`, 400)).json())
  const beyond = (await request(`${contentUrl}/pointer-changes?offset=5001`, 400)).json()
  assert.match(beyond.error, /Offset can't be higher than 5000/)
  const absent = 'bafkreigsuluz6bdjs2nyq3x6rlbuufp37acy6ik3x55frmo5yaeskc5gly'
  for (const [route, status] of [['pointer-changes?entityType=castle', 400], [`audit/scene/${absent}`, 404]]) {
    assert.equal(typeof (await request(`${contentUrl}/${route}`, status)).json().error, 'string', route)
  }
})
