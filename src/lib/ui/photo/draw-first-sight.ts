/**
 * Stands inline in the shell page (scripts/first-sight.ts), before everything that has to be fetched: draws the first
 * sight where it fits. It is a picture: nothing in it can be pressed, read aloud or reached by keyboard.
 *
 * A reload and Back return to another place of the list (page snapshots), so they begin without.
 */
import {
  drawnAttributes,
  drawnTags,
  endFirstSight,
  presentFit,
  recallFirstSight,
  sightId,
  type FirstSight,
} from './first-sight.ts'
import { drawPlaceholder } from '#lib/ui/shared/placeholder.ts'

/** Should the app not come up, its picture must not stay. */
const patienceMs = 10_000
const svg = 'http://www.w3.org/2000/svg'

const sight = location.pathname === '/photos' && isVisit() ? recallFirstSight() : null
if (sight !== null) draw(sight)

function isVisit(): boolean {
  const [entry] = performance.getEntriesByType('navigation')
  return (entry as PerformanceNavigationTiming | undefined)?.type === 'navigate'
}

function draw(kept: FirstSight): void {
  const present = presentFit()
  if (kept.sheet !== present.sheet || kept.width !== present.width) return
  const picture = document.createElement('div')
  picture.id = sightId
  picture.inert = true
  picture.setAttribute('aria-hidden', 'true')
  append(picture, [kept.tree], kept.day === present.day)
  document.body.append(picture)
  setTimeout(endFirstSight, patienceMs)
  addEventListener('scroll', endFirstSight, { once: true, passive: true })
}

function append(parent: Element, children: readonly unknown[], isToday: boolean): void {
  for (const child of children) {
    if (typeof child === 'string') parent.append(child)
    else if (Array.isArray(child)) appendElement(parent, child, isToday)
  }
}

function appendElement(parent: Element, node: readonly unknown[], isToday: boolean): void {
  const [tag, attributes, children] = node
  if (typeof tag !== 'string' || !drawnTags.has(tag) || !Array.isArray(children)) return
  const space = tag === 'svg' ? svg : parent.namespaceURI
  const element = document.createElementNS(space, tag)
  for (const [name, value] of Object.entries(attributes ?? {}))
    if (drawnAttributes.has(name) && typeof value === 'string') element.setAttribute(name, value)
  if (element instanceof HTMLCanvasElement)
    drawPlaceholder(Uint8Array.from(children.map(Number)))(element)
  // The titles of days say "today".
  else if (tag !== 'h2' || isToday) append(element, children, isToday)
  parent.append(element)
}
