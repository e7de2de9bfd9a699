// @dcl/snapshots-fetcher, unmodified: how every other catalyst and every backend follows a content server.

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { createReadStream, createWriteStream, existsSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { after, test } from 'node:test'

import { createTestMetricsComponent } from '@dcl/metrics'
import {
  createJobQueue,
  createSynchronizer,
  downloadEntityAndContentFiles,
  getDeployedEntitiesStreamFromPointerChanges,
  metricsDefinitions
} from '@dcl/snapshots-fetcher'

import {
  activeEntities,
  activeIds,
  assertHistory,
  contentUrl,
  deployedIds,
  deployments,
  fetcher,
  hasFile
} from './world.mjs'

const folders = []
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

/** What the client complained about: it retries in silence, so a test that waits would say nothing. */
const complaints = []
const logs = {
  getLogger: (name) => {
    const text = (part) => part?.message ?? JSON.stringify(part)
    const complain = (...parts) => complaints.push(`${name}: ${parts.map(text).join(' ')}`)
    return { log() {}, info() {}, debug() {}, warn: complain, error: complain }
  }
}

async function folder() {
  const made = await mkdtemp(path.join(tmpdir(), 'worldlog-clients-'))
  folders.push(made)
  return made
}

/** A folder of files, the part of @dcl/catalyst-storage that the library calls. */
function storageIn(root) {
  const file = (id) => path.join(root, id)
  return {
    exist: async (id) => existsSync(file(id)),
    storeStream: (id, stream) => pipeline(stream, createWriteStream(file(id))),
    retrieve: async (id) => {
      const open = async () => createReadStream(file(id))
      return existsSync(file(id))
        ? { encoding: null, size: statSync(file(id)).size, asStream: open, asRawStream: open }
        : undefined
    },
    delete: async (ids) => void (await Promise.all(ids.map((id) => rm(file(id), { force: true }))))
  }
}

async function components() {
  const processed = new Set()
  return {
    fetcher,
    logs,
    metrics: createTestMetricsComponent(metricsDefinitions),
    downloadQueue: createJobQueue({ concurrency: 4, timeout: 30_000 }),
    storage: storageIn(await folder()),
    snapshotStorage: { has: async () => false },
    processedSnapshotStorage: {
      filterProcessedSnapshotsFrom: async (hashes) => new Set(hashes.filter((hash) => processed.has(hash))),
      markSnapshotAsProcessed: async (hash) => void processed.add(hash)
    },
    processed
  }
}

test('the synchronizer bootstraps from our snapshots and hears of every active entity', async () => {
  const parts = await components()
  const heard = new Map()
  const deployer = {
    prepareForDeploymentsIn: async () => {},
    onIdle: async () => {},
    scheduleEntityDeployment: async (entity, servers) => {
      assert.deepEqual([...servers], [contentUrl])
      heard.set(entity.entityId, entity)
      await entity.markAsDeployed?.()
    }
  }
  const reconnection = { reconnectTime: 200, reconnectRetryTimeExponent: 1, maxReconnectionTime: 200 }
  const options = {
    bootstrapReconnection: reconnection,
    syncingReconnection: reconnection,
    tmpDownloadFolder: await folder(),
    requestRetryWaitTime: 200,
    requestMaxRetries: 3,
    pointerChangesWaitTime: 200,
    fromTimestamp: 0
  }
  const synchronizer = await createSynchronizer({ ...parts, deployer }, options)
  const job = await synchronizer.syncWithServers(new Set([contentUrl]))
  await job.onSyncFinished()
  await synchronizer.stop()
  const active = [...heard.keys()].filter((id) => activeIds.includes(id)).sort()
  assert.deepEqual(active, activeIds, complaints.join('\n'))
  assert.deepEqual([...heard.keys()].filter((id) => !deployedIds.includes(id)), [], 'nothing else')
  assert.ok(parts.processed.size > 0, `a snapshot was read to its end: ${complaints.join('\n')}`)
  for (const entity of activeEntities) {
    assert.equal(heard.get(entity.id).entityTimestamp, entity.timestamp)
    assert.equal(heard.get(entity.id).entityType, entity.type)
  }
  assert.deepEqual(complaints, [])
})

test('pointer-changes alone tell every deployment, once, in the order of their local time', async () => {
  const heard = []
  const stream = getDeployedEntitiesStreamFromPointerChanges(
    await components(),
    { fromTimestamp: 1, pointerChangesWaitTime: 0 },
    contentUrl
  )
  for await (const row of stream) {
    heard.push(row)
  }
  assertHistory(heard.map((row) => row.entityId), complaints.join('\n'))
  for (const [before, now] of heard.slice(1).map((row, i) => [heard[i], row])) {
    assert.ok(before.localTimestamp <= now.localTimestamp, `${now.entityId} is out of order`)
  }
  const recorded = new Map(deployments.map((row) => [row.entityId, row]))
  for (const row of heard) {
    const { authChain, pointers, entityTimestamp } = recorded.get(row.entityId)
    assert.deepEqual(row.authChain, authChain, row.entityId)
    assert.deepEqual(row.pointers, pointers, row.entityId)
    assert.equal(row.entityTimestamp, entityTimestamp, row.entityId)
  }
  assert.deepEqual(complaints, [])
})

test('an entity downloads with all of its files', async () => {
  const complete = activeEntities.filter((entity) => entity.content.every((c) => hasFile(c.hash)))
  assert.ok(complete.length > 5, 'the data set has complete entities')
  const parts = await components()
  for (const entity of complete) {
    const file = await downloadEntityAndContentFiles(parts, entity.id, [contentUrl], new Map(), await folder(), 1, 10)
    assert.equal(file.timestamp, entity.timestamp, entity.id)
    for (const { hash } of entity.content) {
      assert.ok(await parts.storage.exist(hash), `${hash} of ${entity.id}`)
    }
  }
})
