/**
 * Whether this browser can keep photos, looked at before anybody starts a group or joins (docs/design.md §5): windows inside
 * chat apps forget everything, iPhone tabs after a week, and without HTTPS nothing can be kept at all.
 *
 * Order matters: what a person can do least about comes first.
 */
export interface BrowserFacts {
  readonly userAgent: string
  readonly isSecure: boolean
  readonly hasStorage: boolean
  /** iPhones and iPads that call themselves Macs have several touch points. */
  readonly touchPoints: number
  readonly isOnHomeScreen: boolean
}

export type BrowserVerdict =
  | { readonly kind: 'fine' }
  | { readonly kind: 'insecure' }
  | { readonly kind: 'in-app'; readonly app: string }
  | { readonly kind: 'no-storage' }
  | { readonly kind: 'iphone-tab' }

const inAppMarks: readonly (readonly [RegExp, string])[] = [
  [/\bFBA[NV]\b|FB_IAB|FBIOS/, 'Facebook'],
  [/Instagram/, 'Instagram'],
  [/WhatsApp/, 'WhatsApp'],
  [/\bLine\//i, 'LINE'],
  [/MicroMessenger/, 'WeChat'],
  [/Snapchat/, 'Snapchat'],
  [/TikTok|musical_ly|BytedanceWebview/, 'TikTok'],
  [/KAKAOTALK/i, 'KakaoTalk'],
  [/Telegram/, 'Telegram'],
  [/LinkedInApp/, 'LinkedIn'],
  [/GSA\//, 'Google'],
]

/** What to tell somebody who is about to start a group or to join. */
export function judgeBrowser(facts: BrowserFacts): BrowserVerdict {
  if (!facts.isSecure) return { kind: 'insecure' }
  const app = inAppMarks.find(([mark]) => mark.test(facts.userAgent))?.[1]
  if (app !== undefined) return { kind: 'in-app', app }
  if (isAndroidWebView(facts.userAgent)) return { kind: 'in-app', app: 'This app' }
  if (!facts.hasStorage) return { kind: 'no-storage' }
  if (isAppleMobile(facts) && !facts.isOnHomeScreen) return { kind: 'iphone-tab' }
  return { kind: 'fine' }
}

/** Reads the facts from the page, and tries the storage. */
export async function readBrowserFacts(): Promise<BrowserFacts> {
  return {
    userAgent: navigator.userAgent,
    isSecure: isSecureContext,
    hasStorage: isSecureContext && 'serviceWorker' in navigator && (await storageWorks()),
    touchPoints: navigator.maxTouchPoints,
    isOnHomeScreen: isOnHomeScreen(),
  }
}

/** Whether the app was opened from its icon instead of in a tab. */
export function isOnHomeScreen(): boolean {
  return matchMedia('(display-mode: standalone)').matches
}

/** iPhone, iPod and iPad, also where it calls itself a Mac. */
export function isAppleMobile(facts: Pick<BrowserFacts, 'userAgent' | 'touchPoints'>): boolean {
  if (/iPhone|iPad|iPod/.test(facts.userAgent)) return true
  return facts.userAgent.includes('Macintosh') && facts.touchPoints > 1
}

function isAndroidWebView(userAgent: string): boolean {
  return /Android.*; wv\)/.test(userAgent)
}

async function storageWorks(): Promise<boolean> {
  try {
    await navigator.storage.getDirectory()
    return await indexedDbWorks()
  } catch {
    // Refusing is the answer: private windows of some browsers throw here.
    return false
  }
}

function indexedDbWorks(): Promise<boolean> {
  return new Promise((resolve) => {
    const request = indexedDB.open('mantel-check')
    request.onerror = () => resolve(false)
    request.onblocked = () => resolve(false)
    request.onsuccess = () => {
      request.result.close()
      indexedDB.deleteDatabase('mantel-check')
      resolve(true)
    }
  })
}
