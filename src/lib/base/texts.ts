/** Texts that are cut for a place that takes only so much. */

/** At most so many UTF-16 units of a text, well-formed: no character is halved, and what was half already is replaced. */
export function cutText(text: string, mostChars: number): string {
  const isHalved = text.length > mostChars && (text.codePointAt(mostChars - 1) ?? 0) > 0xffff
  return text.slice(0, isHalved ? mostChars - 1 : mostChars).toWellFormed()
}
