/**
 * The identifier that the film of a live photo shares with its still, in the metadata of its header.
 *
 * Shape   `moov/meta` (in MP4 behind a version u32): `keys` (version u32, count u32, then size u32 ‖ `mdta` ‖ name) and
 *         `ilst` (size u32 ‖ number of the key from 1, u32 ‖ size u32 ‖ `data` ‖ type u32 ‖ locale u32 ‖ value)
 * Errors  total: null where there is none, or nothing can be read
 * Source  QuickTime File Format, "Metadata atoms and types"; the key is `com.apple.quicktime.content.identifier`
 */
import { identifierIn } from './apple-maker-note.ts'

const key = 'com.apple.quicktime.content.identifier'
/** More keys than any camera writes. */
const maxEntries = 256

interface Atom {
  readonly name: string
  readonly number: number
  readonly content: Uint8Array
}

/** The identifier in the content of a `meta` box. */
export function parseMovieIdentifier(meta: Uint8Array): string | null {
  const boxes = atomsIn(latin1(meta.subarray(4, 8)) === 'hdlr' ? meta : meta.subarray(4))
  const keys = boxes.find(({ name }) => name === 'keys')
  const values = boxes.find(({ name }) => name === 'ilst')
  if (keys === undefined || values === undefined) return null
  const number = 1 + atomsIn(keys.content.subarray(8)).findIndex(isIdentifier)
  const value = atomsIn(values.content).find((atom) => number > 0 && atom.number === number)
  const inside = value === undefined ? [] : atomsIn(value.content)
  const said = inside.find(({ name }) => name === 'data')?.content.subarray(8)
  return said === undefined ? null : identifierIn(latin1(said.subarray(0, 64)))
}

function isIdentifier({ content }: Atom): boolean {
  return content.length === key.length && latin1(content) === key
}

/** One behind the other; what does not fit ends them. */
function atomsIn(bytes: Uint8Array): Atom[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const atoms: Atom[] = []
  for (let at = 0; at + 8 <= bytes.length && atoms.length < maxEntries;) {
    const size = view.getUint32(at)
    if (size < 8 || at + size > bytes.length) break
    const name = latin1(bytes.subarray(at + 4, at + 8))
    const content = bytes.subarray(at + 8, at + size)
    atoms.push({ name, number: view.getUint32(at + 4), content })
    at += size
  }
  return atoms
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}
