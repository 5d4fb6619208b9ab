import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { object, parse, record, string } from 'valibot'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const packages = record(string(), string())
const manifest = parse(
  object({ dependencies: packages, devDependencies: packages, optionalDependencies: packages }),
  JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')),
)
const document = readFileSync(join(ROOT, 'docs/dependencies.md'), 'utf8')
/** The first cells of all table rows, in which packages are named. */
const named = document
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .flatMap((line) =>
    [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1]),
  )
const installed = Object.keys({
  ...manifest.dependencies,
  ...manifest.devDependencies,
  ...manifest.optionalDependencies,
})

test('every dependency has its row, and every row its dependency', () => {
  expect(named.sort()).toEqual(installed.sort())
})

test('every version is exact', () => {
  const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies })
  for (const version of versions) expect(version).toMatch(/^\d+\.\d+\.\d+$/)
})
