/**
 * Ids of items say which device made them in which document. So nobody can make another item under an id that they
 * have seen: of two maps under one key Automerge shows one and hides the other with all that it holds.
 *
 * Shape   8 bytes ‖ first 8 bytes of SHA-256('mantel/item/1' ‖ device (32) ‖ document (16) ‖ the 8 bytes)
 * Source  docs/design.md §6
 */
import { concatBytes, toHex, utf8, type Bytes } from './bytes.ts'
import {
  idToBytes,
  parseId,
  platformRandom,
  type DeviceId,
  type DocId,
  type ItemId,
  type Random,
} from './ids.ts'
import { sha256 } from './sha256.ts'

/** Who makes an item, and where. */
export interface ItemMaker {
  readonly device: DeviceId
  readonly doc: DocId
}

const halfBytes = 8

/** A fresh id. */
export function createItemId(maker: ItemMaker, random: Random = platformRandom): ItemId {
  return itemIdOf(maker, random(halfBytes))
}

/** The id of an item that continues one of another group: the same however often it is asked for. */
export function deriveItemId(maker: ItemMaker, continued: ItemId): ItemId {
  const digest = sha256(concatBytes(utf8('mantel/carried-item/1'), idToBytes(continued)))
  return itemIdOf(maker, digest.slice(0, halfBytes))
}

/** Whether that device may have made an item of this id there. */
export function isItemIdBy(id: string, maker: ItemMaker): boolean {
  const parsed = parseId('ItemId', id)
  return parsed !== null && itemIdOf(maker, idToBytes(parsed).slice(0, halfBytes)) === parsed
}

function itemIdOf({ device, doc }: ItemMaker, chosen: Bytes): ItemId {
  const made = concatBytes(utf8('mantel/item/1'), idToBytes(device), idToBytes(doc), chosen)
  return toHex(concatBytes(chosen, sha256(made).slice(0, halfBytes))) as ItemId
}
