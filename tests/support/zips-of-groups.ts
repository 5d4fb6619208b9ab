/** Zips out of groups and into them, and what groups tell. */
import type { DocId, GroupId } from '#lib/base/ids.ts'
import type { SimulatedDevice } from '#tests/support/simulated-device.ts'

const words = {
  ...{ language: 'en', photos: 'Photos', albums: 'Albums', comments: 'Comments' },
  ...{ notIncluded: 'not here', footer: 'footer', missing: 'These are missing:' },
}

interface At {
  readonly group: GroupId
  readonly album: DocId
}

/** Every album with what it shows, as an export tells it; ids are of the group and so left out. */
export async function toldOf({ engine }: SimulatedDevice, group: GroupId) {
  const planned = await engine.planExport({ wishes: [{ group }], words })
  if (!planned.ok) throw new Error(planned.error.kind)
  const parts: Uint8Array<ArrayBuffer>[] = []
  for (;;) {
    const piece = await engine.exportPiece(planned.value.id)
    if (piece === null) throw new Error('the export broke')
    if (piece.bytes === null) break
    parts.push(piece.bytes)
  }
  const zip = new File(parts, planned.value.name)
  const { parseAlbumsFile } = await import('#lib/archive/albums-file.ts')
  const told = parseAlbumsFile(await textIn(zip, 'albums.json'))?.groups[0]
  const items = new Map(told?.items.map((item) => [item.id, item]))
  const albums = told?.albums.map(({ title, order, cover, items: ids }) => ({
    ...{ title, order, cover: cover === null ? null : items.get(cover)?.name },
    items: ids.map((id) => {
      const item = items.get(id)
      const [original] = item?.files ?? []
      return { name: item?.name, content: original?.content, path: original?.path }
    }),
  }))
  const facts = [...items.values()].map(({ name, taken, place, caption }) => ({
    ...{ name, taken, place, caption },
  }))
  const inOrder = facts.sort((a, b) =>
    `${a.name}${a.caption}`.localeCompare(`${b.name}${b.caption}`),
  )
  return { zip, albums, facts: inOrder }
}

/** A text in a zip. */
export async function textIn(zip: File, name: string): Promise<string> {
  const { openZip } = await import('#lib/archive/zip-reader.ts')
  const opened = await openZip(zip)
  const file = opened.ok ? opened.value.find(({ path }) => path === name) : undefined
  return (await file?.read(new AbortController().signal))?.text() ?? ''
}

export async function bringIn({ engine }: SimulatedDevice, zips: readonly File[], at: At) {
  const opened = await engine.openZips(zips)
  if (!opened.ok) throw new Error(opened.error.kind)
  const { id } = opened.value
  const imported = await engine.importZips({ id, ...at, byFolder: true })
  return { contents: opened.value, imported }
}

/** A side-car. */
export const takeoutSays = (description: string, more = {}) =>
  JSON.stringify({
    ...{ description, photoTakenTime: { timestamp: '1717237805' } },
    ...{ geoData: { latitude: 46.5, longitude: 7.25 }, ...more },
  })

/** Items by the names of their files. */
export async function itemsOf({ disk }: SimulatedDevice, group: GroupId, album?: DocId) {
  const { createDeviceStore } = await import('#lib/storage/device-store.ts')
  const { index } = await createDeviceStore(disk.mount()).openGroup(group)
  const head = await index.head()
  const rows = head === null ? [] : await index.rows([...head.slots])
  return new Map(
    rows.flatMap((row) =>
      row === null || (album !== undefined && row.album !== album) ? [] : [[row.name, row.item]],
    ),
  )
}
