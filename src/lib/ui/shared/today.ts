/** Which day it is, also in an app that stays open over night: on a home screen nobody loads it anew. */
import { createSubscriber } from 'svelte/reactivity'
import { dayMs } from '#lib/base/time.ts'
import { wallClockMs } from './format.ts'

const follow = createSubscriber((update) => {
  let timer = 0
  const wait = () => {
    clearTimeout(timer)
    timer = window.setTimeout(renew, dayMs - (wallClockMs(new Date()) % dayMs))
  }
  const renew = () => {
    update()
    wait()
  }
  // A clock stands still while the phone sleeps.
  document.addEventListener('visibilitychange', renew)
  wait()
  return () => {
    document.removeEventListener('visibilitychange', renew)
    clearTimeout(timer)
  }
})

/** The first moment of today by the wall clock; whoever reads it in an effect is told of the next day. */
export function todayMs(): number {
  follow()
  const nowMs = wallClockMs(new Date())
  return nowMs - (nowMs % dayMs)
}
