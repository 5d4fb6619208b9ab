/** Reports file and folder names outside the house style. */
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')

const BANNED = [
  'utils',
  'util',
  'helpers',
  'helper',
  'common',
  'manager',
  'service',
  'data',
  'misc',
]
const BANNED_SEGMENTS = [...BANNED, 'server', 'remote']
const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*$/
const PASCAL = /^[A-Z][A-Za-z0-9]*$/
/** SvelteKit's own: `+page`, `[album]`, `[...rest]`, `(group)`. */
const KIT_FILE = /^\+(?:page|layout|error)$/
const KIT_FOLDER = /^(?:\[.+\]|\([a-z-]+\))$/
/** Folders whose names mean something to a tool. */
const DOT_FOLDER = /^\.[a-z-]+$/

/** @type {import('eslint').Rule.RuleModule} */
export const namesRule = {
  meta: {
    type: 'suggestion',
    docs: { description: 'names of files and folders' },
    schema: [],
    messages: {
      banned: "The name '{{name}}' says nothing about what is inside.",
      shape: "'{{name}}' should be {{shape}}.",
    },
  },
  create(context) {
    return {
      Program(node) {
        const file = path.relative(root, context.filename).split(path.sep).join('/')
        for (const problem of nameProblems(file)) context.report({ node, ...problem })
      },
    }
  },
}

/**
 * What is wrong with a path's names.
 * @param {string} file a path from the root, with forward slashes
 */
export function nameProblems(file) {
  const folders = file.split('/')
  const fileName = folders.pop() ?? ''
  const [stem = '', ...extensions] = fileName.split('.')
  const isSvelte = fileName.endsWith('.svelte')
  const problems = folders
    .filter((name) => !isFolderName(name))
    .map((name) => shape(name, 'kebab-case'))
  if (fileName.startsWith('.') || KIT_FILE.test(stem)) return problems
  if (isSvelte && !PASCAL.test(stem)) problems.push(shape(fileName, 'PascalCase.svelte'))
  if (!isSvelte && !KEBAB.test(stem)) problems.push(shape(fileName, 'kebab-case'))
  for (const name of [...folders, stem, ...extensions]) {
    const lastWord = name.split('-').at(-1)?.toLowerCase() ?? ''
    if (BANNED.includes(lastWord) || BANNED_SEGMENTS.includes(name.toLowerCase())) {
      problems.push({ messageId: 'banned', data: { name } })
    }
  }
  return problems
}

/** @param {string} name */
function isFolderName(name) {
  return KEBAB.test(name) || KIT_FOLDER.test(name) || DOT_FOLDER.test(name)
}

/** @param {string} name @param {string} wanted */
function shape(name, wanted) {
  return { messageId: 'shape', data: { name, shape: wanted } }
}
