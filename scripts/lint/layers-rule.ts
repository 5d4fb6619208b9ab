/**
 * Reports an import that the table of layers does not allow, and a package that belongs to others.
 * Files outside every layer (tests, benches, scripts) may import anything.
 */
import type { Rule } from 'eslint'
import { relative, sep } from 'node:path'
import {
  layerOfFile,
  layerOfImport,
  mayImport,
  vendorOwners,
  type Layers,
  type Vendors,
} from './layers.ts'

/** The parts of an import or export declaration that the rule looks at. */
interface ModuleNode {
  readonly source?: { readonly value?: unknown } | null
  readonly importKind?: string
  readonly exportKind?: string
  readonly specifiers?: readonly { readonly importKind?: string }[]
}

export const layersRule: Rule.RuleModule = {
  meta: {
    type: 'problem',
    docs: { description: 'imports follow the table of layers' },
    schema: [{ type: 'object' }],
    messages: {
      layer: "'{{from}}' may not import '{{to}}': see LAYERS in eslint.config.js.",
      vendor: "'{{name}}' belongs to {{owners}}: see VENDORS in eslint.config.js.",
    },
  },
  create(context) {
    const [{ layers, vendors }] = context.options as [{ layers: Layers; vendors: Vendors }]
    const file = relative(context.cwd, context.filename).split(sep).join('/')
    const from = layerOfFile(file, layers)
    if (from === null || file.endsWith('.test.ts')) return {}

    const check = (node: Rule.Node): void => {
      const parts = node as ModuleNode
      const specifier = parts.source?.value
      if (typeof specifier !== 'string') return
      const to = layerOfImport(specifier, file, layers)
      if (to !== null && !mayImport(from, to, layers, isTypeOnly(parts))) {
        context.report({ node, messageId: 'layer', data: { from, to } })
      }
      const owners = vendorOwners(specifier, vendors)
      if (owners !== null && !owners.some((owner) => isWithin(from, owner))) {
        const data = { name: specifier, owners: owners.join(', ') }
        context.report({ node, messageId: 'vendor', data })
      }
    }
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    }
  },
}

function isTypeOnly(node: ModuleNode): boolean {
  if (node.importKind === 'type' || node.exportKind === 'type') return true
  const specifiers = node.specifiers ?? []
  return specifiers.length > 0 && specifiers.every(({ importKind }) => importKind === 'type')
}

function isWithin(layer: string, owner: string): boolean {
  return layer === owner || layer.startsWith(`${owner}/`)
}
