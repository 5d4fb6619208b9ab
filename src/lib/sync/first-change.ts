/**
 * The change that every document begins with, the same everywhere: it makes the root containers. No entry carries it,
 * and no entry may make a container: a second one would hide the first with all that it holds, however late it comes
 * and whatever it claims not to have known.
 *
 * Shape   an Automerge change of actor 0, made by nobody: `items`, `members`, `albums`, `people`, `settings`, in this
 *         order, each an empty map
 * Source  docs/design.md §6; frozen, as all hashes of later changes follow from it
 */
import { parseHex, type Bytes } from '#lib/base/bytes.ts'

/** Root containers of the group's and of album documents. */
export const containers = ['items', 'members', 'albums', 'people', 'settings'] as const
export type Container = (typeof containers)[number]

const actor = '00'.repeat(24)

/** The containers by the ids that Automerge gives them. */
export const containerById: ReadonlyMap<string, Container> = new Map(
  containers.map((name, n) => [`${n + 1}@${actor}`, name]),
)

export const firstChange: Bytes = bytesOf(
  '856f4a8331d6e6d101570018' +
    '000000000000000000000000000000000000000000000000' +
    '010100000005152634014202560270027b' +
    '056974656d73' +
    '076d656d62657273' +
    '06616c62756d73' +
    '0670656f706c65' +
    '0873657474696e6773' +
    '05050005000500',
)

export const firstChangeHash = '31d6e6d1982386184137c362629f78e109e6307e834b7dae0893ef220b4a70a5'

function bytesOf(hex: string): Bytes {
  const bytes = parseHex(hex)
  if (bytes === null) throw new Error('the first change is written in hexadecimal')
  return bytes
}
