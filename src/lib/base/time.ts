/** Milliseconds since 1970-01-01T00:00Z; a parameter wherever time matters, so that tests can turn it. */
export type Clock = () => number

/** The platform's clock. */
export const platformClock: Clock = () => Date.now()

export const secondMs = 1000
export const minuteMs = 60 * secondMs
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

/** Dates end this far from 1970, on both sides (ECMA-262, "Time Values"). */
export const maxDateMs = 8.64e15

/** Whether what others wrote is a time that dates have: of anything beyond, `Intl` and `toISOString` throw. */
export function isDateMs(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= maxDateMs
}
