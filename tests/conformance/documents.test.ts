import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { object, parse, record, string } from 'valibot'
import { describe, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const manifest = parse(
  object({ license: string(), description: string(), scripts: record(string(), string()) }),
  JSON.parse(read('package.json')),
)
const markdown = ['', 'docs'].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
)

describe.each(markdown)('%s', (path) => {
  const text = read(path)

  test('links to what is there', () => {
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '')
    const files = targets.filter((target) => !/^(?:[a-z]+:|#)/.test(target))
    const missing = files.filter(
      (target) => !existsSync(join(ROOT, dirname(path), target.replace(/#.*$/, ''))),
    )
    expect(missing).toEqual([])
  })

  test('names files that are there', () => {
    const named = [...text.matchAll(/`((?:src|relay|tests|docs|bench|scripts)\/[^`\s]*\.\w+)`/g)]
    const missing = named.map((match) => match[1] ?? '').filter((name) => !isThere(name))
    expect(missing).toEqual([])
  })

  test('names npm scripts that are there', () => {
    const named = [...text.matchAll(/\bnpm (?:run ([\w:]+)|(start|test)\b)/g)]
    const missing = named
      .map((match) => match[1] ?? match[2] ?? '')
      .filter((script) => !(script in manifest.scripts))
    expect(missing).toEqual([])
  })
})

test('the README has the two commands, a picture and at most 120 lines', () => {
  const readme = read('README.md')
  expect(readme).toMatch(/^npm ci && npm start\b/m)
  expect(readme).toMatch(/^npm ci && npm test\b/m)
  expect(readme).toMatch(/!\[[^\]]+\]\(docs\/screenshot\.\w+\)/)
  expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(120)
})

test('every setting of the relay has its row in docs/relay.md, and every row its setting', () => {
  const known = [...read('relay/config.ts').matchAll(/^ {2}(MANTEL_[A-Z_]+):/gm)]
  const rows = [...read('docs/relay.md').matchAll(/^\| `(MANTEL_[A-Z_]+)` \|/gm)]
  expect(known.length).toBeGreaterThan(0)
  expect(rows.map((match) => match[1])).toEqual(known.map((match) => match[1]))
})

test('docs/relay.md mentions no setting that is none', () => {
  const known = new Set(read('relay/config.ts').match(/MANTEL_[A-Z_]*[A-Z]/g))
  const mentioned = read('docs/relay.md').match(/MANTEL_[A-Z_]*[A-Z]/g) ?? []
  expect(mentioned.filter((name) => !known.has(name))).toEqual([])
})

test('the license that package.json names is in LICENSE', () => {
  expect(manifest.license).toBe('AGPL-3.0-or-later')
  expect(read('LICENSE')).toMatch(/^GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3,/)
  expect(manifest.description).not.toBe('')
})

/** Documents name files of the library by their path in it, too. */
function isThere(name: string): boolean {
  return existsSync(join(ROOT, name)) || existsSync(join(ROOT, 'src/lib', name))
}
