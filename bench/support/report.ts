/** How a bench tells what it measured: one line of JSON on standard output, everything else beside it. */

/** What `npm run bench -- <name>` prints: a budget of docs/design.md §13 and how near we are. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly limit: number
  readonly ok: boolean
}

/** Prints the figure; `ok` says whether the whole budget is kept. */
export function report(figure: Figure): void {
  const { name, value, unit, limit, ok } = figure
  process.stdout.write(`${JSON.stringify({ name, value, unit, limit, ok })}\n`)
}

/** Prints what stands behind the figure, for people. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** The figure in a line, or null where the line is something else. */
export function parseFigure(line: string): Figure | null {
  try {
    const found = JSON.parse(line) as Partial<Figure> | null
    const { name, value, unit, limit, ok } = found ?? {}
    if (typeof name !== 'string' || typeof unit !== 'string' || typeof ok !== 'boolean') return null
    if (typeof value !== 'number' || typeof limit !== 'number') return null
    return { name, value, unit, limit, ok }
  } catch {
    // Not JSON: something that a part printed.
    return null
  }
}

export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error('nothing was measured')
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** To so many places after the point. */
export function rounded(value: number, places = 2): number {
  return Number(value.toFixed(places))
}
