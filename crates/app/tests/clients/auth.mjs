// The auth server through the published clients: socket.io-client as the explorers use it, decentraland-crypto-fetch as the
// login page does.
//
//   WORLDLOG_PLATFORM  base of a running platform
//   WORLDLOG_LATE      base of another one, whose requests and identities live for a second

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Authenticator } from '@dcl/crypto'
import crypto from '@dcl/crypto/dist/crypto.js'
import { signedFetchFactory } from 'decentraland-crypto-fetch'
import { io } from 'socket.io-client'

const { WORLDLOG_PLATFORM: platform, WORLDLOG_LATE: late } = process.env
const signedFetch = signedFetchFactory()
const LOGIN = { method: 'dcl_personal_sign', params: ['Decentraland Login'] }
const SENDER = `0x${'ab'.repeat(20)}`
/** Longest wait for anything; Unity waits as long for an acknowledgement. */
const PATIENCE_MS = 30_000

function opened(transports, base = platform) {
  const socket = io(base, { path: '/auth/socket.io', transports, forceNew: true, reconnection: false })
  socket.outcomes = []
  socket.validations = []
  socket.on('outcome', (outcome) => socket.outcomes.push(outcome))
  socket.on('request-validation-status', (status) => socket.validations.push(status))
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket))
    socket.once('connect_error', reject)
  })
}

const emit = (socket, event, argument) => socket.timeout(PATIENCE_MS).emitWithAck(event, argument)

async function until(holds) {
  const end = Date.now() + PATIENCE_MS
  while (!(await holds())) {
    assert.ok(Date.now() < end, `waited in vain: ${holds}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

async function ask(method, path, body, base = platform) {
  const init = { method }
  if (body) Object.assign(init, { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
  const response = await fetch(`${base}/auth${path}`, init)
  const text = await response.text()
  return { status: response.status, body: text ? JSON.parse(text) : null }
}

for (const transports of [['polling', 'websocket'], ['websocket'], ['polling']]) {
  test(`a login over ${transports.join(' then ')}`, async () => {
    const socket = await opened(transports)
    const made = await emit(socket, 'request', LOGIN)
    assert.ok(made.code >= 0 && made.code < 100 && Date.parse(made.expiration) > Date.now(), JSON.stringify(made))
    const { requestId, expiration, code } = made

    const recovered = await ask('GET', `/v2/requests/${requestId}`)
    assert.deepEqual(recovered, { status: 200, body: { expiration, code, ...LOGIN } })
    assert.deepEqual(await emit(socket, 'recover', { requestId }), recovered.body)

    assert.equal((await ask('POST', `/v2/requests/${requestId}/validation`)).status, 204)
    assert.equal((await ask('POST', `/v2/requests/${requestId}/validation`)).status, 204)
    await until(() => socket.validations.length > 0)
    assert.deepEqual(socket.validations, [{ requestId }])

    const outcome = { sender: SENDER, result: '0xsigned' }
    assert.equal((await ask('POST', `/v2/requests/${requestId}/outcome`, outcome)).status, 200)
    await until(() => socket.outcomes.length > 0)
    const again = await ask('POST', `/v2/requests/${requestId}/outcome`, outcome)
    assert.deepEqual([again.status, again.body.error], [410, `Request with id "${requestId}" has already been fulfilled`])
    assert.equal((await ask('GET', `/requests/${requestId}`)).status, 410)
    // A round trip later nothing more has come.
    assert.match((await emit(socket, 'recover', { requestId })).error, /already been fulfilled/)
    assert.deepEqual(socket.outcomes, [{ requestId, ...outcome }])
    socket.disconnect()
  })
}

test('two sockets: one asks, the other answers, and is told what is wrong by the acknowledgement', async () => {
  const [explorer, site] = [await opened(['websocket']), await opened(['websocket'])]
  const { requestId, code } = await emit(explorer, 'request', LOGIN)
  assert.deepEqual(await emit(site, 'request-validation-status', { requestId }), {})
  await until(() => explorer.validations.length > 0)
  assert.deepEqual(explorer.validations, [{ requestId, code }])
  for (const wrong of [{}, { requestId }, { requestId, sender: SENDER }, { requestId, sender: '0x1', result: 1 }, 'x', null, []]) {
    const { error } = await emit(site, 'outcome', wrong)
    assert.ok(Array.isArray(JSON.parse(error)), error)
  }
  const error = { code: 4001, message: 'rejected', data: { a: 1 } }
  assert.deepEqual(await emit(site, 'outcome', { requestId, sender: SENDER, error }), {})
  await until(() => explorer.outcomes.length > 0)
  assert.deepEqual(explorer.outcomes, [{ requestId, sender: SENDER, error }])
  assert.deepEqual(site.outcomes, [])
  assert.deepEqual(await emit(site, 'recover', { requestId: 'nobody' }), { error: 'Request with id "nobody" not found' })
  assert.deepEqual(await emit(site, 'request', { method: 'eth_sendTransaction', params: [] }), { error: 'Auth chain is required' })
  // Nothing of this disconnected anybody.
  assert.ok(explorer.connected && site.connected)
  explorer.disconnect()
  site.disconnect()
})

test('a new request of a socket takes the place of the one before', async () => {
  const socket = await opened(['websocket'])
  const first = await emit(socket, 'request', LOGIN)
  const second = await emit(socket, 'request', LOGIN)
  assert.equal((await ask('GET', `/v2/requests/${first.requestId}`)).status, 404)
  assert.equal((await ask('GET', `/v2/requests/${second.requestId}`)).status, 200)
  socket.disconnect()
})

test('the answer to a socket that is gone waits to be polled for', async () => {
  const socket = await opened(['websocket'])
  const { requestId } = await emit(socket, 'request', LOGIN)
  const outcome = { sender: SENDER, result: '0xsigned' }
  socket.disconnect()
  // The server learns of it a moment later; an answer that comes before then is an answer to a live socket.
  const other = await opened(['websocket'])
  await emit(other, 'recover', { requestId })
  assert.equal((await ask('POST', `/v2/requests/${requestId}/outcome`, outcome)).status, 200)
  const polled = await ask('GET', `/requests/${requestId}`)
  assert.deepEqual(polled, { status: 200, body: { requestId, ...outcome } })
  assert.equal((await ask('GET', `/requests/${requestId}`)).status, 410)
  other.disconnect()
})

test('a message that is too large closes its own socket and no other', async () => {
  const [large, small] = [await opened(['websocket']), await opened(['websocket'])]
  const closed = new Promise((resolve) => large.once('disconnect', resolve))
  large.emit('request', { method: 'm', params: ['x'.repeat(20_000)] }, () => {})
  await closed
  assert.ok((await emit(small, 'request', LOGIN)).requestId)
  small.disconnect()
})

async function person() {
  const [wallet, key] = [crypto.createUnsafeIdentity(), crypto.createUnsafeIdentity()]
  const sign = async (message) => Authenticator.createSignature(wallet, message)
  const identity = await Authenticator.initializeAuthChain(wallet.address, key, 60, sign)
  return JSON.parse(JSON.stringify(identity))
}

async function leave(identity, isMobile, base = platform) {
  const response = await signedFetch(`${base}/auth/identities`, { method: 'POST', identity, metadata: {},
    headers: { 'content-type': 'application/json' }, body: JSON.stringify({ identity, isMobile }) })
  const body = await response.json()
  assert.equal(response.status, 201, JSON.stringify(body))
  return body
}

async function fetchFrom(address, id, base = platform) {
  const response = await fetch(`${base}/auth/identities/${id}`, { headers: { 'x-forwarded-for': address } })
  return { status: response.status, body: await response.json() }
}

test('an identity is used once', async () => {
  const identity = await person()
  const { identityId, expiration } = await leave(identity, false)
  assert.ok(Date.parse(expiration) > Date.now())
  assert.deepEqual(await ask('GET', `/identities/${identityId}`), { status: 200, body: { identity } })
  const again = await ask('GET', `/identities/${identityId}`)
  assert.deepEqual([again.status, again.body.error], [404, 'Identity was already consumed'])
})

test('an identity is not handed to another address, unless it is a telephone’s', async () => {
  const { identityId } = await leave(await person(), false)
  const elsewhere = await fetchFrom('198.51.100.9', identityId)
  assert.deepEqual(elsewhere, { status: 403, body: { error: 'IP address mismatch' } })
  assert.equal((await ask('GET', `/identities/${identityId}`)).status, 404)
  const mobile = await leave(await person(), true)
  assert.equal((await fetchFrom('198.51.100.9', mobile.identityId)).status, 200)
})

test('what is too old is refused', async () => {
  const { identityId, expiration } = await leave(await person(), false, late)
  const socket = await opened(['websocket'], late)
  const { requestId, expiration: requestEnds } = await emit(socket, 'request', LOGIN)
  await until(() => Date.now() > Math.max(Date.parse(expiration), Date.parse(requestEnds)) + 1)
  const answer = await ask('GET', `/identities/${identityId}`, null, late)
  assert.deepEqual(answer, { status: 410, body: { error: 'Identity has expired' } })
  assert.deepEqual(await emit(socket, 'recover', { requestId }), { error: `Request with id "${requestId}" has expired` })
  socket.disconnect()
})
