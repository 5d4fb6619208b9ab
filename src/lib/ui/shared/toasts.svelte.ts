/** Short notices at the edge of the screen. Several may wait; each leaves by itself unless it offers an act. */
export interface Notice {
  readonly text: string
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

  get list(): readonly Toast[] {
    return this.#list
  }

  show(notice: Notice): void {
    const id = this.#nextId++
    const others = this.#list.filter((toast) => toast.text !== notice.text)
    this.#list = [...others, { ...notice, id }].slice(-mostAtOnce)
    setTimeout(() => this.dismiss(id), notice.action === undefined ? readingMs : actingMs)
  }

  dismiss(id: number): void {
    this.#list = this.#list.filter((toast) => toast.id !== id)
  }
}
