/** One set of operations, one answer: whatever the order, repetitions and gaps of its arrival. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { randomOf, randomOperations, shuffled } from '#tests/support/random-operations.ts'
import type { OpId } from '#lib/base/ids.ts'
import { createMembershipLog, evaluateMembership, type MembershipState } from './evaluate.ts'
import { memberIdOfDevice, type SignedOperation } from './operation.ts'

const numRuns = process.env.SLOW === '1' ? 2000 : 25
const histories = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 31 }),
  size: fc.integer({ min: 2, max: 60 }),
  strife: fc.boolean(),
})
const peaceful = histories.map((wishes) => ({ ...wishes, strife: false }))

const stateOf = (operations: readonly SignedOperation[]): MembershipState => {
  const state = evaluateMembership(operations)
  if (state === null) throw new Error('there is a genesis')
  return state
}

/** Those whose parents are all among them. */
function closed(operations: readonly SignedOperation[]): SignedOperation[] {
  const known = new Set<OpId>()
  return operations.filter(({ id, operation }) => {
    if (!operation.parents.every((parent) => known.has(parent))) return false
    known.add(id)
    return true
  })
}

describe('whatever Ana, Sam and Eve do at once', () => {
  test('is judged alike in any order of arrival, twice over, and one by one', () => {
    fc.assert(
      fc.property(histories, (wishes) => {
        const operations = randomOperations(wishes)
        const random = randomOf(wishes.seed + 1)
        const expected = stateOf(operations)
        const mixed = shuffled([...operations, ...operations.slice(0, 9)], random)
        expect(stateOf(mixed)).toEqual(expected)
        const log = createMembershipLog()
        for (const operation of mixed) {
          log.add([operation])
          if (random() < 0.3) log.state()
        }
        expect(log.state()).toEqual(expected)
        expect(log.add(mixed)).toBe(false)
      }),
      { numRuns },
    )
  })

  test('is judged by what has come, while something is missing', () => {
    fc.assert(
      fc.property(histories, (wishes) => {
        const operations = randomOperations(wishes)
        const random = randomOf(wishes.seed + 2)
        const delivered = operations.filter((_, i) => i === 0 || random() < 0.9)
        const state = stateOf(shuffled(delivered, random))
        const known = closed(delivered)
        expect({ ...state, waiting: new Set() }).toEqual(stateOf(known))
        expect(state.waiting.size).toBe(delivered.length - known.length)
      }),
      { numRuns },
    )
  })

  test('was known to each as what stands in their past', () => {
    fc.assert(
      fc.property(histories, (wishes) => {
        const operations = randomOperations(wishes)
        const log = createMembershipLog()
        log.add(operations)
        for (const { id } of operations.slice(-4)) {
          const past = operations.filter((other) => log.inPast(other.id, id))
          if (past.length === 0) continue
          expect(log.stateAt([id])).toEqual(stateOf(past))
        }
      }),
      { numRuns },
    )
  })

  test('never undoes an admission by another admission', () => {
    fc.assert(
      fc.property(peaceful, (wishes) => {
        const operations = randomOperations(wishes)
        const log = createMembershipLog()
        let before: ReadonlySet<string> = new Set()
        for (const operation of operations) {
          log.add([operation])
          const now = new Set<string>(log.state()?.devices.keys())
          expect([...before].filter((device) => !now.has(device))).toEqual([])
          before = now
        }
      }),
      { numRuns },
    )
  })

  test('leaves the group with its founder, unless she gives it up herself', () => {
    fc.assert(
      fc.property(histories, (wishes) => {
        const operations = randomOperations({ ...wishes, strife: true })
        const ana = operations[0]?.author ?? ''
        const herDevices = new Set<string>([ana])
        const member = memberIdOfDevice(ana as never)
        const others = operations.filter(({ author, operation }) => {
          const given = operation.op === 'join' && operation.member === member
          const added = operation.op === 'add' && operation.member === member
          if (given || added) return false
          return !herDevices.has(author) || (operation.op !== 'remove' && operation.op !== 'role')
        })
        expect(stateOf(others).members.get(member)?.role).toBe('owner')
      }),
      { numRuns },
    )
  })
})
