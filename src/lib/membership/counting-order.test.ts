/** What counts, in random quarrels: the same on every copy, nothing lost that was given, nothing gained by back-dating. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { GroupBuilder, bytesFor, type TestDevice } from '#tests/support/group-builder.ts'
import { randomOf, shuffled } from '#tests/support/random-operations.ts'
import type { EntryId } from '#lib/base/ids.ts'
import type { Entry, EntryKind } from '#lib/wire/entry.ts'
import { createEntryGraph } from './counting.ts'
import { createMembershipLog } from './evaluate.ts'
import { operationOfEntry } from './operation.ts'

const numRuns = process.env.SLOW === '1' ? 1000 : 40
const patienceMs = numRuns * 2000
const seeds = fc.integer({ min: 0, max: 2 ** 31 })

interface Quarrel {
  readonly family: GroupBuilder
  readonly people: readonly TestDevice[]
  readonly random: () => number
}

const kinds: readonly EntryKind[] = ['bundle', 'bundle', 'talk', 'mark']

/** Five devices of four people write on what they happen to know, and put each other out or lower in between. */
function quarrel(seed: number): Quarrel {
  const random = randomOf(seed)
  const family = new GroupBuilder('Ana')
  const ana = family.founder
  family.epoch(ana)
  const [sam, kim, lin] = (['admin', 'contributor', 'viewer'] as const).map((role) =>
    family.join(role, family.invite(ana, { role })),
  ) as [TestDevice, TestDevice, TestDevice]
  const tablet = family.join('tablet', family.invite(kim, { member: kim.member }))
  const people = [ana, sam, kim, lin, tablet]
  const known = new Map(people.map((device) => [device, new Set(family.graph.heads())]))
  const pick = () => people[Math.floor(random() * people.length)] ?? ana
  for (let i = 0; i < 22; i++) {
    const [author, other] = [pick(), pick()]
    const mine = known.get(author) ?? new Set<EntryId>()
    if (random() < 0.4) for (const id of known.get(other) ?? []) mine.add(id)
    const entry = say(family, { author, other, random, after: [...mine].slice(-8), i })
    known.set(author, new Set([entry.id]))
  }
  return { family, people, random }
}

interface Saying {
  readonly author: TestDevice
  readonly other: TestDevice
  readonly random: () => number
  readonly after: readonly EntryId[]
  readonly i: number
}

function say(family: GroupBuilder, { author, other, random, after, i }: Saying): Entry {
  const parents = family.graph.opHeads(after[0] ?? (family.group as string as EntryId))
  const place = { after, parents: parents.length > 0 ? parents : (family.log.state()?.heads ?? []) }
  const chance = random()
  if (chance < 0.08)
    return family.op(author, { op: 'remove', target: { member: other.member } }, place)
  if (chance < 0.14) return family.op(author, { op: 'remove', target: { device: other.id } }, place)
  if (chance < 0.2)
    return family.op(
      author,
      { op: 'role', member: other.member, role: random() < 0.5 ? 'viewer' : 'contributor' },
      place,
    )
  const kind = kinds[Math.floor(random() * kinds.length)] ?? 'bundle'
  return family.entry(
    author,
    kind,
    kind === 'mark' ? new Uint8Array() : bytesFor(String(i), 40),
    place,
  )
}

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

const counted = (entries: readonly Entry[], graph: { counts(id: EntryId): boolean }) =>
  entries.filter(({ id }) => graph.counts(id)).map(({ id }) => id)

describe('in any quarrel of Ana, Sam, Kim and Lin', () => {
  test(
    'all copies count alike, whatever the order of arrival and how often they look',
    { timeout: patienceMs },
    () => {
      let out = 0
      fc.assert(
        fc.property(seeds, (seed) => {
          const { family } = quarrel(seed)
          out += counted(family.entries, family.graph).length < family.entries.length ? 1 : 0
          const random = randomOf(seed + 1)
          const expected = counted(family.entries, received(family.entries))
          for (let round = 0; round < 3; round++) {
            const graph = received(
              shuffled([...family.entries, ...family.entries.slice(0, 5)], random),
            )
            expect(counted(family.entries, graph)).toEqual(expected)
            expect(graph.heads()).toEqual(family.graph.heads())
            expect(graph.missing().size).toBe(0)
          }
        }),
        { numRuns },
      )
      // Or nothing of this was about quarrels.
      expect(out).toBeGreaterThan(numRuns / 3)
    },
  )

  test(
    'all copies count alike also without what nobody has any more',
    { timeout: patienceMs },
    () => {
      fc.assert(
        fc.property(seeds, (seed) => {
          const { family } = quarrel(seed)
          const random = randomOf(seed + 2)
          const left = family.entries.filter(({ kind }) => kind === 'op' || random() < 0.8)
          const graph = received(left)
          const expected = counted(left, graph)
          for (let round = 0; round < 3; round++) {
            const other = received(shuffled(left, random))
            expect(counted(left, other)).toEqual(expected)
            expect(other.heads()).toEqual(graph.heads())
            expect(other.missing()).toEqual(graph.missing())
          }
          graph.add(family.entries)
          expect(counted(family.entries, graph)).toEqual(counted(family.entries, family.graph))
        }),
        { numRuns },
      )
    },
  )

  test(
    'what everybody showed and marked stays when its author is put out',
    { timeout: patienceMs },
    () => {
      fc.assert(
        fc.property(seeds, (seed) => {
          const { family, people, random } = quarrel(seed)
          const [ana = family.founder] = people
          const before = counted(family.entries, family.graph)
          const knowing = family.graph.heads()
          const live = people.filter(({ id }) => family.log.state()?.devices.has(id))
          const victim = live.find(({ member }) => member !== ana.member && random() < 0.6)
          if (victim === undefined || !live.includes(ana)) return
          const endorsed = family.entry(ana, 'mark', new Uint8Array(), { after: knowing })
          family.remove(ana, { member: victim.member }, { after: [endorsed.id] })
          expect(before.filter((id) => !family.graph.counts(id))).toEqual([])
        }),
        { numRuns },
      )
    },
  )

  test(
    'what the removed date back counts for nothing, and changes nothing',
    { timeout: patienceMs },
    () => {
      let tried = 0
      fc.assert(
        fc.property(seeds, (seed) => {
          const { family, people, random } = quarrel(seed)
          const state = family.log.state()
          const out = people.filter(({ id }) => state?.devices.has(id) === false)
          const before = counted(family.entries, family.graph)
          const heads = family.graph.heads()
          const pasts = family.entries.map(({ id }) => [id])
          const late = out.flatMap((author) =>
            [0, 1, 2].map((n) => {
              const after = pasts[Math.floor(random() * pasts.length)] ?? []
              const kind = kinds[n + 1] ?? 'bundle'
              const body = kind === 'mark' ? new Uint8Array() : bytesFor(`${seed}/${n}`, 40)
              return family.entry(author, kind, body, { after })
            }),
          )
          tried += late.length
          expect(counted(late, family.graph)).toEqual([])
          expect(counted(family.entries, family.graph)).toEqual(before)
          expect(family.graph.heads()).toEqual(heads)
        }),
        { numRuns },
      )
      expect(tried).toBeGreaterThan(numRuns)
    },
  )
})
