/** Trying what has to work before anything can go on, until it does. */

/** Between tries; the last of them again and again. */
const pausesMs = [100, 500, 2000, 5000]

export class Retry {
  #goOn: () => void = () => undefined

  /** Resolves once `act` has worked; `onfailure` hears how many times it has failed by then. */
  async until(
    act: () => Promise<void>,
    onfailure: (cause: unknown, failures: number) => void,
  ): Promise<void> {
    for (let failures = 1; ; failures++)
      try {
        await act()
        return
      } catch (cause) {
        onfailure(cause, failures)
        await this.#pause(pausesMs[Math.min(failures, pausesMs.length) - 1] ?? 0)
      }
  }

  /** Does not wait for the next try. */
  now(): void {
    this.#goOn()
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#goOn = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
