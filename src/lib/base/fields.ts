/**
 * Reading the fields of parsed CBOR: each reader gives the value in the type that the field has, or
 * null where the bytes hold anything else. An absent field is `undefined` and reads as null.
 */
import { plainBytes, type Bytes } from './bytes.ts'
import type { CborMap, CborValue } from './cbor.ts'
import { idFromBytes, type IdName, type IdOf } from './ids.ts'

export type Field = CborValue | undefined

/** A map, and not bytes or an array. */
export function isMap(value: Field): value is CborMap {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array)
  )
}

/** The map, if these and no other fields are in it. */
export function readExactMap(value: Field, fields: readonly string[]): CborMap | null {
  if (!isMap(value)) return null
  const names = Object.keys(value)
  return names.length === fields.length && fields.every((field) => field in value) ? value : null
}

/** An integer ≥ 0. */
export function readUint(value: Field): number | null {
  return typeof value === 'number' && value >= 0 ? value : null
}

/** True or false. */
export function readBool(value: Field): boolean | null {
  return typeof value === 'boolean' ? value : null
}

/** A text of at most so many UTF-16 units. */
export function readText(value: Field, maxLength: number): string | null {
  return typeof value === 'string' && value.length <= maxLength ? value : null
}

/** One of these texts. */
export function readOneOf<T extends string>(value: Field, choices: readonly T[]): T | null {
  return choices.find((choice) => choice === value) ?? null
}

/** Bytes, of exactly this length where one is given. */
export function readBytes(value: Field, length?: number): Bytes | null {
  if (!(value instanceof Uint8Array)) return null
  return length === undefined || value.length === length ? plainBytes(value) : null
}

/** An id of that kind. */
export function readId<Name extends IdName>(value: Field, name: Name): IdOf<Name> | null {
  return value instanceof Uint8Array ? idFromBytes(name, value) : null
}

/** An array of at most so many items, each of which the reader accepts. */
export function readList<T>(
  value: Field,
  maxItems: number,
  readItem: (item: Field) => T | null,
): T[] | null {
  if (!isList(value) || value.length > maxItems) return null
  const items: T[] = []
  for (const item of value) {
    const read = readItem(item)
    if (read === null) return null
    items.push(read)
  }
  return items
}

/** Ids of one kind, ascending and unique. */
export function readAscendingIds<Name extends IdName>(
  value: Field,
  maxItems: number,
  name: Name,
): IdOf<Name>[] | null {
  const ids = readList(value, maxItems, (item) => readId(item, name))
  if (ids === null) return null
  return ids.every((id, i) => i === 0 || (ids[i - 1] ?? '') < id) ? ids : null
}

function isList(value: Field): value is readonly CborValue[] {
  return Array.isArray(value)
}
