/**
 * File names inside a zip: readable, unique, and good on every system that people unpack on.
 *
 * Shape   `2024-06-01 12.30.05 IMG_1234.jpg` below a folder per album. No name is longer than 120 bytes of UTF-8, so that
 *         four folders deep every path stays below Windows' 260 characters. Nothing that Windows, macOS or a terminal
 *         reads as something else: `< > : " / \ | ? *`, control and direction characters, dots and spaces at the ends,
 *         names of devices (`CON`, `LPT1`). Two names of a folder differ in more than case and Unicode form
 * Units   wall time in milliseconds, as if it were UTC
 * Errors  total: where nothing of a name is left the fallback stands
 * Source  Microsoft "Naming Files, Paths, and Namespaces"; Unicode TR36 §2.7; docs/design.md §10 "Export"
 */
import { utf8 } from '#lib/base/bytes.ts'

const maxNameBytes = 120
const maxExtensionChars = 10
/** Control characters, what Windows refuses, and what turns or hides text in a file list. */
const unfit =
  /[\u0000-\u001f\u007f-\u009f<>:"/\\|?*\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff]/g
const deviceName = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\.|$)/i

/** A name without its extension, and the extension with its dot (empty where there is none). */
export interface NameParts {
  readonly stem: string
  readonly extension: string
}

/** Splits a file name at its extension; a dot at the start is part of the name. */
export function splitName(name: string): NameParts {
  const dot = name.lastIndexOf('.')
  const extension = name.slice(dot)
  const isExtension = dot > 0 && /^\.[a-z0-9]+$/i.test(extension)
  return isExtension && extension.length <= maxExtensionChars
    ? { stem: name.slice(0, dot), extension }
    : { stem: name, extension: '' }
}

/** The text as one part of a path; at most `maxBytes` of UTF-8. */
export function portableName(text: string, fallback: string, maxBytes = maxNameBytes): string {
  const plain = text.toWellFormed().normalize('NFC').replace(unfit, ' ').replace(/\s+/g, ' ')
  const cut = withoutEdges(cutToBytes(withoutEdges(plain), maxBytes))
  if (cut === '') return fallback
  return deviceName.test(cut) ? cutToBytes(`_${cut}`, maxBytes) : cut
}

/** The name of a file: when it was taken, then what it was called. */
export function datedName(wallMs: number, name: string): NameParts {
  const { stem, extension } = splitName(name)
  const at = new Date(wallMs)
  const year = at.getUTCFullYear()
  const isDated = Number.isFinite(year) && year >= 0 && year <= 9999
  const day = isDated ? at.toISOString().slice(0, 19).replace('T', ' ').replaceAll(':', '.') : ''
  return { stem: `${day} ${stem}`, extension: portableExtension(extension) }
}

/** What a side-car's name has behind that of its file. */
export const sideCarExtension = '.xmp'

/** Gives out names, each once per folder. */
export interface NameRegister {
  /**
   * A path that is still free, as is that of its side-car: `folder/stem.extension`, else with a number. An empty folder
   * is the root.
   */
  take(folder: string, name: NameParts): string
}

/** A register without names. */
export function createNameRegister(): NameRegister {
  const taken = new Set<string>()
  /** Where the search for a free number goes on, so that ten thousand equal names cost ten thousand steps. */
  const next = new Map<string, number>()
  return {
    take(folder, { stem, extension }) {
      const room = maxNameBytes - utf8(extension + sideCarExtension).length - ' (000000)'.length
      const name = portableName(stem, 'photo', room)
      const path = (n: number): string => {
        const numbered = n === 1 ? name : `${name} (${n})`
        return `${folder === '' ? '' : `${folder}/`}${numbered}${extension}`
      }
      const both = (n: number) => [path(n), path(n) + sideCarExtension].map(foldedName)
      const [first = ''] = both(1)
      let n = next.get(first) ?? 1
      while (both(n).some((one) => taken.has(one))) n++
      next.set(first, n + 1)
      for (const one of both(n)) taken.add(one)
      return path(n)
    },
  }
}

/** What file systems that ignore case and Unicode form see of a name. */
export function foldedName(name: string): string {
  return name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC')
}

function portableExtension(extension: string): string {
  return extension.toLowerCase()
}

function withoutEdges(text: string): string {
  return text.replace(/^[\s.~]+|[\s.]+$/g, '')
}

/** Whole characters only. */
function cutToBytes(text: string, maxBytes: number): string {
  let bytes = 0
  let cut = ''
  for (const char of text) {
    bytes += utf8(char).length
    if (bytes > maxBytes) break
    cut += char
  }
  return cut
}
