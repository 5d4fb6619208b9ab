/**
 * Reports an import that the table of layers does not allow.
 *
 * A file's layer is the longest key of the table under whose folder it lies. Files outside every
 * layer (tests, benches, scripts) may import anything. A row may allow type imports only.
 */
import path from 'node:path'
import { layerOfFile, layerOfImport, mayImport, vendorOwners } from './layers.js'

const root = path.resolve(import.meta.dirname, '..')

/** @type {import('eslint').Rule.RuleModule} */
export const layersRule = {
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
    const { layers, vendors } = context.options[0]
    const file = path.relative(root, context.filename).split(path.sep).join('/')
    const from = layerOfFile(file, layers)
    if (from === null || file.endsWith('.test.ts')) return {}

    const check = (/** @type {any} */ node) => {
      const specifier = node.source?.value
      if (typeof specifier !== 'string') return
      const to = layerOfImport(specifier, file, layers)
      if (to !== null && !mayImport(from, to, layers, isTypeOnly(node))) {
        context.report({ node: node.source, messageId: 'layer', data: { from, to } })
      }
      const owners = vendorOwners(specifier, vendors)
      if (owners !== null && !owners.some((owner) => isWithin(from, owner))) {
        const data = { name: specifier, owners: owners.join(', ') }
        context.report({ node: node.source, messageId: 'vendor', data })
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

/** @param {any} node an import or export declaration */
function isTypeOnly(node) {
  if (node.importKind === 'type' || node.exportKind === 'type') return true
  const specifiers = node.specifiers ?? []
  return (
    specifiers.length > 0 && specifiers.every((/** @type {any} */ s) => s.importKind === 'type')
  )
}

/** @param {string} layer @param {string} owner */
function isWithin(layer, owner) {
  return layer === owner || layer.startsWith(`${owner}/`)
}
