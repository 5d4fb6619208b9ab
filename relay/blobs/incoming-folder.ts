/**
 * `<group>/incoming`: what is on its way to a group, as it lies on the disk.
 *
 * Shape   `<32 hex digits>`, the parts of an upload so far, and `<the same>.json`, its facts, which stay for a while
 *         when the parts have gone (uploads.ts); `<24 hex digits>.part`, a file by PUT (file-blob-store.ts)
 * Errors  what cannot be read is not there
 */
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** An upload that was begun and not taken over. */
export interface BegunUpload {
  readonly name: string
  /** Its whole length. */
  readonly bytes: number
  readonly written: number
  /** When something last came of it. */
  readonly heardMs: number
}

const UPLOAD = /^[0-9a-f]{32}$/

/** Whether an upload may have that name. */
export function isUploadName(name: string): boolean {
  return UPLOAD.test(name)
}

/**
 * The uploads that were begun in a folder to which nobody sends yet. Files that were being sent when the relay was killed
 * are rubbish, and removed.
 */
export function openIncomingFolder(folder: string): BegunUpload[] {
  const names = namesIn(folder)
  for (const name of names) if (name.endsWith('.part')) rmSync(join(folder, name), { force: true })
  return names.filter(isUploadName).flatMap((name) => readBegun(folder, name) ?? [])
}

/** Removes what nothing came of since a time; gives the names. */
export async function sweepIncomingFolder(folder: string, beforeMs: number): Promise<string[]> {
  const swept: string[] = []
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name)
    const facts = await stat(path).catch(() => null)
    if (facts === null || facts.mtimeMs >= beforeMs) continue
    await rm(path, { force: true })
    swept.push(name)
  }
  return swept
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function readBegun(folder: string, name: string): BegunUpload | null {
  const path = join(folder, name)
  const facts = statSync(path, { throwIfNoEntry: false })
  if (facts === undefined) return null
  const { size: written, mtimeMs: heardMs } = facts
  return { name, bytes: Math.max(written, declaredIn(`${path}.json`)), written, heardMs }
}

/** The whole length of an upload, or 0. */
function declaredIn(path: string): number {
  try {
    const { size } = JSON.parse(readFileSync(path, 'utf8')) as { size?: unknown }
    return typeof size === 'number' ? size : 0
  } catch {
    return 0
  }
}
