/**
 * What a person types against what stands at a photo: every word must begin a word of its caption, file name, album,
 * the name of whoever added it, or its month, day or year. Accents and capitals make no difference.
 */

/** Lower case without accents, words apart by single spaces, one before the first and after the last. */
export function foldText(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
  return ` ${plain.replace(/[^\p{L}\p{N}]+/gu, ' ').trim()} `
}

/** The words to look for, folded; empty where there are none. */
export function searchWords(text: string): string[] {
  return foldText(text)
    .split(' ')
    .filter((word) => word !== '')
}

/** Whether some word of these folded texts begins with it. */
export function holdsWord(texts: readonly string[], word: string): boolean {
  return texts.some((text) => text.includes(` ${word}`))
}

/** A month's own words, in the language of the reader and in English; times are wall times as if they were UTC. */
export function monthText(wallMs: number): string {
  const date = new Date(wallMs)
  const month = 12 * date.getUTCFullYear() + date.getUTCMonth()
  const text =
    monthTexts.get(month) ?? foldText(monthFormats.map((one) => one.format(date)).join(' '))
  monthTexts.set(month, text)
  return text
}

const monthTexts = new Map<number, string>()
const monthFormats = [undefined, 'en'].map(
  (language) =>
    new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric', timeZone: 'UTC' }),
)
