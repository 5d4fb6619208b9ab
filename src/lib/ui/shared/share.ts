/** Copying and sharing a link by what the device offers; false where the person refused or it cannot. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // No permission or no secure context: the link stays visible to be copied by hand.
    return false
  }
}

/** Whether the system has a sheet to share links with. */
export function canShare(): boolean {
  return 'share' in navigator
}

export async function shareLink(title: string, url: string): Promise<boolean> {
  try {
    await navigator.share({ title, url })
    return true
  } catch {
    // Closing the sheet rejects as well: nothing to tell.
    return false
  }
}
