/**
 * The headers every file of the app carries, workers included: they take the policy of their own file.
 * Source  docs/design.md §10
 */

/** What the app may load and speak to when served from that origin. */
export function contentSecurityPolicy(origin: string, scriptHashes: readonly string[]): string {
  const hashes = scriptHashes.map((hash) => ` '${hash}'`).join('')
  // A relay without TLS is one for development: its app must reach others of its kind.
  const plain = origin.startsWith('http:') ? ' http: ws:' : ''
  return [
    "default-src 'self'",
    `script-src 'self' 'wasm-unsafe-eval'${hashes}`,
    "worker-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' blob:",
    "media-src 'self' blob:",
    `connect-src 'self' https: wss:${plain}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** All security headers of the app's files. */
export function appHeaders(origin: string, scriptHashes: readonly string[]) {
  return {
    'content-security-policy': contentSecurityPolicy(origin, scriptHashes),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(self), geolocation=(self), microphone=(self)',
  }
}
