// Credits and calls that worldlog signs, as ethers encodes them and as an EVM believes them.
//
//   WORLDLOG_PLATFORM  base of a running platform that may mint
//   WORLDLOG_TOKEN     the admin token of its credits
//   WORLDLOG_CREDITS   {"creditSigner", "callSigner", "manager", "chainId"}

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Authenticator } from '@dcl/crypto'
import { AbiCoder, Wallet, getAddress, getBytes, keccak256, verifyMessage } from 'ethers'

import { signerOf } from './evm.mjs'

const credits = `${process.env.WORLDLOG_PLATFORM}/credits`
const wanted = JSON.parse(process.env.WORLDLOG_CREDITS)
const admin = { authorization: `Bearer ${process.env.WORLDLOG_TOKEN}` }
const json = { 'content-type': 'application/json' }
const coder = AbiCoder.defaultAbiCoder()
const user = Wallet.createRandom()

const FRAME = ['address', 'uint256', 'address']
const CREDIT = [...FRAME, 'tuple(uint256 value, uint256 expiresAt, bytes32 salt)']
const CALL = [...FRAME, 'tuple(address target, bytes4 selector, bytes data, uint256 expiresAt, bytes32 salt)']

/** Both ways to find a signer agree; gives it. */
async function signer(encoded, signature) {
  const found = await signerOf(encoded, signature)
  assert.equal(verifyMessage(getBytes(keccak256(encoded)), signature), found)
  return found
}

async function answer(path, init) {
  const response = await fetch(`${credits}${path}`, init)
  const text = await response.text()
  assert.ok(response.ok, `${path}: ${response.status} ${text}`)
  return JSON.parse(text)
}

/** A credit of the user's, once it is signed. */
async function minted(amount) {
  const body = JSON.stringify({ address: user.address, amount, reason: 'test' })
  const { creditId } = await answer('/dev/mint-credit', { method: 'POST', headers: json, body })
  for (;;) {
    const all = await answer('/credits', { headers: admin })
    const found = all.credits.find((credit) => credit.id === creditId)
    if (found?.signature) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const encodedCredit = (credit, value = credit.amount, whose = user.address) =>
  coder.encode(CREDIT, [
    whose,
    wanted.chainId,
    credit.contract,
    { value, expiresAt: credit.expiresAt, salt: credit.id }
  ])

test('a voucher is signed by the signer of credits, for its owner and its amount', async () => {
  for (const amount of ['2.5', '0.000000000000000001', '123456789']) {
    const credit = await minted(amount)
    assert.equal(credit.contract, wanted.manager)
    const encoded = encodedCredit(credit)
    assert.equal(getBytes(encoded).length, 192)
    assert.equal(await signer(encoded, credit.signature), getAddress(wanted.creditSigner))
    const more = encodedCredit(credit, BigInt(credit.amount) + 1n)
    assert.notEqual(await signer(more, credit.signature), getAddress(wanted.creditSigner))
    const others = encodedCredit(credit, credit.amount, wanted.manager)
    assert.notEqual(await signer(others, credit.signature), getAddress(wanted.creditSigner))
  }
})

/** Headers of a signed request (ADR-44) without a session. */
async function signedHeaders(method, path) {
  const timestamp = Date.now()
  const payload = `${method}:${path}:${timestamp}:{}`.toLowerCase()
  const chain = Authenticator.createSimpleAuthChain(payload, user.address, await user.signMessage(payload))
  const links = chain.map((link, index) => [`x-identity-auth-chain-${index}`, JSON.stringify(link)])
  return { ...json, ...Object.fromEntries(links), 'x-identity-timestamp': `${timestamp}`, 'x-identity-metadata': '{}' }
}

test('a call is signed by the signer of calls, whatever its arguments are', async () => {
  for (const data of ['0x', '0x1234', `0x${'ab'.repeat(33)}`]) {
    const call = {
      target: `0x${'22'.repeat(20)}`,
      selector: '0xdeadbeef',
      data,
      expiresAt: 1_800_000_000,
      salt: `0x${'cd'.repeat(32)}`
    }
    const { signature } = await answer('/sign-external-call', {
      method: 'POST',
      headers: await signedHeaders('post', '/sign-external-call'),
      body: JSON.stringify({
        userAddress: user.address,
        chainId: wanted.chainId,
        creditsManagerAddress: wanted.manager,
        externalCall: call
      })
    })
    const encoded = coder.encode(CALL, [user.address, wanted.chainId, wanted.manager, call])
    assert.equal(await signer(encoded, signature), getAddress(wanted.callSigner))
    const other = coder.encode(CALL, [user.address, wanted.chainId, wanted.manager, { ...call, selector: '0xdeadbeee' }])
    assert.notEqual(await signer(other, signature), getAddress(wanted.callSigner))
  }
})
