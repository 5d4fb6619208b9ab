/** A browser's own storage: IndexedDB for rows, the origin private file system for files. */
import { createIndexedDatabase, removeIndexedDatabase } from './indexed-database.ts'
import { createOpfsFiles } from './opfs-files.ts'
import type { Disk } from './tables.ts'

export function createBrowserDisk(): Disk {
  return {
    database: createIndexedDatabase,
    removeDatabase: removeIndexedDatabase,
    files: createOpfsFiles(),
    exclusively: (name, work) => navigator.locks.request(`mantel-${name}`, work),
  }
}
