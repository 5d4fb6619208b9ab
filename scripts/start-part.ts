/**
 * The build puts all that the photos need before they can be painted into one script and one style sheet, and what three
 * or more of the other screens share into another.
 *
 * Left to itself it makes a file of whatever two screens share: dozens of scripts and style sheets, most below a
 * kilobyte, each one asked of the relay and of the service worker, compressed on its own, and named again in
 * the lists of what every later part needs.
 */
import type { Plugin } from 'vite'

/** Kit's client, and what the address of the photos is made of; all that these import comes with them. */
const starts =
  /[\\/]client[\\/]entry\.js$|[\\/]routes[\\/](?:\+layout|\+error|\(app\)[\\/]\+layout|\(app\)[\\/]photos[\\/]\+page)\.\w+$/

/** Icons and parts of screens. */
const shared = /[\\/](?:@lucide[\\/]svelte|src[\\/]lib[\\/]ui[\\/]\w+)[\\/]/

/** Only for pages: what Kit builds for a host is thrown away. */
export function startInOnePart(): Plugin {
  return {
    name: 'mantel:start-in-one-part',
    outputOptions(options) {
      if (this.environment.name !== 'client') return null
      const groups = [
        { name: 'start', test: starts, priority: 2 },
        { name: 'shared', test: shared, minShareCount: 3, priority: 1 },
      ]
      return { ...options, codeSplitting: { groups } }
    },
  }
}
