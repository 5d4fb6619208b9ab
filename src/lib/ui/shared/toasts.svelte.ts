/** Short notices at the edge of the screen. Several may wait; each leaves by itself unless it offers an act. */
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

  get list(): readonly Toast[] {
    return this.#list
  }

  show(notice: Notice): void {
    const { text, topic } = notice
    const before = this.#list.find((toast) => topic !== undefined && toast.topic === topic)
    const toast = { ...notice, id: before?.id ?? this.#nextId++ }
    const others = this.#list.filter((other) => other !== before && other.text !== text)
    const at = before === undefined ? others.length : this.#list.indexOf(before)
    this.#list = others.toSpliced(at, 0, toast).slice(-mostAtOnce)
    this.#leaveLater(toast)
  }

  #leaveLater({ id, action }: Toast): void {
    clearTimeout(this.#leaving.get(id))
    const leave = () => this.dismiss(id)
    this.#leaving.set(id, setTimeout(leave, action === undefined ? readingMs : actingMs))
  }

  dismiss(id: number): void {
    this.#list = this.#list.filter((toast) => toast.id !== id)
    clearTimeout(this.#leaving.get(id))
    this.#leaving.delete(id)
  }
}
