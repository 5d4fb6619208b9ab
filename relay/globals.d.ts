/**
 * Names of WebCrypto's types. Node has them as values only; what the relay shares with the app
 * (`src/lib/base`) names them as the web does.
 */
import type { webcrypto } from 'node:crypto'

declare global {
  type Crypto = webcrypto.Crypto
  type CryptoKey = webcrypto.CryptoKey
  type SubtleCrypto = webcrypto.SubtleCrypto
}
