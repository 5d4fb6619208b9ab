/** Freezes the log of membership-vector.ts anew: only together with a change of format on purpose. */
import { writeFileSync } from 'node:fs'
import { membershipVector } from '#tests/support/membership-vector.ts'

const path = new URL('membership.json', import.meta.url)
writeFileSync(path, `${JSON.stringify(membershipVector(), null, 2)}\n`)
