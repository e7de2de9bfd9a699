// Deploying with dcl-catalyst-client and signing with @dcl/crypto, unmodified: what a client, the SDK and the Builder do.
//
//   WORLDLOG_PLATFORM  base of a running platform
//   WORLDLOG_TOKEN     its operator token

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Authenticator } from '@dcl/crypto'
import crypto from '@dcl/crypto/dist/crypto.js'
import schemas from '@dcl/schemas'
import sqs from '@dcl/schemas/dist/misc/deployments-to-sqs.js'
import { createContentClient, DeploymentBuilder } from 'dcl-catalyst-client'

import { contentUrl, fetcher, request } from './world.mjs'

const platform = process.env.WORLDLOG_PLATFORM
const operator = { headers: { authorization: `Bearer ${process.env.WORLDLOG_TOKEN}` } }
const content = createContentClient({ url: contentUrl, fetcher })

const wallet = crypto.createUnsafeIdentity()
const address = wallet.address.toLowerCase()
const identity = await Authenticator.initializeAuthChain(wallet.address, crypto.createUnsafeIdentity(), 60, async (text) =>
  Authenticator.createSignature(wallet, text)
)

const bytes = (text) => new TextEncoder().encode(text)

function profileMetadata(name) {
  const color = { color: { r: 0.5, g: 0.25, b: 1 } }
  const bodyShape = 'urn:decentraland:off-chain:base-avatars:BaseMale'
  const avatar = { bodyShape, eyes: color, hair: color, skin: color, wearables: [], emotes: [] }
  const about = { name, description: 'made by a test', ethAddress: address, userId: address, version: 1 }
  return { avatars: [{ ...about, tutorialStep: 0, hasClaimedName: false, links: [], avatar }] }
}

function profile(name, timestamp = Date.now()) {
  return DeploymentBuilder.buildEntity({ type: 'profile', pointers: [address], metadata: profileMetadata(name), timestamp })
}

function scene(parcel, files, timestamp = Date.now()) {
  const metadata = { main: 'bin/game.js', scene: { base: parcel, parcels: [parcel] }, display: { title: parcel } }
  return DeploymentBuilder.buildEntity({ type: 'scene', pointers: [parcel], files: new Map(files), metadata, timestamp })
}

/** Signs and deploys; gives the status and the answer. */
async function deploy(built, options = undefined, signer = identity) {
  const authChain = Authenticator.signPayload(signer, built.entityId)
  // The library's fetcher throws on a refusal and hides its text.
  const refusing = createContentClient({ url: contentUrl, fetcher: { fetch } })
  const response = await refusing.deploy({ ...built, authChain }, options)
  return { status: response.status, ...(await response.json()) }
}

test('a person deploys a profile; it is there with the answer', async () => {
  const before = Date.now()
  const built = await profile('First')
  const { status, creationTimestamp, errors } = await deploy(built)
  assert.equal(status, 200, `${errors}`)
  assert.ok(creationTimestamp >= before - 1000)
  const [entity] = await content.fetchEntitiesByPointers([address])
  assert.equal(entity.id, built.entityId)
  assert.deepEqual(entity.metadata, profileMetadata('First'))
  assert.ok(schemas.Profile.validate(entity.metadata))
  const file = await content.downloadContent(built.entityId, { attempts: 1 })
  assert.deepEqual(file, built.files.get(built.entityId))
  const again = await deploy(built)
  assert.deepEqual(again, { status: 200, creationTimestamp }, 'the same deployment again gets the same answer')
})

test('somebody else, another wallet and a broken signature are refused', async () => {
  const built = await profile('Mallory')
  const stranger = crypto.createUnsafeIdentity()
  const strange = await Authenticator.initializeAuthChain(stranger.address, crypto.createUnsafeIdentity(), 60, async (text) =>
    Authenticator.createSignature(stranger, text)
  )
  const forged = await Authenticator.initializeAuthChain(wallet.address, crypto.createUnsafeIdentity(), 60, async (text) =>
    Authenticator.createSignature(stranger, text)
  )
  for (const signer of [strange, forged]) {
    const { status, errors } = await deploy(built, undefined, signer)
    assert.equal(status, 400)
    assert.ok(errors.length > 0 && errors.every((text) => typeof text === 'string'), `${errors}`)
  }
  const [entity] = await content.fetchEntitiesByPointers([address])
  assert.equal(entity.metadata.avatars[0].name, 'First', 'nothing has changed')
})

test('what is old, from the future or older than what stands is refused', async () => {
  const minute = 60_000
  for (const offset of [-21 * minute, 16 * minute, -minute]) {
    const { status, errors } = await deploy(await profile(`At ${offset}`, Date.now() + offset))
    assert.equal(status, 400, `${offset}: ${errors}`)
  }
})

test('a scene with its files, and then only the files that are new', async () => {
  const parcel = '-148,147'
  const shared = ['models/tree.glb', bytes(`a tree ${address}`)]
  const first = await scene(parcel, [shared, ['bin/game.js', bytes(`the first game ${address}`)]])
  const refused = await deploy(first)
  assert.equal(refused.status, 400, 'nobody here knows whose land it is')
  assert.equal((await deploy(first, operator)).status, 200)
  for (const [hash, file] of first.files) {
    assert.deepEqual(await content.downloadContent(hash, { attempts: 1 }), file)
  }
  const available = await content.isContentAvailable([...first.files.keys()])
  assert.ok(available.every((one) => one.available))
  const elsewhere = await scene('-147,147', [shared, ['bin/game.js', bytes(`the second game ${address}`)]])
  const form = await content.buildEntityFormDataForDeployment({ ...elsewhere, authChain: [] })
  assert.equal([...form.keys()].filter((name) => elsewhere.files.has(name)).length, 2, 'the tree is not sent again')
  const second = await deploy(elsewhere, operator)
  assert.equal(second.status, 200, `${second.errors}`)
  const entities = await content.fetchEntitiesByPointers([parcel, '-147,147'])
  assert.deepEqual(entities.map((entity) => entity.id).sort(), [first.entityId, elsewhere.entityId].sort())
})

test('a file that is missing or that has not the bytes of its name is refused', async () => {
  const built = await scene('-146,147', [['a.txt', bytes(`a ${address}`)], ['bin/game.js', bytes(`b ${address}`)]])
  const [hash] = [...built.files.keys()].filter((name) => name !== built.entityId)
  const without = { ...built, files: new Map([...built.files].filter(([name]) => name !== hash)) }
  assert.equal((await deploy(without, operator)).status, 400)
  const spoiled = { ...built, files: new Map([...built.files, [hash, bytes('other bytes')]]) }
  assert.equal((await deploy(spoiled, operator)).status, 400)
  assert.deepEqual(await content.fetchEntitiesByPointers(['-146,147']), [])
})

test('what was deployed reaches the queues in the forms that their consumers validate', async () => {
  await request(`${platform}/operator/settled?timeout=60s`)
  const own = (value) => value.entity.authChain.some((link) => link.payload.toLowerCase() === address)
  for (const [topic, types] of [['compat.deployment', ['scene', 'scene']], ['compat.events', ['profile', 'scene', 'scene']]]) {
    const url = `${platform}/operator/topics/${topic}/records?format=ndjson&limit=100000`
    const records = (await request(url)).text.split('\n').filter(Boolean).map((line) => JSON.parse(line))
    for (const { value } of records) {
      assert.ok(sqs.DeploymentToSqs.validate(value), `${topic}: ${JSON.stringify(sqs.DeploymentToSqs.validate.errors)}`)
    }
    const found = records.filter(({ value }) => own(value))
    assert.deepEqual(found.map(({ value }) => value.entity.entityType).sort(), types, topic)
    for (const { headers } of found) {
      assert.deepEqual([headers.type, headers.priority], ['catalyst-deployment', '1'], topic)
      assert.equal(headers.isMultiplayer, 'false')
    }
  }
})
