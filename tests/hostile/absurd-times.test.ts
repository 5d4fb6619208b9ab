/** Sam writes times that no date has, where Ana would put people and lost devices out: both screens stand. */
import { test } from 'vitest'
import { encodeItemCore } from '#lib/albums/item-core.ts'
import { groupDocId } from '#lib/crypto/derive.ts'
import { listedAlbums } from '#lib/groups/group-document.ts'
import { encodeTalk } from '#lib/groups/talk.ts'
import { encodeBundle } from '#lib/sync/bundle.ts'
import type { Edit } from '#lib/sync/documents.ts'
import { createStage, eventually } from '#tests/support/e2e-stage.ts'
import { coreOf, edit } from '#tests/support/hostile-documents.ts'
import { joinAndTurn } from '#tests/support/hostile-newcomer.ts'

const stage = createStage()

test('times that no date has leave members, devices and photos on the screen', async () => {
  const ana = await stage.profile('Ana')
  const relay = await stage.relay()
  await ana.startGroup(relay, 'Family')
  const sam = await joinAndTurn(relay, await ana.invite('Family'))
  const group = groupDocId(sam.replica.group)
  const [album = group] = listedAlbums(sam.replica.documents.read(group))
  const write = (doc: typeof group, by: Edit) =>
    sam.send('bundle', doc, encodeBundle([sam.changeOf(doc, by)]))

  const fields = { name: 'Sam', joined: 9e15 }
  await sam.send('talk', group, encodeTalk({ type: 'self', fields }))
  await write(
    group,
    edit((draft) => {
      const members = Object.values(draft['members'] ?? {}) as Record<string, unknown>[]
      const told = members.flatMap((member) =>
        Object.entries(member).filter(([key]) => key.startsWith('device ')),
      )
      for (const [, device] of told) (device as Record<string, unknown>)['since'] = 1e300
    }),
  )
  const cores = [8.64e15, -8.64e15].map((takenMs) => encodeItemCore(coreOf({ takenMs })))
  await write(
    album,
    edit((draft) => {
      for (const core of cores)
        Object.assign(draft['items'] ?? {}, { [sam.replica.newItemId(album)]: { core } })
    }),
  )

  await ana.visit('Photos')
  await eventually(async () => (await ana.tiles()).length).toBe(2)
  await ana.visit('Settings')
  await ana.page.getByRole('link', { name: 'My devices' }).click()
  await ana.page.getByText('(this one)').waitFor()
  await ana.openMembers('Family')
  await ana.page.getByText('Came by Ana’s link').waitFor()
  await ana.button('Remove Sam').click()
  await ana.button('Remove from Family').click()
  await eventually(() => ana.members('Family')).toEqual(['Ana'])
  await sam.close()
})
