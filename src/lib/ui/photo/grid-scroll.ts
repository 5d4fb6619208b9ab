/**
 * Scrolling lists that are higher than browsers allow an element to be (near 16.7 million pixels): beyond
 * the limit the scroll range is shortened and positions are stretched to match.
 *
 * Units  CSS pixels
 */
const mostElementHeight = 15_000_000

/** The height that the list's element takes. */
export function elementHeight(layoutHeight: number): number {
  return Math.min(layoutHeight, mostElementHeight)
}

/** Where in the layout the upper edge of the window is, for a scroll position inside the element. */
export function layoutTopAt(scrolled: number, layoutHeight: number, windowHeight: number): number {
  if (layoutHeight <= mostElementHeight) return scrolled
  const range = mostElementHeight - windowHeight
  const share = Math.min(1, Math.max(0, scrolled / range))
  return share * (layoutHeight - windowHeight)
}

/** The scroll position inside the element that brings a height of the layout to the upper edge. */
export function scrolledFor(layoutTop: number, layoutHeight: number, windowHeight: number): number {
  if (layoutHeight <= mostElementHeight) return layoutTop
  return (layoutTop / (layoutHeight - windowHeight)) * (mostElementHeight - windowHeight)
}

/** How many photos may stand in the page; what is in sight goes before what is near. */
export const mostTiles = 120

/** Widens what is visible by what is near, up to the limit. */
export function withNeighbours(
  visible: { readonly from: number; readonly to: number },
  near: { readonly from: number; readonly to: number },
): { readonly from: number; readonly to: number } {
  const room = Math.max(0, mostTiles - (visible.to - visible.from))
  const before = Math.min(visible.from - near.from, Math.floor(room / 2))
  const after = Math.min(near.to - visible.to, room - before)
  return {
    from: visible.from - before,
    to: Math.min(visible.to + after, visible.from - before + mostTiles),
  }
}
