/** What an invitation allows, as a person chooses it. */
export interface InvitationChoices {
  readonly role: 'viewer' | 'contributor' | 'admin'
  readonly uses: number
  readonly days: number
}

/** One person, who may add photos, within a week. */
export const usualInvitation: InvitationChoices = { role: 'contributor', uses: 1, days: 7 }

export const usesToChoose = [1, 5, 20, 100] as const
export const daysToChoose = [1, 7, 30] as const
