/** A camera's name as people say it, from what makers write into the two fields for it. */

/** Legal forms and departments that belong to a maker, not to a camera. */
const COMPANY_WORDS =
  /\b(?:corporation|corp|company|co|ltd|limited|inc|ag|gmbh|imaging|camera|optical|electronics|technologies)\b\.?,?/gi
const CONTROLS = /[\0-\x1f\x7f-\x9f]+/g
/** Makers whom nobody names together with the product. */
const UNSPOKEN = ['Apple']
const MAX_CHARACTERS = 64

/** `NIKON CORPORATION` and `NIKON D40` are `Nikon D40`; null where both say nothing. */
export function cameraName(make: string | null, model: string | null): string | null {
  const maker = clean(make)
  const brand = spoken(clean(maker.replace(COMPANY_WORDS, ' ')) || maker)
  const product = withoutBrand(clean(model), brand)
  const isSpoken = product === '' || !UNSPOKEN.includes(brand)
  const name = `${isSpoken ? brand : ''} ${product}`.trim().toWellFormed()
  return name === '' ? null : Array.from(name).slice(0, MAX_CHARACTERS).join('').trimEnd()
}

function clean(text: string | null): string {
  return (text ?? '').replace(CONTROLS, ' ').replace(/\s+/g, ' ').trim()
}

/** Long names written all in capitals, or all small, get one capital. */
function spoken(brand: string): string {
  const word = (text: string): string =>
    text.length > 3 && (text === text.toUpperCase() || text === text.toLowerCase())
      ? text.charAt(0).toUpperCase() + text.slice(1).toLowerCase()
      : text
  return brand.split(' ').map(word).join(' ')
}

/** The model without the maker's name before it: `SAMSUNG-SM-N900A` of Samsung is `SM-N900A`. */
function withoutBrand(product: string, brand: string): string {
  if (brand === '' || !product.toLowerCase().startsWith(brand.toLowerCase())) return product
  const rest = product.slice(brand.length)
  return rest === '' ? '' : /^[\s\-_]/.test(rest) ? rest.replace(/^[\s\-_]+/, '') : product
}
