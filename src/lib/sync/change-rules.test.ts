import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { beforeAll, describe, expect, test } from 'vitest'
import type { AlbumDocument } from '#lib/albums/album-document.ts'
import { plainBytes, type Bytes } from '#lib/base/bytes.ts'
import { createItemId } from '#lib/base/item-id.ts'
import { parseId, randomId, type DeviceId } from '#lib/base/ids.ts'
import {
  changeMemberName,
  changeToListAlbum,
  changeToNewGroup,
  memberName,
  type GroupDocument,
} from '#lib/groups/group-document.ts'
import { Automerge, startAutomerge } from './automerge.ts'
import { createActor, readChange } from './change-rules.ts'
import { createShape } from './change-shape.ts'
import { firstChange } from './first-change.ts'

const sam = deviceId('01')
const eve = deviceId('02')
const album = randomId('DocId')
const photo = createItemId({ device: sam, doc: album })
const another = () => createItemId({ device: sam, doc: album })
const anasPhoto = createItemId({ device: eve, doc: album })

beforeAll(async () => {
  const wasm = createRequire(import.meta.url).resolve('@automerge/automerge/automerge.wasm')
  await startAutomerge(new Uint8Array(readFileSync(wasm)))
})

describe('a change of Sam', () => {
  test('that adds a photo, writes a caption or uses the bin may be merged', () => {
    const edits: Edit[] = [
      (draft) => void (draft.items[another()] = { core: new Uint8Array([2]) }),
      (draft) => void (itemOf(draft).caption = 'Picnic'),
      (draft) => void (itemOf(draft).bin = { by: new Uint8Array(16), at: 1 }),
      (draft) => void (itemOf(draft).bin = null),
    ]
    for (const edit of edits) expect(readChange(changeBySam(edit), sam, album).ok).toBe(true)
  })

  test('is refused in the name of Eve, and in another album', () => {
    const change = changeBySam((draft) => void (draft.title = 'Lake'))
    const foreign = { ok: false, error: { kind: 'foreign-actor' } }
    expect(readChange(change, eve, album)).toEqual(foreign)
    expect(readChange(change, sam, randomId('DocId'))).toEqual(foreign)
  })

  test('that deletes a photo, or a fact of one, is refused', () => {
    const deletes = { ok: false, error: { kind: 'deletes-key' } }
    const whole = changeBySam((draft) => void Reflect.deleteProperty(draft.items, photo))
    const part = changeBySam((draft) => void Reflect.deleteProperty(itemOf(draft), 'core'))
    expect(readChange(whole, sam, album)).toEqual(deletes)
    expect(readChange(part, sam, album)).toEqual(deletes)
  })

  test('that writes the facts of a photo again, or another photo or album in its place, is refused', () => {
    const edits: Edit[] = [
      (draft) => void (itemOf(draft).core = new Uint8Array([9])),
      (draft) => void (draft.items[photo] = { core: new Uint8Array([9]) }),
      (draft) => void Reflect.set(draft.items, photo, 0),
      (draft) => void Reflect.set(draft, 'items', 0),
      (draft) => void Reflect.set(draft, 'albums', 'none'),
    ]
    for (const edit of edits) expect(readChange(changeBySam(edit), sam, album)).toEqual(rewrites)
  })

  test('that claims to be the first of something that others made is refused, whatever it says that it knew', () => {
    const edits: Edit[] = [
      (draft) => void (draft.items[anasPhoto] = { core: new Uint8Array([9]) }),
      (draft) => void Reflect.set(draft.items, anasPhoto, {}),
      (draft) => void Reflect.set(draft.items, anasPhoto, 0),
      (draft) => void Reflect.set(draft.items, 'no id', 0),
      (draft) => void Reflect.set(draft, 'items', 0),
      (draft) => void Reflect.set(draft, 'members', 0),
      (draft) => void Reflect.set(Reflect.get(draft, 'members') as object, photo, 0),
      (draft) => void Reflect.set(Reflect.get(draft, 'albums') as object, album, 0),
    ]
    for (const edit of edits) {
      const change = lastChange(Automerge.change(begin(), (draft) => edit(draft as never)))
      expect(readChange(change, sam, album)).toEqual(rewrites)
    }
    const container = Automerge.change(begin(), (draft) => void (draft['items'] = {}))
    expect(readChange(lastChange(container), sam, album)).toMatchObject({ ok: false })
  })

  test('that gives a core to an item which is there already, as if it had none, is refused', () => {
    const bare = Automerge.change(begin(), (draft) => {
      Reflect.set(draft['items'] as object, photo, {})
    })
    const edited = Automerge.change(bare, (draft) => {
      ;(draft as unknown as AlbumDocument).items[photo] = { core: new Uint8Array([9]) }
    })
    const later = Automerge.change(Automerge.clone(bare), (draft) => {
      itemOf(draft as unknown as AlbumDocument).core = new Uint8Array([9])
    })
    expect(readChange(lastChange(edited), sam, album)).toEqual(rewrites)
    expect(readChange(lastChange(later), sam, album)).toMatchObject({ ok: false })
  })

  test('that founds the group, lists an album, says his name and says it again may be merged', () => {
    const member = randomId('MemberId')
    const first = { name: 'Family', member, memberName: 'Sam', addedMs: 1 }
    const edits = [
      changeToNewGroup(first),
      changeToListAlbum(album, 2),
      changeMemberName(member, 'Samuel'),
      changeMemberName(randomId('MemberId'), 'Ana'),
    ]
    let group = begin()
    for (const edit of edits) {
      group = Automerge.change(group, (draft) => edit(draft as unknown as GroupDocument))
      expect(readChange(lastChange(group), sam, album).ok).toBe(true)
    }
    expect(memberName(group, member)).toBe('Samuel')
  })

  test('that makes a list, a map of its own, or a map where none belongs is refused', () => {
    const inner = { core: new Uint8Array([1]) }
    const edits: Edit[] = [
      (draft) => void (draft.title = [] as never),
      (draft) => void (draft.title = { deep: {} } as never),
      (draft) => void (itemOf(draft).caption = { bin: {} } as never),
      (draft) => void (draft.items[another()] = { [randomId('ItemId')]: inner } as never),
      (draft) => void (itemOf(draft).bin = { bin: { bin: {} } } as never),
      (draft) => void (draft.items['items'] = {} as never),
    ]
    const strange = { ok: false, error: { kind: 'strange-shape' } }
    for (const edit of edits) expect(readChange(changeBySam(edit), sam, album)).toEqual(strange)
  })

  test('that goes on deeper from what is there already is refused', () => {
    const change = changeBySam(
      (draft) => void (itemOf(draft).bin = { by: new Uint8Array(16), at: 1 }),
    )
    const strange = { ok: false, error: { kind: 'strange-shape' } }
    expect(
      readChange(
        change,
        sam,
        album,
        createShape(() => 2),
      ).ok,
    ).toBe(true)
    expect(
      readChange(
        change,
        sam,
        album,
        createShape(() => 3),
      ),
    ).toEqual(strange)
  })

  test('that is damaged, or no change at all, is told so', () => {
    const change = changeBySam((draft) => void (draft.title = 'Lake'))
    for (const bytes of [new Uint8Array(), change.slice(0, -1), change.map((byte) => byte ^ 1)])
      expect(readChange(plainBytes(bytes), sam, album)).toEqual({
        ok: false,
        error: { kind: 'undecodable' },
      })
  })
})

const rewrites = { ok: false, error: { kind: 'rewrites-fact' } }

type Edit = (draft: AlbumDocument) => void

/** Sam's edit of an album that holds one photo. */
function changeBySam(edit: Edit): Bytes {
  const start = Automerge.change(begin(), (draft) => {
    draft['title'] = 'Sea'
    Reflect.set(draft['items'] as object, photo, { core: new Uint8Array([1]) })
  })
  const changed = Automerge.change(start, (draft) => edit(draft as unknown as AlbumDocument))
  return lastChange(changed)
}

/** What Sam's device has of a document before any entry has come. */
function begin(): Automerge.Doc<Record<string, unknown>> {
  return Automerge.load(firstChange, { actor: createActor(sam, album) })
}

function lastChange(document: Automerge.Doc<Record<string, unknown>>): Bytes {
  const change = Automerge.getLastLocalChange(document)
  if (change === undefined) throw new Error('the edit changes something')
  return plainBytes(change)
}

function itemOf(draft: AlbumDocument): AlbumDocument['items'][string] {
  const item = draft.items[photo]
  if (item === undefined) throw new Error('the album holds the photo')
  return item
}

function deviceId(byte: string): DeviceId {
  const id = parseId('DeviceId', byte.repeat(32))
  if (id === null) throw new Error('a device id has 32 bytes')
  return id
}
