import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { GroupBuilder, bytesFor, unknownId } from '#tests/support/group-builder.ts'
import { randomOf, shuffled } from '#tests/support/random-operations.ts'
import type { DeviceId, EntryId } from '#lib/base/ids.ts'
import type { Entry } from '#lib/wire/entry.ts'
import { createEntryGraph, type CountedEnvelope } from './counting.ts'
import { createMembershipLog } from './evaluate.ts'
import { operationOfEntry } from './operation.ts'

function withSam(role: 'viewer' | 'contributor' | 'admin' = 'contributor') {
  const family = new GroupBuilder('Ana')
  family.epoch(family.founder)
  const sam = family.join('Sam', family.invite(family.founder, { role }))
  return { family, ana: family.founder, sam }
}

/** Everything as a device sees it that gets the entries in this order. */
function received(entries: readonly Entry[]) {
  const log = createMembershipLog()
  const graph = createEntryGraph(log)
  for (const entry of entries) {
    const signed = operationOfEntry(entry)
    if (signed !== null) log.add([signed])
    graph.add([entry])
  }
  return graph
}

describe('an entry of Sam', () => {
  test('counts by his role when he wrote it, not by the one he has now', () => {
    const { family, ana, sam } = withSam('viewer')
    const early = family.bundle(sam, 'photo')
    family.op(ana, { op: 'role', member: sam.member, role: 'contributor' })
    const late = family.bundle(sam, 'photo too')
    family.op(ana, { op: 'role', member: sam.member, role: 'viewer' })
    expect([early, late].map(({ id }) => family.graph.counts(id))).toEqual([false, true])
  })

  test('waits for what it follows, and names it', () => {
    const { family, sam } = withSam()
    const first = family.bundle(sam, 'first')
    const second = family.bundle(sam, 'second')
    const graph = received(family.entries.filter((entry) => entry !== first))
    expect(graph.counts(second.id)).toBe(false)
    expect([...graph.missing()]).toEqual([first.id])
    expect(graph.gapless(sam.id)).toBe(1)
    graph.add([first])
    expect(graph.counts(second.id)).toBe(true)
    expect([...graph.missing()]).toEqual([])
    expect(graph.heads()).toEqual([second.id])
    expect(graph.authors().get(sam.id)).toBe(3)
  })

  test('counts although an operation before it names something that nobody has', () => {
    const { family, ana, sam } = withSam()
    const parents = family.log.state()?.heads ?? []
    family.invite(sam, { member: sam.member }, { parents, after: [unknownId('gone')] })
    const kim = family.join('Kim', family.invite(ana, { role: 'contributor' }))
    const photo = family.bundle(kim, 'photo')
    expect(received(family.entries).counts(photo.id)).toBe(true)
  })

  test('counts from when the operation that lets him in arrives in the log', () => {
    const { family, sam } = withSam()
    const photo = family.bundle(sam, 'photo')
    const log = createMembershipLog()
    const graph = createEntryGraph(log)
    graph.add(family.entries)
    expect(graph.counts(photo.id)).toBe(false)
    log.add(family.entries.flatMap((entry) => operationOfEntry(entry) ?? []))
    expect(graph.counts(photo.id)).toBe(true)
    expect(graph.opHeads(photo.id)).toEqual(log.state()?.heads)
  })

  test('with a number he used before is kept, and reported', () => {
    const { family, sam } = withSam()
    const photo = family.bundle(sam, 'photo')
    const twin: CountedEnvelope = { ...photo, id: unknownId('twin') }
    family.graph.add([twin])
    expect(family.graph.forks()).toEqual([
      { author: sam.id, seq: photo.seq, ids: [photo.id, twin.id].sort() },
    ])
    expect(family.graph.doubles(photo)).toEqual([twin.id])
    expect(family.graph.doubles(twin)).toEqual([photo.id])
    expect(family.graph.counts(twin.id)).toBe(true)
  })
})

describe('when Sam is removed', () => {
  test('what the removal knew of stays, and what came beside it does not', () => {
    const { family, ana, sam } = withSam()
    const before = family.bundle(sam, 'before')
    const after = family.graph.heads()
    family.remove(ana, { member: sam.member })
    const beside = family.bundle(sam, 'beside', { after })
    expect([before, beside].map(({ id }) => family.graph.counts(id))).toEqual([true, false])
    expect(family.graph.heads()).not.toContain(beside.id)
  })

  test('what Ana shows already is kept by her mark, for all', () => {
    const { family, ana, sam } = withSam()
    const after = family.graph.heads()
    const beside = family.bundle(sam, 'beside')
    family.remove(ana, { member: sam.member }, { after })
    expect(family.graph.counts(beside.id)).toBe(false)
    const mark = family.entry(ana, 'mark', new Uint8Array(), {
      after: [...family.graph.heads(), beside.id],
    })
    expect(family.graph.counts(beside.id)).toBe(true)
    expect(family.graph.heads()).toEqual([mark.id])
  })

  test('a viewer’s mark keeps his comments, but not his photos', () => {
    const { family, ana, sam } = withSam()
    const kim = family.join('Kim', family.invite(ana, { role: 'viewer' }))
    const after = family.graph.heads()
    const talk = family.entry(sam, 'talk', bytesFor('talk', 40), { after })
    const photo = family.bundle(sam, 'photo', { after: [talk.id] })
    family.remove(ana, { member: sam.member }, { after })
    family.entry(kim, 'mark', new Uint8Array(), { after: [...family.graph.heads(), photo.id] })
    expect([talk, photo].map(({ id }) => family.graph.counts(id))).toEqual([true, false])
  })
})

test('all copies count alike, whatever the order of arrival', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
      const { family, expected } = quarrel(seed)
      const graph = received(shuffled(family.entries, randomOf(seed + 1)))
      expect(family.entries.map(({ id }) => graph.counts(id))).toEqual(expected)
      expect(graph.heads()).toEqual(family.graph.heads())
      for (const { id } of family.entries)
        expect(graph.opHeads(id)).toEqual(family.graph.opHeads(id))
    }),
    { numRuns: process.env.SLOW === '1' ? 300 : 10 },
  )
})

/** Ana, Sam and Kim write on what they happen to know, and Sam is put out in between. */
function quarrel(seed: number) {
  const random = randomOf(seed)
  const { family, ana, sam } = withSam('admin')
  const kim = family.join(
    'Kim',
    family.invite(ana, { role: random() < 0.5 ? 'viewer' : 'contributor' }),
  )
  const start = family.graph.heads()
  const ids: EntryId[] = [...start]
  for (let i = 0; i < 12; i++) {
    const author = [ana, sam, kim][Math.floor(random() * 3)] ?? ana
    const after = [...new Set([ids[Math.floor(random() * ids.length)] ?? start[0], ids.at(-1)])]
    const place = { after: after.filter((id) => id !== undefined) }
    if (i === 6) ids.push(family.remove(ana, { member: sam.member }, place).id)
    else if (random() < 0.3) ids.push(family.entry(author, 'mark', new Uint8Array(), place).id)
    else ids.push(family.bundle(author, String(i), place).id)
  }
  return { family, expected: family.entries.map(({ id }) => family.graph.counts(id)) }
}

test('a row of 20,000 entries is taken in even where the first comes last', () => {
  const family = new GroupBuilder('Ana')
  const entries: CountedEnvelope[] = []
  for (let n = 2, last = family.group as string as EntryId; n < 20_002; n++) {
    const id = n.toString(16).padStart(64, '0') as EntryId
    const author: DeviceId = family.founder.id
    entries.push({ id, kind: 'bundle', author, seq: n, after: [last] })
    last = id
  }
  const newest = entries.at(-1)?.id ?? unknownId('none')
  family.graph.add(entries.slice(1))
  expect(family.graph.counts(newest)).toBe(false)
  family.graph.add(entries.slice(0, 1))
  expect(family.graph.counts(newest)).toBe(true)
  expect(family.graph.heads()).toEqual([newest])
  expect(family.graph.gapless(family.founder.id)).toBe(20_001)
})
