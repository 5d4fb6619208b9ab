import { expect, test } from 'vitest'
import { parseConfig } from './config.ts'

test('an empty environment gives the documented defaults', () => {
  const config = parseConfig({ PATH: '/bin' })
  expect(config).toMatchObject({ ok: true, value: { port: 4600, hosting: 'code', origin: null } })
})

test('a misspelt setting is an error that names it', () => {
  const config = parseConfig({ MANTEL_QUOTA: '1', MANTEL_PORT: '4700' })
  expect(config).toMatchObject({ error: { sentences: [expect.stringContaining('MANTEL_QUOTA')] } })
})

test('every wrong value is told in a sentence', () => {
  const wrong = {
    MANTEL_PORT: '70000',
    MANTEL_ORIGIN: 'https://photos.example/path',
    MANTEL_HOSTING: 'maybe',
    MANTEL_GROUP_QUOTA_BYTES: '-1',
  }
  const config = parseConfig(wrong)
  const sentences = config.ok ? [] : config.error.sentences
  expect(sentences).toHaveLength(4)
  for (const name of Object.keys(wrong)) expect(sentences.join('\n')).toContain(name)
})

test('an origin is taken without its slash, and the settings of Vite are left alone', () => {
  const config = parseConfig({ MANTEL_ORIGIN: 'https://photos.example/', MANTEL_DEV_RELAY: 'x' })
  expect(config).toMatchObject({ ok: true, value: { origin: 'https://photos.example' } })
})
