/**
 * Reading the table of layers: which layer a file or an import belongs to, and what may import what.
 * A layer is named by its folder: `relay`, `routes`, or the path below `src/lib` (`base`, `ui/shared`).
 * `ui/*` stands for every folder below `src/lib/ui` that has no row of its own; `type:engine` in a row
 * allows type imports only.
 */
import { posix } from 'node:path'

/** What each layer may import. */
export type Layers = Readonly<Record<string, readonly string[]>>
/** Which layers own a package; a trailing slash covers a scope. */
export type Vendors = Readonly<Record<string, readonly string[]>>

export const TYPE_ONLY = 'type:'

/** Layers that do not lie below `src/lib`, with their folders. */
const OUTSIDE_LIB: Readonly<Record<string, string>> = {
  routes: 'src/routes/',
  workers: 'src/workers/',
  'service-worker': 'src/service-worker/',
  relay: 'relay/',
  vault: 'vault/',
}
const LIB = 'src/lib/'

/** The folder of a layer, with a slash at its end; for `ui/*` that of all of them. */
export function folderOfLayer(layer: string): string {
  return OUTSIDE_LIB[layer] ?? `${LIB}${layer.replace('/*', '')}/`
}

/** The layer of a file given by its path from the root, or null outside every layer. */
export function layerOfFile(file: string, layers: Layers): string | null {
  if (file.startsWith(LIB)) return layerOfLibPath(file.slice(LIB.length), layers)
  const found = Object.entries(OUTSIDE_LIB).find(([, folder]) => file.startsWith(folder))
  return found?.[0] ?? null
}

/** The layer that an import in a file leads to, or null for a package. */
export function layerOfImport(specifier: string, file: string, layers: Layers): string | null {
  if (specifier.startsWith('#lib/')) return layerOfLibPath(specifier.slice('#lib/'.length), layers)
  if (specifier.startsWith('#')) return specifier.slice(1).split('/')[0] ?? null
  if (!specifier.startsWith('.')) return null
  return layerOfFile(posix.join(posix.dirname(file), specifier), layers)
}

function layerOfLibPath(libPath: string, layers: Layers): string {
  const [first = libPath, second] = libPath.split('/').slice(0, -1)
  const nested = second === undefined ? first : `${first}/${second}`
  return nested in layers || (second !== undefined && `${first}/*` in layers) ? nested : first
}

/** Whether a layer may import another. Everything within one layer may. */
export function mayImport(from: string, to: string, layers: Layers, isTypeOnly = false): boolean {
  if (from === to) return true
  return rowOfLayer(from, layers).some((entry) => {
    if (entry.startsWith(TYPE_ONLY) && !isTypeOnly) return false
    const allowed = entry.replace(TYPE_ONLY, '')
    return allowed.endsWith('/*') ? to.startsWith(allowed.slice(0, -1)) : to === allowed
  })
}

/** What a layer may import; nothing when the table does not know it. */
export function rowOfLayer(layer: string, layers: Layers): readonly string[] {
  return layers[layer] ?? layers[`${layer.split('/')[0] ?? ''}/*`] ?? []
}

/** The layers that own a package, or null when anybody may import it. */
export function vendorOwners(specifier: string, vendors: Vendors): readonly string[] | null {
  const found = Object.entries(vendors).find(([name]) =>
    name.endsWith('/')
      ? specifier.startsWith(name)
      : specifier === name || specifier.startsWith(`${name}/`),
  )
  return found?.[1] ?? null
}
