/**
 * dependency-cruiser's rules, made from the table of layers.
 */

/** @param {import('./layers.js').Layers} layers */
export function boundaryRules(layers) {
  return [noCycles, noUnresolved, noBarrels, ...layerRules(layers), reachRule('relay', layers)]
}

const noCycles = {
  name: 'no-cycles',
  severity: 'error',
  comment: 'Types may point at each other; running code may not.',
  from: {},
  to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
}

const noUnresolved = {
  name: 'no-unresolved',
  severity: 'error',
  from: {},
  to: { couldNotResolve: true, pathNot: '^\\$(?:app|service-worker|env)' },
}

const noBarrels = {
  name: 'no-barrels',
  severity: 'error',
  comment: 'A barrel hides what a file really needs.',
  from: { pathNot: 'node_modules' },
  to: { path: '(?:^|/)index[.](?:ts|js)$', pathNot: 'node_modules' },
}

/** @param {import('./layers.js').Layers} layers */
function layerRules(layers) {
  return Object.entries(layers).map(([layer, row]) => ({
    name: `layer-${layer.replace('/*', '-domains').replace('/', '-')}`,
    severity: 'error',
    comment: `${layer} may import: ${row.join(', ') || 'nothing'}`,
    from: { path: folderOf(layer, layers), pathNot: '\\.test\\.ts$' },
    to: {
      path: '^(?:src|relay|vault|tests|bench|scripts)/',
      pathNot: [layer, ...row].map((name) => folderOf(name.replace('type:', ''), layers)),
    },
  }))
}

/**
 * A layer reaches only what its row names, however long the way.
 * @param {string} layer @param {import('./layers.js').Layers} layers
 */
function reachRule(layer, layers) {
  const allowed = [layer, ...(layers[layer] ?? [])].map((name) => folderOf(name, layers))
  return {
    name: `${layer}-reaches-only-its-row`,
    severity: 'error',
    from: { path: folderOf(layer, layers), pathNot: '\\.test\\.ts$' },
    to: { reachable: true, path: ['^(?:src|vault)/', '@automerge/'], pathNot: allowed },
  }
}

/** @param {string} layer @param {import('./layers.js').Layers} layers */
function folderOf(layer, layers) {
  if (layer === 'relay' || layer === 'vault') return `^${layer}/`
  if (['routes', 'workers', 'service-worker'].includes(layer)) return `^src/${layer}/`
  if (!layer.endsWith('/*')) return `^src/lib/${layer}/`
  const parent = layer.slice(0, -2)
  const named = Object.keys(layers).filter((key) => key.startsWith(`${parent}/`) && key !== layer)
  const others = named.map((key) => `${key.slice(parent.length + 1)}/`).join('|')
  return `^src/lib/${parent}/(?!${others})`
}
