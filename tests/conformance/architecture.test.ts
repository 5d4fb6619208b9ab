/** The table of layers is enforced: what it forbids is found, by ESLint and by dependency-cruiser. */
import { cruise } from 'dependency-cruiser'
import { Linter } from 'eslint'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import typescript from 'typescript-eslint'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LAYERS, VENDORS } from '#eslint.config.js'
import { boundaryRules } from '#scripts/lint/boundary-rules.ts'
import { functionLinesRule } from '#scripts/lint/function-lines-rule.ts'
import { layersRule } from '#scripts/lint/layers-rule.ts'
import { nameProblems } from '#scripts/lint/names-rule.ts'

const ROOT = join(import.meta.dirname, '../..')

/** What the lint says of one import in a file at that path. */
function lintImport(file: string, statement: string): string[] {
  const config: Linter.Config = {
    files: ['**/*.ts'],
    languageOptions: { parser: typescript.parser },
    plugins: { mantel: { rules: { layers: layersRule } } },
    rules: { 'mantel/layers': ['error', { layers: LAYERS, vendors: VENDORS }] },
  }
  const linter = new Linter({ configType: 'flat', cwd: ROOT })
  return linter.verify(statement, [config], { filename: join(ROOT, file) }).map((m) => m.message)
}

describe('the table of layers', () => {
  test('has a row for every folder of src/lib', () => {
    const folders = readdirSync(join(ROOT, 'src/lib'), { withFileTypes: true })
    const withoutRow = folders
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .filter((name) => !(name in LAYERS) && !(`${name}/*` in LAYERS))
    expect(withoutRow).toEqual([])
  })

  test.each([
    ['relay/main.ts', "import { seal } from '#lib/crypto/seal.ts'"],
    ['relay/feed/sqlite.ts', "import type { Seal } from '#lib/crypto/seal.ts'"],
    ['relay/main.ts', "export { openStore } from '#lib/storage/open-store.ts'"],
    ['relay/main.ts', "const seal = await import('#lib/crypto/seal.ts')"],
    ['relay/main.ts', "import { load } from '@automerge/automerge/slim'"],
    ['src/lib/crypto/seal.ts', "import { album } from '#lib/albums/album.ts'"],
    ['src/lib/storage/blobs.ts', "import { feed } from '#lib/sync/feed.ts'"],
    ['src/lib/albums/album.ts', "import { next } from '@automerge/automerge'"],
    ['src/lib/ui/photo/tile.ts', "import { album } from '#lib/ui/album/card.ts'"],
    ['src/lib/ui/photo/tile.ts', "import { createEngine } from '#lib/engine/create-engine.ts'"],
    ['src/lib/ui/shared/dialog.ts', "import { tile } from '#lib/ui/photo/tile.ts'"],
    ['src/lib/sync/feed.ts', "import { openDB } from 'idb'"],
  ])('stops %s from: %s', (file, statement) => {
    expect(lintImport(file, statement)).toHaveLength(1)
  })

  test.each([
    ['relay/main.ts', "import { frames } from '#lib/wire/frames.ts'"],
    ['src/lib/sync/documents.ts', "import { next } from '@automerge/automerge/slim'"],
    ['src/lib/ui/photo/tile.ts', "import type { EngineApi } from '#lib/engine/api.ts'"],
    ['src/lib/ui/views/photos.ts', "import { tile } from '#lib/ui/photo/tile.ts'"],
    ['src/lib/storage/blobs.ts', "import { openDB } from 'idb'"],
  ])('lets %s have: %s', (file, statement) => {
    expect(lintImport(file, statement)).toEqual([])
  })
})

describe('the graph of modules', () => {
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'mantel-graph-'))))
  afterEach(() => {
    rmSync(folder, { recursive: true })
  })

  /** The names of the rules that a little project breaks. */
  async function brokenRules(files: Record<string, string>): Promise<string[]> {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(folder, dirname(path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    const ruleSet = { forbidden: boundaryRules(LAYERS) }
    const result = await cruise(['.'], { baseDir: folder, validate: true, ruleSet })
    if (typeof result.output === 'string') throw new Error(result.output)
    return result.output.summary.violations.map((violation) => violation.rule.name)
  }

  test('a relay that reaches crypto by a detour is found', async () => {
    const rules = await brokenRules({
      'relay/main.ts': "import '../src/lib/wire/frames.ts'",
      'src/lib/wire/frames.ts': "import '../crypto/seal.ts'",
      'src/lib/crypto/seal.ts': 'export const seal = 1',
    })
    expect(rules).toContain('relay-reaches-only-its-row')
    expect(rules).toContain('layer-wire')
  })

  test('a cycle is found', async () => {
    const rules = await brokenRules({
      'src/lib/base/bytes.ts': "import './ids.ts'",
      'src/lib/base/ids.ts': "import './bytes.ts'",
    })
    expect(rules).toContain('no-cycles')
  })

  test('a barrel is found', async () => {
    const rules = await brokenRules({
      'src/lib/base/index.ts': 'export const one = 1',
      'src/lib/base/ids.ts': "import './index.ts'",
    })
    expect(rules).toContain('no-barrels')
  })

  test('what the table allows passes', async () => {
    const rules = await brokenRules({
      'relay/main.ts': "import '../src/lib/wire/frames.ts'",
      'src/lib/wire/frames.ts': "import '../base/bytes.ts'",
      'src/lib/base/bytes.ts': 'export const none = 0',
    })
    expect(rules).toEqual([])
  })
})

describe('names', () => {
  test.each([
    'src/lib/base/helpers.ts',
    'src/lib/photoUtils.ts',
    'relay/server/x.ts',
    'src/x/bad.svelte',
  ])('%s is refused', (file) => {
    expect(nameProblems(file)).not.toEqual([])
  })

  test.each([
    'src/routes/albums/[album]/+page.svelte',
    'src/lib/ui/photo/PhotoTile.svelte',
    '.ci/run',
  ])('%s is fine', (file) => {
    expect(nameProblems(file)).toEqual([])
  })
})

describe('the length of functions', () => {
  /** How many functions are reported when three lines are allowed. */
  function countLong(code: string): number {
    const config: Linter.Config = {
      files: ['**/*.ts'],
      plugins: { mantel: { rules: { 'function-lines': functionLinesRule } } },
      rules: { 'mantel/function-lines': ['error', { max: 3 }] },
    }
    const linter = new Linter({ configType: 'flat' })
    return linter.verify(code, [config], { filename: 'a.ts' }).length
  }

  test('a function of four lines is too long', () => {
    expect(countLong('function f() {\n one()\n two()\n}')).toBe(1)
  })

  test('blank lines, comments and functions inside do not count', () => {
    expect(countLong('function f() {\n // why\n\n one()\n}')).toBe(0)
    expect(countLong('function f() {\n return () => {\n one()\n }\n}')).toBe(0)
  })

  test('a function inside is measured for itself', () => {
    expect(countLong('function f() {\n return () => {\n one()\n two()\n }\n}')).toBe(1)
  })
})
