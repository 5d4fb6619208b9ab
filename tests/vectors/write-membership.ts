/** Freezes operations and logs of tests/support anew: only together with a change of format on purpose. */
import { writeFileSync } from 'node:fs'
import { membershipVector, recoveryVector } from '#tests/support/membership-vector.ts'
import { operationVectors } from '#tests/support/operation-vectors.ts'

const frozen = {
  'membership.json': membershipVector(),
  'recovery.json': recoveryVector(),
  'operations.json': operationVectors(),
}
for (const [name, value] of Object.entries(frozen))
  writeFileSync(new URL(name, import.meta.url), `${JSON.stringify(value, null, 2)}\n`)
