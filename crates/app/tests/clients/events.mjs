// The event catalogue as @dcl/schemas publishes it: every event that its schemas describe goes in, and comes out of the
// log as the JSON it was.
//
//   WORLDLOG_PLATFORM  base of a running platform
//   WORLDLOG_TOKEN     its operator token

import assert from 'node:assert/strict'
import { test } from 'node:test'

import schemas from '@dcl/schemas'

import { request } from './world.mjs'

const platform = process.env.WORLDLOG_PLATFORM
const authorization = `Bearer ${process.env.WORLDLOG_TOKEN}`
const BATCH = 50

/** Every event with a schema; deployments have a topic and a form of their own. */
const catalogue = Object.entries(schemas).filter(
  ([name, event]) => name.endsWith('Event') && event?.schema && name !== 'CatalystDeploymentEvent'
)

/** Texts for the patterns of the schemas. */
const TEXTS = ['a text', '10,-3', 'name.dcl.eth', `Qm${'a'.repeat(44)}`, `0x${'aB'.repeat(20)}`]

/** A value that the schema allows: with everything optional, or with nothing of it. */
function example(schema, full) {
  if (schema.const !== undefined) {
    return schema.const
  }
  if (schema.enum) {
    return schema.enum[0]
  }
  switch (schema.type) {
    case 'object': {
      const names = full ? Object.keys(schema.properties ?? {}) : (schema.required ?? [])
      return Object.fromEntries(names.map((name) => [name, example(schema.properties[name], full)]))
    }
    case 'array':
      return full || schema.minItems ? [example(schema.items, full)] : []
    case 'number':
    case 'integer':
      return Math.max(schema.minimum ?? 0, 1) + (full ? 0.5 * (schema.type === 'number') : 0)
    case 'boolean':
      return full
    default:
      return TEXTS.find((text) => !schema.pattern || new RegExp(schema.pattern).test(text))
  }
}

/** The same with every member that may be null being null. */
function withNulls(schema, value) {
  if (schema.nullable) {
    return null
  }
  if (schema.type !== 'object') {
    return value
  }
  return Object.fromEntries(Object.entries(value).map(([name, v]) => [name, withNulls(schema.properties[name], v)]))
}

/** An auth chain of one link, where the schema wants one. */
function completed(event) {
  if (event.entity?.authChain) {
    event.entity.authChain = [{ type: 'SIGNER', payload: TEXTS[4], signature: '' }]
  }
  return event
}

function variants([name, { schema }]) {
  const full = completed(example(schema, true))
  const timed = (event, timestamp) => ('timestamp' in event ? { ...event, timestamp } : event)
  const all = {
    full: timed(full, 1767225600123),
    bare: timed(completed(example(schema, false)), 1767225600124),
    nulls: timed(completed(withNulls(schema, full)), 1767225600125),
    more: { ...timed(full, 1767225600126), aMemberOfTomorrow: { list: [1, null, 'x', 0.5, { deep: [] }] } }
  }
  if (all.more.metadata) {
    all.more.metadata = { ...all.more.metadata, anotherOfTomorrow: [{ é: '🙂' }] }
  }
  return Object.entries(all).map(([variant, event]) => {
    const keyed = 'key' in event ? { ...event, key: `${name}-${variant}` } : event
    return { name, variant, event: keyed }
  })
}

/** A text that is the same for JSON values that are equal. */
function canonical(value) {
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join()}]`
  }
  if (value && typeof value === 'object') {
    const members = Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`)
    return `{${members.join()}}`
  }
  return JSON.stringify(value)
}

/** How often each event that was fed is in the log; what the platform makes of them itself must be valid, too. */
async function inTheLog() {
  const counts = new Map()
  for (const { name, records } of (await request(`${platform}/operator/topics`)).json()) {
    const catalogued = (name.endsWith('.events') && !name.startsWith('compat.')) || name === 'user.actions'
    if (records === 0 || !catalogued) {
      continue
    }
    const url = `${platform}/operator/topics/${name}/records?format=ndjson&limit=100000`
    const lines = (await request(url)).text.split('\n').filter(Boolean)
    for (const { value, headers } of lines.map((line) => JSON.parse(line))) {
      if (headers.ce_source !== 'processors/ingest') {
        const isOne = ([, { validate }]) => typeof validate === 'function' && validate(value)
        assert.ok(catalogue.some(isOne), `made by ${headers.ce_source}: ${JSON.stringify(value)}`)
        continue
      }
      const text = canonical(value)
      counts.set(text, (counts.get(text) ?? 0) + 1)
    }
  }
  return counts
}

const fed = catalogue.flatMap(variants)

test('the examples are what the published schemas allow', () => {
  assert.ok(catalogue.length > 80)
  for (const { name, variant, event } of fed.filter(({ variant }) => variant !== 'more')) {
    const { validate } = schemas[name]
    assert.ok(!validate || validate(event), `${name} ${variant}: ${JSON.stringify([event, validate?.errors])}`)
  }
})

test('every event goes in and comes out once, as the JSON it was', async () => {
  for (let first = 0; first < fed.length; first += BATCH) {
    const batch = fed.slice(first, first + BATCH).map(({ event }) => event)
    const body = batch.map((event) => JSON.stringify(event)).join('\n')
    const init = { method: 'POST', headers: { authorization, 'content-type': 'application/x-ndjson' }, body }
    const answer = (await request(`${platform}/events-notifier/events`, 202, init)).json()
    assert.equal(answer.accepted, batch.length)
  }
  await request(`${platform}/operator/settled?timeout=60s`)
  const found = await inTheLog()
  // Two events of a kind may be equal when nothing of it is optional.
  const wanted = new Set(fed.map(({ event }) => canonical(event)))
  const names = fed.filter(({ event }) => found.get(canonical(event)) !== 1)
  assert.deepEqual(names.map(({ name, variant }) => `${name} ${variant}`), [])
  assert.equal(found.size, wanted.size, 'and nothing else')
  for (const text of found.keys()) {
    assert.ok(wanted.has(text), text)
  }
})
