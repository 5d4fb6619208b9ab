/** Films as cameras write them, encoded by the browser of a page: grey pictures that grow lighter, VP9 in MP4. */
import { readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Page } from 'playwright-core'
import { concatBytes, utf8 } from '#lib/base/bytes.ts'
import { bigEndian32 } from './exif-segment.ts'

export interface FilmPlan {
  readonly seconds: number
  readonly width: number
  readonly height: number
}

/** A film with its index at the end. */
export async function generateFilm(page: Page, plan: FilmPlan): Promise<Uint8Array> {
  const forNode = createRequire(import.meta.url).resolve('mediabunny')
  const library = join(dirname(forNode), 'mediabunny.cjs')
  const code = `(async () => {
    const module = { exports: {} }
    ;(function (module, exports) { ${readFileSync(library, 'utf8')} })(module, module.exports)
    return (${encode.toString()})(module.exports, ${JSON.stringify(plan)})
  })()`
  const base64 = await page.evaluate<string>(code)
  return new Uint8Array(Buffer.from(base64, 'base64'))
}

/** The same film with a box more at the end of its index, which ends the file. */
export function filmWith(film: Uint8Array, box: Uint8Array): Uint8Array {
  const at = Buffer.from(film).lastIndexOf('moov') - 4
  const index = film.subarray(at + 4)
  return concatBytes(film.subarray(0, at), bigEndian32(index.length + 4 + box.length), index, box)
}

/** The same film with so many bytes of nothing between its pictures and its index. */
export function paddedFilm(film: Uint8Array, paddingBytes: number): Uint8Array {
  const index = Buffer.from(film).lastIndexOf('moov') - 4
  const filling = new Uint8Array(paddingBytes)
  filling.set(concatBytes(bigEndian32(paddingBytes), utf8('free')))
  return concatBytes(film.subarray(0, index), filling, film.subarray(index))
}

/**
 * Writes the same film with so many bytes of nothing among its pictures, in the middle: whoever jumps from its first
 * half to its second jumps over them. They take no room on most disks.
 */
export async function writeStretchedFilm(
  path: string,
  film: Uint8Array,
  holeBytes: number,
): Promise<void> {
  const stretched = Buffer.from(film)
  const offsets = stretched.lastIndexOf('stco') + 8
  const count = stretched.readUInt32BE(offsets)
  const at = (n: number) => offsets + 4 + 4 * n
  const middle = stretched.readUInt32BE(at(count >> 1))
  for (let n = count >> 1; n < count; n++)
    stretched.writeUInt32BE(stretched.readUInt32BE(at(n)) + holeBytes, at(n))
  const media = stretched.indexOf('mdat')
  const isLong = stretched.readUInt32BE(media - 4) === 1
  if (isLong)
    stretched.writeBigUInt64BE(stretched.readBigUInt64BE(media + 4) + BigInt(holeBytes), media + 4)
  else stretched.writeUInt32BE(stretched.readUInt32BE(media - 4) + holeBytes, media - 4)
  const file = await open(path, 'w')
  await file.write(stretched, 0, middle, 0)
  await file.write(stretched, middle, stretched.length - middle, middle + holeBytes)
  await file.close()
}

/** Runs in the page. */
async function encode(library: typeof import('mediabunny'), plan: FilmPlan): Promise<string> {
  const target = new library.BufferTarget()
  const output = new library.Output({
    format: new library.Mp4OutputFormat({ fastStart: false }),
    target,
  })
  const canvas = new OffscreenCanvas(plan.width, plan.height)
  const context = canvas.getContext('2d')
  const source = new library.CanvasSource(canvas, {
    codec: 'vp9',
    quality: new library.Quality('low'),
  })
  output.addVideoTrack(source)
  await output.start()
  const perSecond = 10
  for (let n = 0; n < plan.seconds * perSecond; n++) {
    const light = 40 + (10 * n) / perSecond
    if (context !== null) {
      context.fillStyle = `rgb(${light} ${light} ${light})`
      context.fillRect(0, 0, plan.width, plan.height)
    }
    await source.add(n / perSecond, 1 / perSecond)
  }
  await output.finalize()
  let binary = ''
  for (const byte of new Uint8Array(target.buffer ?? new ArrayBuffer(0)))
    binary += String.fromCharCode(byte)
  return btoa(binary)
}
