/** Comments and reactions: said offline, merged, kept by whoever may say and withdraw them. */
import { afterEach, expect, test } from 'vitest'
import type { DocId, GroupId, ItemId } from '#lib/base/ids.ts'
import { createSignal, memberNamed, startFamily } from '#tests/support/simulated-group.ts'
import {
  eventually,
  simulatedPhoto,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

let relay: RunningRelay | null = null
const devices: SimulatedDevice[] = []

afterEach(async () => {
  for (const device of devices.splice(0)) await device.close()
  await relay?.dispose()
})

async function addPhoto(
  { engine }: SimulatedDevice,
  place: { readonly group: GroupId; readonly album: DocId },
): Promise<ItemId> {
  const added = new Promise<ItemId>((resolve) => {
    void engine.subscribe((event) => {
      if (event.kind === 'import' && event.notice.outcome.kind === 'added')
        resolve(event.notice.outcome.item)
    })
  })
  await engine.addPhotos({ ...place, files: [{ file: simulatedPhoto('lake') }] })
  return added
}

interface About {
  readonly group: GroupId
  readonly item: ItemId
}

const textsOn = async (device: SimulatedDevice, about: About) =>
  (await device.engine.talk(about))?.comments.map(({ author, text }) => `${author}: ${text}`)

const reactionsOn = async (device: SimulatedDevice, about: About) =>
  (await device.engine.talk(about))?.reactions.map(
    ({ reaction, others, isMine }) => `${reaction} ${others.length + (isMine ? 1 : 0)}`,
  )

test('Ana and Sam talk under a photo without signal, and both see the same when it is back', async () => {
  relay = await startRelay()
  const anaSignal = createSignal()
  const samSignal = createSignal()
  const family = await startFamily(relay, { openLink: anaSignal.openLink })
  const { ana, group, album } = family
  devices.push(ana)
  const sam = await family.join('Sam', { role: 'viewer' }, { openLink: samSignal.openLink })
  devices.push(sam)
  const about = { group, item: await addPhoto(ana, { group, album }) }
  await eventually('Sam sees the photo', () => sam.engine.details(about))

  anaSignal.lose()
  samSignal.lose()
  const first = await ana.engine.comment({ ...about, text: ' Look! ' })
  const mistaken = await sam.engine.comment({ ...about, text: 'Lovley' })
  if (!first.ok || !mistaken.ok) throw new Error('neither could be said')
  expect(await ana.engine.react({ ...about, reaction: '👍' })).toMatchObject({ ok: true })
  expect(await sam.engine.react({ ...about, reaction: '👍' })).toMatchObject({ ok: true })
  expect(await sam.engine.react({ ...about, reaction: '❤️' })).toMatchObject({ ok: true })
  const { comment } = mistaken.value
  expect(await sam.engine.correctComment({ ...about, comment, text: 'Lovely' })).toMatchObject({
    ok: true,
  })
  expect(await sam.engine.comment({ ...about, text: ' ' })).toMatchObject({
    error: { kind: 'empty-text' },
  })
  expect(await textsOn(ana, about)).toEqual(['Ana: Look!'])
  await ana.crash()

  anaSignal.find()
  samSignal.find()
  for (const device of [ana, sam]) {
    await eventually('both see both comments', async () => {
      return (await textsOn(device, about))?.sort().join() === 'Ana: Look!,Sam: Lovely'
    })
    await eventually('both see both reactions', async () => {
      return (await reactionsOn(device, about))?.sort().join() === '❤️ 1,👍 1'
    })
    expect((await device.engine.talkCounts(group)).get(about.item)).toEqual({
      comments: 2,
      reactions: 2,
    })
  }
  expect((await ana.engine.talk(about))?.comments).toEqual(
    (await sam.engine.talk(about))?.comments.map((each) => ({
      ...each,
      isMine: !each.isMine,
      mayDelete: true,
    })),
  )

  const onAnas = { ...about, comment: first.value.comment }
  expect(await sam.engine.deleteComment(onAnas)).toMatchObject({ error: { kind: 'not-allowed' } })
  expect(await sam.engine.correctComment({ ...onAnas, text: 'Ha' })).toMatchObject({
    error: { kind: 'not-allowed' },
  })
  expect(await ana.engine.deleteComment({ ...about, comment })).toMatchObject({ ok: true })
  await eventually('the comment that Ana withdrew is gone', async () => {
    return (await textsOn(sam, about))?.join() === 'Ana: Look!'
  })
})

test('What Sam said stays under the photo, with his name on it, when he is removed', async () => {
  relay = await startRelay()
  const family = await startFamily(relay)
  const { ana, group, album } = family
  const sam = await family.join('Sam')
  devices.push(ana, sam)
  const about = { group, item: await addPhoto(ana, { group, album }) }
  await eventually('Sam sees the photo', () => sam.engine.details(about))
  await sam.engine.comment({ ...about, text: 'I was there' })
  await eventually('Ana reads it', async () => (await textsOn(ana, about))?.length === 1)

  const removed = await ana.engine.removeMember({
    group,
    member: await memberNamed(ana, group, 'Sam'),
  })
  expect(removed.ok).toBe(true)
  await ana.crash()
  expect(await textsOn(ana, about)).toEqual(['Sam: I was there'])
})
