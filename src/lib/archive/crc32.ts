/**
 * CRC-32 as zips have it, piece by piece: eight bytes at a time by eight tables, because every byte of an export goes
 * through it and no browser offers it.
 *
 * Units   a 32-bit number without sign; 0 before the first byte
 * Source  PKWARE APPNOTE 6.3.10 §4.4.7; Kounavis and Berry, "A systematic approach to building high performance
 *         software-based CRC generators" (2005)
 */

const polynomial = 0xedb88320
const tables = createTables()

/** The sum of all bytes up to the end of these, from the sum of those before. */
export function crc32(before: number, bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = bytes.length - (bytes.length % 8)
  let crc = ~before
  for (let at = 0; at < end; at += 8) {
    const low = crc ^ view.getInt32(at, true)
    const high = view.getInt32(at + 4, true)
    crc = ofFour(low, 4) ^ ofFour(high, 0)
  }
  for (let at = end; at < bytes.length; at++)
    crc = (crc >>> 8) ^ tabled(0, (crc ^ (bytes[at] ?? 0)) & 0xff)
  return ~crc >>> 0
}

/** What four bytes, as a little-endian number, come to when `behind` bytes of their eight follow them. */
function ofFour(word: number, behind: number): number {
  return (
    tabled(behind + 3, word & 0xff) ^
    tabled(behind + 2, (word >>> 8) & 0xff) ^
    tabled(behind + 1, (word >>> 16) & 0xff) ^
    tabled(behind, word >>> 24)
  )
}

function tabled(table: number, byte: number): number {
  return tables[table * 256 + byte] ?? 0
}

/** Eight tables in one: in the n-th what a byte comes to when n others follow it. */
function createTables(): Int32Array {
  const all = new Int32Array(8 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1
    all[byte] = crc
  }
  for (let at = 256; at < all.length; at++) {
    const shorter = all[at - 256] ?? 0
    all[at] = (shorter >>> 8) ^ (all[shorter & 0xff] ?? 0)
  }
  return all
}
