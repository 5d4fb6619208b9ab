/** Offsets from UTC as people choose them. Units: minutes east of UTC. */
const odd = [-570, -210, 210, 270, 330, 345, 390, 525, 570, 630, 765]
const whole = Array.from({ length: 27 }, (_, i) => (i - 12) * 60)

/** Offsets that are in use somewhere on earth, and the one that stands there already. */
export function offsetChoices(known: number | null): number[] {
  const all = new Set([...whole, ...odd, ...(known === null ? [] : [known])])
  return [...all].sort((a, b) => a - b)
}

/** "UTC+02:00". */
export function formatOffset(minutes: number): string {
  const size = Math.abs(minutes)
  const two = (n: number) => String(n).padStart(2, '0')
  return `UTC${minutes < 0 ? '−' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
}

/** What an input of date and time shows for a wall time written as if it were UTC. */
export function wallToInput(takenMs: number): string {
  return new Date(takenMs).toISOString().slice(0, 19)
}

/** The wall time that was chosen; null where the input is empty or half filled. */
export function inputToWall(value: string): number | null {
  const takenMs = Date.parse(`${value}Z`)
  return Number.isNaN(takenMs) ? null : takenMs
}
