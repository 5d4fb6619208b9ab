/**
 * Sealed offers: the way into a forked group, for one device of the group that was forked. HPKE base mode.
 *
 * Suite   DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM
 * info    utf8('mantel/fork-offer/1\0') ‖ group id (of the old group) ‖ device id
 * Shape   enc (32) ‖ ciphertext of canonical CBOR {name text, link text} (16 bytes longer than it)
 * Limits  name ≤ 100, link ≤ 400 UTF-16 units; a box ≤ 1 KiB
 * Errors  opening is total: null for a wrong key, changed bytes, another group or device, or another shape;
 *         sealing gives null for what is too long, and for a public key nobody can hold
 * Source  RFC 9180; docs/design.md §5 "Forking"
 */
import { concatBytes, utf8, type Bytes } from '#lib/base/bytes.ts'
import { encodeCbor, parseCbor } from '#lib/base/cbor.ts'
import { readExactMap, readText } from '#lib/base/fields.ts'
import { idToBytes, type DeviceId, type GroupId } from '#lib/base/ids.ts'
import { createHpkeSuite } from './hpke.ts'

/** A new group and a link into it. */
export interface ForkOffer {
  readonly name: string
  readonly link: string
}

/** Whose box it is: a device of the old group. */
export interface OfferContext {
  readonly group: GroupId
  readonly device: DeviceId
}

/** A sealed offer is never longer. */
export const maxOfferBytes = 1024

/** The offer for the holder of this X25519 key; every call gives another box. */
export async function sealOffer(
  offer: ForkOffer,
  context: OfferContext,
  boxPublic: Bytes,
): Promise<Bytes | null> {
  const plaintext = encodeCbor({ name: offer.name, link: offer.link })
  if (parseOffer(plaintext) === null) return null
  try {
    const recipientPublicKey = await suite.kem.deserializePublicKey(boxPublic)
    const { enc, ct } = await suite.seal({ recipientPublicKey, info: infoOf(context) }, plaintext)
    const box = concatBytes(new Uint8Array(enc), new Uint8Array(ct))
    return box.length <= maxOfferBytes ? box : null
  } catch {
    return null
  }
}

/** The offer in a box for the holder of this secret, or null. */
export async function openOffer(
  box: Bytes,
  context: OfferContext,
  boxSecret: Bytes,
): Promise<ForkOffer | null> {
  if (box.length < encBytes || box.length > maxOfferBytes) return null
  const enc = box.subarray(0, encBytes)
  try {
    const recipientKey = await suite.kem.deserializePrivateKey(boxSecret)
    const opening = { recipientKey, enc, info: infoOf(context) }
    return parseOffer(new Uint8Array(await suite.open(opening, box.subarray(encBytes))))
  } catch {
    return null
  }
}

const encBytes = 32
const maxNameChars = 100
const maxLinkChars = 400
const suite = createHpkeSuite()

function infoOf({ group, device }: OfferContext): Bytes {
  return concatBytes(utf8('mantel/fork-offer/1\0'), idToBytes(group), idToBytes(device))
}

function parseOffer(plaintext: Bytes): ForkOffer | null {
  const map = readExactMap(parseCbor(plaintext) ?? undefined, ['name', 'link'])
  const name = readText(map?.['name'], maxNameChars)
  const link = readText(map?.['link'], maxLinkChars)
  return name === null || link === null ? null : { name, link }
}
