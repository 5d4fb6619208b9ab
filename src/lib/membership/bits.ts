/**
 * Sets of small indexes as bits: the past of each of 2,000 operations fits into half a megabyte.
 *
 * Shape   bit i of a set is bit i mod 32 of word i div 32; words that are not there are zero
 * Errors  none
 */
export type Bits = Uint32Array

/** An empty set with room for indexes below `size`. */
export function createBits(size: number): Bits {
  return new Uint32Array((size + 31) >>> 5)
}

/** Whether the index is in the set. */
export function hasBit(bits: Bits, index: number): boolean {
  return (((bits[index >>> 5] ?? 0) >>> (index & 31)) & 1) === 1
}

/** Puts an index into a set that has room for it. */
export function setBit(bits: Bits, index: number): void {
  bits[index >>> 5] = (bits[index >>> 5] ?? 0) | (1 << (index & 31))
}

/** Puts everything of `more` into `bits`, which has room for it. */
export function uniteBits(bits: Bits, more: Bits): void {
  for (let word = 0; word < more.length; word++) bits[word] = (bits[word] ?? 0) | (more[word] ?? 0)
}

/** Calls back with each index that is in `bits` and not in `except`, ascending. */
export function forEachBit(bits: Bits, except: Bits | null, visit: (index: number) => void): void {
  for (let word = 0; word < bits.length; word++) {
    let left = (bits[word] ?? 0) & ~(except?.[word] ?? 0)
    while (left !== 0) {
      const lowest = 31 - Math.clz32(left & -left)
      left &= left - 1
      visit(word * 32 + lowest)
    }
  }
}
