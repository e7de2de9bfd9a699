// What Decentraland's own web pages do: `decentraland-crypto-fetch` signs, the platform answers, and what it tells is what
// `@dcl/schemas` publishes.
//
//   WORLDLOG_PLATFORM  base of a running platform
//   WORLDLOG_TOKEN     its operator token, and the bearer of the admins of credits
//   WORLDLOG_GRANTER   private key (hex) and address of who may grant credits, with a comma between

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Authenticator } from '@dcl/crypto'
import crypto from '@dcl/crypto/dist/crypto.js'
import schemas from '@dcl/schemas'
import { signedFetchFactory } from 'decentraland-crypto-fetch'

const platform = process.env.WORLDLOG_PLATFORM
const authorization = `Bearer ${process.env.WORLDLOG_TOKEN}`
const signedFetch = signedFetchFactory()
const DAY_MS = 86_400_000
/** Every kind of event that the platform makes itself and others read. */
const MADE = { 'badge-granted': 'BadgeGrantedEvent', 'credits-goal-completed': 'CreditsGoalCompletedEvent',
  'on-demand-credits-granted': 'CreditsOnDemandEvent' }

/** A wallet, logged in. */
async function person(wallet = crypto.createUnsafeIdentity()) {
  const sign = async (message) => Authenticator.createSignature(wallet, message)
  const identity = await Authenticator.initializeAuthChain(wallet.address, crypto.createUnsafeIdentity(), 60, sign)
  return { address: wallet.address, identity }
}

/** A request and its answer. A body makes it one of JSON. */
async function ask(who, method, path, { body, metadata, headers = {}, status = 200 } = {}) {
  const init = { method, headers: { ...headers }, identity: who?.identity, metadata }
  if (body !== undefined) {
    init.body = JSON.stringify(body)
    init.headers['content-type'] = 'application/json'
  }
  const response = await signedFetch(`${platform}${path}`, init)
  const text = await response.text()
  assert.equal(response.status, status, `${method} ${path}: ${text.slice(0, 500)}`)
  return response.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(text) : text
}

async function feed(events) {
  await ask(null, 'POST', '/events-notifier/events', { body: events, headers: { authorization }, status: 202 })
  await ask(null, 'GET', '/operator/settled?timeout=60s', { headers: { authorization } })
}

async function records(topic) {
  const text = await ask(null, 'GET', `/operator/topics/${topic}/records?format=ndjson&limit=100000`)
  return text.split('\n').filter(Boolean).map((line) => JSON.parse(line))
}

const alice = await person()
const [privateKey, granterAddress] = process.env.WORLDLOG_GRANTER.split(',')
const granter = await person({ privateKey, publicKey: '', address: granterAddress })
const client = (subType, at, members) => ({
  type: 'client', subType, key: `${subType}-${at}`, timestamp: Date.now() - DAY_MS + at,
  metadata: { userAddress: alice.address, authChain: alice.identity.authChain, sessionId: 's', realm: 'main',
    timestamp: new Date().toISOString(), timestamps: { reportedAt: 1, receivedAt: 1 }, ...members }
})

test('badges are earned, and read by whoever signs or does not', async () => {
  await feed([
    client('move-to-parcel', 1, { parcel: { newParcel: '(1, 2)', oldParcel: '(0, 0)', sceneHash: 'x', isEmptyParcel: false } }),
    client('walked-distance', 2, { distance: 1, stepCount: 50_000 }),
    client('vertical-height-reached', 3, { height: 600 })
  ])
  const path = `/badges/users/${alice.address}/badges`
  const signed = await ask(alice, 'GET', path)
  assert.deepEqual(signed, await ask(null, 'GET', path))
  const ids = signed.data.achieved.map(({ id }) => id)
  assert.deepEqual(['dclcitizen', 'vertical_voyager', 'walkabout_wanderer'].filter((id) => !ids.includes(id)), [])
  const preview = await ask(alice, 'GET', `/badges/users/${alice.address}/preview`)
  assert.ok(preview.data.latestAchievedBadges.length >= 3)
})

test('an inbox is read, marked and set by its owner', async () => {
  // As the pages sign, with capitals in it, which this client folds before it signs.
  const metadata = { signer: 'dcl:navbar', intent: 'dcl:navbar:read-notifications', realmName: 'Main' }
  const { notifications } = await ask(alice, 'GET', '/notifications/notifications?limit=50', { metadata })
  const types = new Set(Object.values(schemas.NotificationType))
  assert.ok(notifications.length >= 4, 'a notification a badge and tier')
  for (const { type, address, timestamp, read } of notifications) {
    assert.ok(types.has(type), type)
    assert.equal(address, alice.address.toLowerCase())
    assert.deepEqual([typeof timestamp, read], ['string', false])
  }
  const body = { notificationIds: notifications.slice(0, 2).map(({ id }) => id) }
  assert.deepEqual(await ask(alice, 'PUT', '/notifications/notifications/read', { body }), { updated: 2 })
  const unread = await ask(alice, 'GET', '/notifications/notifications?onlyUnread=true', { metadata })
  assert.equal(unread.notifications.length, notifications.length - 2)

  const subscription = await ask(alice, 'GET', '/notifications/subscription')
  const { validate } = schemas.SubscriptionDetails
  assert.ok(validate(subscription.details), JSON.stringify(validate.errors))
  assert.deepEqual(Object.keys(subscription.details.message_type).sort(), [...types].sort())
  subscription.details.message_type.badge_granted.in_app = false
  await ask(alice, 'PUT', '/notifications/subscription', { body: subscription.details, status: 204 })
  const { details } = await ask(alice, 'GET', '/notifications/subscription')
  assert.deepEqual(details, subscription.details)

  const out = { scope: schemas.NotificationOptOutScope.COMMUNITY, scopeId: 'c-1' }
  const scope = `/notifications/subscription/opt-outs/${out.scope}/${out.scopeId}`
  assert.deepEqual(await ask(alice, 'POST', '/notifications/subscription/opt-outs', { body: out, status: 201 }),
    { ...out, optedOut: true })
  assert.equal((await ask(alice, 'GET', scope)).optedOut, true)
  await ask(alice, 'DELETE', scope, { status: 204 })
  assert.equal((await ask(alice, 'GET', scope)).optedOut, false)
  await ask(alice, 'PUT', '/notifications/set-email', { body: { email: 'a@example.org' }, status: 204 })
  assert.equal((await ask(alice, 'GET', '/notifications/subscription')).unconfirmedEmail, 'a@example.org')
})

test('credits are earned, claimed and granted', async () => {
  const now = Date.now()
  const monday = now - (now % DAY_MS) - ((new Date(now).getUTCDay() + 6) % 7) * DAY_MS
  const iso = (ms) => new Date(ms).toISOString()
  const tick = { type: 'platform', subType: 'clock-tick', key: `tick:${now}`, timestamp: now, metadata: { now } }
  await feed([tick])
  const goal = { goalId: 'log-in', week: null, title: 'Log in', description: 'd', thumbnail: 'https://t.example/t.png',
    rewardWei: '2000000000000000000', totalSteps: 1 }
  const season = { id: 7, name: 'Winter', startDate: iso(monday), endDate: iso(monday + 28 * DAY_MS),
    maxManaWei: '100000000000000000000', weeklyManaWei: null, paused: false, goals: [goal] }
  await ask(null, 'POST', '/credits/admin/seasons', { body: season, headers: { authorization, 'idempotency-key': 's' } })
  const metadata = { signer: 'dcl:explorer', realmName: 'Main' }
  await ask(alice, 'POST', '/credits/users', { body: '', metadata })
  await feed([{ type: 'credits', subType: 'goal-step', key: 'step', timestamp: now,
    metadata: { address: alice.address, goalId: 'log-in', stepKey: '1' } }])
  const progress = await ask(alice, 'GET', `/credits/users/${alice.address}/progress`, { metadata })
  assert.deepEqual([progress.goals[0].progress.completedSteps, progress.goals[0].isClaimed], [1, false])
  await ask(alice, 'GET', '/credits/captcha', { metadata })
  assert.equal((await ask(alice, 'POST', '/credits/captcha', { body: { x: 40 }, metadata })).credits_granted, 2)
  const grant = { type: 'on-demand', amount: 3, reason: 'a present' }
  const path = `/credits/users/${alice.address}/credits`
  await ask(alice, 'POST', path, { body: grant, headers: { authorization, 'idempotency-key': 'x' }, status: 403 })
  await ask(granter, 'POST', path, { body: grant, headers: { authorization, 'idempotency-key': 'g' } })
  await feed([])
  const { totalCredits } = await ask(alice, 'GET', path, { metadata })
  assert.equal(typeof totalCredits, 'number')
})

test('what was signed for another request, by a scene or for another person is refused', async () => {
  const elsewhere = signedFetchFactory({ fetch: (request) => fetch(request.url.replace('/subscription', '/notifications'),
    { headers: request.headers }) })
  const answer = await elsewhere(`${platform}/notifications/subscription`, { identity: alice.identity })
  assert.equal(answer.status, 401)
  await ask(alice, 'GET', '/notifications/notifications', { metadata: { signer: 'decentraland-kernel-scene' }, status: 400 })
  await ask(granter, 'GET', `/credits/users/${alice.address}/credits`, { status: 403 })
  await ask(null, 'GET', '/notifications/notifications', { status: 400 })
})

test('every event that the platform made of this is what its schema says', async () => {
  const made = [...(await records('badge.events')), ...(await records('credits-service.events'))]
  const kinds = new Set()
  for (const { value } of made) {
    const { validate } = schemas[MADE[value.subType]] ?? assert.fail(`unknown: ${value.subType}`)
    assert.ok(validate(value), `${JSON.stringify(value)}: ${JSON.stringify(validate.errors)}`)
    kinds.add(value.metadata.badgeTierName ? `${value.subType}, tiered` : value.subType)
  }
  assert.deepEqual([...kinds].sort(), [...Object.keys(MADE), 'badge-granted, tiered'].sort())
})
