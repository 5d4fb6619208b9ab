/** What this device alone remembers of a group (ports/note-store.ts). */
import type { NoteStore } from '#lib/ports/note-store.ts'
import type { GroupSchema } from './schema.ts'
import type { Database } from './tables.ts'

export function createNoteStore(database: Database<GroupSchema>): NoteStore {
  return {
    read: (name) => database.read(['notes'], (tx) => tx.get('notes', name)),
    change: (name, change) =>
      database.write('strict', ['notes'], async (tx) =>
        tx.put('notes', name, change(await tx.get('notes', name))),
      ),
  }
}
