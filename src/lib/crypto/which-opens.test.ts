import { expect, test } from 'vitest'
import { concatBytes, type Bytes } from '#lib/base/bytes.ts'
import { platformRandom } from '#lib/base/ids.ts'
import { createBlobKey, recordBytes, sealBlob } from './blob-format.ts'
import { whichOpens, type BlobClaim, type SealedSource } from './which-opens.ts'

const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)
const record = recordBytes - 17

const sourceOf = (bytes: Bytes): SealedSource => ({
  size: bytes.length,
  read: (start, end) => Promise.resolve(bytes.slice(start, end)),
})

/** A picture of that length, and what is true of it. */
async function photoOf(size: number): Promise<{ bytes: Bytes; honest: BlobClaim }> {
  const blobKey = createBlobKey()
  const plaintext = concatBytes(jpeg, new Uint8Array(size)).slice(0, size)
  const { bytes } = await sealBlob(plaintext, blobKey)
  return { bytes, honest: { key: blobKey.key, size, mime: 'image/jpeg' } }
}

/** What somebody could say of it instead. */
function forgeries({ key, size, mime }: BlobClaim): BlobClaim[] {
  const foreign = () => platformRandom(16)
  return [
    ...[0, 1, size - 1, size + 1, size + 17, 2 ** 34].map((other) => ({ key, size: other, mime })),
    { key: foreign(), size, mime },
    { key: foreign(), size, mime: 'video/mp4' },
    { key: foreign(), size: size + 1, mime },
    { key, size, mime: 'text/html' },
    { key, size, mime: 'video/mp4' },
    { key, size, mime: 'image/png' },
  ].filter((one) => one.size !== size || one.key !== key || one.mime !== mime)
}

test.each([4, 700, record, record + 1, 3 * record, 3 * record + 5])(
  'of all that is said of %d bytes, what is true is found wherever it stands',
  async (size) => {
    const { bytes, honest } = await photoOf(size)
    const forged = forgeries(honest)
    for (const at of [0, 3, forged.length])
      expect(await whichOpens(forged.toSpliced(at, 0, honest), sourceOf(bytes))).toEqual(honest)
    expect(
      await whichOpens(
        forged.filter(({ key }) => key !== honest.key),
        sourceOf(bytes),
      ),
    ).toBeNull()
  },
)

test('a type that nearly fits is better than one that does not', async () => {
  const { bytes, honest } = await photoOf(700)
  const claims = ['text/html', 'video/mp4', 'image/png'].map((mime) => ({ ...honest, mime }))
  expect((await whichOpens(claims, sourceOf(bytes)))?.mime).toBe('image/png')
})

test('what cannot be read, or was changed, opens with nothing', async () => {
  const { bytes, honest } = await photoOf(3 * record + 5)
  const claims = [...forgeries(honest), honest]
  const away: SealedSource = { size: bytes.length, read: () => Promise.resolve(null) }
  expect(await whichOpens(claims, away)).toBeNull()
  const changed = bytes.map((byte, at) => (at === bytes.length - 3 ? byte ^ 1 : byte))
  expect(await whichOpens(claims, sourceOf(changed))).toBeNull()
  expect(await whichOpens([], sourceOf(bytes))).toBeNull()
})

test('a single claim is believed until somebody opens the blob', async () => {
  const { bytes, honest } = await photoOf(700)
  const forged = { ...honest, key: platformRandom(16) }
  expect(await whichOpens([forged], sourceOf(bytes))).toEqual(forged)
})

test('nothing is nothing under any key', async () => {
  const { bytes, honest } = await photoOf(0)
  const claims = [{ ...honest, size: 1 }, { ...honest, key: platformRandom(16) }, honest]
  expect((await whichOpens(claims, sourceOf(bytes)))?.size).toBe(0)
})
