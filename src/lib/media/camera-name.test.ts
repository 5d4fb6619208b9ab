import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cameraName } from './camera-name.ts'

test.each([
  ['NIKON CORPORATION', 'NIKON D3100', 'Nikon D3100'],
  ['Canon', 'Canon PowerShot A2500 ', 'Canon PowerShot A2500'],
  ['OLYMPUS IMAGING CORP.  ', 'u760,S760       ', 'Olympus u760,S760'],
  ['LEICA CAMERA AG', 'LEICA T (Typ 701)', 'Leica T (Typ 701)'],
  ['samsung', 'SM-G935L', 'Samsung SM-G935L'],
  ['SAMSUNG', 'SAMSUNG-SM-N900A', 'Samsung SM-N900A'],
  ['HTC', 'HTC One_M8', 'HTC One_M8'],
  ['Sony Ericsson', 'C905c', 'Sony Ericsson C905c'],
  ['Apple', 'iPhone 6 Plus', 'iPhone 6 Plus'],
  ['Apple\0\0', 'iPhone\x07XR', 'iPhone XR'],
  [null, 'Nexus 4', 'Nexus 4'],
  ['Camera Co., Ltd.', null, 'Camera Co., Ltd.'],
  ['  ', '\0', null],
  [null, null, null],
])('%j and %j are %j', (make, model, name) => {
  expect(cameraName(make, model)).toBe(name)
})

test('a name that is cut off ends with a whole character', () => {
  expect(cameraName(null, `${'x'.repeat(63)}📷📷`)).toBe(`${'x'.repeat(63)}📷`)
})

test('whatever a file says, the name is short and without control characters', () => {
  const words = fc.option(fc.string({ unit: 'binary-ascii', maxLength: 200 }))
  fc.assert(
    fc.property(words, words, (make, model) => {
      const name = cameraName(make, model)
      if (name === null) return
      expect(name.length).toBeGreaterThan(0)
      expect(Array.from(name).length).toBeLessThanOrEqual(64)
      expect(name).not.toMatch(/[\0-\x1f]/)
    }),
  )
})
