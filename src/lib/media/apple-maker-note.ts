/**
 * What an iPhone writes about a picture for itself, of which one thing is of use: the identifier that the still and the
 * film of a live photo share.
 *
 * Shape   `Apple iOS\0` ‖ version u16 ‖ `MM` ‖ a TIFF directory, big-endian: count u16, then for each field tag u16,
 *         type u16, count u32, and the value or where it is from the start of the note u32. Tag 0x0011, ASCII: a UUID
 * Errors  total: null for another maker's note, and for one that is damaged
 * Source  ExifTool's tables (Apple.pm, tag names and layout); TIFF 6.0 §2; compared with notes of real iPhones
 */
const signature = 'Apple iOS\0'
const directoryAt = 14
const fieldBytes = 12
const identifierTag = 0x0011
const asciiType = 2

/** The identifier, or null. */
export function parseContentIdentifier(note: Uint8Array): string | null {
  const view = new DataView(note.buffer, note.byteOffset, note.length)
  if (note.length < directoryAt + 2 || latin1(note.subarray(0, 10)) !== signature) return null
  if (latin1(note.subarray(12, 14)) !== 'MM') return null
  const fields = Math.floor((note.length - directoryAt - 2) / fieldBytes)
  const count = Math.min(view.getUint16(directoryAt), fields)
  for (let n = 0; n < count; n++) {
    const at = directoryAt + 2 + n * fieldBytes
    if (view.getUint16(at) !== identifierTag || view.getUint16(at + 2) !== asciiType) continue
    const [length, from] = [view.getUint32(at + 4), view.getUint32(at + 8)]
    return identifierIn(latin1(note.subarray(from, from + Math.min(length, 64))))
  }
  return null
}

/** A UUID as it is compared; null for anything else. */
export function identifierIn(text: string): string | null {
  const found = /^\s*([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:[\s\0]|$)/i.exec(text)
  return found?.[1]?.toUpperCase() ?? null
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}
