/** What breaks while it is drawn stays alone with it. */
import { createRawSnippet, mount, tick, unmount, type Component } from 'svelte'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { randomId } from '#lib/base/ids.ts'
import type { MemberCard } from '#lib/engine/member-api.ts'
import MemberRow from '#lib/ui/member/MemberRow.svelte'
import Apart from '#lib/ui/shared/Apart.svelte'
import { words } from '#lib/ui/shared/words.ts'
import { wordsOfPeople } from '#lib/ui/shared/words-of-people.ts'

let reported: unknown[] = []
const note = (event: ErrorEvent): void => {
  event.preventDefault()
  reported.push(event.error)
}
beforeEach(() => {
  reported = []
  addEventListener('error', note)
})
afterEach(() => {
  removeEventListener('error', note)
})

/** What it draws, until `look` has seen it. */
async function draw<Props extends Record<string, unknown>>(
  part: Component<Props>,
  props: Props,
  look: (host: HTMLElement) => void,
): Promise<void> {
  const target = document.body.appendChild(document.createElement('div'))
  const mounted = mount(part, { target, props })
  await tick()
  look(target)
  await unmount(mounted)
  target.remove()
}

test('a sentence stands where a part broke, and the last-resort hook hears why', async () => {
  const cause = new RangeError('Invalid time value')
  const children = createRawSnippet(() => {
    throw cause
  })
  await draw(Apart, { children }, (host) => {
    expect(host.textContent.trim()).toBe(words.broken)
  })
  expect(reported).toEqual([cause])
})

test('whoever has words that cannot be shown can still be removed', async () => {
  const member = {
    ...{ id: randomId('MemberId'), name: 'Sam', role: 'viewer', roles: [], devices: 1 },
    ...{ isMe: false, agreed: true, mayRemove: true, mayHandOver: false, joinedMs: null },
    came: null,
  } as unknown as MemberCard
  const idle = () => undefined
  await draw(MemberRow, { member, onrole: idle, onremove: idle, onletbackin: idle }, (host) => {
    expect(host.textContent).toContain(words.broken)
    expect(host.querySelector(`button[aria-label="${wordsOfPeople.remove('Sam')}"]`)).not.toBeNull()
  })
  expect(reported).toHaveLength(1)
})
