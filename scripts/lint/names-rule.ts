/** Reports names of files and folders outside the house style. */
import type { Rule } from 'eslint'
import { relative, sep } from 'node:path'

/** Words that say nothing about what is inside, alone or as the last word of a name. */
const EMPTY_WORDS = ['utils', 'util', 'helpers', 'helper', 'common', 'manager', 'service']
const BANNED = [...EMPTY_WORDS, 'data', 'misc']
/** SvelteKit gives modules with such a segment a meaning of its own. */
const KIT_SEGMENTS = ['server', 'remote']

const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*$/
const PASCAL = /^[A-Z][A-Za-z0-9]*$/
/** SvelteKit's own: `+page`, `[album]`, `[...rest]`, `(group)`. */
const KIT_FILE = /^\+(?:page|layout|error)$/
const KIT_FOLDER = /^(?:\[.+\]|\([a-z-]+\))$/
const DOT_FOLDER = /^\.[a-z-]+$/

export const namesRule: Rule.RuleModule = {
  meta: {
    type: 'suggestion',
    docs: { description: 'names of files and folders' },
    schema: [],
  },
  create(context) {
    return {
      Program(node) {
        const file = relative(context.cwd, context.filename).split(sep).join('/')
        for (const message of nameProblems(file)) context.report({ node, message })
      },
    }
  },
}

/** What is wrong with the names in a path from the root, in words. */
export function nameProblems(file: string): string[] {
  const folders = file.split('/')
  const fileName = folders.pop() ?? ''
  const problems = folders.filter((name) => !isFolderName(name)).map((name) => wanted(name))
  const [stem = '', ...extensions] = fileName.split('.')
  if (stem === '' || KIT_FILE.test(stem)) return problems
  const isSvelte = fileName.endsWith('.svelte')
  if (isSvelte && !PASCAL.test(stem)) problems.push(`'${fileName}' should be PascalCase.svelte.`)
  if (!isSvelte && !KEBAB.test(stem)) problems.push(wanted(fileName))
  const empty = [...folders, stem, ...extensions].filter(isBanned)
  return [...problems, ...empty.map((name) => `The name '${name}' is banned: say what is inside.`)]
}

function wanted(name: string): string {
  return `'${name}' should be kebab-case.`
}

function isFolderName(name: string): boolean {
  return KEBAB.test(name) || KIT_FOLDER.test(name) || DOT_FOLDER.test(name)
}

function isBanned(name: string): boolean {
  const lower = name.toLowerCase()
  return BANNED.includes(lower.split('-').at(-1) ?? '') || KIT_SEGMENTS.includes(lower)
}
