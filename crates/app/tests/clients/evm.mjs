// What the CreditsManager does to believe a signature, as code of an EVM of its own: keccak-256 of the encoded message,
// the prefix of EIP-191, ecrecover. Assembled by hand, so that no compiler is needed.

import { EVM } from '@ethereumjs/evm'
import { Signature, concat, getAddress, getBytes, hexlify, toBeHex, toUtf8Bytes, zeroPadValue } from 'ethers'

const PREFIX = hexlify(toUtf8Bytes('\x19Ethereum Signed Message:\n32')).slice(2)

function push(number) {
  const hex = number.toString(16)
  const even = hex.length % 2 === 0 ? hex : `0${hex}`
  return (0x5f + even.length / 2).toString(16) + even
}

/** Bytes of call data behind v, r and s. */
const size = [push(96), '36' /* CALLDATASIZE */, '03' /* SUB */]

/** Call data: v, r and s, 32 bytes each, then the encoded message. Returns the signer; 0 for a signature that is none. */
const CHECKER = [
  // memory[0..28] = the prefix
  `7b${PREFIX}` /* PUSH28 */, push(32), '1b' /* SHL */, push(0), '52' /* MSTORE */,
  // memory[128..] = the message; memory[28..60] = its hash
  ...size, push(96), push(128), '37' /* CALLDATACOPY */,
  ...size, push(128), '20' /* KECCAK256 */, push(28), '52',
  // memory[128..160] = the hash of both; memory[160..256] = v, r, s
  push(60), push(0), '20', push(128), '52',
  push(96), push(0), push(160), '37',
  // memory[0..32] = ecrecover
  push(0), push(0), '52',
  push(32), push(0), push(128), push(128), push(1), '5a' /* GAS */, 'fa' /* STATICCALL */, '50' /* POP */,
  push(32), push(0), 'f3' /* RETURN */
].join('')

/** Who signed an encoded message, by the EVM. */
export async function signerOf(encoded, signature) {
  const { v, r, s } = Signature.from(signature)
  const evm = await EVM.create()
  const { returnValue, exceptionError } = await evm.runCode({
    code: getBytes(`0x${CHECKER}`),
    data: getBytes(concat([zeroPadValue(toBeHex(v), 32), r, s, encoded])),
    gasLimit: 1_000_000n
  })
  if (exceptionError) throw exceptionError
  return getAddress(hexlify(returnValue.slice(12)))
}
