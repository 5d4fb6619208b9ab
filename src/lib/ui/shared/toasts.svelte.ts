/**
 * Short notices at the edge of the screen. Several may wait; each leaves by itself, one that offers an act later, and
 * none while the person points at them or has one in focus.
 */
export interface Notice {
  readonly text: string
  /** Takes the place of what was said of the same before. */
  readonly topic?: string
  readonly action?: { readonly label: string; readonly run: () => void }
}

export interface Toast extends Notice {
  readonly id: number
}

const readingMs = 5000
const actingMs = 9000
const mostAtOnce = 3

export class Toasts {
  #list = $state.raw<readonly Toast[]>([])
  #nextId = 0
  readonly #leaving = new Map<number, ReturnType<typeof setTimeout>>()
  readonly #held = new Set<'pointer' | 'focus'>()

  get list(): readonly Toast[] {
    return this.#list
  }

  show(notice: Notice): void {
    const { text, topic } = notice
    const before = this.#list.find((toast) => topic !== undefined && toast.topic === topic)
    const toast = { ...notice, id: before?.id ?? this.#nextId++ }
    const others = this.#list.filter((other) => other !== before && other.text !== text)
    const at = before === undefined ? others.length : this.#list.indexOf(before)
    this.#list = makeRoom(others.toSpliced(at, 0, toast), toast)
    this.#leaveLater(toast)
  }

  /** Stops the clock of all, until it is let go. */
  hold(by: 'pointer' | 'focus'): void {
    this.#held.add(by)
    for (const timer of this.#leaving.values()) clearTimeout(timer)
  }

  letGo(by: 'pointer' | 'focus'): void {
    this.#held.delete(by)
    for (const toast of this.#list) this.#leaveLater(toast)
  }

  #leaveLater({ id, action }: Toast): void {
    clearTimeout(this.#leaving.get(id))
    if (this.#held.size > 0) return
    const leave = () => this.dismiss(id)
    this.#leaving.set(id, setTimeout(leave, action === undefined ? readingMs : actingMs))
  }

  dismiss(id: number): void {
    this.#list = this.#list.filter((toast) => toast.id !== id)
    clearTimeout(this.#leaving.get(id))
    this.#leaving.delete(id)
    // What has gone tells no more that the pointer leaves it.
    if (this.#list.length === 0) this.#held.clear()
  }
}

/** Without the oldest where they are too many: one that offers an act goes for another such only. */
function makeRoom(list: readonly Toast[], newest: Toast): readonly Toast[] {
  const kept = [...list]
  while (kept.length > mostAtOnce) {
    const plain = kept.findIndex((toast) => toast.action === undefined && toast !== newest)
    if (plain < 0 && newest.action === undefined) break
    kept.splice(Math.max(0, plain), 1)
  }
  return kept
}
