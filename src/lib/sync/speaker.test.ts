import { describe, expect, test } from 'vitest'
import { createDeviceKeys } from '#lib/crypto/derive.ts'
import { parseId } from '#lib/base/ids.ts'
import type { GroupSecrets } from '#lib/ports/key-store.ts'
import { createSpeaker } from './speaker.ts'

const member = parseId('MemberId', '0'.repeat(32))
const { signSeed, boxSecret } = createDeviceKeys()
const invitationSeed = new Uint8Array(32).fill(7)

function secretsOf(admitted: boolean | null, seed: boolean): GroupSecrets {
  if (member === null) throw new Error('sixteen bytes')
  return {
    device: admitted === null ? null : { signSeed, boxSecret, member, admitted },
    invitationSeed: seed ? invitationSeed : null,
    epochKeys: new Map(),
  }
}

function speakerOf(secrets: GroupSecrets) {
  let turns = 0
  const speaker = createSpeaker(
    () => secrets,
    () => turns++,
  )
  return { speaker, as: () => speaker.identity()?.as ?? null, turns: () => turns }
}

describe('with which identity Ana speaks to a relay', () => {
  test('a visitor is the invitation, a member the device, and nobody else is anybody', () => {
    expect(speakerOf(secretsOf(null, true)).as()).toBe('invitation')
    expect(speakerOf(secretsOf(true, false)).as()).toBe('device')
    expect(speakerOf(secretsOf(null, false)).as()).toBeNull()
  })

  test('while no relay has her join she is the invitation, then the device', () => {
    const { speaker, as, turns } = speakerOf(secretsOf(false, true))
    expect(as()).toBe('invitation')
    speaker.joined()
    expect(as()).toBe('device')
    expect(turns()).toBe(1)
  })

  test('a link that her own join has used up is refused, and she is tried as the device at once', () => {
    const { speaker, as } = speakerOf(secretsOf(false, true))
    expect(speaker.refused()).toBe(true)
    expect(as()).toBe('device')
  })

  test('a relay that has forgotten her join refuses the device, and she is tried by her link', () => {
    const { speaker, as } = speakerOf(secretsOf(true, true))
    speaker.accepted()
    expect(speaker.refused()).toBe(true)
    expect(as()).toBe('invitation')
  })

  test('where neither is known she does not ask without a pause, and both go on having their turn', () => {
    const { speaker, as } = speakerOf(secretsOf(true, true))
    const pausesAfter = [1, 2, 3, 4].map(() => !speaker.refused())
    expect(pausesAfter).toEqual([false, true, true, true])
    expect(as()).toBe('device')
  })

  test('with one identity there is nothing else to try', () => {
    const { speaker, as, turns } = speakerOf(secretsOf(true, false))
    expect(speaker.refused()).toBe(false)
    expect(as()).toBe('device')
    expect(turns()).toBe(0)
  })
})
