// Parsed by Node 20 too, so that an old Node gets a sentence and not a syntax error.
import { requireNode } from './node-version.mjs'

requireNode()
const { verify } = await import('./verify.ts')
process.exitCode = await verify({ stopsAtFailure: process.argv.includes('--bail') })
