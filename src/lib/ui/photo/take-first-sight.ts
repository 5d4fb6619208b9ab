/** Takes the first sight of the next start (first-sight.ts) from the screen that is shown. */
import {
  drawnAttributes,
  drawnTags,
  momentary,
  presentFit,
  type FirstSight,
} from './first-sight.ts'

export interface SightWish {
  readonly root: Element
  /** Ids of the groups whose photos are shown, joined. */
  readonly groups: string
  /** The thumbhash of the photo at a position; undefined where it was not read. */
  readonly hashOf: (index: number) => Uint8Array | undefined
}

/** The screen as it stands in the window, without what is only of the moment. */
export function takeFirstSight({ root, groups, hashOf }: SightWish): FirstSight {
  const height = innerHeight

  function treeOf(node: Node): unknown {
    if (node instanceof Text) return node.data.trim() === '' ? null : node.data
    if (!(node instanceof Element) || !drawnTags.has(node.localName)) return null
    const kind = node.getAttribute(momentary)
    if (kind === 'none' || isBelow(node)) return null
    const attributes = [...node.attributes].filter(({ name }) => drawnAttributes.has(name))
    return [
      node.localName,
      Object.fromEntries(attributes.map(({ name, value }) => [name, value])),
      kind === 'empty' ? [] : childrenOf(node),
    ]
  }

  function childrenOf(node: Element): unknown[] {
    if (node.localName !== 'canvas')
      return [...node.childNodes].map(treeOf).filter((child) => child !== null)
    const index = Number(node.closest<HTMLElement>('[data-index]')?.dataset['index'])
    return [...(hashOf(index) ?? [])]
  }

  /** Tiles and titles that only scrolling brings into the window. */
  function isBelow(node: Element): boolean {
    return /^(?:li|h2)$/.test(node.localName) && node.getBoundingClientRect().top >= height
  }

  return { ...presentFit(), groups, tree: treeOf(root) }
}
