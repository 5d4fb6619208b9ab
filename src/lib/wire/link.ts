/**
 * Links that people pass on. Secrets stay in the fragment, which browsers never send.
 *
 *   invitation  <relay origin>/join#1.<group id, base64url>.<seed 32 bytes, base64url>
 *   hosting     <relay origin>/#host=<code>
 *
 * Errors  parsers are total; a link pasted with text around it, spaces or line breaks is still found
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { GroupId } from '#lib/base/ids.ts'

export interface InvitationLink {
  /** Origin of a relay of the group, e.g. `https://photos.rivera.example`. */
  readonly relay: string
  readonly group: GroupId
  readonly seed: Bytes
}

/** The link as text. */
export declare function formatInvitationLink(link: InvitationLink): string
/** The first invitation link inside a text (http only for localhost and private addresses), or null. */
export declare function parseInvitationLink(text: string): InvitationLink | null
/** The hosting code in a fragment such as `#host=CODE`, or null. */
export declare function parseHostingCode(fragment: string): string | null
