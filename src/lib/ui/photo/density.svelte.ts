/** How many photos a person wants to see at once; remembered on this device. */
import { recall, remember } from '#lib/ui/shared/memory.ts'
import { densities } from './grid-shape.ts'

export class Density {
  #level = $state(parseLevel(recall('density')))

  get level(): number {
    return this.#level
  }

  get isLargest(): boolean {
    return this.#level <= densities.largest
  }

  get isSmallest(): boolean {
    return this.#level >= densities.smallest
  }

  /** More photos at once (1), or larger ones (−1). */
  step(by: 1 | -1): void {
    const level = clamp(this.#level + by)
    if (level === this.#level) return
    this.#level = level
    remember('density', String(level))
  }
}

function parseLevel(kept: string | null): number {
  const level = Number(kept ?? 0)
  return Number.isInteger(level) ? clamp(level) : 0
}

function clamp(level: number): number {
  return Math.min(densities.smallest, Math.max(densities.largest, level))
}
