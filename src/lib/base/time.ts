/** Milliseconds since 1970-01-01T00:00Z; a parameter wherever time matters, so that tests can turn it. */
export type Clock = () => number

/** The platform's clock. */
export const platformClock: Clock = () => Date.now()

export const secondMs = 1000
export const minuteMs = 60 * secondMs
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs
