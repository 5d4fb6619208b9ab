// Parsed by Node 20 too: no TypeScript here.

const REQUIRED = [24, 15]

/** What to tell somebody whose Node is too old, or null when it is not. */
export function nodeVersionComplaint(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [wantedMajor, wantedMinor] = REQUIRED
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return null
  return (
    `Mantel needs Node ${REQUIRED.join('.')} or newer; this is Node ${version}.\n` +
    'Run it through npm ("npm start", "npm test"): npm brings a fitting Node along for Linux,\n' +
    'macOS (Intel) and Windows on 64-bit machines. If "npm ci" left it out (another platform, or\n' +
    '--omit=optional), install Node 24 from https://nodejs.org.'
  )
}

/** Ends the process with that complaint. */
export function requireNode() {
  const complaint = nodeVersionComplaint()
  if (complaint === null) return
  console.error(complaint)
  process.exit(1)
}
