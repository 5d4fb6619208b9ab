/**
 * The photos that a person has picked out of a grid.
 *
 * A photo is known by its group and slot; a slot may be given to another photo after a removal, so the moment it
 * was taken is kept with it, and what no longer fits is dropped with the next timeline. Positions, not photos, are
 * what a gesture knows: all of them are positions of the timeline of the moment.
 */
import type { Timeline } from '#lib/engine/library.ts'

/** By key; the value is when the photo was taken. */
type Chosen = ReadonlyMap<number, number>

export class Selection {
  #chosen = $state.raw<Chosen>(new Map())
  #isOn = $state(false)
  #answer = $state.raw<((index: number | null) => void) | null>(null)
  #groups: string[] = []
  /** Where the last single choice was made: a range begins there. */
  #from = 0
  /** What was chosen before a range began to be drawn. */
  #before: Chosen = new Map()

  /** Whether a tap picks instead of opening. */
  get isOn(): boolean {
    return this.#isOn
  }

  get count(): number {
    return this.#chosen.size
  }

  /** Of which groups the picked photos are. */
  get groups(): readonly string[] {
    const numbers = new Set([...this.#chosen.keys()].map((key) => Math.floor(key / 2 ** 32)))
    return [...numbers].map((number) => this.#groups[number] ?? '')
  }

  has(timeline: Timeline, index: number): boolean {
    return this.#chosen.get(this.#key(timeline, index)) === timeline.takenMs[index]
  }

  /** Begins to pick, with nothing picked yet. */
  begin(): void {
    this.#isOn = true
  }

  /** Whether the next tap names a photo instead of picking it. */
  get isAsking(): boolean {
    return this.#answer !== null
  }

  /** Asks for a photo beside the picked ones: its position, null where the person would rather not. */
  askForPhoto(): Promise<number | null> {
    return new Promise((resolve) => {
      this.#answer = resolve
    })
  }

  answer(index: number | null): void {
    const tell = this.#answer
    this.#answer = null
    tell?.(index)
  }

  end(): void {
    this.answer(null)
    this.#isOn = false
    this.#chosen = new Map()
    this.#before = this.#chosen
  }

  /** Picks one photo, or lets it go; letting the last one go ends it. */
  toggle(timeline: Timeline, index: number): void {
    const isPicked = !this.has(timeline, index)
    this.#before = this.#chosen
    this.#from = index
    this.#set(this.#withRange(timeline, [index, index], isPicked))
    this.#before = this.#chosen
    this.#isOn = this.#chosen.size > 0
  }

  /** Draws a range from the last single choice: picks or lets go like that one, and forgets a longer range drawn since. */
  extendTo(timeline: Timeline, index: number): void {
    this.#isOn = true
    const from = Math.min(this.#from, timeline.count - 1)
    const isPicked = this.#before.size === 0 || this.has(timeline, from)
    this.#set(this.#withRange(timeline, [from, index], isPicked))
  }

  /** Picks all photos there are. */
  pickAll(timeline: Timeline): void {
    this.#isOn = true
    this.#before = new Map()
    this.#set(this.#withRange(timeline, [0, timeline.count - 1], true))
    this.#before = this.#chosen
  }

  /** Drops what is not there any more. */
  keepTo(timeline: Timeline): void {
    if (this.#chosen.size === 0) return
    const kept = new Map<number, number>()
    for (const index of this.positions(timeline)) {
      kept.set(this.#key(timeline, index), timeline.takenMs[index] ?? 0)
    }
    if (kept.size === this.#chosen.size) return
    this.#set(kept)
    this.#before = kept
    if (kept.size === 0) this.#isOn = false
  }

  /** Where the picked photos are, newest first. */
  positions(timeline: Timeline): number[] {
    const found: number[] = []
    for (let i = 0; i < timeline.count && found.length < this.#chosen.size; i++)
      if (this.has(timeline, i)) found.push(i)
    return found
  }

  #withRange(timeline: Timeline, [a, b]: [number, number], isPicked: boolean): Chosen {
    const next = new Map(this.#before)
    for (let i = Math.max(0, Math.min(a, b)); i <= Math.max(a, b) && i < timeline.count; i++) {
      if (isPicked) next.set(this.#key(timeline, i), timeline.takenMs[i] ?? 0)
      else next.delete(this.#key(timeline, i))
    }
    return next
  }

  #set(chosen: Chosen): void {
    this.#chosen = chosen
  }

  #key({ groups, groupOf, slots }: Timeline, index: number): number {
    const group = groups[groupOf[index] ?? 0] ?? ''
    let number = this.#groups.indexOf(group)
    if (number < 0) number = this.#groups.push(group) - 1
    return number * 2 ** 32 + (slots[index] ?? 0)
  }
}
