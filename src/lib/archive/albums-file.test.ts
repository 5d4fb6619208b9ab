import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAlbumsFile, parseJson, writeAlbumsFile, type AlbumsFile } from './albums-file.ts'

const lake: AlbumsFile['groups'][number]['items'][number] = {
  id: '0a'.repeat(16),
  kind: 'photo',
  name: 'lake.jpg',
  files: [
    {
      role: 'original',
      path: 'Lake/a.jpg',
      content: 'ab'.repeat(32),
      bytes: 7,
      mime: 'image/jpeg',
    },
  ],
  thumbnail: 'thumbnails/1.webp',
  width: 4000,
  height: 3000,
  taken: { takenMs: Date.UTC(1987, 6, 14, 12, 0, 0, 5), offsetMinutes: -210 },
  place: { latitudeE7: -338_567_844, longitudeE7: 1_512_152_967 },
  caption: 'Line one\n"two" </script>',
  author: 'Ana',
  from: { group: 'Cat Club', by: 'Sam' },
  comments: [{ author: 'Sam', atMs: 1000, text: 'Oh!' }],
  reactions: [{ author: 'Sam', reaction: '❤️' }],
}
const file: AlbumsFile = {
  exportedMs: Date.UTC(2026, 10, 23),
  groups: [
    {
      ...{ id: 'ff'.repeat(32), name: 'Family' },
      albums: [{ id: '01', title: 'Lake', order: 'hand', cover: lake.id, items: [lake.id] }],
      items: [lake],
    },
  ],
}
const written = [...writeAlbumsFile(file)].join('')

describe('albums.json', () => {
  it('says the same when it is read again', () => {
    expect(parseAlbumsFile(written)).toEqual(file)
    expect(parseJson(written)).toMatchObject({ format: 'mantel-albums', version: 1 })
  })

  it('is not read where a later version wrote it', () => {
    expect(parseAlbumsFile(written.replace('"version":1', '"version":2'))).toBeNull()
  })

  it('leaves out what is in another shape and keeps the rest', () => {
    const odd = written.replace('"items":[\n{', '"items":[null,7,{"id":1},[],\n{')
    expect(parseAlbumsFile(odd)).toEqual(file)
    expect(
      parseAlbumsFile(written.replace('-33.8567844', '91'))?.groups[0]?.items[0]?.place,
    ).toBeNull()
  })

  it('answers to any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string(), damaged()), (text) => {
        const parsed = parseAlbumsFile(text)
        for (const group of parsed?.groups ?? [])
          for (const item of group.items) expect(Number.isFinite(item.taken.takenMs)).toBe(true)
      }),
    )
  })
})

/** The file with one value replaced. */
function damaged(): fc.Arbitrary<string> {
  const value = fc.oneof(fc.json(), fc.constant('1e999'), fc.constant('"__proto__"'))
  return fc.tuple(fc.nat(), value).map(([at, json]) => {
    const places = [...written.matchAll(/:("[^"]*"|-?[\d.]+|null)/g)]
    const place = places[at % places.length]
    if (place === undefined) return written
    const from = place.index + 1
    return written.slice(0, from) + json + written.slice(from + place[0].length - 1)
  })
}
