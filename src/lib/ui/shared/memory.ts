/**
 * Small choices that stay on this device (the last album, an advice that was declined). Losing them costs a
 * tap, so a browser that refuses is not an error.
 */
export type Choice =
  'last-album' | 'install-declined' | 'camera-place' | 'settled-questions' | 'density'

export function recall(choice: Choice): string | null {
  try {
    return localStorage.getItem(`mantel.${choice}`)
  } catch {
    // Storage is refused in some private windows.
    return null
  }
}

export function remember(choice: Choice, value: string): void {
  try {
    localStorage.setItem(`mantel.${choice}`, value)
  } catch {
    // See above: the choice is simply made again next time.
  }
}

/** Whether a question about a group was answered on this device with "never mind". */
export function isSettled(question: string): boolean {
  return settledQuestions().includes(question)
}

export function settle(question: string): void {
  const all = [...settledQuestions().filter((one) => one !== question), question]
  remember('settled-questions', JSON.stringify(all.slice(-mostSettled)))
}

const mostSettled = 200

function settledQuestions(): readonly unknown[] {
  try {
    const all: unknown = JSON.parse(recall('settled-questions') ?? '[]')
    return Array.isArray(all) ? all : []
  } catch {
    // Somebody else wrote there.
    return []
  }
}

/** Where a new group may be kept. The code is a secret of whoever looks after that place, and gone with the tab. */
export const hostingMemory = {
  recall(): HostingPlace {
    try {
      return {
        address: sessionStorage.getItem('mantel.hosting-address') ?? location.origin,
        code: sessionStorage.getItem('mantel.hosting-code'),
      }
    } catch {
      // The address that is open is as good a place.
      return { address: location.origin, code: null }
    }
  },
  /** The code for a new group at that very place: no other is to learn it. */
  codeFor(wanted: string): string | null {
    const { address, code } = hostingMemory.recall()
    return address === wanted ? code : null
  },
  remember({ address, code }: HostingPlace): void {
    try {
      sessionStorage.setItem('mantel.hosting-address', address)
      if (code === null) sessionStorage.removeItem('mantel.hosting-code')
      else sessionStorage.setItem('mantel.hosting-code', code)
    } catch {
      // Then it is typed.
    }
  },
}

interface HostingPlace {
  readonly address: string
  readonly code: string | null
}
