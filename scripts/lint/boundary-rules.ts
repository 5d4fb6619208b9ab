/**
 * dependency-cruiser's rules, made from the table of layers. They see what one file does not show:
 * cycles, ways around, imports that lead nowhere.
 */
import type { IForbiddenRuleType } from 'dependency-cruiser'
import { folderOfLayer, rowOfLayer, TYPE_ONLY, type Layers } from './layers.ts'

/** Nothing here may be reached from the relay, by whatever way. */
const SEALED_OFF = ['^src/', '^vault/', '@automerge/']

/** All rules for a table of layers. */
export function boundaryRules(layers: Layers): IForbiddenRuleType[] {
  return [
    ...GENERAL_RULES,
    ...Object.keys(layers).map((layer) => layerRule(layer, layers)),
    relayReach(layers),
  ]
}

const GENERAL_RULES: IForbiddenRuleType[] = [
  {
    name: 'no-cycles',
    severity: 'error',
    comment: 'Types may point at each other; running code may not.',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  {
    name: 'no-unresolved',
    severity: 'error',
    comment: 'An import leads somewhere.',
    from: {},
    to: {
      couldNotResolve: true,
      pathNot: ['^[$](?:app|service-worker|env)', '[?](?:url|worker)$'],
    },
  },
  {
    name: 'no-barrels',
    severity: 'error',
    comment: 'A barrel hides what a file really needs.',
    from: { pathNot: 'node_modules' },
    to: { path: '(?:^|/)index[.](?:ts|js)$', pathNot: 'node_modules' },
  },
]

function layerRule(layer: string, layers: Layers): IForbiddenRuleType {
  const row = rowOfLayer(layer, layers).map((name) => name.replace(TYPE_ONLY, ''))
  return {
    name: `layer-${layer.replace('/', '-').replace('*', 'domain')}`,
    severity: 'error',
    comment: `${layer} may import: ${row.join(', ') || 'nothing'}`,
    from: { path: pathOf(layer, layers), pathNot: '[.]test[.]ts$' },
    to: {
      path: '^(?:src|relay|vault|tests|bench|scripts)/',
      pathNot: ['[.]css$', ...[layer, ...row].map((name) => pathOf(name, layers))],
    },
  }
}

function relayReach(layers: Layers): IForbiddenRuleType {
  const allowed = rowOfLayer('relay', layers).map((name) => pathOf(name, layers))
  return {
    name: 'relay-reaches-only-its-row',
    severity: 'error',
    comment: 'The relay cannot read photos, because it has no code that could.',
    from: { path: pathOf('relay', layers), pathNot: '[.]test[.]ts$' },
    to: { reachable: true, path: SEALED_OFF, pathNot: allowed },
  }
}

/** A pattern for a layer's files; `ui/*` leaves out the folders that have a row of their own. */
function pathOf(layer: string, layers: Layers): string {
  const folder = folderOfLayer(layer)
  if (!layer.endsWith('/*')) return `^${folder}`
  const prefix = layer.slice(0, -1)
  const named = Object.keys(layers).filter((key) => key.startsWith(prefix) && key !== layer)
  return `^${folder}(?!${named.map((key) => `${key.slice(prefix.length)}/`).join('|')})`
}
