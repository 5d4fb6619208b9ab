/**
 * Reading the table of layers: which layer a file or an import belongs to, and what may import what.
 * A layer is named by its folder: `relay`, `routes`, or the path below `src/lib` (`base`, `ui/shared`).
 * `ui/*` stands for every folder below `src/lib/ui` that has no row of its own; `type:engine` in a row
 * allows type imports only.
 *
 * @typedef {Record<string, readonly string[]>} Layers
 * @typedef {Record<string, readonly string[]>} Vendors
 */
import path from 'node:path'

const TYPE_ONLY = 'type:'

/** Layers that do not lie below `src/lib`, by folder. */
const FOLDERS = {
  'src/routes': 'routes',
  'src/workers': 'workers',
  'src/service-worker': 'service-worker',
  relay: 'relay',
  vault: 'vault',
}

/**
 * The layer of a file given by its path from the root, or null outside every layer.
 * @param {string} file @param {Layers} layers
 */
export function layerOfFile(file, layers) {
  if (file.startsWith('src/lib/')) return layerOfLibPath(file.slice('src/lib/'.length), layers)
  for (const [folder, layer] of Object.entries(FOLDERS)) {
    if (file.startsWith(`${folder}/`)) return layer
  }
  return null
}

/**
 * The layer that an import specifier in a file leads to, or null for a package or a neighbour.
 * @param {string} specifier @param {string} file @param {Layers} layers
 */
export function layerOfImport(specifier, file, layers) {
  if (specifier.startsWith('#lib/')) return layerOfLibPath(specifier.slice('#lib/'.length), layers)
  if (specifier.startsWith('#relay/')) return 'relay'
  if (specifier.startsWith('#tests/')) return 'tests'
  if (specifier.startsWith('.')) {
    return layerOfFile(path.posix.join(path.posix.dirname(file), specifier), layers)
  }
  return null
}

/** @param {string} libPath @param {Layers} layers */
function layerOfLibPath(libPath, layers) {
  const folders = libPath.split('/').slice(0, -1)
  const [first = libPath, second] = folders
  const nested = second === undefined ? null : `${first}/${second}`
  if (nested !== null && nested in layers) return nested
  if (nested !== null && `${first}/*` in layers) return nested
  return first
}

/**
 * Whether a layer may import another. Everything within one layer may; `x/*` in a row allows all of x's.
 * @param {string} from @param {string} to @param {Layers} layers @param {boolean} isTypeOnly
 */
export function mayImport(from, to, layers, isTypeOnly = false) {
  if (from === to) return true
  return rowOf(from, layers).some((entry) => {
    if (entry.startsWith(TYPE_ONLY) && !isTypeOnly) return false
    const allowed = entry.replace(TYPE_ONLY, '')
    return allowed.endsWith('/*') ? to.startsWith(allowed.slice(0, -1)) : to === allowed
  })
}

/** @param {string} layer @param {Layers} layers */
function rowOf(layer, layers) {
  return layers[layer] ?? layers[`${layer.split('/')[0]}/*`] ?? []
}

/**
 * The layers that own a package, or null when anybody may import it.
 * @param {string} specifier @param {Vendors} vendors
 */
export function vendorOwners(specifier, vendors) {
  for (const [name, owners] of Object.entries(vendors)) {
    const isMatch = name.endsWith('/')
      ? specifier.startsWith(name)
      : specifier === name || specifier.startsWith(`${name}/`)
    if (isMatch) return owners
  }
  return null
}
