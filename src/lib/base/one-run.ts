/**
 * Work in one run at a time: whoever asks while a run is on waits for it, and for another round of it.
 *
 * The run is over in the same step as its last look for work, so that nobody can ask in between and be forgotten.
 *
 * Errors  what a round throws ends the run, for all who wait for it
 */
export function inOneRun(round: () => Promise<void>): () => Promise<void> {
  let isAsked = false
  let running: Promise<void> | null = null

  const run = async (): Promise<void> => {
    try {
      while (isAsked) {
        isAsked = false
        await round()
      }
    } finally {
      running = null
    }
  }

  return () => {
    isAsked = true
    running ??= run()
    return running
  }
}
