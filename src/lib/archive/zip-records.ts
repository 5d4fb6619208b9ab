/**
 * The records of a zip, as bytes: files are stored, their sums and lengths follow them.
 *
 * Shape   | record | bytes | signature | says |
 *         |---|---|---|---|
 *         | local header | 30, name, extra | `PK 3 4` | name and time; sum and lengths are 0, or all ones where they take eight bytes |
 *         | data descriptor | 16 or 24 | `PK 7 8` | sum and both lengths, behind the file |
 *         | directory record | 46, name, extra | `PK 1 2` | all of it, and where the local header lies |
 *         | zip64 end, its locator | 56, 20 | `PK 6 6`, `PK 6 7` | only where the end does not suffice |
 *         | end | 22 | `PK 5 6` | number of files, length and place of the directory |
 *         Extra: `1` (zip64), before what does not fit four bytes; `UT`, the moment in UTC. Names in UTF-8 (flag bit 11),
 *         lengths behind the file (bit 3); version needed 2.0, or 4.5 where there is anything of zip64
 * Units   little-endian; the format's own clock tells local time, from 1980 to 2107, in steps of two seconds
 * Source  PKWARE APPNOTE 6.3.10 §4.3, §4.4, §4.5.3; Info-ZIP `extrafld.txt` (`UT`)
 */
import { concatBytes, type Bytes } from '#lib/base/bytes.ts'
import { secondMs } from '#lib/base/time.ts'

/** What stands before a file. */
export interface ZipHeader {
  readonly name: Bytes
  readonly modifiedMs: number
  /** Whether its lengths take eight bytes. */
  readonly isLong: boolean
}

/** What is known of a file once it is written. */
export interface ZipEntry extends ZipHeader {
  readonly crc: number
  readonly size: number
  /** Where its header lies. */
  readonly offset: number
}

/** Where the directory lies, in bytes, and of how many files it tells. */
export interface ZipDirectory {
  readonly count: number
  readonly size: number
  readonly offset: number
}

/** The first number that no longer fits: all ones say that it stands elsewhere. */
export const zip64From = 0xffffffff
const zip64FromCount = 0xffff

const flags = (1 << 3) | (1 << 11)
const versions = { plain: 20, zip64: 45 }
/** Written as if on Unix: an ordinary file that its owner may change and everybody read. */
const madeBy = (3 << 8) | versions.zip64
const fileMode = 0o100644
/** The earliest and the latest that the format's clock tells, in every zone. */
const clockMs = { from: Date.UTC(1980, 0, 2), to: Date.UTC(2107, 11, 30) }

type Field = readonly [bytes: 1 | 2 | 4 | 8, value: number]

/** The local header. */
export function headerRecord({ name, modifiedMs, isLong }: ZipHeader): Bytes {
  const length = isLong ? zip64From : 0
  const lengths = isLong ? extra(zip64Tag, [8, 0], [8, 0]) : none
  const more = concatBytes(lengths, momentOf(modifiedMs))
  const fixed = record(
    ...([[4, 0x04034b50], ...kindOf(isLong), [4, clockOf(modifiedMs)]] as const),
    ...([
      [4, 0],
      [4, length],
      [4, length],
      [2, name.length],
      [2, more.length],
    ] as const),
  )
  return concatBytes(fixed, name, more)
}

/** The data descriptor. */
export function descriptorRecord({ crc, size, isLong }: ZipEntry): Bytes {
  const bytes = isLong ? 8 : 4
  return record([4, 0x08074b50], [4, crc], [bytes, size], [bytes, size])
}

/** The record of a file in the directory. */
export function directoryRecord(entry: ZipEntry): Bytes {
  const { name, modifiedMs, crc, size, isLong, offset } = entry
  const isFar = offset >= zip64From
  const zip64: Field[] = []
  if (isLong) zip64.push([8, size], [8, size])
  if (isFar) zip64.push([8, offset])
  const place = zip64.length === 0 ? none : extra(zip64Tag, ...zip64)
  const more = concatBytes(place, momentOf(modifiedMs))
  const length = isLong ? zip64From : size
  const fixed = record(
    ...([[4, 0x02014b50], [2, madeBy], ...kindOf(isLong || isFar)] as const),
    ...([
      [4, clockOf(modifiedMs)],
      [4, crc],
      [4, length],
      [4, length],
    ] as const),
    ...([
      [2, name.length],
      [2, more.length],
      [2, 0],
      [2, 0],
      [2, 0],
    ] as const),
    ...([
      [2, 0],
      [2, fileMode],
      [4, Math.min(offset, zip64From)],
    ] as const),
  )
  return concatBytes(fixed, name, more)
}

/** All that follows the directory. */
export function endRecords(directory: ZipDirectory): Bytes {
  const { count, size, offset } = directory
  const isPlain = count < zip64FromCount && size < zip64From && offset < zip64From
  const shown = Math.min(count, zip64FromCount)
  const end = record(
    ...([
      [4, 0x06054b50],
      [2, 0],
      [2, 0],
      [2, shown],
      [2, shown],
    ] as const),
    ...([
      [4, Math.min(size, zip64From)],
      [4, Math.min(offset, zip64From)],
      [2, 0],
    ] as const),
  )
  return isPlain ? end : concatBytes(zip64EndRecords(directory), end)
}

function zip64EndRecords({ count, size, offset }: ZipDirectory): Bytes {
  return record(
    ...([
      [4, 0x06064b50],
      [8, 44],
      [2, madeBy],
      [2, versions.zip64],
      [4, 0],
      [4, 0],
    ] as const),
    ...([
      [8, count],
      [8, count],
      [8, size],
      [8, offset],
    ] as const),
    ...([
      [4, 0x07064b50],
      [4, 0],
      [8, offset + size],
      [4, 1],
    ] as const),
  )
}

/** Version needed, flags and method. */
function kindOf(isZip64: boolean): readonly Field[] {
  return [
    [2, isZip64 ? versions.zip64 : versions.plain],
    [2, flags],
    [2, 0],
  ]
}

const zip64Tag = 0x0001
const momentTag = 0x5455
const none = new Uint8Array(0)

/** The moment of the last change, alone (1); left out where it does not fit 32 bits with a sign. */
function momentOf(modifiedMs: number): Bytes {
  const seconds = Math.floor(modifiedMs / secondMs)
  if (seconds !== (seconds | 0)) return none
  return extra(momentTag, [1, 1], [4, seconds])
}

function clockOf(modifiedMs: number): number {
  const at = new Date(Math.min(clockMs.to, Math.max(clockMs.from, modifiedMs)))
  const time = (at.getHours() << 11) | (at.getMinutes() << 5) | (at.getSeconds() >> 1)
  const day = ((at.getFullYear() - 1980) << 9) | ((at.getMonth() + 1) << 5) | at.getDate()
  return day * 2 ** 16 + time
}

function extra(tag: number, ...fields: readonly Field[]): Bytes {
  const contents = record(...fields)
  return concatBytes(record([2, tag], [2, contents.length]), contents)
}

function record(...fields: readonly Field[]): Bytes {
  const bytes = new Uint8Array(fields.reduce((length, [size]) => length + size, 0))
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const [size, value] of fields) {
    if (size === 1) view.setUint8(at, value)
    else if (size === 2) view.setUint16(at, value, true)
    else view.setUint32(at, value % 2 ** 32, true)
    if (size === 8) view.setUint32(at + 4, Math.floor(value / 2 ** 32), true)
    at += size
  }
  return bytes
}
