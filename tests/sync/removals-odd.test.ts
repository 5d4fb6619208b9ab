import { describeRemovals } from '#tests/support/removal-stories.ts'

describeRemovals(0)
