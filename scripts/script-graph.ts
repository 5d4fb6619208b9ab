/** Which files of the built app a browser loads before its start page can run. */
import { array, object, optional, parse, record, string } from 'valibot'

const Texts = optional(array(string()))
const Manifest = record(string(), object({ file: string(), imports: Texts, css: Texts }))

/** The root layout and the error page: SvelteKit's client loads them at once, whatever the page. */
const ALWAYS_LOADED = [0, 1]

/**
 * The numbers of the layouts and the page that one address is made of, read from the module that
 * SvelteKit generates: `"/(app)/albums": [5,[2],[3]]` is page 5 in layout 2.
 */
export function nodesOfRoute(appModule: string, address: string): number[] {
  for (const [, route = '', nodes = ''] of appModule.matchAll(/"(\/[^"]*)": \[(.*)\]/g)) {
    const addressOfRoute = route.replaceAll(/\/\([^)]*\)/g, '') || '/'
    if (addressOfRoute !== address) continue
    return [...ALWAYS_LOADED, ...(nodes.match(/\d+/g) ?? []).map(Number)]
  }
  throw new Error(`The app has no route for ${address}.`)
}

/** Paths below the build folder of what a page needs before it can run. */
export interface StartFiles {
  readonly scripts: readonly string[]
  readonly styles: readonly string[]
}

/** Kit's start, the nodes, and what they import. */
export function filesOfNodes(manifest: unknown, nodes: readonly number[]): StartFiles {
  const chunks = parse(Manifest, manifest)
  const starts = ['client/entry.js', 'client-optimized/app.js'].concat(
    nodes.map((node) => `client-optimized/nodes/${String(node)}.js`),
  )
  const wanted = Object.keys(chunks).filter((key) => starts.some((start) => key.endsWith(start)))
  if (wanted.length < new Set(starts).size) throw new Error('The manifest lacks a start script.')
  const seen = new Set<string>()
  for (let key = wanted.pop(); key !== undefined; key = wanted.pop()) {
    if (seen.has(key)) continue
    seen.add(key)
    wanted.push(...(chunks[key]?.imports ?? []))
  }
  return {
    scripts: [...seen].flatMap((key) => chunks[key]?.file ?? []),
    styles: [...new Set([...seen].flatMap((key) => chunks[key]?.css ?? []))],
  }
}
