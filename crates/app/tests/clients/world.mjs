// What the scripts are told about the run, and what the data set says must come back.
//
//   WORLDLOG_URL      base of a catalyst: http://127.0.0.1:6000 or http://127.0.0.1:8080/catalyst
//   WORLDLOG_DATASET  a folder laid out like catalyst-offline
//   WORLDLOG_HISTORY  "all": the server knows every deployment of it; "active": what was overwritten may be missing

import assert from 'node:assert/strict'
import { readFileSync, existsSync } from 'node:fs'
import path from 'node:path'

import { createFetchComponent } from '@dcl/fetch-component'

function setting(name) {
  const value = process.env[name]
  assert.ok(value, `${name} is not set`)
  return value
}

const folder = setting('WORLDLOG_DATASET')

/** Base of the catalyst under test, without a slash at the end. */
export const catalystUrl = setting('WORLDLOG_URL').replace(/\/$/, '')
/** Base of its content server. */
export const contentUrl = `${catalystUrl}/content`

/** The fetcher that Decentraland's own services use. */
export const fetcher = createFetchComponent()

/** The deployments in the order in which the recorded server accepted them, overwritten ones too. */
export const deployments = readFileSync(path.join(folder, 'pointer-changes.ndjson'), 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line))

/** The entities that nothing newer overlaps, in API form. */
export const activeEntities = JSON.parse(readFileSync(path.join(folder, 'entities-active.json'), 'utf8'))

/** Ids of `deployments` and of `activeEntities`, sorted. */
export const deployedIds = deployments.map((row) => row.entityId).sort()
export const activeIds = activeEntities.map((entity) => entity.id).sort()

/** Ids of the deployments that the server must know. */
export const knownIds = setting('WORLDLOG_HISTORY') === 'all' ? deployedIds : activeIds

/** Fails unless these are the ids of the server's history, each once: all that must be there, nothing foreign. */
export function assertHistory(ids, hint = undefined) {
  const missing = knownIds.filter((id) => !ids.includes(id))
  const foreign = ids.filter((id) => !deployedIds.includes(id))
  assert.deepEqual({ missing, foreign }, { missing: [], foreign: [] }, hint)
  assert.equal(new Set(ids).size, ids.length, 'an id is told twice')
}

/** Whether the data set has the file: some content of the real wearables was never found. */
export function hasFile(hash) {
  return existsSync(path.join(folder, 'contents', hash))
}

/** The bytes that a file must have. */
export function fileBytes(hash) {
  return readFileSync(path.join(folder, 'contents', hash))
}

/** Every content file of the active entities, each once. */
export const contentHashes = [...new Set(activeEntities.flatMap((entity) => entity.content.map((c) => c.hash)))]

/** A GET or POST of this run, with the status that must come back. */
export async function request(url, status = 200, init = undefined) {
  const response = await fetch(url, init)
  const text = await response.text()
  assert.equal(response.status, status, `${init?.method ?? 'GET'} ${url}: ${text.slice(0, 500)}`)
  return { response, text, json: () => JSON.parse(text) }
}

/** A POST of JSON. */
export function postJson(url, body, status = 200) {
  return request(url, status, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body)
  })
}

/** Entities in a form in which two answers can be compared: the order of `content` and of the list is free. */
export function comparable(entities) {
  return entities
    .map(({ id, type, pointers, timestamp, content, metadata }) => ({
      id,
      type,
      pointers: [...pointers].sort(),
      timestamp,
      content: [...content].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0)),
      metadata
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}
