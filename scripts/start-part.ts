/**
 * The build puts all that the photos need before they can be painted into one script and one style sheet.
 *
 * Left to itself it makes a file of whatever two screens share: three dozen scripts and ten style sheets, each one
 * asked of the service worker, compressed on its own, and named again in the lists of what every later part needs.
 */
import type { Plugin } from 'vite'

/** Kit's client, and what the address of the photos is made of; all that these import comes with them. */
const starts =
  /[\\/]client[\\/]entry\.js$|[\\/]routes[\\/](?:\+layout|\+error|\(app\)[\\/]\+layout|\(app\)[\\/]photos[\\/]\+page)\.\w+$/

/** Only for pages: what Kit builds for a host is thrown away. */
export function startInOnePart(): Plugin {
  return {
    name: 'mantel:start-in-one-part',
    outputOptions(options) {
      if (this.environment.name !== 'client') return null
      return { ...options, codeSplitting: { groups: [{ name: 'start', test: starts }] } }
    },
  }
}
