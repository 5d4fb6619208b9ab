/** Somebody who joins like everybody and then speaks without an app. */
import { takeOver, type HostileVoice } from './hostile-voice.ts'
import { eventually as until, startDevice } from './simulated-device.ts'
import type { RunningRelay } from './start-relay.ts'

/** Sam joins by his own app, which then ends: his keys go on without it. */
export async function joinAndTurn(relay: RunningRelay, link: string): Promise<HostileVoice> {
  const app = startDevice()
  const opened = await until('Sam sees the group', async () => {
    const answer = await app.engine.openInvitation(link)
    return answer.ok ? answer.value : null
  })
  const joined = await app.engine.joinGroup({ group: opened.group, memberName: 'Sam' })
  if (!joined.ok) throw new Error('an open link lets in')
  await until('Sam is in', async () => (await app.engine.overview()).safety.waiting === 0)
  await until('Sam has the names', async () => {
    const [card] = (await app.engine.overview()).groups
    return card?.members.every(({ name }) => name !== '') === true
  })
  return takeOver(app, { group: opened.group, origin: relay.origin })
}
